"""Freezing, laying into slots and moving through HTTP, with everything tried wrong."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from tests.biobank.cryostorage.conftest import UNKNOWN_POSITION, UNKNOWN_UNIT, slots_of, unit_of
from tests.bodies import MILLION, counted, freezing, seeding
from tests.path import Lab, refused
from tests.telemetry import Installation


def holds(lab: Lab, code: str) -> list[tuple[str, list[str]]]:
    return [(hold["kind"], hold["purposes"]) for hold in lab.told("quinn", f"/materials/{code}/holds")]


def state_of(lab: Lab, batch: str) -> Any:
    return lab.told("quinn", f"/batches/{batch}")["state"]


# -------------------------------------------------------------------------------------------------------------------- freezing


def test_a_biobank_unit_is_frozen_from_the_isolation_and_is_never_for_a_patient(lab: Lab, batch: str) -> None:
    run = lab.done("tom", f"/batches/{batch}/freezing-runs", freezing(None, 2, 10 * MILLION))
    assert (run["batch"], run["program"], len(run["units"])) == (batch, "1 °C/min to −45 °C", 2)
    for unit in run["units"]:
        assert unit == lab.told("bo", f"/units/{unit['code']}")
        told = {key: unit[key] for key in ("batch", "purpose", "state", "viable_cells", "volume_ml", "position")}
        assert told == {
            "batch": batch,
            "purpose": "biobank",
            "state": "frozen",
            "viable_cells": 10 * MILLION,
            "volume_ml": "1.500",
            "position": None,
        }
        assert holds(lab, unit["code"]) == [("biobank_only", ["distribution", "patient_use"])]
        cap, label = lab.told("tom", f"/materials/{unit['code']}/labels")
        assert (cap["layout"], cap["payload"], cap["fields"]) == ("cap", unit["code"], {})
        assert (label["number"], label["layout"], label["payload"]) == (unit["label"], "unit", unit["code"])
        assert label["fields"] == {
            "identity": unit["participant"],
            "contents": "10 M viable in 1.5 ml",
            "frozen_on": f"{lab.today}",
        }


def test_units_for_use_come_from_a_verified_harvest_and_are_not_released(lab: Lab, drug: str) -> None:
    road, early = f"/batches/{drug}/freezing-runs", freezing(None, 1, 10 * MILLION)
    refused(lab.post("tom", road, early), 409, "not_from_harvest")
    culture = lab.seed(drug)["code"]
    refused(lab.post("tom", road, freezing(culture, 1, MILLION)), 409, "not_counted")
    lab.wait(days=12)
    lab.harvest(culture)
    refused(lab.post("tom", road, freezing(culture, 1, MILLION)), 409, "not_verified")
    assert lab.told("quinn", "/units") == []
    lab.verify(culture)
    [unit] = lab.freeze(drug, culture, 1, MILLION)
    assert holds(lab, unit) == [("not_released", ["distribution", "patient_use"])]
    assert state_of(lab, drug) == "harvested"


def test_a_wrong_freezing_run_is_refused_and_freezes_nothing(lab: Lab, batch: str, drug: str) -> None:
    grown = lab.seed(drug)["code"]
    lab.harvest(grown)
    lab.verify(grown)
    good, unit = freezing(None, 2, 10 * MILLION), {"viable_cells": 10 * MILLION, "volume_ml": "1.5"}
    before = lab.told("quinn", "/batches")
    for wrong, status, code in (
        ({"units": [unit] * 3}, 409, "not_enough_cells"),
        ({"units": [unit, unit | {"viable_cells": 18_800_001}]}, 409, "not_enough_cells"),
        ({"units": [unit, unit | {"volume_ml": "2.001"}]}, 409, "wrong_unit_volume"),
        ({"units": [unit | {"volume_ml": "1.199"}]}, 409, "wrong_unit_volume"),
        ({"from_culture": grown}, 404, "no_such_culture"),
        ({"units": []}, 422, "bad_input"),
        ({"units": [unit] * 101}, 422, "bad_input"),
        ({"units": [unit | {"viable_cells": 0}]}, 422, "bad_input"),
        ({"units": [unit | {"viable_cells": -1}]}, 422, "bad_input"),
        ({"units": [unit | {"volume_ml": "0"}]}, 422, "bad_input"),
        ({"units": [unit | {"state": "stored"}]}, 422, "bad_input"),
        ({"units": None}, 422, "bad_input"),
        ({"program": " "}, 422, "bad_input"),
        ({"program": "ramp\x00"}, 422, "bad_input"),
        ({"occurred_at": (lab.clock.now() - timedelta(seconds=1)).isoformat()}, 422, "out_of_order"),
        ({"occurred_at": (lab.clock.now() + timedelta(hours=1)).isoformat()}, 422, "wrong_time"),
    ):
        refused(lab.post("tom", f"/batches/{batch}/freezing-runs", good | wrong), status, code)
    refused(lab.post("gina", f"/batches/{batch}/freezing-runs", good), 404, "no_such_batch")
    refused(lab.post("bo", f"/batches/{batch}/freezing-runs", good), 403, "not_your_role")
    refused(lab.post("tess", f"/batches/{batch}/freezing-runs", good), 403, "not_your_role")
    assert lab.told("quinn", "/units") == []
    assert lab.told("quinn", "/batches") == before


def test_nothing_is_frozen_before_its_count_was_verified(lab: Lab, drug: str) -> None:
    first = lab.seed(drug)["code"]
    lab.wait(days=12)
    lab.harvest(first)
    lab.wait(hours=1)
    lab.verify(first)
    order = freezing(first, 2, MILLION)
    early = order | {"occurred_at": (lab.clock.now() - timedelta(minutes=30)).isoformat()}
    refused(lab.post("tom", f"/batches/{drug}/freezing-runs", early), 422, "out_of_order")
    assert lab.done("tom", f"/batches/{drug}/freezing-runs", order)["units"]


def test_what_was_seeded_cannot_be_frozen_as_well(lab: Lab, drug: str) -> None:
    grown = lab.harvested(drug)  # 175.5 million viable cells
    lab.seed(drug, grown, 6 * MILLION, "2000")
    road = f"/batches/{drug}/freezing-runs"
    facts = refused(lab.post("tom", road, freezing(grown, 9, 19 * MILLION)), 409, "not_enough_cells")
    assert facts == {"wanted": 171 * MILLION, "left": 169_500_000}
    lab.freeze(drug, grown, 9, 18_833_333)
    assert refused(lab.post("tom", road, freezing(grown, 1, 4)), 409, "not_enough_cells")["left"] == 3


@pytest.mark.parametrize("hands", [8])
def test_no_cell_is_frozen_twice_however_many_freeze(lab: Lab, batch: str, installation: Installation, hands: int) -> None:
    lab.as_("tom"), lab.as_("tina")
    order = freezing(None, 2, 5 * MILLION)
    with ThreadPoolExecutor(hands) as pool:
        answers = list(pool.map(lambda who: lab.post(who, f"/batches/{batch}/freezing-runs", order), ["tom", "tina"] * 4))
    assert sorted(answer.status_code for answer in answers) == [201] * 2 + [409] * 6
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"not_enough_cells"}
    assert installation.one("SELECT sum(viable_cells) FROM unit") == 20 * MILLION
    assert installation.one("SELECT count(*) FROM freezing_run") == 2
    assert installation.one("SELECT count(*) FROM label_print WHERE layout = 'unit'") == 4


def test_seeding_and_freezing_at_once_share_no_cell(lab: Lab, drug: str, installation: Installation) -> None:
    grown = lab.harvested(drug)  # 175.5 million viable cells
    lab.as_("tina")
    asked = [("freezing-runs", freezing(grown, 2, 20 * MILLION)), ("cultures", seeding(grown, 40 * MILLION, "10000"))] * 4
    with ThreadPoolExecutor(len(asked)) as pool:
        answers = list(pool.map(lambda one: lab.post("tina", f"/batches/{drug}/{one[0]}", one[1]), asked))
    assert sorted(answer.status_code for answer in answers) == [201] * 4 + [409] * 4
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"not_enough_cells"}
    left = "SELECT cells_left(k.id) FROM cell_count k JOIN culture c ON c.id = k.culture_id WHERE c.code = %s"
    assert installation.one(left, grown) == 15_500_000


def test_a_run_sent_twice_with_its_key_freezes_once(lab: Lab, batch: str) -> None:
    order, key = freezing(None, 1, MILLION), {"Idempotency-Key": "freeze-once-please"}
    first, again = (lab.post("tom", f"/batches/{batch}/freezing-runs", order, **key) for _ in range(2))
    assert first.json() == again.json()
    assert len(lab.told("quinn", "/units")) == 1


# ------------------------------------------------------------------------------------------------------------------- placement


def test_a_unit_lies_in_one_slot_and_moves_to_another(lab: Lab, batch: str, freezer: str) -> None:
    first, second = lab.freeze(batch, None, 2, 10 * MILLION)
    here, there, away = lab.slots(freezer, 3)
    assert lab.place(first, here) | {"position": None} == unit_of(lab, first) | {"position": None}
    assert (unit_of(lab, first)["state"], unit_of(lab, first)["position"]) == ("stored", here)
    assert state_of(lab, batch) == "isolated", "a unit still waits for its place"
    lab.place(second, away)
    assert state_of(lab, batch) == "stored"
    lab.wait(hours=1)
    assert refused(lab.post("bo", f"/units/{first}/placement", {"position": here}), 409, "lies_there")
    lab.place(first, there)
    assert slots_of(lab, freezer) == {here: None, there: first, away: second}
    events = [(event["step"], event["place"]) for event in lab.told("tom", f"/materials/{first}")["events"]]
    assert events == [("freeze", "gmp-1"), ("store", "gmp-1"), ("store", "gmp-1")]


def test_a_slot_that_holds_a_unit_or_held_one_then_is_refused(lab: Lab, batch: str, freezer: str) -> None:
    first, second = lab.freeze(batch, None, 2, 10 * MILLION)
    here, there = lab.slots(freezer, 2)
    lab.place(first, here)
    road = f"/units/{second}/placement"
    assert refused(lab.post("bo", road, {"position": here}), 409, "slot_taken") == {"position": here, "unit": first}
    assert (unit_of(lab, second)["state"], unit_of(lab, second)["position"]) == ("frozen", None)
    lab.wait(hours=2)
    moved_at = lab.clock.now()
    lab.place(first, there)
    lab.wait(hours=2)
    earlier = (moved_at - timedelta(hours=1)).isoformat()
    facts = refused(lab.post("bo", road, {"position": here, "occurred_at": earlier}), 409, "slot_taken")
    assert facts == {"position": here, "unit": first}
    late = lab.done("bo", road, {"position": here, "occurred_at": moved_at.isoformat()})
    assert late["position"] == here


def test_a_wrong_placement_is_refused_and_changes_nothing(lab: Lab, batch: str, freezer: str, installation: Installation) -> None:
    lab.wait(hours=1)
    [unit] = lab.freeze(batch, None, 1, MILLION)
    lab.wait(hours=1)
    [slot] = lab.slots(freezer, 1)
    lab.place(unit, slot)
    [free] = lab.slots(freezer, 1, "B2")
    before, good = unit_of(lab, unit), {"position": free}
    road = f"/units/{unit}/placement"
    for wrong, status, code in (
        ({"position": UNKNOWN_POSITION}, 404, "no_such_position"),
        ({"position": unit}, 404, "no_such_position"),
        ({"position": ""}, 422, "bad_input"),
        ({"position": None}, 422, "bad_input"),
        ({"unit": unit}, 422, "bad_input"),
        ({"occurred_at": (lab.clock.now() - timedelta(minutes=30)).isoformat()}, 422, "out_of_order"),
        ({"occurred_at": (lab.clock.now() - timedelta(hours=3)).isoformat()}, 422, "out_of_order"),
        ({"occurred_at": (lab.clock.now() + timedelta(hours=3)).isoformat()}, 422, "wrong_time"),
        ({"occurred_at": (lab.clock.now() - timedelta(days=15)).isoformat()}, 422, "wrong_time"),
    ):
        refused(lab.post("bo", road, good | wrong), status, code)
    for who, status, code in (("tess", 403, "not_your_role"), ("pia", 403, "not_your_role"), ("gus", 404, "no_such_unit")):
        refused(lab.post(who, road, good), status, code)
    refused(lab.post("bo", f"/units/{UNKNOWN_UNIT}/placement", good), 404, "no_such_unit")
    assert unit_of(lab, unit) == before
    assert installation.one("SELECT count(*) FROM placement") == 1


def test_a_hold_on_movement_keeps_a_unit_where_it_lies(lab: Lab, batch: str, freezer: str) -> None:
    here, there = lab.slots(freezer, 2)
    [unit] = lab.freeze(batch, None, 1, MILLION)
    hold = {"purposes": ["movement"], "reason": "The rack is being repaired"}
    donation = lab.told("quinn", f"/batches/{batch}")["donation"]
    lab.done("quinn", f"/materials/{unit}/holds", hold)
    lab.place(unit, here)  # what was just frozen is never kept out of the cold
    for material in (unit, batch, donation):
        placed = [one for one in lab.told("quinn", f"/materials/{unit}/holds") if "movement" in one["purposes"]]
        if material is not unit:
            placed = [lab.done("quinn", f"/materials/{material}/holds", hold)]
        facts = refused(lab.post("bo", f"/units/{unit}/placement", {"position": there}), 409, "on_hold")
        assert facts == {"kind": "manual", "purpose": "movement"}
        assert unit_of(lab, unit)["position"] == here
        lab.done("quinn", f"/materials/{material}/holds/{placed[0]['number']}/lifting", {"reason": "The rack is whole again"})
    assert lab.place(unit, there)["position"] == there


def test_other_holds_do_not_stop_a_move(lab: Lab, batch: str, freezer: str) -> None:
    here, there = lab.slots(freezer, 2)
    [unit] = lab.freeze(batch, None, 1, MILLION)
    lab.place(unit, here)
    order = {"purposes": ["patient_use", "test_thaw", "distribution"], "reason": "The label is smeared"}
    lab.done("quinn", f"/materials/{unit}/holds", order)
    assert lab.place(unit, there)["position"] == there


def test_what_was_thawed_never_goes_back(lab: Lab, batch: str, freezer: str) -> None:
    here, there = lab.slots(freezer, 2)
    [unit] = lab.freeze(batch, None, 1, MILLION)
    lab.place(unit, here)
    order = {"kit": None, "participant": unit_of(lab, unit)["participant"]}
    assert lab.done("pia", f"/units/{unit}/thaw", order)["state"] == "thawed"
    assert slots_of(lab, freezer) == {here: None, there: None}
    assert refused(lab.post("bo", f"/units/{unit}/placement", {"position": there}), 409, "never_back")["state"] == "thawed"


def test_more_units_are_frozen_of_a_stored_batch_but_nothing_is_seeded(lab: Lab, drug: str) -> None:
    grown = lab.harvested(drug)
    lab.stored(drug, grown, 2, 20 * MILLION)
    assert state_of(lab, drug) == "stored"
    order = {"vessel": "T-500", "vessels": 1, "area_cm2": "500", "cells_seeded": MILLION, "from_culture": grown}
    refused(lab.post("tom", f"/batches/{drug}/cultures", order), 409, "wrong_batch_state")
    assert len(lab.freeze(drug, grown, 1, 20 * MILLION)) == 1
    refused(lab.post("tom", f"/cultures/{grown}/harvest", counted(MILLION, "90")), 409, "culture_not_growing")


def test_units_made_elsewhere_do_not_exist(lab: Lab, batch: str) -> None:
    [unit] = lab.freeze(batch, None, 1, MILLION)
    assert lab.told("gina", "/units") == lab.told("gus", "/units") == []
    there, nowhere = lab.get("gina", f"/units/{unit}"), lab.get("gina", f"/units/{UNKNOWN_UNIT}")
    assert (there.status_code, there.json()["code"]) == (nowhere.status_code, nowhere.json()["code"]) == (404, "no_such_unit")
    assert [one["code"] for one in lab.told("tom", "/units")] == [unit]
    refused(lab.get("tess", "/units"), 403, "not_your_role")
