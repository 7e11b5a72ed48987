"""Freezers, probes and slots through HTTP, with everything tried wrong."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import psycopg

from biobank.act.people import Role, Side
from biobank.studies.load import DEFINITIONS
from tests.biobank.cryostorage.conftest import UNKNOWN_FREEZER, slots_of
from tests.bodies import MILLION
from tests.path import ELSEWHERE, FACILITY, Lab, refused
from tests.serving import hire
from tests.telemetry import SITE, Installation

RULE = {"limit_c": "-135", "delay_s": 300, "hysteresis_c": "5", "name": "Nitrogen 1", "facility": FACILITY}
PROBE = {"site": SITE, "device": "gw-1", "probe_position": "top", "offset_c": "0.250"}
BOX: dict[str, Any] = {"rack": "R1", "box": "B1", "slots": ["A1", "A2"]}


def registered(lab: Lab) -> list[str]:
    """The freezers of the study's facility."""
    return [one["name"] for one in lab.told("quinn", "/freezers") if one["facility"] == FACILITY]


def test_a_freezer_is_registered_with_its_rule_probe_and_slots(lab: Lab) -> None:
    made = lab.done("bo", "/freezers", RULE)
    assert {key: made[key] for key in ("name", "facility", "delay_s", "probes", "excursions")} == {
        "name": "Nitrogen 1",
        "facility": FACILITY,
        "delay_s": 300,
        "probes": [],
        "excursions": [],
    }
    probe = lab.done("bo", f"/freezers/{made['code']}/sensors", PROBE)
    assert (probe["probe_position"], probe["state"], probe["temperature_c"]) == ("top", "approved", None)
    [told] = [one for one in lab.told("tom", "/freezers") if one["code"] == made["code"]]
    assert told["probes"] == [probe]
    slots = lab.done("bo", f"/freezers/{made['code']}/positions", BOX)
    assert [(one["rack"], one["box"], one["slot"], one["unit"]) for one in slots["positions"]] == [
        ("R1", "B1", "A1", None),
        ("R1", "B1", "A2", None),
    ]
    assert lab.told("tom", f"/freezers/{made['code']}/positions") == slots


def test_a_wrong_freezer_is_refused(lab: Lab) -> None:
    lab.freezer()
    for wrong, status, code in (
        ({}, 409, "freezer_known"),
        ({"facility": "nowhere"}, 404, "no_such_facility"),
        ({"facility": ELSEWHERE}, 404, "no_such_facility"),
        ({"facility": "gmp 1"}, 422, "bad_input"),
        ({"limit_c": "135"}, 422, "bad_input"),
        ({"limit_c": "-201"}, 422, "unlikely_limit"),
        ({"limit_c": "-17"}, 422, "unlikely_limit"),
        ({"limit_c": "cold"}, 422, "bad_input"),
        ({"delay_s": -1}, 422, "bad_input"),
        ({"delay_s": 86_401}, 422, "bad_input"),
        ({"hysteresis_c": "-1"}, 422, "bad_input"),
        ({"name": ""}, 422, "bad_input"),
        ({"code": "LX01F26000001M"}, 422, "bad_input"),
    ):
        refused(lab.post("bo", "/freezers", RULE | wrong), status, code)
    for who in ("tom", "tess", "quinn"):
        refused(lab.post(who, "/freezers", RULE), 403, "not_your_role")
    assert registered(lab) == ["Nitrogen 1"]


def test_a_wrong_probe_is_refused(lab: Lab, freezer: str) -> None:
    for wrong in (
        {"site": "a/b"},
        {"device": "gw 1"},
        {"device": "+"},
        {"offset_c": "20.001"},
        {"offset_c": "1e9"},
        {"freezer": freezer},
    ):
        refused(lab.post("bo", f"/freezers/{freezer}/sensors", PROBE | wrong), 422, "bad_input")
    refused(lab.post("bo", f"/freezers/{UNKNOWN_FREEZER}/sensors", PROBE), 404, "no_such_freezer")
    assert [one["probes"] for one in lab.told("quinn", "/freezers") if one["code"] == freezer] == [[]]


def test_a_slot_is_registered_once(lab: Lab, freezer: str) -> None:
    road = f"/freezers/{freezer}/positions"
    refused(lab.post("bo", road, BOX | {"slots": ["A1", "A2", "A1"]}), 422, "slot_twice")
    lab.done("bo", road, BOX)
    facts = refused(lab.post("bo", road, BOX | {"slots": ["A3", "A2"]}), 409, "position_known")
    assert facts == {"rack": "R1", "box": "B1", "slot": "A2"}
    for wrong in ({"slots": []}, {"slots": ["A 1"]}, {"slots": ["A" * 13]}, {"slots": ["A1"] * 401}, {"rack": ""}, {"box": None}):
        refused(lab.post("bo", road, BOX | wrong), 422, "bad_input")
    refused(lab.post("bo", f"/freezers/{UNKNOWN_FREEZER}/positions", BOX), 404, "no_such_freezer")
    assert len(slots_of(lab, freezer)) == 2
    lab.done("bo", road, BOX | {"box": "B2"})
    assert len(slots_of(lab, freezer)) == 4


def test_a_box_registered_by_two_at_once_stands_once(lab: Lab, freezer: str) -> None:
    lab.as_("bo")
    with ThreadPoolExecutor(6) as hands:
        answers = list(hands.map(lambda _: lab.post("bo", f"/freezers/{freezer}/positions", BOX), range(6)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} <= {"position_known", "overtaken"}
    assert len(slots_of(lab, freezer)) == 2


def test_a_freezer_that_stands_elsewhere_does_not_exist_and_takes_no_unit_from_here(lab: Lab, batch: str, freezer: str) -> None:
    lab.load_study((DEFINITIONS / "mesems.toml").read_text(encoding="utf-8"))
    foreign = lab.done("gus", "/freezers", RULE | {"facility": ELSEWHERE})["code"]
    [slot] = [one["code"] for one in lab.done("gus", f"/freezers/{foreign}/positions", BOX | {"slots": ["A1"]})["positions"]]
    assert [one["code"] for one in lab.told("gus", "/freezers")] == [foreign]
    assert foreign not in [one["code"] for one in lab.told("bo", "/freezers")]
    for road in ("positions", "temperatures"):
        refused(lab.get("bo", f"/freezers/{foreign}/{road}"), 404, "no_such_freezer")
        refused(lab.get("gus", f"/freezers/{freezer}/{road}"), 404, "no_such_freezer")
    refused(lab.post("bo", f"/freezers/{foreign}/positions", BOX), 404, "no_such_freezer")
    refused(lab.post("bo", f"/freezers/{foreign}/sensors", PROBE), 404, "no_such_freezer")
    [unit] = lab.freeze(batch, None, 1, MILLION)
    refused(lab.post("bo", f"/units/{unit}/placement", {"position": slot}), 404, "no_such_position")
    everywhere = hire(lab.client, "brit", Side.FACILITY, Role.BIOBANK_MANAGER)
    answer = lab.client.post(f"/api/units/{unit}/placement", json={"position": slot}, headers=everywhere)
    assert refused(answer, 409, "wrong_facility") == {"position": slot, "stands_in": ELSEWHERE, "made_in": FACILITY}


def test_the_temperatures_of_the_last_hours_are_told(lab: Lab, freezer: str, installation: Installation) -> None:
    sensor = lab.done("bo", f"/freezers/{freezer}/sensors", PROBE)["code"]
    now = lab.clock.now()
    identity = installation.one("SELECT id FROM sensor WHERE code = %s", sensor)
    with psycopg.connect(installation.owner_url) as db:
        for hours, value in ((30, -150_000), (2, -160_000), (1, -155_500)):
            at = now - timedelta(hours=hours)
            db.execute("INSERT INTO reading VALUES (%s, %s, 1, %s, %s, false, %s)", [identity, at, 100 - hours, value, at])
    told = lab.told("tom", f"/freezers/{freezer}/temperatures")
    assert (told["freezer"], told["limit_c"], told["excursions"]) == (freezer, "-135.00", [])
    [series] = told["series"]
    assert series["sensor"] == sensor
    assert [(step["lowest_c"], step["highest_c"]) for step in series["steps"]] == [
        ("-159.750", "-159.750"),
        ("-155.250", "-155.250"),
    ]
    assert len(lab.told("tom", f"/freezers/{freezer}/temperatures?hours=31")["series"][0]["steps"]) == 3
    for hours in ("0", "-1", "1e9", "many", "87841"):
        refused(lab.get("tom", f"/freezers/{freezer}/temperatures?hours={hours}"), 422, "bad_input")
    refused(lab.get("tess", f"/freezers/{freezer}/temperatures"), 403, "not_your_role")
