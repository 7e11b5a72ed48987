"""Sensors of every kind, their calibrations, arrivals and ends, and the rules of freezers, through HTTP and the worker."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from fastapi.testclient import TestClient
from pyarrow import parquet

from biobank import judging
from biobank.clock import FixedClock
from biobank.monitoring import exporting, storing
from biobank.monitoring.storing import Report, Source
from biobank.monitoring.triples import pack
from labels import local
from tests.database import begin_preparing
from tests.path import Lab, refused
from tests.serving import client, clock
from tests.telemetry import SITE, Installation

__all__ = ["client", "clock"]
PROBE = {"site": SITE, "device": "gw-1", "probe_position": "top"}
RULE = {"limit_c": "-120", "delay_s": 60, "hysteresis_c": "1", "reason": "as the validation of June found"}
WHY = "the probe was broken"


@dataclass
class Room:
    """A freezer of −135 °C, five minutes, with what its devices say."""

    lab: Lab
    installation: Installation
    db: psycopg.Connection
    freezer: str
    start: datetime
    counter: int = 0

    def sensor(self, **told: Any) -> str:
        return str(self.lab.done("bo", f"/freezers/{self.freezer}/sensors", PROBE | told)["code"])

    def tell(self, sensor: str, *points: tuple[int, int], device: str = "gw-1") -> storing.Stored:
        """Say values (minutes after the start, thousandths) and have the worker judge them."""
        triples = []
        for minute, value in points:
            self.counter += 1
            triples.append((self.counter, int(self.at(minute).timestamp() * 1000), value))
        report = Report(Source("topic", repr(triples).encode()), device, sensor, 1, None, pack(triples))
        stored = storing.store(self.db, self.installation.ingest, [report], [], self.at(600) + timedelta(seconds=self.counter))
        self.judge()
        return stored

    def judge(self) -> None:
        judging.evaluate(self.installation.acts)

    def at(self, minute: int) -> datetime:
        return self.start + timedelta(minutes=minute)

    def warm(self) -> list[tuple[int, int | None]]:
        """The excursions that stand, in minutes after the start."""
        sql = "SELECT started_at, ended_at FROM excursion WHERE withdrawn_at IS NULL ORDER BY 1"
        return [tuple(at and (at - self.start).seconds // 60 for at in row) for row in self.installation.rows(sql)]

    def ask(self, who: str, road: str, **order: Any) -> Any:
        return self.lab.post(who, f"/freezers/{self.freezer}/{road}", order)


@pytest.fixture
def room(client: TestClient, clock: FixedClock, installation: Installation) -> Iterator[Room]:
    lab = Lab(client, clock)
    lab.load_study()
    freezer = lab.freezer()
    with psycopg.connect(installation.ingest_url, autocommit=True) as db:
        yield Room(lab, installation, db, freezer, clock.now())


def test_sensors_of_other_kinds_are_told_in_their_unit_and_judge_no_temperature(room: Room) -> None:
    level = room.sensor(kind="level", probe_position="tank", offset_c="0.5")
    room.tell(level, (0, 62_000), (100, 20_000))
    [probe] = next(one for one in room.lab.told("tom", "/freezers") if one["code"] == room.freezer)["probes"]
    assert (probe["kind"], probe["value"], probe["unit"], probe["temperature_c"]) == ("level", "20.500", "%", None)
    assert room.lab.told("tom", f"/freezers/{room.freezer}/temperatures")["series"] == []
    assert room.warm() == []
    refused(room.ask("bo", "sensors", **PROBE | {"kind": "colour"}), 422, "bad_input")


def test_a_calibration_counts_from_its_date_and_is_judged_also_when_it_is_entered_late(room: Room) -> None:
    sensor = room.sensor()
    room.tell(sensor, (0, -136_000), (10, -136_000), (20, -136_000), (30, -150_000))
    assert room.warm() == []
    room.lab.wait(hours=1)
    found = {"sensor": sensor, "offset": "2", "valid_from": room.at(5).isoformat(), "certificate": "K-17"}
    found |= {"due_on": (room.lab.today + timedelta(days=365)).isoformat()}
    told = room.ask("tom", "calibrations", **found).json()
    assert (told["offset"], told["certificate"]) == ("2.000", "K-17")
    room.judge()
    assert room.warm() == [(10, 30)]
    assert room.lab.told("quinn", f"/freezers/{room.freezer}/calibrations") == [told]
    room.tell(sensor, (4, -136_000), (31, -136_500))
    assert room.warm() == [(10, 30)]
    [probe] = next(one for one in room.lab.told("tom", "/freezers") if one["code"] == room.freezer)["probes"]
    assert (probe["temperature_c"], probe["calibration_due_on"]) == ("-134.500", found["due_on"])
    refused(room.ask("tom", "calibrations", **found), 409, "calibration_known")
    later, before = room.at(90).isoformat(), room.lab.today - timedelta(days=1)
    refused(room.ask("tom", "calibrations", **found | {"valid_from": later}), 422, "wrong_calibration")
    refused(room.ask("tom", "calibrations", **found | {"due_on": before.isoformat()}), 422, "wrong_calibration")
    refused(room.ask("tom", "calibrations", **found | {"sensor": "S000"}), 404, "no_such_sensor")


def test_a_signed_rule_judges_what_is_read_from_its_moment_on_and_nothing_before(room: Room) -> None:
    sensor = room.sensor()
    room.tell(sensor, (0, -130_000), (10, -150_000))
    assert room.warm() == [(0, 10)]
    refused(room.ask("bo", "rules", **RULE | {"valid_from": room.at(-1).isoformat()}, signature=room.lab.sign("bo")), 422,
            "rule_too_early")  # fmt: skip
    refused(room.ask("tom", "rules", **RULE, signature=room.lab.sign("tom")), 403, "not_your_role")
    refused(room.ask("bo", "rules", **RULE, signature=room.lab.sign("quinn")), 403, "wrong_signature")
    order = RULE | {"valid_from": room.at(20).isoformat(), "signature": room.lab.sign("bo")}
    assert room.ask("bo", "rules", **order).json()["version"] == 2
    room.judge()
    room.tell(sensor, (15, -130_000), (19, -130_000), (21, -130_000), (40, -119_000), (42, -150_000))
    assert room.warm() == [(0, 10), (15, 21), (40, 42)]
    first, second = room.lab.told("quinn", f"/freezers/{room.freezer}/rules")
    assert (first["version"], first["state"], first["limit_c"], first["signed"]) == (1, "unsigned_first", "-135.00", None)
    assert (second["state"], second["limit_c"]) == ("signed", "-120.00")
    assert second["signed"]["signature"]["username"] == "bo"
    earlier = (
        "INSERT INTO freezer_rule SELECT gen_random_uuid(), freezer_id, 3, limit_c, delay_s, hysteresis_c,"
        " recorded_at - interval '1 second', recorded_at, signature_id FROM freezer_rule RETURNING 1"
    )
    with pytest.raises(psycopg.errors.CheckViolation, match="valid_from"):
        room.installation.rows(earlier)


def test_a_sensor_that_is_taken_out_while_warm_is_warm_until_then(room: Room) -> None:
    sensor = room.sensor()
    room.tell(sensor, (0, -100_000), (10, -100_000))
    assert room.warm() == [(0, None)]
    room.lab.wait(minutes=12)
    road = "sensors/retirement"
    refused(room.ask("bo", road, sensor="S000", reason=WHY), 404, "no_such_sensor")
    told = room.ask("bo", road, sensor=sensor, reason=WHY).json()
    assert told["retired_at"] == room.at(12).isoformat().replace("+00:00", "Z")
    room.judge()
    assert room.warm() == [(0, 12)]
    assert room.tell(sensor, (11, -90_000), (13, -90_000), (60, -90_000)).new == 3
    assert room.warm() == [(0, 12)]
    refused(room.ask("bo", road, sensor=sensor, reason=WHY), 409, "already_retired")


def test_a_sensor_that_nobody_registered_waits_and_counts_once_it_is_approved(room: Room) -> None:
    assert room.tell("TC-7", (0, -150_000), device="gw-9").new == 0
    [waits] = room.lab.told("tom", "/waiting-sensors")
    assert (waits["site"], waits["device"], waits["sensor"]) == (SITE, "gw-9", "TC-7")
    order = {"site": SITE, "device": "gw-9", "sensor": "TC-7", "kind": "temperature", "probe_position": "lid"}
    refused(room.ask("tom", "sensors/approval", **order), 403, "not_your_role")
    refused(room.ask("bo", "sensors/approval", **order | {"device": "gw-1"}), 409, "sensor_not_waiting")
    refused(room.lab.post("gus", f"/freezers/{room.freezer}/sensors/approval", order), 404, "no_such_freezer")
    probe = room.ask("bo", "sensors/approval", **order).json()
    assert (probe["code"], probe["state"], probe["probe_position"]) == ("TC-7", "approved", "lid")
    assert room.lab.told("tom", "/waiting-sensors") == []
    assert room.tell("TC-7", (0, -150_000), device="gw-9").new == 1
    refused(room.ask("bo", "sensors/approval", **order), 409, "sensor_not_waiting")


def test_a_sensor_may_be_called_like_our_own_codes_and_never_like_another(room: Room) -> None:
    told = {"site": SITE, "kind": "temperature", "probe_position": "lid"}
    name = local.build("01", local.CodeKind.EQUIPMENT, 2026, 89)
    assert name.endswith("*")
    room.tell(name, (0, -150_000), device="gw-9")
    room.ask("bo", "sensors/approval", **told, device="gw-9", sensor=name)
    found = {"offset": "0.5", "valid_from": room.at(0).isoformat(), "due_on": "2031-01-01", "certificate": "7"}
    assert room.ask("bo", "calibrations", sensor=name, **found).is_success
    with psycopg.connect(room.installation.owner_url) as db:
        begin_preparing(db)
        elsewhere = "INSERT INTO sensor_waiting (id, site, device, code, first_at, last_at) VALUES (%s, %s, %s, %s, %s, %s)"
        db.execute(elsewhere, [uuid4(), "bergen", "gw-2", name, room.at(0), room.at(0)])
    there = told | {"site": "bergen", "device": "gw-2", "sensor": name}
    refused(room.ask("bo", "sensors/approval", **there), 409, "sensor_known_elsewhere")


def test_readings_are_exported_as_they_arrived_and_with_their_calibration(room: Room) -> None:
    sensor = room.sensor(offset_c="0.5")
    room.tell(sensor, (0, -150_250), (10, -149_000))
    road = f"/freezers/{room.freezer}/readings?start={room.at(0):%Y-%m-%dT%H:%M:%SZ}&end={room.at(10):%Y-%m-%dT%H:%M:%SZ}"
    answer = room.lab.get("tom", road)
    assert answer.headers["content-type"].startswith("text/csv")
    head, line = answer.text.splitlines()
    told = dict(zip(head.split(","), line.split(","), strict=True))
    assert (told["sensor"], told["unit"], told["said"], told["corrected"]) == (sensor, "°C", "-150.250", "-149.750")
    assert (told["device_time"], told["counter"], told["clock_suspect"]) == (room.at(0).isoformat(), "1", "false")
    refused(room.lab.get("gus", road), 404, "no_such_freezer")
    refused(room.lab.get("tess", road), 403, "not_your_role")


def test_a_parquet_file_says_exactly_what_the_csv_says(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "ROWS_AT_ONCE", 7)
    room.tell(room.sensor(offset_c="0.5"), *((minute, -150_000 - minute * 7) for minute in range(20)))
    room.tell(room.sensor(kind="level"), (3, 87_500), (200_000, 1))
    road = f"/freezers/{room.freezer}/readings?start={room.at(0):%Y-%m-%dT%H:%M:%SZ}&end=2027-01-01T00:00:00Z"
    told = list(csv.DictReader(room.lab.get("tom", road).text.splitlines()))
    answer = room.lab.get("tom", f"{road}&form=parquet")
    assert answer.headers["content-disposition"].endswith('.parquet"')
    file = parquet.ParquetFile(io.BytesIO(answer.content))
    assert [file.metadata.row_group(number).num_rows for number in range(file.num_row_groups)] == [7, 7, 7, 1]
    types = {field.name: str(field.type) for field in file.schema_arrow}
    assert (types["device_time"], types["said"], types["counter"]) == ("timestamp[us, tz=UTC]", "decimal128(10, 3)", "int64")
    rows = file.read().to_pylist()
    assert len(rows) == 22
    for row in rows:
        row |= {name: row[name].isoformat() for name in ("device_time", "received_at")}
        row["clock_suspect"] = str(row["clock_suspect"]).lower()
    assert [{name: str(value) for name, value in row.items()} for row in rows] == told
    empty = room.lab.get("tom", f"/freezers/{room.freezer}/readings?form=parquet&end=2026-01-01T00:00:00Z")
    assert parquet.read_table(io.BytesIO(empty.content)).num_rows == 0
