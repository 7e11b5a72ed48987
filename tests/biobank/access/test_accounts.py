"""Passwords that were given, passwords of one's own, and who was seen by whom."""

from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from biobank.act.people import Role, Side
from biobank.clock import FixedClock
from tests.serving import PASSWORD, code_of, enrol, hire, seen, signed_in
from tests.telemetry import Installation

NEW = "another password, my own"
REASON = {"reason": "She forgot it; I called her back."}
BATCH = "LX01B260000003"
Headers = dict[str, str]


def choose(client: TestClient, who: Headers, old: str, new: str = NEW) -> Any:
    return client.post("/api/me/password", json={"old": old, "new": new}, headers=who)


def see(client: TestClient, by: str, username: str, document: str = "") -> Any:
    order = {"document": document or f"document of {username}", "shown": "passport"}
    return client.post(f"/api/people/{username}/identity", json=order, headers=signed_in(client, by))


def signing(client: TestClient, who: Headers, username: str, password: str) -> tuple[int, str]:
    signature = {"username": username, "password": password, "meaning": "I approve this"}
    order = {"verdict": "approved", "signature": signature}
    return code_of(client.post(f"/api/batches/{BATCH}/disposition", json=order, headers=who))


def reset(client: TestClient, by: str, username: str) -> str:
    answer = client.post(f"/api/people/{username}/password-reset", json=REASON, headers=signed_in(client, by))
    assert answer.status_code == 200, answer.text
    return str(answer.json()["password"])


@pytest.fixture
def quinn(client: TestClient) -> Headers:
    """Somebody who signs."""
    return hire(client, "quinn", Side.FACILITY, Role.QA)


def test_a_given_password_is_good_for_choosing_ones_own_and_for_nothing_else(client: TestClient) -> None:
    assert enrol(client, signed_in(client), identity=None).status_code == 201
    told = client.post("/api/sign-in", json={"username": "tom", "password": PASSWORD}).json()
    assert told["temporary"] is True
    tom = {"Authorization": f"Bearer {told['token']}"}
    for method, path in (("GET", "/api/freezers"), ("GET", "/api/clock"), ("POST", "/api/lots")):
        assert code_of(client.request(method, path, headers=tom)) == (403, "password_is_temporary")
    assert client.get("/api/me", headers=tom).status_code == 200
    assert choose(client, tom, PASSWORD).status_code == 204
    assert client.get("/api/freezers", headers=tom).status_code == 200
    assert client.post("/api/sign-in", json={"username": "tom", "password": NEW}).json()["temporary"] is False
    assert client.post("/api/sign-in", json={"username": "tom", "password": PASSWORD}).status_code == 403


@pytest.mark.parametrize(
    ("old", "new", "status", "code"),
    [
        ("not mine at all", NEW, 403, "wrong_password"),
        (PASSWORD, PASSWORD, 422, "same_password"),
        (PASSWORD, "too short", 422, "weak_password"),
        (PASSWORD, "password password", 422, "guessable_password"),
        (PASSWORD, "quinn is my name", 422, "guessable_password"),
    ],
)
def test_a_password_that_may_not_be_changes_nothing(
    client: TestClient, quinn: Headers, old: str, new: str, status: int, code: str
) -> None:
    assert code_of(choose(client, quinn, old, new)) == (status, code)
    assert signed_in(client, "quinn")


def test_guessing_the_present_password_is_slowed_down_too(client: TestClient, quinn: Headers) -> None:
    answers = [code_of(choose(client, quinn, "not mine at all"))[0] for _ in range(7)]
    assert answers == [403] * 6 + [429]


def test_a_change_of_password_ends_the_other_sessions_at_once(client: TestClient, quinn: Headers) -> None:
    other = signed_in(client, "quinn")
    assert choose(client, quinn, PASSWORD).status_code == 204
    assert code_of(client.get("/api/me", headers=other)) == (401, "not_signed_in")
    assert client.get("/api/me", headers=quinn).status_code == 200


def test_nobody_signs_before_another_saw_who_they_are(client: TestClient) -> None:
    enrol(client, signed_in(client), username="quinn", name="Quinn Person", roles=["qa"], identity=None)
    quinn = signed_in(client, "quinn")
    assert code_of(see(client, "vera", "quinn")) == (409, "password_not_own")
    assert choose(client, quinn, PASSWORD).status_code == 204
    assert signing(client, quinn, "quinn", NEW) == (403, "identity_not_verified")
    assert code_of(see(client, "ada", "quinn")) == (403, "verifies_their_own"), "she gave the password"
    assert see(client, "vera", "quinn").status_code == 200
    assert signing(client, quinn, "quinn", NEW)[1] != "identity_not_verified"


def test_after_a_reset_nobody_signs_until_another_saw_them_again(client: TestClient, quinn: Headers) -> None:
    given = reset(client, "ada", "quinn")
    assert code_of(client.get("/api/me", headers=quinn)) == (401, "not_signed_in")
    assert client.post("/api/sign-in", json={"username": "quinn", "password": PASSWORD}).status_code == 403
    impostor = signed_in(client, "quinn", given)  # whoever was given the password, be it the administrator
    assert signing(client, impostor, "quinn", given) == (403, "password_is_temporary")
    assert choose(client, impostor, given).status_code == 204
    assert signing(client, impostor, "quinn", NEW) == (403, "identity_not_verified")
    assert code_of(see(client, "ada", "quinn")) == (403, "verifies_their_own")
    assert code_of(see(client, "vera", "quinn", "a document of somebody else")) == (409, "another_human")
    assert see(client, "vera", "quinn").status_code == 200
    assert signing(client, impostor, "quinn", NEW)[1] != "identity_not_verified"


def test_a_given_password_is_kept_nowhere(client: TestClient, quinn: Headers, installation: Installation) -> None:
    ada = signed_in(client) | {"Idempotency-Key": "reset-her-password"}
    given = client.post("/api/people/quinn/password-reset", json=REASON, headers=ada).json()["password"]
    kept = installation.rows("SELECT coalesce(answer, '') FROM idempotency_key UNION ALL SELECT body FROM audit.entry")
    assert not any(given in one for (one,) in kept)
    again = client.post("/api/people/quinn/password-reset", json=REASON, headers=ada)
    assert code_of(again) == (409, "already_done")


def test_nobody_resets_or_sees_themselves(client: TestClient) -> None:
    ada = signed_in(client)
    assert code_of(client.post("/api/people/ada/password-reset", json=REASON, headers=ada)) == (403, "your_own_rights")
    assert code_of(see(client, "ada", "ada")) == (403, "verifies_their_own")


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"verifier": "ada"}, 403, "verifies_their_own"),
        ({"verifier": "nobody"}, 403, "wrong_sign_in"),
        ({"password": "not Vera's own"}, 403, "wrong_sign_in"),
        ({"verifier": "tina"}, 403, "identity_not_verified"),
        ({"document": "document of quinn"}, 201, ""),
        ({"document": "document-of TINA"}, 201, ""),
        ({"document": "document of ada"}, 409, "another_human"),
    ],
)
def test_whoever_is_seen_at_enrolment_is_seen_by_somebody_known(
    client: TestClient, quinn: Headers, changed: dict[str, str], status: int, code: str
) -> None:
    enrol(client, signed_in(client), username="tina", name="Tina Person", identity=None)
    assert choose(client, signed_in(client, "tina"), PASSWORD, PASSWORD + "!").status_code == 204
    order = seen("tom") | changed
    if order["verifier"] == "tina":
        order["password"] = PASSWORD + "!"
    assert code_of(enrol(client, signed_in(client), identity=order)) == (status, code)


def test_one_human_has_no_accounts_on_two_sides(client: TestClient, quinn: Headers) -> None:
    bedside = {"username": "other", "name": "Other Name", "side": "bedside", "roles": ["treating"], "place": "smart-ms/01"}
    answer = enrol(client, signed_in(client), **bedside, identity=seen("quinn"))
    assert code_of(answer) == (409, "another_human")


def test_no_document_is_kept_or_told(client: TestClient, quinn: Headers, installation: Installation) -> None:
    trail = "\n".join(body for (body,) in installation.rows("SELECT body FROM audit.entry"))
    assert "document of quinn" not in trail
    assert installation.one("SELECT count(*) FROM human WHERE length(digest) = 32") == 3


POLICY: dict[str, Any] = {
    "minimum_length": 16,
    "needs_classes": True,
    "expires_after_days": 90,
    "blocked_words": ["Fjellheimen"],
    "trained_roles": ["technician"],
    "delegated_roles": [],
    "review_every_days": 30,
    "reason": "As QA decided in SOP-12.",
}


def set_policy(client: TestClient, **changed: Any) -> Any:
    signature = {"username": "ada", "password": PASSWORD, "meaning": "I put this into force"}
    return client.post("/api/access-policy", json=POLICY | {"signature": signature} | changed, headers=signed_in(client))


def test_the_policy_is_signed_and_holds_from_then_on(
    client: TestClient, clock: FixedClock, quinn: Headers, installation: Installation
) -> None:
    assert client.get("/api/access-policy", headers=signed_in(client)).json()["number"] == 0
    assert code_of(set_policy(client, signature={"username": "ada", "password": "x", "meaning": "mine"}))[1] == "wrong_signature"
    assert set_policy(client, reason="n/a n/a").status_code == 422
    assert set_policy(client).json()["number"] == 1
    assert installation.rows("SELECT record, meaning FROM signature") == [("access policy 1", "I put this into force")]
    for new, code in (("Short-1-enough", "weak_password"), ("long enough but plain", "plain_password")):
        assert code_of(choose(client, quinn, PASSWORD, new)) == (422, code)
    assert code_of(choose(client, quinn, PASSWORD, "Fjellheimen-2026"))[1] == "guessable_password"
    assert choose(client, quinn, PASSWORD, "Long enough, and 4 classes").status_code == 204
    clock.at = datetime(2026, 6, 14, 9, tzinfo=UTC)
    assert code_of(client.get("/api/freezers", headers=quinn)) == (403, "password_is_temporary"), "older than 90 days"
