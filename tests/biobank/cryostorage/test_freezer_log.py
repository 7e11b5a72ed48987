"""What is done with a freezer and read off it by hand is written down, and a reading that is missing is due."""

from typing import Any

import psycopg
import pytest

from tests.bodies import MILLION
from tests.path import Lab
from tests.telemetry import Installation

LINES: tuple[dict[str, Any], ...] = (
    {"kind": "reading", "temperature_c": "-188.5", "level_percent": "71"},
    {"kind": "fill", "level_percent": "95"},
    {"kind": "service", "note": "Vacuum measured, in order"},
    {"kind": "decontamination", "note": "Hydrogen peroxide, 6 %"},
    {"kind": "reserve", "reserve_slots": 2},
)


def standing(lab: Lab, freezer: str) -> dict[str, Any]:
    """How one freezer of the room stands."""
    return next(one for one in lab.told("quinn", "/freezer-room") if one["code"] == freezer)


def test_each_line_of_the_log_is_kept_and_told_with_its_hand(lab: Lab, freezer: str) -> None:
    for line in LINES:
        lab.done("tom", f"/freezers/{freezer}/log", line)
        lab.wait(minutes=1)
    told = lab.told("quinn", f"/freezers/{freezer}/log")
    assert [one["kind"] for one in told["lines"]] == [line["kind"] for line in reversed(LINES)]
    assert {one["name"] for one in told["lines"]} == {"Tom Person"}
    assert told["standing"] == standing(lab, freezer)
    assert all(told["standing"][f"{done}_at"] for done in ("read", "filled", "serviced", "decontaminated"))


def test_a_reading_by_hand_is_due_until_it_is_written_and_again_after_a_day(lab: Lab, freezer: str) -> None:
    assert standing(lab, freezer)["state"] == "due"
    lab.done("tom", f"/freezers/{freezer}/log", LINES[0])
    lab.wait(hours=23, minutes=59)
    assert standing(lab, freezer)["state"] == "read"
    lab.wait(minutes=1)
    assert standing(lab, freezer)["state"] == "due"


def test_the_reserve_is_held_against_the_slots_that_are_free(lab: Lab, freezer: str, batch: str) -> None:
    slots = lab.slots(freezer, 3)
    lab.done("bo", f"/freezers/{freezer}/log", LINES[4])
    assert (standing(lab, freezer)["free_slots"], standing(lab, freezer)["reserve_is_free"]) == (3, True)
    for unit, slot in zip(lab.freeze(batch, None, 2, MILLION), slots, strict=False):
        lab.place(unit, slot)
    assert (standing(lab, freezer)["free_slots"], standing(lab, freezer)["reserve_is_free"]) == (1, False)


def test_a_line_says_what_its_kind_says_and_no_other_tells_of_the_reserve(lab: Lab, freezer: str) -> None:
    incomplete = [({"kind": line["kind"]}, "log_incomplete") for line in LINES]
    for told, code in (*incomplete, (LINES[0] | {"reserve_slots": 1}, "no_reserve_then")):
        answer = lab.post("tom", f"/freezers/{freezer}/log", told)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert lab.told("quinn", f"/freezers/{freezer}/log")["lines"] == []


def test_the_database_demands_the_same_and_rewrites_no_line(lab: Lab, freezer: str, installation: Installation) -> None:
    lab.done("tom", f"/freezers/{freezer}/log", LINES[0])
    for change, why in (
        ("INSERT INTO freezer_log SELECT gen_random_uuid(), freezer_id, 'fill', occurred_at, -180, NULL, NULL, NULL, recorded_by,"
         " recorded_at FROM freezer_log", "fill_tells"),
        ("UPDATE freezer_log SET temperature_c = -196", "only ever added to"),
        ("DELETE FROM freezer_log", "only ever added to"),
    ):  # fmt: skip
        with psycopg.connect(installation.owner_url) as db, pytest.raises(psycopg.Error, match=why):
            db.execute(change.encode())
