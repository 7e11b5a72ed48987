"""Results through HTTP, with everything tried wrong."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from psycopg.errors import CheckViolation
from psycopg.types.json import Jsonb

from biobank.act.people import Role, Side
from labels.local import CodeKind, build
from tests.biobank.quality.conftest import LAB
from tests.bodies import MILLION, freezing, result
from tests.path import Lab, refused
from tests.serving import hire
from tests.starts import There, found, starting
from tests.telemetry import Installation

GOOD = {"attempt": 1, "passed": True, "standing": "required"}


def _batch(there: There) -> str:
    """A batch of cells that was harvested today."""
    isolated = str(there.lab.isolated(there.lab.enrolled()))
    there.lab.harvested(isolated)
    return isolated


start, batch = starting(LAB, LAB.then("batch", _batch)), found("batch")


def counted(installation: Installation) -> tuple[int, ...]:
    """How many results, donor tests, deviations and holds there are."""
    return tuple(installation.one(f"SELECT count(*) FROM {table}") for table in ("result", "donor_test", "deviation", "hold"))


def shown(told: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: told[key] for key in keys}


def test_a_good_result_is_judged_and_told_as_recorded(lab: Lab, installation: Installation, batch: str) -> None:
    told = lab.result(batch, "viability")
    assert shown(told, *GOOD, "test", "value", "finding", "method") == GOOD | {
        "test": "viability",
        "value": "97.5",
        "finding": None,
        "method": "NucleoCounter",
    }
    [kept] = lab.told("quinn", f"/batches/{batch}/results")
    assert shown(kept, *GOOD, "test", "recorded_at") == shown(told, *GOOD, "test", "recorded_at")
    assert installation.one("SELECT count(*) FROM deviation") == 0


def test_an_endotoxin_below_what_a_method_tells_is_recorded_as_such(lab: Lab, installation: Installation, batch: str) -> None:
    below = {"test": "endotoxin", "comparator": "<", "value": "0.05", "method": "LAL"}
    assert shown(lab.done("tina", f"/batches/{batch}/results", below), "comparator", "value", "passed") == {
        "comparator": "<",
        "value": "0.05",
        "passed": True,
    }
    above = below | {"comparator": ">", "value": "250"}
    assert lab.done("tina", f"/batches/{batch}/results", above)["passed"] is False
    assert "Found >250 EU/ml" in installation.one("SELECT description FROM deviation")
    with pytest.raises(CheckViolation, match="ck_result_comparator_of_value"):
        installation.rows(
            "INSERT INTO result SELECT (jsonb_populate_record(result, %s)).* FROM result WHERE comparator = '<'",
            Jsonb({"id": str(uuid4()), "attempt": 9, "value": None, "finding": "none"}),
        )


def test_every_test_of_the_specification_is_done_again_as_another_attempt(lab: Lab, batch: str) -> None:
    attempts = [lab.result(batch, "cd73", value)["attempt"] for value in ("96", "97", "98")]
    attempts += [lab.result(batch, "cd90")["attempt"], lab.result(batch, "cd73")["attempt"]]
    assert attempts == [1, 2, 3, 1, 4]
    told = [(one["test"], one["attempt"], one["value"]) for one in lab.told("quinn", f"/batches/{batch}/results")]
    assert told == [
        ("cd73", 1, "96.0000"),
        ("cd73", 2, "97.0000"),
        ("cd73", 3, "98.0000"),
        ("cd73", 4, "98.1000"),
        ("cd90", 1, "99.0000"),
    ]


@pytest.mark.parametrize(
    ("test", "outcome", "found"),
    [
        ("cd45", "2.1", "Found 2.1 %, allowed at most 2 (flow cytometry, attempt 1)."),
        ("viability", "0", "Found 0 %, allowed at least 70 (NucleoCounter, attempt 1)."),
        ("sterility", "growth", "Found growth, expected no growth (automated culture, attempt 1)."),
    ],
)
def test_a_failed_required_result_opens_a_deviation_that_says_what_was_found(
    lab: Lab, batch: str, test: str, outcome: str, found: str
) -> None:
    assert lab.result(batch, test, outcome)["passed"] is False
    [opened] = lab.told("quinn", "/deviations")
    assert (opened["material"], opened["state"], opened["description"]) == (batch, "open", found)
    assert opened["title"].startswith("Out of specification: ")


def test_every_failed_attempt_opens_a_deviation_of_its_own_and_a_later_good_one_closes_none(lab: Lab, batch: str) -> None:
    for value in ("60", "65", "95"):
        lab.result(batch, "viability", value)
    deviations = lab.told("quinn", "/deviations")
    assert [one["state"] for one in deviations] == ["open", "open"]
    assert [one["passed"] for one in lab.told("quinn", f"/batches/{batch}/results")] == [False, False, True]
    assert "Viability" not in lab.told("quinn", f"/batches/{batch}/release-file")["failed"]


def test_an_informative_result_never_opens_a_deviation(lab: Lab, installation: Installation, batch: str) -> None:
    order = {"test": "hla_dr", "value": "40", "method": "flow cytometry"}
    told = lab.done("tina", f"/batches/{batch}/results", order)
    assert (told["passed"], told["standing"]) == (False, "informative")
    assert installation.one("SELECT count(*) FROM deviation") == 0


def test_the_endotoxin_limit_is_the_strictest_until_the_participant_is_weighed(lab: Lab) -> None:
    participant = lab.enrolled()
    batch = lab.isolated(participant)
    lab.harvested(batch)
    assert lab.result(batch, "endotoxin", "0.81")["passed"] is False
    lab.weigh(participant, weight_kg="72.4")
    assert lab.result(batch, "endotoxin", "2.896")["passed"] is True
    assert lab.result(batch, "endotoxin", "2.8961")["passed"] is False


def test_a_weight_that_fell_since_makes_a_good_endotoxin_result_fail(lab: Lab) -> None:
    participant = lab.enrolled()
    batch = lab.isolated(participant)
    lab.harvested(batch)
    lab.weigh(participant, weight_kg="113")
    lab.result(batch, "endotoxin", "4.5")
    assert lab.told("quinn", f"/batches/{batch}/release-file")["failed"] == []
    lab.wait(days=1)
    lab.weigh(participant, weight_kg="90")
    assert lab.told("quinn", f"/batches/{batch}/release-file")["failed"] == ["Bacterial endotoxins"]


def test_no_growth_before_its_days_is_refused_and_growth_is_not(lab: Lab, installation: Installation, batch: str) -> None:
    before = counted(installation)
    lab.wait(days=13, hours=23)
    refused(lab.post("tina", f"/batches/{batch}/results", result("sterility")), 409, "result_too_early")
    assert counted(installation) == before
    assert lab.result(batch, "sterility", "growth")["passed"] is False
    lab.wait(hours=1)
    assert lab.result(batch, "sterility")["attempt"] == 2


def test_a_back_dated_freezing_shortens_no_days(lab: Lab, batch: str) -> None:
    lab.wait(days=13)
    culture = lab.told("quinn", f"/batches/{batch}")["cultures"][-1]["code"]
    late = freezing(culture, 1, MILLION) | {"occurred_at": (lab.clock.now() - timedelta(days=12)).isoformat()}
    lab.done("tom", f"/batches/{batch}/freezing-runs", late)
    lab.wait(days=13, hours=23)
    refused(lab.post("tina", f"/batches/{batch}/results", result("sterility")), 409, "result_too_early")
    lab.wait(hours=1)
    assert lab.result(batch, "sterility")["passed"] is True


def test_nothing_is_tested_before_there_is_something(lab: Lab, installation: Installation) -> None:
    batch = lab.isolated(lab.enrolled())
    for test in ("viability", "sterility"):
        refused(lab.post("tina", f"/batches/{batch}/results", result(test)), 409, "nothing_to_test")
    assert installation.one("SELECT count(*) FROM result") == 0


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"test": "cd_73"}, "unknown_test"),
    ({"test": "CD73"}, "unknown_test"),
    ({"test": "Viability"}, "unknown_test"),
    ({"method": "PCR"}, "unknown_method"),
    ({"method": "nucleocounter"}, "unknown_method"),
    ({"value": None}, "value_needed"),
    ({"finding": "normal"}, "value_needed"),
    ({"value": None, "finding": "no growth"}, "value_needed"),
    ({"value": "100.1"}, "implausible_value"),
    ({"value": "9750"}, "implausible_value"),
    ({"comparator": "<", "value": "0"}, "implausible_value"),
    ({"comparator": "<", "value": "97"}, "undecided_result"),
    ({"comparator": ">", "value": "69"}, "undecided_result"),
    ({"comparator": "<"} | {"value": None}, "value_needed"),
    ({"comparator": "<="}, "bad_input"),
    ({"test": "karyotype", "method": "G-banding", "value": None, "finding": "normal", "comparator": "<"}, "finding_needed"),
    ({"test": "karyotype", "method": "G-banding"}, "finding_needed"),
    ({"test": "karyotype", "method": "G-banding", "value": None, "finding": "fine"}, "finding_needed"),
    ({"value": "-1"}, "bad_input"),
    ({"value": "97,5"}, "bad_input"),
    ({"value": "97.5 %"}, "bad_input"),
    ({"value": "NaN"}, "bad_input"),
    ({"value": "Infinity"}, "bad_input"),
    ({"value": "1e30"}, "bad_input"),
    ({"value": "97.50001"}, "bad_input"),
    ({"value": []}, "bad_input"),
    ({"value": {"number": 97}}, "bad_input"),
    ({"value": "𝟡𝟟 or so"}, "bad_input"),
    ({"unit": "EU/ml"}, "bad_input"),
    ({"attempt": 1}, "bad_input"),
    ({"passed": True}, "bad_input"),
    ({"test": ""}, "bad_input"),
    ({"test": "cd73; DROP TABLE result"}, "bad_input"),
    ({"test": None}, "bad_input"),
    ({"method": ""}, "bad_input"),
    ({"method": "Nucleo\x00Counter"}, "bad_input"),
    ({"method": "x" * 501}, "bad_input"),
]


def test_a_wrong_result_is_refused_and_nothing_is_changed(lab: Lab, installation: Installation, batch: str) -> None:
    before = counted(installation)
    for changed, code in WRONG:
        refused(lab.post("tina", f"/batches/{batch}/results", result("viability") | changed), 422, code)
    for body in ([], "97.5", {}):
        refused(lab.post("tina", f"/batches/{batch}/results", body), 422, "bad_input")
    assert counted(installation) == before


def test_a_result_is_recorded_by_who_may_and_of_a_batch_that_is_there(
    lab: Lab, client: TestClient, installation: Installation, batch: str
) -> None:
    before = counted(installation)
    road = f"/batches/{batch}/results"
    for who in ("pia", "bo", "quentin", "sam", "stan", "sofia", "tess", "phil", "stella"):
        refused(lab.post(who, road, result("viability")), 403, "not_your_role")
    for who in ("tess", "phil", "mona", "cora", "stan", "stella"):
        refused(lab.get(who, road), 403, "not_your_role")
    donation = lab.told("quinn", f"/batches/{batch}")["donation"]
    culture = lab.told("quinn", f"/batches/{batch}")["cultures"][0]["code"]
    unit = lab.stored(batch, lab.told("quinn", f"/batches/{batch}")["cultures"][1]["code"], units=1)[0]
    before = counted(installation)
    for code in (donation, culture, unit, build("01", CodeKind.BATCH, 2026, 99)):
        refused(lab.post("tina", f"/batches/{code}/results", result("viability")), 404, "no_such_batch")
    elsewhere = hire(client, "thea", Side.FACILITY, Role.TECHNICIAN, place="gmp-2")
    answer = client.post(f"/api{road}", json=result("viability"), headers=elsewhere)
    refused(answer, 404, "no_such_batch")
    refused(client.get(f"/api{road}", headers=elsewhere), 404, "no_such_batch")
    assert client.post(f"/api{road}", json=result("viability")).status_code == 401
    assert counted(installation) == before


def test_a_result_sent_twice_with_one_key_is_recorded_once(lab: Lab, installation: Installation, batch: str) -> None:
    road, key = f"/batches/{batch}/results", {"Idempotency-Key": "viability-of-today"}
    first = lab.post("tina", road, result("viability", "50"), **key)
    again = lab.post("tina", road, result("viability", "50"), **key)
    assert (first.status_code, again.json()) == (201, first.json())
    refused(lab.post("tina", road, result("viability", "51"), **key), 409, "idempotency_key_reused")
    assert installation.one("SELECT count(*) FROM result") == 1
    assert installation.one("SELECT count(*) FROM deviation") == 1
