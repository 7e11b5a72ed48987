"""Where two people are asked for, two accounts of one human being are not enough, also when both come at once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from fastapi.testclient import TestClient

from biobank.act.people import Role, Side
from tests.doses import DoseLab
from tests.path import FACILITY
from tests.readbacks import read_labels_back
from tests.serving import PASSWORD, code_of, enrol, seen, signed_in
from tests.starts import starting, with_study
from tests.telemetry import Installation

start = starting(with_study(DoseLab, "A"))


def another_account(lab: DoseLab, who: str, same_as: str, side: Side, *roles: Role, place: str | None = None) -> None:
    """Hire somebody under another user name who shows the document of somebody known."""
    lab.as_(same_as)
    order = {"username": who, "name": f"{who.title()} Person", "side": side, "roles": list(roles), "place": place}
    answer = enrol(lab.client, signed_in(lab.client), **order, identity=seen(same_as))
    assert answer.status_code == 201, answer.text
    lab._sessions[who] = signed_in(lab.client, who)


SAME = (403, "same_human")


def test_a_harvest_is_verified_by_another_human_also_in_a_race(lab: DoseLab, installation: Installation) -> None:
    another_account(lab, "tomas", "tom", Side.FACILITY, Role.TECHNICIAN, place=FACILITY)
    batch = lab.isolated(lab.enrolled())
    culture = lab.seed(batch)["code"]
    lab.wait(days=12)
    lab.harvest(culture)
    way = f"/cultures/{culture}/harvest/verification"
    lab.as_("tina")
    assert code_of(lab.post("tomas", way)) == SAME
    with ThreadPoolExecutor(9) as pool:
        told = list(pool.map(lambda who: code_of(lab.post(who, way)), ["tomas", "tina", "tomas"] * 6))
    assert [one for one in told if one[0] == 200] == [(200, "")]
    verified = "SELECT p.username FROM cell_count c JOIN person p ON p.id = c.verified_by"
    assert installation.rows(verified) == [("tina",)]


def test_handing_over_closing_and_seeing_take_another_human(lab: DoseLab) -> None:
    another_account(lab, "toby", "tom", Side.FACILITY, Role.TECHNICIAN, Role.QA, place=FACILITY)
    donation = lab.received(lab.enrolled())
    batch = lab.route(donation)["code"]
    read_labels_back(lab, batch)
    lab.done("tom", f"/materials/{batch}/handovers", {"to_place": FACILITY})
    assert code_of(lab.post("toby", f"/materials/{batch}/handovers/confirmation")) == SAME
    told = {"material": batch, "title": "A box was dropped", "description": "From the bench to the floor."}
    deviation = lab.done("tom", "/deviations", told)["code"]
    assert code_of(lab.post("toby", f"/deviations/{deviation}/closure", {"conclusion": "Nothing was damaged."})) == SAME
    assert lab.post("quinn", f"/deviations/{deviation}/closure", {"conclusion": "Nothing was damaged."}).is_success


def test_the_qp_is_another_human_than_who_made_the_batch(lab: DoseLab) -> None:
    another_account(lab, "thomas", "tom", Side.FACILITY, Role.QP)
    batch = lab.reviewable(lab.enrolled())
    review(lab, batch)
    lab.dispose(batch)
    assert code_of(lab.post("thomas", f"/batches/{batch}/certification", approval("thomas"))) == SAME
    assert lab.certify(batch)["verdict"] == "approved"


def approval(who: str) -> dict[str, Any]:
    return {"verdict": "approved", "signature": {"username": who, "password": PASSWORD, "meaning": "I approve this"}}


def review(lab: DoseLab, batch: str) -> None:
    """The review of the batch's trail, where the release asks for one."""
    way = f"/batches/{batch}/trail-review"
    asked = lab.get("quinn", way)
    if asked.is_success:
        lab.post("quinn", way, {"up_to": asked.json()["up_to"]})


def test_who_fills_a_kit_does_not_declare_it_ready_under_another_name(lab: DoseLab) -> None:
    another_account(lab, "piet", "pia", Side.FACILITY, Role.PREPARER, place=FACILITY)
    participant = lab.enrolled()
    lab.made(participant)
    kit = lab.plan_dose(participant)["kit"]
    lab.thawed(kit, participant)
    lab.recount(kit)
    lab.fill(kit)
    sign = {"signature": approval("piet")["signature"]}
    assert code_of(lab.post("piet", f"/kits/{kit}/ready", sign)) == SAME
    assert lab.post("paul", f"/kits/{kit}/ready", {"signature": lab.sign("paul")}).is_success


def test_whoever_was_seen_by_nobody_reads_and_records_nothing(client: TestClient) -> None:
    assert enrol(client, signed_in(client), identity=None).status_code == 201
    tom = signed_in(client, "tom")
    own = {"old": PASSWORD, "new": "another password, my own"}
    assert client.post("/api/me/password", json=own, headers=tom).status_code == 204
    assert client.get("/api/lots", headers=tom).status_code == 200
    assert code_of(client.post("/api/lots", json={}, headers=tom)) == (403, "identity_not_verified")


def test_an_administrator_does_not_see_whom_they_enrolled_under_another_name(client: TestClient) -> None:
    boss = {"username": "adam", "name": "Adam Second", "side": "desk", "roles": ["administrator"]}
    assert enrol(client, signed_in(client), **boss, identity=seen("ada")).status_code == 201
    assert enrol(client, signed_in(client), identity=None).status_code == 201
    own = {"old": PASSWORD, "new": "another password, my own"}
    assert client.post("/api/me/password", json=own, headers=signed_in(client, "tom")).status_code == 204
    shown = {"document": "document of tom", "shown": "passport"}
    assert code_of(client.post("/api/people/tom/identity", json=shown, headers=signed_in(client, "adam"))) == SAME
    assert client.post("/api/people/tom/identity", json=shown, headers=signed_in(client, "vera")).is_success
