"""Sessions are the server's: it ends them, whatever a browser or a thief kept of them."""

from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from biobank.clock import FixedClock
from tests.serving import PASSWORD, signed_in
from tests.telemetry import Installation

LAST_USE = "SELECT seen_at, xmin::text FROM session_use"


@pytest.fixture
def hours(client: TestClient) -> FixedClock:
    """The clock by which sessions last."""
    clock = FixedClock(datetime(2026, 3, 15, 9, tzinfo=UTC))
    client.app.state.session_clock = clock  # type: ignore[attr-defined]
    return clock


def answer(client: TestClient, who: dict[str, str]) -> int:
    return client.get("/api/me", headers=who).status_code


def test_a_token_replayed_after_the_idle_time_is_worth_nothing(client: TestClient, hours: FixedClock) -> None:
    ada = signed_in(client)
    hours.advance(timedelta(minutes=30))
    refused = client.get("/api/me", headers=ada)
    assert (refused.status_code, refused.json()["code"]) == (401, "not_signed_in")
    hours.advance(timedelta(minutes=-1))
    assert answer(client, ada) == 200, "a minute before it was alive"


def test_a_session_in_use_goes_on_until_its_longest_time(client: TestClient, hours: FixedClock) -> None:
    ada = signed_in(client)
    for _ in range(35):
        hours.advance(timedelta(minutes=20))
        assert answer(client, ada) == 200, hours.now()
    hours.advance(timedelta(minutes=20))
    assert answer(client, ada) == 401


def test_the_last_use_is_written_down_once_a_minute_at_most(
    client: TestClient, hours: FixedClock, installation: Installation
) -> None:
    ada = signed_in(client)
    begun = installation.rows(LAST_USE)
    hours.advance(timedelta(seconds=59))
    assert [answer(client, ada) for _ in range(3)] == [200] * 3
    assert installation.rows(LAST_USE) == begun
    hours.advance(timedelta(seconds=1))
    assert answer(client, ada) == 200
    noted = installation.rows(LAST_USE)
    assert noted[0][0] == hours.now()
    assert [answer(client, ada) for _ in range(3)] == [200] * 3
    assert installation.rows(LAST_USE) == noted


def test_no_header_of_the_browser_prolongs_a_session(client: TestClient, hours: FixedClock) -> None:
    client.post("/api/sign-in", json={"username": "ada", "password": PASSWORD})
    told = next(iter(client.cookies.jar))
    hours.advance(timedelta(minutes=31))
    client.cookies.set(told.name, told.value or "", domain=told.domain)
    assert client.get("/api/me").status_code == 401, "the cookie itself lasts longer than the session"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_cookie_belongs_to_this_host_alone_where_tls_is(client: TestClient, scheme: str) -> None:
    browser = TestClient(client.app, base_url=f"{scheme}://testserver")
    told = browser.post("/api/sign-in", json={"username": "ada", "password": PASSWORD})
    cookie = told.headers["set-cookie"]
    assert cookie.startswith("__Host-biobank_session=" if scheme == "https" else "biobank_session=")
    assert ("Secure" in cookie, "Strict-Transport-Security" in told.headers) == (scheme == "https",) * 2
    assert all(part in cookie for part in ("HttpOnly", "Path=/", "SameSite=strict"))
    assert "domain" not in cookie.lower()
    assert browser.get("/api/me").status_code == 200
    assert 'session=""' in browser.post("/api/sign-out").headers["set-cookie"]
    assert browser.get("/api/me").status_code == 401


def test_a_cookie_that_another_host_could_set_is_not_read_where_tls_is(client: TestClient) -> None:
    token = signed_in(client)["Authorization"].split()[1]
    for name, status in (("biobank_session", 401), ("__Host-biobank_session", 200)):
        browser = TestClient(client.app, base_url="https://testserver", headers={"Cookie": f"{name}={token}"})
        assert browser.get("/api/me").status_code == status, name


def test_signing_in_again_begins_another_session_and_ends_the_one_the_browser_had(client: TestClient) -> None:
    order = {"username": "ada", "password": PASSWORD}
    browser, elsewhere = TestClient(client.app), signed_in(client)
    first, second = (browser.post("/api/sign-in", json=order).json()["token"] for _ in range(2))
    assert first != second
    for token, status in ((first, 401), (second, 200)):
        assert client.get("/api/me", headers={"Authorization": f"Bearer {token}"}).status_code == status
    assert client.get("/api/me", headers=elsewhere).status_code == 200, "and no other"
