"""The hours before a dose through HTTP, in both arms, with everything tried wrong before it is done right."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from biobank.act.people import Role, Side
from tests.bodies import MILLION
from tests.doses import DoseLab, recounted
from tests.serving import code_of, hire
from tests.telemetry import Installation

cells = pytest.mark.parametrize("sequence", ["A"], ids=["cells"])
saline = pytest.mark.parametrize("sequence", ["B"], ids=["saline"])


def thaw(lab: DoseLab, unit: str, kit: str | None, participant: str, who: str = "pia", **changed: Any) -> Any:
    return lab.post(who, f"/units/{unit}/thaw", {"kit": kit, "participant": participant} | changed)


def recount(lab: DoseLab, kit: str, **changed: Any) -> Any:
    return lab.post("pia", f"/kits/{kit}/recount", recounted() | changed)


def fill(lab: DoseLab, kit: str, lot: str | None = None) -> Any:
    return lab.post("pia", f"/kits/{kit}/fill", {"lot": lot or lab.saline()})


def decide(lab: DoseLab, kit: str, who: str = "quentin", reason: str = "No other cells; the benefit outweighs") -> Any:
    return lab.post(who, f"/kits/{kit}/low-dose-decision", {"reason": reason, "signature": lab.sign(who)})


def ready(lab: DoseLab, kit: str, who: str = "paul", **changed: Any) -> Any:
    return lab.post(who, f"/kits/{kit}/ready", {"signature": lab.sign(who) | changed})


def held(lab: DoseLab, material: str, attempt: Callable[[], Any], purpose: str = "patient_use") -> Any:
    """The answer to an attempt while a hold stands against a material."""
    order = {"purposes": [purpose], "reason": "The seal looks odd"}
    number = lab.done("quinn", f"/materials/{material}/holds", order)["number"]
    answer = attempt()
    lab.done("quinn", f"/materials/{material}/holds/{number}/lifting", {"reason": "It was only frost"})
    return answer


def units_of(lab: DoseLab, participant: str) -> list[str]:
    return [unit["code"] for unit in lab.told("pia", "/units") if unit["participant"] == participant]


@cells
def test_only_own_released_cells_are_thawed_each_scanned_and_never_stored_again(
    lab: DoseLab, client: TestClient, participant: str, kit: str
) -> None:
    units = units_of(lab, participant)
    before = lab.told("quinn", f"/kits/{kit}/preparation")
    assert (before["state"], before["contains"], before["units_to_thaw"], before["units"]) == (None, "cells", 5, units)
    assert code_of(thaw(lab, units[0], kit, participant)) == (409, "not_prepared")
    lab.wait(minutes=-1)
    assert code_of(lab.post("pia", f"/kits/{kit}/preparation")) == (409, "outside_preparation")
    lab.wait(minutes=1)
    assert code_of(lab.post("tom", f"/kits/{kit}/preparation")) == (403, "not_your_role")
    assert code_of(lab.post("pia", "/kits/ZZZZ2222Z/preparation")) == (404, "no_such_kit")
    assert code_of(lab.get("phil", f"/kits/{kit}/preparation")) == (403, "not_your_role")
    elsewhere = hire(client, "gwen", Side.FACILITY, Role.PREPARER, place="gmp-2")
    assert code_of(client.post(f"/api/kits/{kit}/preparation", json={}, headers=elsewhere)) == (404, "no_such_kit")
    begun = lab.prepare(kit)
    assert begun == before | {"state": "open"}
    assert code_of(lab.post("pia", f"/kits/{kit}/preparation")) == (409, "preparation_known")
    assert code_of(recount(lab, kit)) == (409, "nothing_thawed")

    assert code_of(thaw(lab, units[0], kit, "SM-01-999-X")) == (409, "wrong_unit")
    assert code_of(thaw(lab, units[0], kit, participant, who="tom")) == (403, "not_your_role")
    assert code_of(thaw(lab, "LX01U26999999A", kit, participant)) == (404, "no_such_unit")
    assert code_of(thaw(lab, units[0], "ZZZZ2222Z", participant)) == (404, "no_such_kit")
    assert code_of(thaw(lab, units[0], kit, "")) == (422, "bad_input")
    assert code_of(lab.post("pia", f"/units/{units[0]}/thaw", {"participant": participant})) == (422, "bad_input")
    order = {"kit": kit, "participant": participant}
    assert code_of(client.post(f"/api/units/{units[0]}/thaw", json=order, headers=elsewhere)) == (404, "no_such_unit")
    for material in (units[0], lab.told("pia", f"/units/{units[0]}")["batch"]):
        refused = held(lab, material, lambda: thaw(lab, units[0], kit, participant))
        assert code_of(refused) == (409, "on_hold")
    assert units_of(lab, participant) == lab.told("pia", f"/kits/{kit}/preparation")["units"], "refusals thawed nothing"

    for unit in units[:4]:
        assert lab.thaw(unit, kit, participant)["state"] == "thawed"
    assert code_of(thaw(lab, units[0], kit, participant)) == (409, "not_stored")
    assert code_of(recount(lab, kit)) == (409, "not_all_thawed")
    assert lab.thaw(units[4], kit, participant)["position"] is None
    assert code_of(thaw(lab, units[5], kit, participant)) == (409, "enough_thawed")
    slot = lab.slots(lab.freezer("Nitrogen 9"), 1)[0]
    assert code_of(lab.post("bo", f"/units/{units[0]}/placement", {"position": slot})) == (409, "never_back")
    assert lab.told("pia", f"/kits/{kit}/preparation")["thawed"] == units[:5]


@cells
def test_a_kit_is_filled_from_a_count_with_saline_and_declared_ready_by_somebody_else(
    lab: DoseLab, participant: str, kit: str, installation: Installation
) -> None:
    assert code_of(ready(lab, kit)) == (409, "not_prepared")
    lab.wait(minutes=5)
    begun = lab.thawed(kit, participant)
    assert code_of(fill(lab, kit)) == (409, "recount_missing")
    assert code_of(decide(lab, kit)) == (409, "recount_missing")
    assert code_of(recount(lab, kit, viability_percent="101")) == (422, "bad_input")
    assert code_of(recount(lab, kit, viable_cells_per_ml=0)) == (422, "bad_input")
    before_the_thaw = lab.clock.now() - timedelta(minutes=1)
    assert code_of(recount(lab, kit, occurred_at=before_the_thaw.isoformat())) == (422, "out_of_order")
    counted = lab.recount(kit)["recount"]
    assert (counted["viable_cells_per_ml"], counted["to_draw_ml"]) == (16 * MILLION, "4.5")
    assert code_of(recount(lab, kit)) == (422, "not_later")
    assert code_of(decide(lab, kit, "pia")) == (403, "not_your_role")
    assert code_of(decide(lab, kit)) == (409, "dose_not_low")
    lab.wait(minutes=10)
    assert lab.recount(kit, viable_cells_per_ml=15 * MILLION)["recount"]["to_draw_ml"] == "4.8"

    assert code_of(fill(lab, kit, lab.lot("medium", "M-9"))) == (409, "not_saline")
    assert code_of(fill(lab, kit, lab.lot("saline", "S-9", "2026-04-29T12:00:00Z"))) == (409, "lot_expires_first")
    assert code_of(fill(lab, kit, "LX01L26999999A")) == (404, "no_such_material")
    assert code_of(fill(lab, kit, begun["units"][0])) == (404, "no_such_material")
    for material in (lab.saline(), begun["units"][0], kit):
        assert code_of(held(lab, material, lambda: fill(lab, kit))) == (409, "on_hold"), material
    assert installation.one("SELECT count(*) FROM fill") == 0
    assert code_of(ready(lab, kit)) == (409, "wrong_preparation_state")

    filled = lab.fill(kit)
    assert filled["state"] == "filled"
    assert {key: filled["fill"][key] for key in ("drawn_ml", "saline_ml", "delivered_viable_cells", "lot")} == {
        "drawn_ml": "4.80",
        "saline_ml": "0.20",
        "delivered_viable_cells": 72 * MILLION,
        "lot": lab.saline(),
    }
    for again in (fill(lab, kit), recount(lab, kit), thaw(lab, begun["units"][5], kit, participant), decide(lab, kit)):
        assert code_of(again) == (409, "wrong_preparation_state")
    assert code_of(ready(lab, kit, "pia")) == (409, "same_hands")
    assert code_of(ready(lab, kit, password="not the password")) == (403, "wrong_signature")
    assert code_of(lab.post("paul", f"/kits/{kit}/ready")) == (422, "bad_input")
    for material in (lab.saline(), begun["units"][0]):
        assert code_of(held(lab, material, lambda: ready(lab, kit), "distribution")) == (409, "on_hold"), material
    assert lab.ready(kit)["state"] == "ready"
    assert code_of(ready(lab, kit)) == (409, "kit_not_at_that_point")
    signed = installation.rows("SELECT printed_name, meaning FROM signature WHERE record = %s", kit)
    assert signed == [("Paul Person", "Checked and ready for use")]


@cells
def test_a_low_dose_is_given_only_after_a_signed_decision_about_this_very_count(
    lab: DoseLab, participant: str, kit: str, installation: Installation
) -> None:
    begun = lab.thawed(kit, participant)
    lab.recount(kit, viable_cells_per_ml=10**10)
    assert code_of(fill(lab, kit)) == (409, "nothing_drawn")
    assert code_of(decide(lab, kit)) == (409, "nothing_drawn")
    lab.wait(minutes=1)
    lab.recount(kit, viability_percent="69.9")
    assert code_of(fill(lab, kit)) == (409, "viability_too_low")
    lab.wait(minutes=1)
    lab.recount(kit, viable_cells_per_ml=9 * MILLION)
    assert fill(lab, kit).json() == {
        "code": "below_minimum_dose",
        "message": "45,000,000 viable cells are less than 50,680,000; that needs a QP's decision.",
        "facts": {"delivered": 45 * MILLION, "minimum": 50_680_000},
    }
    assert code_of(decide(lab, kit, reason="...")) == (422, "bad_input")
    assert decide(lab, kit).json()["low_dose_reason"] == "No other cells; the benefit outweighs"
    assert code_of(decide(lab, kit)) == (409, "low_dose_decided")

    lab.wait(minutes=1)
    lab.thaw(begun["units"][5], kit, participant)
    assert code_of(fill(lab, kit)) == (409, "recount_missing")
    lab.wait(minutes=1)
    counted = lab.recount(kit, viable_cells_per_ml=8 * MILLION, volume_ml="6")
    assert counted["low_dose_reason"] is None, "the decision was about the count before"
    assert code_of(fill(lab, kit)) == (409, "below_minimum_dose")
    decide(lab, kit)
    assert lab.fill(kit)["fill"]["delivered_viable_cells"] == 40 * MILLION
    assert installation.one("SELECT count(*) FROM signature WHERE record = %s", kit) == 2
    reasons = installation.rows("SELECT reason FROM audit.act WHERE kind = 'decide_low_dose' AND reason IS NOT NULL")
    assert len(reasons) == 2


@saline
def test_a_kit_of_saline_passes_the_same_acts_and_thaws_nothing(lab: DoseLab, participant: str, kit: str) -> None:
    [unit, *_] = units_of(lab, participant)
    begun = lab.prepare(kit)
    assert (begun["contains"], begun["units_to_thaw"], begun["units"]) == ("saline", None, [])
    assert (begun["target_viable_cells"], begun["minimum_viable_cells"]) == (72_400_000, 50_680_000)
    assert code_of(thaw(lab, unit, kit, participant)) == (409, "holds_no_cells")
    assert code_of(recount(lab, kit)) == (409, "holds_no_cells")
    assert code_of(decide(lab, kit)) == (409, "holds_no_cells")
    assert code_of(fill(lab, kit, lab.lot("medium", "M-9"))) == (409, "not_saline")
    filled = lab.fill(kit)["fill"]
    assert (filled["drawn_ml"], filled["saline_ml"], filled["delivered_viable_cells"]) == ("0.00", "5.00", 0)
    assert code_of(ready(lab, kit, "pia")) == (409, "same_hands")
    lab.wait(hours=4)
    assert code_of(ready(lab, kit)) == (409, "outside_preparation"), "expired before it was declared ready"
    lab.wait(hours=-4)
    assert lab.ready(kit)["thawed"] == []


@saline
def test_what_went_to_the_biobank_is_thawed_for_tests_and_never_for_a_patient(
    lab: DoseLab, participant: str, installation: Installation
) -> None:
    of_biobank = units_of(lab, participant)
    assert code_of(thaw(lab, of_biobank[0], None, "SM-01-999-X")) == (409, "wrong_unit")
    refused = held(lab, of_biobank[0], lambda: thaw(lab, of_biobank[0], None, participant), "test_thaw")
    assert code_of(refused) == (409, "on_hold")
    tested = lab.thaw(of_biobank[0], None, participant)
    assert (tested["state"], tested["purpose"], tested["position"]) == ("thawed", "biobank", None)
    assert code_of(thaw(lab, of_biobank[0], None, participant)) == (409, "not_stored")

    lab.wait_until(lab.due(participant, "collection-2"), 9)
    lab.made(participant, 2)
    kit = lab.plan_dose(participant, 2)["kit"]
    begun = lab.prepare(kit)
    assert begun["contains"] == "cells"
    assert of_biobank[1] not in begun["units"]
    assert code_of(thaw(lab, of_biobank[1], kit, participant)) == (409, "biobank_unit")
    stranger = lab.enrolled()
    foreign = lab.made(stranger)
    assert code_of(thaw(lab, foreign.units[0], kit, stranger)) == (409, "foreign_unit")
    assert code_of(thaw(lab, foreign.units[0], kit, participant)) == (409, "wrong_unit")
    assert installation.one("SELECT count(*) FROM thaw WHERE preparation_id IS NOT NULL") == 0


@saline
def test_a_participant_who_left_gets_no_kit_prepared(lab: DoseLab, participant: str, kit: str) -> None:
    lab.prepare(kit)
    lab.done("tess", f"/participants/{participant}/withdrawal", {"purposes": ["treatment"], "reason": "Moved abroad"})
    assert code_of(fill(lab, kit)) == (409, "wrong_participant_state")
    assert lab.told("pia", f"/kits/{kit}/preparation")["state"] == "open"


@cells
def test_of_two_hands_at_the_same_moment_one_thaws_and_one_fills(lab: DoseLab, participant: str, kit: str) -> None:
    begun = lab.prepare(kit)
    lab.saline()
    with ThreadPoolExecutor(4) as hands:
        for unit in begun["units"][:5]:
            thaws = list(hands.map(lambda who, unit=unit: thaw(lab, unit, kit, participant, who=who), ["pia", "pia", "pia"]))
            assert sorted(answer.status_code for answer in thaws) == [200, 409, 409]
        lab.recount(kit)
        fills = list(hands.map(lambda _: fill(lab, kit), range(4)))
        assert sorted(answer.status_code for answer in fills) == [201, 409, 409, 409]
    assert lab.told("pia", f"/kits/{kit}/preparation")["thawed"] == begun["units"][:5]
