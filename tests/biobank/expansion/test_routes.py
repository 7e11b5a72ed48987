"""Isolation, seeding, feeding and harvests through HTTP, with everything tried wrong."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from tests.biobank.expansion.conftest import UNKNOWN_CULTURE, UNKNOWN_DONATION, file_of, steps
from tests.bodies import MILLION, counted, seeding
from tests.path import Lab, refused
from tests.telemetry import Installation


def test_viable_cells_are_computed_here_and_counted_once(lab: Lab, donation: str) -> None:
    batch = lab.route(donation)["code"]
    count = lab.isolate(batch, donation, 30 * MILLION)
    assert (count["batch"], count["culture"], count["viable_cells"], count["verified"]) == (batch, None, 28_800_000, False)
    assert (count["doublings"], count["cumulative_doublings"]) == (None, None)
    again = lab.post("tom", f"/batches/{batch}/isolation", counted(MILLION, "90") | {"donation": donation})
    assert refused(again, 409, "wrong_batch_state")["state"] == "isolated"
    assert [one["total_cells"] for one in file_of(lab, batch)["counts"]] == [30 * MILLION]
    assert sorted(steps(lab, "tom", batch)) == ["isolate", "route"]


def test_two_donors_never_meet_in_one_batch(lab: Lab, donation: str) -> None:
    batch, foreign = lab.route(donation)["code"], lab.received(lab.enrolled())
    for scanned in (foreign, UNKNOWN_DONATION):
        answer = lab.post("tom", f"/batches/{batch}/isolation", counted(MILLION, "90") | {"donation": scanned})
        assert refused(answer, 409, "foreign_donation") == {"batch": batch, "donation": donation, "scanned": scanned}
    assert file_of(lab, batch)["state"] == "open"


@pytest.mark.parametrize("what", ["isolation", "harvest"])
def test_no_wrong_count_is_recorded(lab: Lab, donation: str, what: str) -> None:
    batch = lab.route(donation)["code"]
    road, good = f"/batches/{batch}/isolation", counted(MILLION, "90") | {"donation": donation}
    if what == "harvest":
        lab.isolate(batch, donation)
        road, good = f"/cultures/{lab.seed(batch)['code']}/harvest", counted(MILLION, "90")
    before = file_of(lab, batch)
    for wrong in (
        {"total_cells": 0},
        {"total_cells": -5},
        {"total_cells": 10**12 + 1},
        {"total_cells": 1.5},
        {"total_cells": None},
        {"viability_percent": "-0.01"},
        {"viability_percent": "100.01"},
        {"viability_percent": "99.999"},
        {"viability_percent": "NaN"},
        {"viability_percent": "many"},
        {"method": ""},
        {"method": "x" * 101},
        {"method": "trypan\x00blue"},
        {"viable_cells": 5},
        {"occurred_at": "2026-03-15T09:00:00"},
        {"occurred_at": (lab.clock.now() + timedelta(hours=1)).isoformat()},
        {"occurred_at": (lab.clock.now() - timedelta(hours=1)).isoformat()},
    ):
        answer = lab.post("tom", road, good | wrong)
        assert answer.status_code == 422, f"{wrong}: {answer.text}"
        assert answer.json()["code"] in ("bad_input", "wrong_time", "out_of_order")
    assert file_of(lab, batch) == before


def test_a_culture_is_labelled_and_descends_from_what_was_counted(lab: Lab, batch: str) -> None:
    first = lab.seed(batch)
    assert (first["passage"], first["state"], first["batch"]) == (0, "growing", batch)
    [label] = lab.told("tom", f"/materials/{first['code']}/labels")
    assert (label["number"], label["payload"], label["fields"]["passage"]) == (first["label"], first["code"], "P0")
    lab.harvest(first["code"])
    second = lab.seed(batch, first["code"], 6 * MILLION, "2000")
    assert second["passage"] == 1
    assert (file_of(lab, batch)["state"], file_of(lab, batch)["passage"]) == ("growing", 1)


def test_a_wrong_seeding_is_refused(lab: Lab, batch: str) -> None:
    grows = lab.seed(batch, None, 5 * MILLION, "100")["code"]
    before = file_of(lab, batch)
    good = seeding(None, 5 * MILLION, "100")
    for wrong, status, code in (
        ({"cells_seeded": 23_900_000, "area_cm2": "478"}, 409, "not_enough_cells"),
        ({"area_cm2": "200"}, 409, "wrong_density"),
        ({"area_cm2": "50"}, 409, "wrong_density"),
        ({"from_culture": grows}, 409, "not_counted"),
        ({"from_culture": UNKNOWN_CULTURE}, 404, "no_such_culture"),
        ({"from_culture": batch}, 404, "no_such_culture"),
        ({"cells_seeded": 0}, 422, "bad_input"),
        ({"area_cm2": "0"}, 422, "bad_input"),
        ({"area_cm2": "1e400"}, 422, "bad_input"),
        ({"vessels": 0}, 422, "bad_input"),
        ({"vessel": "Gefäß"}, 422, "bad_input"),
        ({"vessel": "a vessel with a long name"}, 422, "bad_input"),
        ({"passage": 0}, 422, "bad_input"),
        ({"occurred_at": (lab.clock.now() - timedelta(seconds=1)).isoformat()}, 422, "out_of_order"),
    ):
        refused(lab.post("tom", f"/batches/{batch}/cultures", good | wrong), status, code)
    assert file_of(lab, batch) == before


def test_cells_come_from_a_count_of_the_same_batch(lab: Lab, batch: str) -> None:
    other = lab.isolated(lab.enrolled())
    grown = lab.seed(batch)["code"]
    lab.harvest(grown)
    refused(lab.post("tom", f"/batches/{other}/cultures", seeding(None, MILLION, "20")), 409, "not_for_culture")
    third = lab.route(lab.received(lab.enrolled()))["code"]
    refused(lab.post("tom", f"/batches/{third}/cultures", seeding(None, MILLION, "20")), 409, "wrong_batch_state")
    refused(lab.post("tom", f"/batches/{third}/cultures", seeding(grown, 60_000, "20")), 409, "wrong_batch_state")


def test_what_is_seeded_never_exceeds_the_count_however_many_seed_at_once(
    lab: Lab, batch: str, installation: Installation
) -> None:
    lab.as_("tom")
    order = seeding(None, 10 * MILLION, "200")
    with ThreadPoolExecutor(8) as hands:
        answers = list(hands.map(lambda _: lab.post("tom", f"/batches/{batch}/cultures", order), range(8)))
    assert sorted(answer.status_code for answer in answers) == [201] * 2 + [409] * 6
    for answer in answers:
        if answer.status_code == 409:
            assert refused(answer, 409, "not_enough_cells") == {"wanted": 10 * MILLION, "left": 8_800_000}
    assert installation.one("SELECT sum(cells_seeded) FROM culture") == 20 * MILLION
    assert installation.one("SELECT count(*) FROM material WHERE kind = 'culture'") == 2
    assert installation.one("SELECT count(*) FROM label_print WHERE layout = 'culture'") == 2
    last = lab.seed(batch, None, 8_800_000, "176")
    assert last["cells_seeded"] == 8_800_000
    refused(lab.post("tom", f"/batches/{batch}/cultures", seeding(None, 50_000, "1")), 409, "not_enough_cells")


def test_a_growing_culture_is_fed_with_medium_in_date_that_nobody_holds(lab: Lab, batch: str) -> None:
    culture, road = lab.seed(batch)["code"], "/lots"
    lot = {
        "kind": "saline",
        "name": "Saline",
        "supplier": "Supplier",
        "supplier_lot": "S-1",
        "expires_at": "2035-01-01T00:00:00Z",
    }
    saline = lab.done("tom", road, lot)["code"]
    soon = lab.done("tom", road, lot | {"kind": "medium", "expires_at": "2026-03-16T09:00:00Z"})["code"]
    held = lab.done("tom", road, lot | {"kind": "medium", "supplier_lot": "S-2"})["code"]
    lab.done("quinn", f"/materials/{held}/holds", {"purposes": ["patient_use"], "reason": "The seal was broken"})
    lab.done("tina", f"/cultures/{culture}/feeds", {"lot": soon, "volume_ml": "120"})
    lab.wait(days=1)
    fresh = lab.done("tom", road, lot | {"kind": "medium", "supplier_lot": "S-3"})["code"]
    before_it_came = (lab.clock.now() - timedelta(hours=1)).isoformat()
    for wrong, status, code in (
        ({"lot": fresh, "occurred_at": before_it_came}, 422, "out_of_order"),
        ({"lot": saline}, 409, "not_medium"),
        ({"lot": soon}, 409, "lot_expired"),
        ({"lot": held}, 409, "on_hold"),
        ({"lot": culture}, 404, "no_such_material"),
        ({"lot": "LX01L99000001X"}, 404, "no_such_material"),
        ({"volume_ml": "0"}, 422, "bad_input"),
        ({"volume_ml": "2000.001"}, 422, "bad_input"),
        ({"volume_ml": "1.2345"}, 422, "bad_input"),
        ({"occurred_at": "2026-03-15T08:59:59Z"}, 422, "out_of_order"),
    ):
        refused(lab.post("tina", f"/cultures/{culture}/feeds", {"lot": lab.medium(), "volume_ml": "120"} | wrong), status, code)
    assert sorted(steps(lab, "tom", culture)) == ["feed", "seed"]
    lab.feed(culture)
    lab.harvest(culture)
    again = lab.post("tina", f"/cultures/{culture}/feeds", {"lot": lab.medium(), "volume_ml": "120"})
    assert refused(again, 409, "culture_not_growing") == {"culture": culture, "state": "harvested"}


def test_doublings_are_those_that_the_records_give(lab: Lab, batch: str, installation: Installation) -> None:
    lab.harvested(batch)
    recomputed = installation.rows(
        "SELECT k.doublings, k.cumulative_doublings, c.passage,"
        "       CASE WHEN c.passage >= 1 THEN round(log(2, k.viable_cells::numeric / c.cells_seeded), 3) END"
        "  FROM cell_count k JOIN culture c ON c.id = k.culture_id ORDER BY c.passage"
    )
    assert [(doubled, total) for doubled, total, _, _ in recomputed] == [(None, None), (recomputed[1][3], recomputed[1][3])]
    told = [(count["doublings"], count["cumulative_doublings"]) for count in file_of(lab, batch)["counts"]]
    assert told == [(None, None), (None, None), (str(recomputed[1][3]), str(recomputed[1][3]))]


def test_a_batch_grows_while_one_of_its_cultures_does(lab: Lab, batch: str) -> None:
    first, second = (lab.seed(batch, None, 10 * MILLION, "200")["code"] for _ in range(2))
    lab.harvest(first)
    assert file_of(lab, batch)["state"] == "growing"
    lab.harvest(second)
    assert file_of(lab, batch)["state"] == "harvested"
    answer = lab.post("tom", f"/cultures/{second}/harvest", counted(MILLION, "90"))
    refused(answer, 409, "culture_not_growing")


def test_a_harvest_lies_after_the_last_feed(lab: Lab, batch: str) -> None:
    culture = lab.seed(batch)["code"]
    lab.wait(days=4)
    lab.feed(culture)
    fed_at = lab.clock.now()
    lab.wait(days=1)
    early = counted(MILLION, "90") | {"occurred_at": (fed_at - timedelta(seconds=1)).isoformat()}
    refused(lab.post("tom", f"/cultures/{culture}/harvest", early), 422, "out_of_order")
    assert lab.done("tom", f"/cultures/{culture}/harvest", early | {"occurred_at": fed_at.isoformat()})["counted_at"]


def test_a_harvest_outside_the_process_is_recorded_with_a_deviation(lab: Lab, batch: str) -> None:
    culture = lab.seed(batch)["code"]
    lab.wait(days=63)
    lab.harvest(culture)
    [deviation] = lab.told("quinn", "/deviations")
    assert (deviation["material"], deviation["state"]) == (culture, "open")
    assert "62 days" in deviation["description"]
    answer = lab.post("tom", f"/batches/{batch}/cultures", seeding(culture, 6 * MILLION, "2000"))
    refused(answer, 409, "too_long_in_culture")


def test_a_harvest_is_verified_once_and_by_somebody_else(lab: Lab, batch: str) -> None:
    culture = lab.seed(batch)["code"]
    road = f"/cultures/{culture}/harvest/verification"
    refused(lab.post("tina", road), 409, "not_harvested")
    lab.harvest(culture)
    before = file_of(lab, batch)
    refused(lab.post("tom", road), 409, "same_hands")
    refused(lab.post("tina", road, {"occurred_at": "2026-03-15T09:00:00Z"}), 422, "bad_input")
    refused(lab.post("quinn", road), 403, "not_your_role")
    assert file_of(lab, batch) == before
    assert lab.verify(culture, "pia")["verified"] is True
    refused(lab.post("tina", road), 409, "already_verified")
    assert [count["verified"] for count in file_of(lab, batch)["counts"]] == [False, True]


def test_an_act_sent_twice_with_its_key_happens_once(lab: Lab, batch: str) -> None:
    order, key = seeding(None, 10 * MILLION, "200"), {"Idempotency-Key": "seed-once-please"}
    first, again = (lab.post("tom", f"/batches/{batch}/cultures", order, **key) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert len(file_of(lab, batch)["cultures"]) == 1
