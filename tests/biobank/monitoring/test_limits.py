"""Limits of single sensors through HTTP: usual ones that hold by themselves, and signed ones in their place."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest

from biobank.act.acts import Acts
from biobank.monitoring import alarms, storing
from biobank.monitoring.storing import Report, Source
from biobank.monitoring.triples import pack
from tests.path import FACILITY, Lab, refused
from tests.serving import client, clock
from tests.starts import starting, with_study
from tests.telemetry import SITE, Installation

__all__ = ["client", "clock"]
ROOM = {"limit_c": "30", "delay_s": 600, "hysteresis_c": "1", "facility": FACILITY, "name": "Freezer room", "kind": "room"}
WHY = {"reason": "as the supplier of the tank says"}


class Place:
    """A room or an incubator with sensors of some kinds, which say values while a worker watches."""

    def __init__(self, lab: Lab, installation: Installation, **changed: Any) -> None:
        self.lab, self.installation = lab, installation
        self.acts: Acts = replace(installation.acts, clock=lab.clock)
        self.code = lab.done("bo", "/freezers", ROOM | changed)["code"]
        self.sensors: dict[str, str] = {}
        self.count, self.late = 0, timedelta(0)

    def sensor(self, kind: str) -> str:
        order = {"site": SITE, "device": "gw-1", "probe_position": kind, "kind": kind}
        self.sensors[kind] = str(self.lab.done("bo", f"/freezers/{self.code}/sensors", order)["code"])
        return self.sensors[kind]

    def say(self, **values: int) -> dict[str, str]:
        """Say these thousandths for ten minutes, and return the state of every alarm that stands then, by its kind."""
        for _ in range(2):
            self.lab.wait(minutes=5)
            self.count += 1
            now = self.lab.clock.now()
            reports = [_report(self.sensors[kind], self.count, now - self.late, value) for kind, value in values.items()]
            with psycopg.connect(self.installation.ingest_url, autocommit=True) as db:
                storing.store(db, self.installation.ingest, reports, [], now)
            alarms.watch(self.acts)
        return {one["kind"]: one["state"] for one in self.lab.told("tom", "/alarms") if one["state"] != "returned_unacknowledged"}

    def limit(self, **order: Any) -> Any:
        order |= {"delay_s": 0, "signature": self.lab.sign("bo")} | WHY
        return self.lab.post("bo", f"/freezers/{self.code}/sensor-limits", order)

    def interval(self, sensor: str, every_s: int, **more: int) -> Any:
        order = more | {"sensor": sensor, "every_s": every_s, "signature": self.lab.sign("bo")} | WHY
        return self.lab.post("bo", f"/freezers/{self.code}/sensor-intervals", order)


def _report(sensor: str, counter: int, at: datetime, value: int) -> Report:
    return Report(Source("t", sensor.encode()), "gw-1", sensor, 1, None, pack([(counter, round(at.timestamp() * 1000), value)]))


start = starting(with_study(Lab))


def test_a_room_alarms_of_its_oxygen_lids_and_mains_without_anybody_signing(lab: Lab, installation: Installation) -> None:
    room = Place(lab, installation)
    for kind in ("oxygen", "lid", "mains"):
        room.sensor(kind)
    assert room.say(oxygen=20_900, lid=0, mains=1_000) == {}
    all_three = dict.fromkeys(("oxygen_low", "lid_open", "mains_lost"), "unacknowledged")
    assert room.say(oxygen=19_400, lid=1_000, mains=0) == all_three
    assert room.say(oxygen=20_900, lid=0, mains=1_000) == {}
    slots = {"rack": "R1", "box": "B1", "slots": ["A1"]}
    refused(lab.post("bo", f"/freezers/{room.code}/positions", slots), 409, "nothing_lies_there")
    refused(lab.post("bo", "/freezers", ROOM | {"kind": "freezer", "name": "Warm"}), 422, "unlikely_limit")


def test_signed_limits_take_the_place_of_usual_ones_and_the_latest_counts(lab: Lab, installation: Installation) -> None:
    room = Place(lab, installation)
    oxygen, weight = room.sensor("oxygen"), room.sensor("weight")
    assert room.say(oxygen=19_800, weight=25_000) == {}, "nobody knows what the tank weighs"
    for sensor, order in ((oxygen, {"low": "20"}), (weight, {"low": "40"}), (weight, {"low": "30", "high": "90"})):
        assert room.limit(sensor=sensor, **order).status_code == 201
    told = lab.told("tom", f"/freezers/{room.code}/sensor-limits")
    assert [(one["number"], one["low"], one["high"], one["unit"]) for one in told] == [
        (1, "20.000", None, "%"),
        (2, "30.000", "90.000", "kg"),
    ]
    assert room.say(oxygen=19_800, weight=35_000) == {"oxygen_low": "unacknowledged"}
    assert room.say(oxygen=20_100, weight=29_900) == {"weight_low": "unacknowledged"}


def test_an_incubator_alarms_by_signed_limits_alone_and_a_wrong_order_is_refused(lab: Lab, installation: Installation) -> None:
    incubator = Place(lab, installation, name="Incubator 1", kind="incubator", limit_c="38")
    dioxide, oxygen = incubator.sensor("carbon_dioxide"), incubator.sensor("oxygen")
    assert incubator.say(carbon_dioxide=9_000, oxygen=5_000) == {}
    assert incubator.limit(sensor=dioxide, low="4.5", high="5.5", hysteresis="0.1").status_code == 201
    assert incubator.say(carbon_dioxide=9_000, oxygen=5_000) == {"above_limit": "unacknowledged"}
    assert incubator.say(carbon_dioxide=4_000, oxygen=5_000) == {"below_limit": "unacknowledged"}
    for wrong in ({}, {"low": "5", "high": "4"}, {"low": "4", "high": "5", "hysteresis": "0.5"}):
        refused(incubator.limit(sensor=oxygen, **wrong), 422, "wrong_limits")
    refused(incubator.limit(sensor="nobody", low="1"), 404, "no_such_sensor")
    refused(lab.post("tom", f"/freezers/{incubator.code}/sensor-limits", {}), 403, "not_your_role")
    refused(lab.get("tess", f"/freezers/{incubator.code}/sensor-limits"), 403, "not_your_role")


def test_a_sensor_of_which_that_is_signed_is_silent_by_its_own_interval(lab: Lab, installation: Installation) -> None:
    room = Place(lab, installation)
    logger, other = room.sensor("humidity"), room.sensor("oxygen")
    for every_s in (3_600, 691_200):
        assert room.interval(logger, every_s).status_code == 201
    told = lab.told("tom", f"/freezers/{room.code}/sensor-intervals")
    assert told == [{"sensor": logger, "number": 2, "every_s": 691_200, "late_s": 0, "measures_s": None}]
    assert room.say(humidity=40_000, oxygen=20_900) == {}
    lab.wait(days=7)
    assert room.say() == {"silent": "unacknowledged"}
    assert [one["subject"] for one in lab.told("tom", "/alarms")] == [other]
    lab.wait(days=1)
    assert room.say() == {"silent": "suppressed_by_design", "device_silent": "unacknowledged"}
    refused(room.interval(logger, 9), 422, "bad_input")
    refused(room.interval("nobody", 60), 404, "no_such_sensor")
    refused(lab.post("tom", f"/freezers/{room.code}/sensor-intervals", {}), 403, "not_your_role")


def test_what_comes_as_late_as_was_signed_of_a_sensor_was_measured_when_it_says(lab: Lab, installation: Installation) -> None:
    room = Place(lab, installation)
    probe = room.sensor("oxygen")
    room.late = timedelta(minutes=8)
    assert room.say(oxygen=20_900) == {"clock_drift": "unacknowledged"}, "nobody said that it is on its way for so long"
    refused(room.interval(probe, 300, late_s=-1), 422, "bad_input")
    assert room.interval(probe, 300, late_s=480).json()["late_s"] == 480
    assert room.say(oxygen=20_900) == {}
    assert room.say(oxygen=19_400) == {"oxygen_low": "unacknowledged"}
    [low] = [one for one in lab.told("tom", "/alarms") if one["kind"] == "oxygen_low"]
    assert datetime.fromisoformat(low["began_at"]) == lab.clock.now() - timedelta(minutes=13)


def test_a_sensor_measures_at_least_as_often_as_it_speaks(lab: Lab, installation: Installation) -> None:
    room = Place(lab, installation)
    probe = room.sensor("oxygen")
    wrong = room.interval(probe, 86_400, measures_s=86_401)
    assert refused(wrong, 422, "wrong_interval") == {"field": "measures_s", "every_s": 86_400}
    refused(room.interval(probe, 86_400, measures_s=0), 422, "bad_input")
    assert room.interval(probe, 86_400, measures_s=86_400).json()["measures_s"] == 86_400
    assert room.interval(probe, 86_400, measures_s=600).status_code == 201
    assert [one["measures_s"] for one in lab.told("tom", f"/freezers/{room.code}/sensor-intervals")] == [600]
    for measures_s in (86_401, 0):
        sql = (
            "INSERT INTO sensor_interval SELECT gen_random_uuid(), sensor_id, 3, every_s, set_at, signature_id, late_s, %s"
            " FROM sensor_interval WHERE number = 2 RETURNING 1"
        )
        with pytest.raises(psycopg.errors.CheckViolation, match="ck_sensor_interval_measures_s"):
            installation.rows(sql, measures_s)
