"""Opening, reading and closing deviations through HTTP; a lot of saline is the material at hand."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from biobank.act.people import Role, Side
from biobank.clock import FixedClock
from tests.serving import hire
from tests.telemetry import Installation

SALINE = {
    "kind": "saline",
    "name": "Sodium chloride 0.9 %",
    "supplier": "A supplier",
    "supplier_lot": "L-1",
    "expires_at": "2099-01-01T00:00:00Z",
}
CONCLUSION = {"conclusion": "The carton was wet on the outside only; the bottles are dry"}
Headers = dict[str, str]


@pytest.fixture
def technician(client: TestClient) -> Headers:
    return hire(client, "tom", Side.FACILITY, Role.TECHNICIAN)


@pytest.fixture
def qa(client: TestClient) -> Headers:
    return hire(client, "quinn", Side.FACILITY, Role.QA)


@pytest.fixture
def lot(client: TestClient, technician: Headers) -> str:
    return str(client.post("/api/lots", json=SALINE, headers=technician).json()["code"])


def write(client: TestClient, who: Headers, lot: str, **changed: Any) -> Any:
    order = {"material": lot, "title": "Carton was wet", "description": "Found at the reception of the lot"}
    return client.post("/api/deviations", json=order | changed, headers=who)


def test_a_deviation_is_opened_by_one_and_closed_by_another(
    client: TestClient, clock: FixedClock, technician: Headers, qa: Headers, lot: str
) -> None:
    opened = write(client, technician, lot)
    assert opened.status_code == 201, opened.text
    told = opened.json()
    assert (told["material"], told["state"], told["conclusion"]) == (lot, "open", None)
    road = f"/api/deviations/{told['code']}/closure"
    assert client.post(road, json=CONCLUSION, headers=technician).json()["code"] == "not_your_role"
    clock.advance(timedelta(hours=1))
    closed = client.post(road, json=CONCLUSION, headers=qa)
    assert closed.status_code == 200, closed.text
    assert (closed.json()["state"], closed.json()["conclusion"]) == ("closed", CONCLUSION["conclusion"])
    again = client.post(road, json=CONCLUSION, headers=qa)
    assert (again.status_code, again.json()["code"]) == (409, "deviation_closed")
    assert client.get("/api/deviations", headers=qa).json() == [closed.json()]


def test_a_deviation_holds_its_material_until_qa_lifts_that_after_the_conclusion(
    client: TestClient, technician: Headers, qa: Headers, lot: str
) -> None:
    opened = write(client, technician, lot).json()["code"]
    [hold] = client.get(f"/api/materials/{lot}/holds", headers=qa).json()
    assert (hold["kind"], hold["purposes"]) == ("deviation", ["distribution", "patient_use"])
    assert hold["reason"].startswith(opened)
    road, reason = f"/api/materials/{lot}/holds/{hold['number']}/lifting", {"reason": "The bottles were looked at"}
    refused = client.post(road, json=reason, headers=qa)
    assert (refused.status_code, refused.json()["code"]) == (409, "deviation_still_open")
    assert client.post(f"/api/deviations/{opened}/closure", json=CONCLUSION, headers=qa).status_code == 200
    assert len(client.get(f"/api/materials/{lot}/holds", headers=qa).json()) == 1, "what is closed is not yet let go"
    assert client.post(road, json=reason, headers=qa).status_code == 200
    assert client.get(f"/api/materials/{lot}/holds", headers=qa).json() == []


def test_qa_does_not_close_what_qa_opened(client: TestClient, qa: Headers, lot: str) -> None:
    code = write(client, qa, lot).json()["code"]
    answer = client.post(f"/api/deviations/{code}/closure", json=CONCLUSION, headers=qa)
    assert (answer.status_code, answer.json()["code"]) == (409, "opened_it_yourself")
    rita = hire(client, "rita", Side.FACILITY, Role.QA)
    assert client.post(f"/api/deviations/{code}/closure", json=CONCLUSION, headers=rita).status_code == 200


def test_the_conclusion_is_the_reason_of_the_act(client: TestClient, installation: Installation, qa: Headers, lot: str) -> None:
    code = write(client, hire(client, "tina", Side.FACILITY, Role.TECHNICIAN), lot).json()["code"]
    assert client.post(f"/api/deviations/{code}/closure", json=CONCLUSION, headers=qa).status_code == 200
    assert installation.one("SELECT reason FROM audit.act WHERE kind = 'close_deviation'") == CONCLUSION["conclusion"]


@pytest.mark.parametrize("conclusion", ["", "    ", "ok", "-----", "n/a", None])
def test_a_conclusion_that_says_nothing_closes_nothing(
    client: TestClient, installation: Installation, technician: Headers, qa: Headers, lot: str, conclusion: str | None
) -> None:
    code = write(client, technician, lot).json()["code"]
    answer = client.post(f"/api/deviations/{code}/closure", json={"conclusion": conclusion}, headers=qa)
    assert answer.status_code == 422, answer.text
    assert installation.one("SELECT state FROM deviation") == "open"


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"material": "LX01L99999999A"}, 404, "no_such_material"),
        ({"title": ""}, 422, "bad_input"),
        ({"title": "....."}, 422, "bad_input"),
        ({"title": "Two\nlines"}, 422, "bad_input"),
        ({"description": "?"}, 422, "bad_input"),
        ({"state": "closed"}, 422, "bad_input"),
    ],
)
def test_a_deviation_about_nothing_or_that_says_nothing_is_refused(
    client: TestClient, installation: Installation, technician: Headers, lot: str, changed: Any, status: int, code: str
) -> None:
    answer = write(client, technician, lot, **changed)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert installation.one("SELECT count(*) FROM deviation") == 0


def test_an_unknown_deviation_is_not_closed(client: TestClient, qa: Headers) -> None:
    answer = client.post("/api/deviations/LX01V99999999A/closure", json=CONCLUSION, headers=qa)
    assert (answer.status_code, answer.json()["code"]) == (404, "no_such_deviation")


def test_the_bedside_neither_reads_nor_writes_deviations(client: TestClient, lot: str) -> None:
    tess = hire(client, "tess", Side.BEDSIDE, Role.TREATING)
    assert client.get("/api/deviations", headers=tess).json()["code"] == "not_your_role"
    assert write(client, tess, lot).json()["code"] == "not_your_role"
