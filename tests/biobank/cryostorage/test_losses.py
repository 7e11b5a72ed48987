"""Discarding cultures, giving up batches and destroying units through HTTP, and what the database says of scripts that do."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest

from biobank.act.kinds import Kind
from tests.biobank.cryostorage.conftest import slots_of, unit_of
from tests.bodies import MILLION, counted, freezing, seeding
from tests.path import Lab, refused
from tests.scripting import as_facility
from tests.telemetry import Installation

REASON = "Contaminated: the medium is turbid in two vessels"


def discard(lab: Lab, culture: str, who: str = "tom", **changed: Any) -> Any:
    return lab.post(who, f"/cultures/{culture}/discarding", {"reason": REASON} | changed)


def fail(lab: Lab, batch: str, who: str = "quinn", **changed: Any) -> Any:
    return lab.post(who, f"/batches/{batch}/failure", {"reason": REASON, "signature": lab.sign(who)} | changed)


def destroy(lab: Lab, unit: str, who: str = "bo", **changed: Any) -> Any:
    return lab.post(who, f"/units/{unit}/destruction", {"reason": REASON, "signature": lab.sign(who)} | changed)


def state_of(lab: Lab, batch: str) -> Any:
    return lab.told("quinn", f"/batches/{batch}")["state"]


def steps(lab: Lab, code: str) -> list[str]:
    return [event["step"] for event in lab.told("quinn", f"/materials/{code}")["events"]]


def test_a_discarded_culture_is_neither_fed_nor_harvested_and_its_batch_goes_on(lab: Lab, drug: str) -> None:
    spoiled = lab.seed(drug, None, 5 * MILLION, "100")["code"]
    early = (lab.clock.now() - timedelta(hours=1)).isoformat()
    refused(discard(lab, spoiled, occurred_at=early), 422, "out_of_order")
    refused(discard(lab, spoiled, reason=""), 422, "bad_input")
    for who in ("bo", "quinn", "tess"):
        refused(discard(lab, spoiled, who), 403, "not_your_role")
    refused(discard(lab, spoiled, "gina"), 404, "no_such_culture")
    assert discard(lab, spoiled).json()["state"] == "discarded"
    assert state_of(lab, drug) == "isolated"
    assert steps(lab, spoiled)[-1] == "discard"
    refused(discard(lab, spoiled), 409, "culture_not_growing")
    refused(lab.post("tina", f"/cultures/{spoiled}/feeds", {"lot": lab.medium(), "volume_ml": "10"}), 409, "culture_not_growing")
    refused(lab.post("tom", f"/cultures/{spoiled}/harvest", counted(MILLION, "90")), 409, "culture_not_growing")
    refused(lab.post("tom", f"/batches/{drug}/cultures", seeding(spoiled, 5 * MILLION, "100")), 409, "not_counted")
    assert lab.seed(drug, None, 5 * MILLION, "100")["passage"] == 0


def test_a_batch_is_stored_when_the_last_of_its_cultures_is_discarded(lab: Lab, drug: str) -> None:
    grown = lab.harvested(drug)
    spoiled = lab.seed(drug, grown, 6 * MILLION, "2000")["code"]
    lab.stored(drug, grown, 1)
    assert state_of(lab, drug) == "growing"
    discard(lab, spoiled)
    assert state_of(lab, drug) == "stored"


def test_a_batch_is_given_up_with_a_signature_and_a_deviation(lab: Lab, drug: str) -> None:
    culture = lab.seed(drug)["code"]
    assert refused(fail(lab, drug), 409, "wrong_batch_state")["state"] == "growing"
    discard(lab, culture)
    refused(fail(lab, drug, reason=""), 422, "bad_input")
    refused(fail(lab, drug, signature=lab.sign("quinn") | {"password": "another long password"}), 403, "wrong_signature")
    refused(fail(lab, drug, "tom"), 403, "not_your_role")
    assert state_of(lab, drug) == "isolated"
    assert fail(lab, drug).json()["state"] == "failed"
    assert steps(lab, drug)[-1] == "fail"
    [opened] = [one for one in lab.told("quinn", "/deviations") if one["material"] == drug]
    assert (opened["title"], opened["description"], opened["state"]) == ("The batch failed", REASON, "open")
    refused(fail(lab, drug, "bo"), 409, "wrong_batch_state")
    refused(lab.post("tom", f"/batches/{drug}/cultures", seeding(None, MILLION, "100")), 409, "wrong_batch_state")
    refused(lab.post("tom", f"/batches/{drug}/freezing-runs", freezing(None, 1, MILLION)), 409, "wrong_batch_state")


def test_nobody_decides_about_a_failed_batch(lab: Lab, drug: str) -> None:
    culture = lab.harvested(drug)
    lab.freeze(drug, culture, 1)
    fail(lab, drug)
    for verdict in ("approved", "rejected"):
        order = {"verdict": verdict, "signature": lab.sign("quinn")}
        refused(lab.post("quinn", f"/batches/{drug}/disposition", order), 409, "batch_failed")


def test_a_destroyed_unit_leaves_its_slot_whatever_holds_it_and_never_comes_back(lab: Lab, batch: str, freezer: str) -> None:
    one, other = lab.freeze(batch, None, 2, MILLION)
    here, there = lab.slots(freezer, 2)
    lab.place(one, here)
    lab.done("quinn", f"/materials/{one}/holds", {"purposes": ["movement"], "reason": "It may have been warm"})
    refused(destroy(lab, one, reason=""), 422, "bad_input")
    refused(destroy(lab, one, signature=lab.sign("bo") | {"password": "another long password"}), 403, "wrong_signature")
    refused(destroy(lab, one, "tom"), 403, "not_your_role")
    before = (lab.clock.now() - timedelta(days=1)).isoformat()
    refused(destroy(lab, one, occurred_at=before), 422, "out_of_order")
    assert (unit_of(lab, one)["state"], state_of(lab, batch)) == ("stored", "isolated")
    told = destroy(lab, one).json()
    assert (told["state"], told["position"]) == ("destroyed", None)
    assert steps(lab, one)[-1] == "destroy"
    refused(destroy(lab, one, "quinn"), 409, "cannot_be_destroyed")
    refused(lab.post("bo", f"/units/{one}/placement", {"position": there}), 409, "never_back")
    lab.place(other, here)
    assert slots_of(lab, freezer) == {here: other, there: None}
    assert state_of(lab, batch) == "stored"


def test_a_batch_is_stored_when_the_unit_that_waited_for_its_place_is_destroyed(lab: Lab, batch: str, freezer: str) -> None:
    one, other = lab.freeze(batch, None, 2, MILLION)
    lab.place(one, lab.slots(freezer, 1)[0])
    assert state_of(lab, batch) == "isolated"
    destroy(lab, other)
    assert state_of(lab, batch) == "stored"


def rule_against(installation: Installation, batch: str, *states: str) -> str | None:
    """The database's rule that refuses a script which sets a batch to these states, one after the other."""
    try:
        with as_facility(installation, Kind.STORE_UNIT) as db:
            for state in states:
                db.execute("UPDATE batch SET state = %s WHERE code = %s", [state, batch])
    except psycopg.Error as refusal:
        return refusal.sqlstate
    return None


@pytest.mark.every_postgresql
def test_no_batch_is_given_up_while_something_grows_nor_once_it_was_released(
    lab: Lab, drug: str, installation: Installation
) -> None:
    culture = lab.seed(drug, None, 3 * MILLION, "60")["code"]
    assert rule_against(installation, drug, "failed") == "BB037"
    assert rule_against(installation, drug, "isolated", "failed") == "BB035"
    discard(lab, culture)
    lab.donor_tests(lab.told("quinn", f"/batches/{drug}")["donation"])
    lab.freeze(drug, lab.harvested(drug), 1)
    lab.results(drug)
    lab.release(drug)
    assert state_of(lab, drug) == "harvested", "released before its unit lay in its place"
    refused(fail(lab, drug), 409, "already_released")
    assert rule_against(installation, drug, "failed") == "BB035"
