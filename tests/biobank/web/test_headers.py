"""What every answer tells a browser, whatever was asked: pages, data, files, refusals, and bugs of the program."""

import pytest
from fastapi.testclient import TestClient

from tests.serving import signed_in

ASKED = {
    "a page": ("GET", "/login", 200),
    "data": ("GET", "/api/me", 200),
    "health": ("GET", "/health", 200),
    "the document": ("GET", "/openapi.json", 200),
    "a file": ("GET", "/static/style.css", 200),
    "nothing": ("GET", "/nowhere", 404),
    "another method": ("DELETE", "/api/me", 405),
    "a refusal": ("GET", "/api/freezers", 403),
    "bad input": ("POST", "/api/people", 422),
    "too much": ("POST", "/api/people", 413),
    "a bug": ("GET", "/api/clock", 500),
}


def answered(client: TestClient, what: str, base_url: str = "https://testserver") -> dict[str, str]:
    """The headers of the answer to one of these questions."""
    method, path, status = ASKED[what]
    asker = TestClient(client.app, base_url=base_url, raise_server_exceptions=False, headers=signed_in(client))
    if what == "a bug":
        client.app.state.acts = None  # type: ignore[attr-defined]
    more = {"content": b"1" * 1_000_001} if what == "too much" else {}
    answer = asker.request(method, path, headers={"Origin": "https://testserver"}, **more)
    assert answer.status_code == status, answer.text
    return dict(answer.headers)


@pytest.mark.parametrize("what", ASKED)
def test_every_answer_is_strict(client: TestClient, what: str) -> None:
    headers = answered(client, what)
    policy = headers["content-security-policy"].split("; ")
    assert {"object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"} <= set(policy)
    assert policy[0] == ("default-src 'self'" if what == "a page" else "default-src 'none'")
    assert "unsafe" not in headers["content-security-policy"].replace("'wasm-unsafe-eval'", "")
    assert "//" not in headers["content-security-policy"], "nothing from elsewhere"
    assert headers["strict-transport-security"] == "max-age=63072000; includeSubDomains"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers.get("cache-control") == (None if what == "a file" else "no-store")


@pytest.mark.parametrize("what", ASKED)
def test_no_answer_is_for_the_page_of_another_site(client: TestClient, what: str) -> None:
    assert not [name for name in answered(client, what) if name.startswith("access-control-")]


def test_a_bug_is_answered_with_nothing_of_where_it_is(client: TestClient) -> None:
    headers = signed_in(client)
    client.app.state.acts = None  # type: ignore[attr-defined]
    answer = client.get("/api/clock", headers=headers)
    told = {"code": "bug", "message": "Something went wrong here; nothing was changed."}
    assert (answer.status_code, answer.json()) == (500, told)


def test_no_preflight_is_granted(client: TestClient) -> None:
    wanted = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    answer = client.options("/api/people", headers=wanted | {"Access-Control-Request-Headers": "content-type"})
    assert answer.status_code == 405
    assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_without_tls_nothing_is_said_of_it(client: TestClient) -> None:
    assert "strict-transport-security" not in answered(client, "a page", "http://testserver")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", None])
def test_an_order_is_json_which_no_page_of_another_site_sends_unasked(client: TestClient, kind: str | None) -> None:
    """What a browser sends without asking first has one of these types (Fetch standard, CORS-safelisted requests)."""
    headers = signed_in(client) | ({"Content-Type": kind} if kind else {})
    content = b'{"username": "tom", "name": "Tom", "side": "facility", "roles": ["technician"], "password": "a long enough one"}'
    answer = client.post("/api/people", content=content, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_input")


def test_a_length_that_nothing_has_is_not_believed(client: TestClient) -> None:
    assert client.get("/health", headers={"Content-Length": "9" * 5000}).status_code == 200
