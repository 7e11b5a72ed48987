"""Signing in, and what a person may then ask, through HTTP on a real database."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.serving import PASSWORD, enrol, signed_in
from tests.telemetry import Installation


def test_who_signs_in_is_known_until_signing_out(client: TestClient) -> None:
    me = signed_in(client)
    assert client.get("/api/me", headers=me).json()["roles"] == ["administrator"]
    assert client.post("/api/sign-out", headers=me).status_code == 204
    assert client.get("/api/me", headers=me).json()["code"] == "not_signed_in"


@pytest.mark.parametrize(("username", "password"), [("ada", "not her password"), ("nobody", PASSWORD), ("worker", PASSWORD)])
def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(client: TestClient, username: str, password: str) -> None:
    answer = client.post("/api/sign-in", json={"username": username, "password": password})
    assert (answer.status_code, answer.json()["code"]) == (403, "wrong_sign_in")
    assert answer.json()["facts"] == {}


def test_an_enrolled_person_works_on_their_side_only(client: TestClient) -> None:
    assert enrol(client, signed_in(client)).status_code == 201
    tom = signed_in(client, "tom")
    assert client.get("/api/freezers", headers=tom).json()[0]["name"] == "Freezer 1"
    refused = client.get("/api/people", headers=tom)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_your_role")


def test_a_refusal_of_a_known_person_is_written_down(client: TestClient, installation: Installation) -> None:
    enrol(client, signed_in(client))
    client.get("/api/people", headers=signed_in(client, "tom"))
    found = installation.rows("SELECT p.username, r.route, r.code FROM audit.refusal r JOIN person p ON p.id = r.person_id")
    assert found == [("tom", "GET /api/people", "not_your_role")]


def test_a_user_name_is_never_used_twice(client: TestClient) -> None:
    ada = signed_in(client)
    enrol(client, ada)
    again = enrol(client, ada, name="Tom Another")
    assert (again.status_code, again.json()["code"]) == (409, "user_name_taken")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"side": "bedside"}, "role_of_other_side"),
        ({"roles": ["technician", "treating"]}, "role_of_other_side"),
        ({"password": "short"}, "weak_password"),
        ({"roles": []}, "bad_input"),
        ({"username": "Tom Technician"}, "bad_input"),
        ({"name": "a\x00b"}, "bad_input"),
        ({"unknown": 1}, "bad_input"),
    ],
)
def test_a_wrong_order_is_refused_in_words_and_enrols_nobody(
    client: TestClient, installation: Installation, changed: dict[str, Any], code: str
) -> None:
    before = installation.one("SELECT count(*) FROM person")
    answer = enrol(client, signed_in(client), **changed)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert installation.one("SELECT count(*) FROM person") == before


def test_the_same_key_enrols_once_and_another_body_is_refused(client: TestClient, installation: Installation) -> None:
    before = installation.one("SELECT count(*) FROM person")
    ada = signed_in(client) | {"Idempotency-Key": "one-and-the-same"}
    first, again = enrol(client, ada), enrol(client, ada)
    assert (first.json(), again.headers["Idempotency-Replayed"]) == (again.json(), "true")
    other = enrol(client, ada, name="Somebody Else")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    assert installation.one("SELECT count(*) FROM person") == before + 1


def test_no_hash_of_a_password_or_token_is_in_the_trail(client: TestClient, installation: Installation) -> None:
    enrol(client, signed_in(client))
    kept = installation.rows("SELECT password_hash FROM credential")
    trail = "\n".join(body for (body,) in installation.rows("SELECT body FROM audit.entry"))
    assert len(kept) == 3
    assert not any(one in trail for (one,) in kept)
    assert "[not recorded]" in trail


def test_a_body_that_is_not_what_it_says_is_refused(client: TestClient) -> None:
    for content, kind in ((b"{", "application/json"), (b"<a/>", "text/xml"), (b"[]", "application/json")):
        answer = client.post("/api/sign-in", content=content, headers={"Content-Type": kind})
        assert 400 <= answer.status_code < 500, answer.text
        assert "Traceback" not in answer.text


def test_ten_megabytes_are_not_read(client: TestClient) -> None:
    answer = client.post("/api/sign-in", content=b"[" + b"1," * 5_000_000 + b"1]", headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
