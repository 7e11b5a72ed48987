"""Materials, handovers and holds through HTTP; a lot of saline is the material at hand."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from biobank.act.people import Role, Side
from biobank.clock import FixedClock
from labels import local
from tests.serving import hire
from tests.telemetry import Installation

SALINE = {
    "kind": "saline",
    "name": "Sodium chloride 0.9 %",
    "supplier": "A supplier",
    "supplier_lot": "L-1",
    "expires_at": "2099-01-01T00:00:00Z",
}
HOLD = {"purposes": ["patient_use"], "reason": "The supplier asked for it"}
Headers = dict[str, str]


@pytest.fixture
def technician(client: TestClient) -> Headers:
    return hire(client, "tom", Side.FACILITY, Role.TECHNICIAN)


@pytest.fixture
def qa(client: TestClient) -> Headers:
    return hire(client, "quinn", Side.FACILITY, Role.QA)


def receive(client: TestClient, who: Headers, **changed: Any) -> Any:
    return client.post("/api/lots", json=SALINE | changed, headers=who)


@pytest.fixture
def lot(client: TestClient, technician: Headers) -> str:
    answer = receive(client, technician)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["code"])


def test_a_received_lot_has_a_code_that_reads_back_and_an_event(client: TestClient, technician: Headers, lot: str) -> None:
    assert local.parse(lot).kind == local.CodeKind.LOT
    told = client.get(f"/api/materials/{lot}", headers=technician).json()
    assert (told["kind"], [event["step"] for event in told["events"]]) == ("lot", ["receive"])


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({}, 409, "lot_known"),
        ({"supplier_lot": "L-2", "expires_at": "2001-01-01T00:00:00Z"}, 422, "already_expired"),
        ({"supplier_lot": "L-2", "expires_at": "2099-01-01T00:00:00"}, 422, "bad_input"),
        ({"kind": "tea"}, 422, "bad_input"),
        ({"name": ""}, 422, "bad_input"),
    ],
)
def test_a_wrong_lot_is_refused_and_not_kept(
    client: TestClient, installation: Installation, technician: Headers, lot: str, changed: Any, status: int, code: str
) -> None:
    answer = receive(client, technician, **changed)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert installation.one("SELECT count(*) FROM lot") == 1


def test_a_hold_is_placed_seen_and_lifted_with_reasons(client: TestClient, technician: Headers, qa: Headers, lot: str) -> None:
    placed = client.post(f"/api/materials/{lot}/holds", json=HOLD, headers=qa)
    assert placed.status_code == 201, placed.text
    number = placed.json()["number"]
    assert [hold["number"] for hold in client.get(f"/api/materials/{lot}/holds", headers=technician).json()] == [number]
    lifting = f"/api/materials/{lot}/holds/{number}/lifting"
    assert client.post(lifting, json={"reason": "The supplier took it back"}, headers=technician).status_code == 403
    assert client.post(lifting, json={"reason": "The supplier took it back"}, headers=qa).status_code == 200
    assert client.post(lifting, json={"reason": "The supplier took it back"}, headers=qa).json()["code"] == "no_such_hold"
    assert client.get(f"/api/materials/{lot}/holds", headers=technician).json() == []


@pytest.mark.parametrize("reason", ["", " ", ".", "n/a", "update", "-----"])
def test_a_reason_that_says_nothing_holds_nothing(
    client: TestClient, installation: Installation, qa: Headers, lot: str, reason: str
) -> None:
    answer = client.post(f"/api/materials/{lot}/holds", json=HOLD | {"reason": reason}, headers=qa)
    assert answer.status_code == 422, answer.text
    assert installation.one("SELECT count(*) FROM hold") == 0


def test_a_handover_takes_two_people(client: TestClient, clock: FixedClock, technician: Headers, lot: str) -> None:
    clock.advance(timedelta(minutes=1))
    road, confirmation = f"/api/materials/{lot}/handovers", f"/api/materials/{lot}/handovers/confirmation"
    assert client.post(confirmation, json={}, headers=technician).json()["code"] == "not_handed_over"
    assert client.post(road, json={"to_place": "clean room 2"}, headers=technician).status_code == 201
    assert client.post(road, json={"to_place": "clean room 3"}, headers=technician).json()["code"] == "already_handed_over"
    assert client.post(confirmation, json={}, headers=technician).json()["code"] == "same_hands"
    clock.advance(timedelta(minutes=1))
    paula = hire(client, "paula", Side.FACILITY, Role.PREPARER)
    assert client.post(confirmation, json={}, headers=paula).json()["taken_at"] is not None
    steps = [event["step"] for event in client.get(f"/api/materials/{lot}", headers=paula).json()["events"]]
    assert steps == ["receive", "hand_over", "take_over"]


def test_the_bedside_learns_of_a_lot_what_it_learns_of_nothing(client: TestClient, lot: str) -> None:
    courier = hire(client, "cora", Side.BEDSIDE, Role.COURIER)
    for there, code in ((True, lot), (False, "LX01L99999999A")):
        answer = client.get(f"/api/materials/{code}", headers=courier)
        assert (there, answer.status_code) == (there, 404)
        assert answer.json() == {
            "code": "no_such_material",
            "message": f"Nothing here carries the code {code}.",
            "facts": {"read": code},
        }


def test_nothing_is_handed_over_before_it_was_there_nor_taken_before_it_was_handed(
    client: TestClient, clock: FixedClock, technician: Headers, lot: str
) -> None:
    road, earlier = f"/api/materials/{lot}/handovers", (clock.now() - timedelta(seconds=1)).isoformat()
    paula = hire(client, "paula", Side.FACILITY, Role.PREPARER)
    passed, order = road + "/confirmation", {"to_place": "clean room 2"}
    assert client.post(road, json=order | {"occurred_at": earlier}, headers=technician).json()["code"] == "out_of_order"
    assert client.post(road, json=order, headers=technician).status_code == 201
    assert client.post(passed, json={"occurred_at": earlier}, headers=paula).json()["code"] == "out_of_order"
    clock.advance(timedelta(minutes=2))
    assert client.post(passed, json={}, headers=paula).status_code == 200
    again = order | {"occurred_at": (clock.now() - timedelta(minutes=1)).isoformat()}
    assert client.post(road, json=again, headers=paula).json()["code"] == "out_of_order"


@pytest.mark.parametrize("occurred", ["2099-01-01T00:00:00Z", "2001-01-01T00:00:00Z", "2026-01-01T00:00:00", "yesterday", -1])
def test_a_time_that_cannot_be_moves_nothing(
    client: TestClient, installation: Installation, technician: Headers, lot: str, occurred: Any
) -> None:
    order = {"to_place": "clean room 2", "occurred_at": occurred}
    answer = client.post(f"/api/materials/{lot}/handovers", json=order, headers=technician)
    assert answer.status_code == 422, answer.text
    assert installation.one("SELECT count(*) FROM handover") == 0
