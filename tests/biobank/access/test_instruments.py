"""Tokens of instruments: good for what they were given for, until they expire or are revoked."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from biobank.act.people import Role
from biobank.clock import FixedClock
from biobank.web.matrix import HUMANS_ONLY, RIGHTS
from tests.serving import code_of, signed_in
from tests.telemetry import Installation

COUNTER: dict[str, Any] = {
    "username": "counter-1",
    "name": "Cell counter 1",
    "role": "technician",
    "place": "gmp-1",
    "routes": ["GET /api/lots", "POST /api/batches/{code}/results"],
    "expires_at": "2027-03-15T09:00:00Z",
}
REVOKED = {"reason": "The counter was replaced."}
Headers = dict[str, str]


def register(client: TestClient, **changed: Any) -> Any:
    return client.post("/api/instruments", json=COUNTER | changed, headers=signed_in(client))


@pytest.fixture
def counter(client: TestClient) -> Headers:
    """An instrument at the facility."""
    told = register(client)
    assert told.status_code == 201, told.text
    return {"Authorization": f"Bearer {told.json()['token']}"}


def test_a_token_is_good_for_its_routes_and_no_other(client: TestClient, counter: Headers) -> None:
    assert code_of(client.get("/api/lots", headers=counter)) == (200, "")
    assert code_of(client.post("/api/batches/LX01B260000003/results", json=[], headers=counter)) == (422, "bad_input")
    for route in RIGHTS:
        method, path = route.split()
        if route not in COUNTER["routes"]:
            answer = client.request(method, path.format(code="LX01B260000003", number=1), headers=counter)
            assert code_of(answer) == (403, "out_of_scope"), route


def test_a_token_ends_when_it_is_revoked_or_expires(client: TestClient, clock: FixedClock, counter: Headers) -> None:
    other = register(client, username="counter-2", name="Cell counter 2").json()["token"]
    answer = client.post("/api/people/counter-1/tokens/ending", json=REVOKED, headers=signed_in(client))
    assert answer.status_code == 200, answer.text
    assert code_of(client.get("/api/lots", headers=counter)) == (401, "not_signed_in")
    second = {"Authorization": f"Bearer {other}"}
    assert client.get("/api/lots", headers=second).status_code == 200
    clock.advance(clock.now().replace(year=2027) - clock.now())
    assert code_of(client.get("/api/lots", headers=second)) == (401, "not_signed_in")


def test_whatever_an_instrument_does_is_in_its_own_name(client: TestClient, counter: Headers, installation: Installation) -> None:
    client.post("/api/batches/LX01B260000003/results", json={"test": "viability", "value": "97", "method": "x"}, headers=counter)
    asked = "SELECT p.username, r.code FROM audit.refusal r JOIN person p ON p.id = r.person_id"
    assert installation.rows(asked) == [("counter-1", "no_such_batch")]


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"routes": ["POST /api/batches/{code}/disposition"], "role": "qa"}, 403, "not_for_instruments"),
        ({"routes": ["POST /api/cultures/{code}/harvest/verification"]}, 403, "not_for_instruments"),
        ({"routes": ["POST /api/kits/{code}/fill"]}, 403, "not_for_instruments"),
        ({"routes": ["GET /api/people"], "role": "administrator"}, 403, "not_for_instruments"),
        ({"routes": ["GET /api/nothing"]}, 403, "not_for_instruments"),
        ({"routes": []}, 422, "bad_input"),
        ({"username": "ada"}, 409, "user_name_taken"),
    ],
)
def test_no_token_is_given_for_what_a_human_answers_for(
    client: TestClient, changed: dict[str, Any], status: int, code: str
) -> None:
    assert code_of(register(client, **changed)) == (status, code)


def test_every_route_that_takes_a_signature_is_for_humans(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            schema = document["components"]["schemas"].get(body.get("$ref", "").rpartition("/")[2], {})
            route = f"{method.upper()} {path}"
            if "signature" in schema.get("properties", {}) and RIGHTS[route] != {Role.ADMINISTRATOR}:
                assert route in HUMANS_ONLY
    assert set(RIGHTS) >= HUMANS_ONLY


def test_the_token_itself_is_kept_nowhere_and_signs_in_nobody(
    client: TestClient, counter: Headers, installation: Installation
) -> None:
    token = counter["Authorization"].split()[1]
    kept = installation.rows("SELECT body FROM audit.entry UNION ALL SELECT t::text FROM api_token t")
    assert not any(token in one for (one,) in kept)
    for password in (token, ""):
        order = {"username": "counter-1", "password": password}
        assert code_of(client.post("/api/sign-in", json=order)) == (403, "wrong_sign_in")
    assert code_of(client.post("/api/instruments", json=COUNTER, headers=counter)) == (403, "out_of_scope")
