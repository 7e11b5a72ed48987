"""Which way an aspirate goes, and for whom a batch exists, through HTTP."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from tests.biobank.expansion.conftest import UNKNOWN_BATCH, UNKNOWN_CULTURE, UNKNOWN_DONATION, file_of, steps
from tests.bodies import MILLION, counted, seeding
from tests.path import ELSEWHERE, FACILITY, Lab, refused


def holds(lab: Lab, code: str) -> list[tuple[str, list[str]]]:
    return [(hold["kind"], hold["purposes"]) for hold in lab.told("quinn", f"/materials/{code}/holds")]


def test_each_batch_is_born_with_the_hold_of_its_purpose(lab: Lab, donation: str) -> None:
    drug = lab.route(donation)
    assert (drug["purpose"], drug["state"], drug["donation"], drug["facility"]) == ("drug", "open", donation, FACILITY)
    assert (drug["process_version"], drug["specification_version"], drug["passage"]) == ("process-1", "specification-1", None)
    assert holds(lab, drug["code"]) == [("not_released", ["distribution", "patient_use"])]
    biobank = lab.route(lab.received(lab.enrolled()))
    assert biobank["purpose"] == "biobank"
    assert holds(lab, biobank["code"]) == [("biobank_only", ["distribution", "patient_use"])]
    labels = [lab.told("tom", f"/materials/{one['code']}/labels") for one in (drug, biobank)]
    assert [one["number"] for label in labels for one in label] == [drug["label"], biobank["label"]]
    assert ["never for a patient" in label[0]["fields"]["product"] for label in labels] == [False, True]


def test_nobody_lifts_by_hand_what_a_batch_is_born_with(lab: Lab, donation: str) -> None:
    for made in (lab.route(donation), lab.route(lab.received(lab.enrolled()))):
        [hold] = lab.told("quinn", f"/materials/{made['code']}/holds")
        road = f"/materials/{made['code']}/holds/{hold['number']}/lifting"
        refused(lab.post("quinn", road, {"reason": "I want to see it go"}), 409, "stays_held")


def test_routing_shows_nothing_at_the_bedside(lab: Lab, donation: str) -> None:
    roads = (f"/donations/{donation}", f"/materials/{donation}", f"/materials/{donation}/labels", "/donations", "/participants")
    before = [lab.get("tess", road).content for road in roads]
    batch = lab.route(donation)["code"]
    assert [lab.get("tess", road).content for road in roads] == before
    assert "route" in steps(lab, "tom", donation)
    assert "route" not in steps(lab, "tess", donation)
    assert lab.get("tess", f"/materials/{batch}").json() == lab.get("tess", f"/materials/{UNKNOWN_BATCH}").json() | {
        "message": f"Nothing here carries the code {batch}.",
        "facts": {"read": batch},
    }


def test_only_an_accepted_donation_is_routed_and_only_once(lab: Lab) -> None:
    participant = lab.enrolled()
    collected = lab.collect(participant)["code"]
    facts = refused(lab.post("tom", f"/donations/{collected}/routing"), 409, "not_accepted")
    assert facts == {"donation": collected, "state": "collected"}
    lab.hand_over(collected)
    lab.receive(collected, participant, accepted=False, remark="The bag had a leak")
    refused(lab.post("tom", f"/donations/{collected}/routing"), 409, "not_accepted")
    assert lab.told("quinn", "/batches") == []
    accepted = lab.received(lab.enrolled())
    batch = lab.route(accepted)["code"]
    facts = refused(lab.post("tom", f"/donations/{accepted}/routing"), 409, "already_routed")
    assert facts == {"donation": accepted, "batch": batch}
    assert [one["code"] for one in lab.told("quinn", "/batches")] == [batch]


def test_routing_follows_the_receipt_and_lies_in_no_future(lab: Lab) -> None:
    participant = lab.enrolled()
    collected = lab.collect(participant)["code"]
    lab.wait(hours=2)
    lab.hand_over(collected)
    lab.receive(collected, participant)
    received_at = lab.clock.now()
    lab.wait(hours=1)
    for wrong, code in (
        (received_at - timedelta(seconds=1), "out_of_order"),
        (lab.clock.now() + timedelta(minutes=3), "wrong_time"),
        (received_at - timedelta(days=15), "wrong_time"),
    ):
        refused(lab.post("tom", f"/donations/{collected}/routing", {"occurred_at": wrong.isoformat()}), 422, code)
    naive = received_at.replace(tzinfo=None).isoformat()
    refused(lab.post("tom", f"/donations/{collected}/routing", {"occurred_at": naive}), 422, "bad_input")
    assert lab.told("quinn", "/batches") == []
    late = lab.done("tom", f"/donations/{collected}/routing", {"occurred_at": received_at.isoformat()})
    assert late["opened_at"] == received_at.isoformat().replace("+00:00", "Z")


def test_a_donation_is_routed_once_however_many_try(lab: Lab, donation: str) -> None:
    lab.as_("tom"), lab.as_("tina")
    with ThreadPoolExecutor(8) as hands:
        answers = list(hands.map(lambda who: lab.post(who, f"/donations/{donation}/routing"), ["tom", "tina"] * 4))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"already_routed"}
    assert len(lab.told("quinn", "/batches")) == 1


def test_what_is_made_elsewhere_does_not_exist(lab: Lab, donation: str, batch: str) -> None:
    culture = lab.seed(batch)["code"]
    count, word = counted(MILLION, "90"), {"lot": lab.medium(), "volume_ml": "120"}
    for road, body, absent in (
        (f"/donations/{donation}/routing", {}, f"/donations/{UNKNOWN_DONATION}/routing"),
        (f"/batches/{batch}/isolation", count | {"donation": donation}, f"/batches/{UNKNOWN_BATCH}/isolation"),
        (f"/batches/{batch}/cultures", seeding(None, MILLION, "20"), f"/batches/{UNKNOWN_BATCH}/cultures"),
        (f"/cultures/{culture}/feeds", word, f"/cultures/{UNKNOWN_CULTURE}/feeds"),
        (f"/cultures/{culture}/harvest", count, f"/cultures/{UNKNOWN_CULTURE}/harvest"),
        (f"/cultures/{culture}/harvest/verification", {}, f"/cultures/{UNKNOWN_CULTURE}/harvest/verification"),
    ):
        there, nowhere = lab.post("gina", road, body), lab.post("gina", absent, body)
        assert there.status_code == nowhere.status_code == 404, f"{ELSEWHERE}: {road}: {there.text}"
        assert there.json()["code"] == nowhere.json()["code"]
        assert lab.post("tom", absent, body).json() == nowhere.json()
    assert lab.told("gina", "/batches") == []
    assert lab.get("gina", f"/batches/{batch}").json()["code"] == "no_such_batch"
    assert [one["code"] for one in lab.told("tom", "/batches")] == [batch]


def test_nobody_at_the_bedside_and_no_reader_works_in_the_clean_room(lab: Lab, donation: str, batch: str) -> None:
    before = file_of(lab, batch)
    for who in ("tess", "phil", "cora", "stella", "quentin", "sam"):
        for road in (f"/donations/{donation}/routing", f"/batches/{batch}/isolation", f"/batches/{batch}/cultures"):
            refused(lab.post(who, road), 403, "not_your_role")
    for who in ("tess", "phil", "cora", "stella"):
        refused(lab.get(who, "/batches"), 403, "not_your_role")
        refused(lab.get(who, f"/batches/{batch}"), 403, "not_your_role")
    assert file_of(lab, batch) == before
