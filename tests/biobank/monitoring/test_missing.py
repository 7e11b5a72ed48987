"""Readings that never arrived are an alarm, once no buffer can be on its way any more."""

from datetime import datetime, timedelta

import psycopg
import pytest

from biobank.clock import FixedClock
from biobank.monitoring import alarms, storing
from biobank.monitoring.storing import Report, Source
from biobank.monitoring.triples import pack
from tests.database import NOW, begin_preparing
from tests.telemetry import Installation


class Device:
    """It speaks for S000 alone, by a clock that the test moves."""

    def __init__(self, installation: Installation) -> None:
        self.installation, self.clock = installation, installation.acts.clock

    def says(self, minute: float, *counters: int, boot: int = 1, oldest: int | None = None) -> None:
        """At that minute it tells these counters, a second apart."""
        self.to(minute)
        now_ms = int(self.at(minute).timestamp() * 1000)
        readings = [(one, now_ms - 1000 * (1000 - one), -160_000 - one) for one in counters]
        report = Report(Source("topic", repr((minute, counters)).encode()), "d000", "S000", boot, oldest, pack(readings))
        with psycopg.connect(self.installation.ingest_url, autocommit=True) as db:
            storing.store(db, self.installation.ingest, [report], [], self.at(minute))

    def to(self, minute: float) -> None:
        assert isinstance(self.clock, FixedClock)
        self.clock.at = self.at(minute)

    def alarms(self, minute: float) -> list[tuple[str, str]]:
        """The open alarms of missing readings at that minute."""
        self.to(minute)
        alarms.watch(self.installation.acts)
        sql = "SELECT words, state FROM alarm WHERE kind = 'readings_missing' AND closed_at IS NULL"
        return [(words, state) for words, state in self.installation.rows(sql)]

    @staticmethod
    def at(minute: float) -> datetime:
        return NOW + timedelta(minutes=minute)


@pytest.fixture
def device(installation: Installation) -> Device:
    with psycopg.connect(installation.owner_url) as db:
        begin_preparing(db)
        db.execute("DELETE FROM sensor WHERE code <> 'S000'")
    return Device(installation)


def test_what_does_not_arrive_within_a_quarter_of_an_hour_is_an_alarm_until_it_does(device: Device) -> None:
    device.says(0, 1, 2, 3)
    device.says(1, 10, 11)
    assert device.alarms(15) == []
    assert device.alarms(16) == [("6 readings of sensor S000 did not arrive, as its counter tells", "unacknowledged")]
    device.says(17, 4, 5, 6, 7, 8, 9)
    [(_, state)] = device.alarms(18)
    assert state == "returned_unacknowledged"


def test_nothing_is_missing_of_a_sensor_that_was_taken_out(device: Device) -> None:
    device.says(0, 1, 2, 3)
    device.says(1, 10, oldest=9)
    with psycopg.connect(device.installation.owner_url) as db:
        begin_preparing(db)
        db.execute("UPDATE sensor SET registered_at = %s, retired_at = %s", [device.at(0), device.at(16)])
    assert len(device.alarms(15)) == 1
    [(_, state)] = device.alarms(16)
    assert state == "returned_unacknowledged"


def test_what_a_device_no_longer_holds_is_an_alarm_at_once_and_for_a_day(device: Device) -> None:
    device.says(0, 1, 2, 3)
    device.says(1, 10, oldest=10)
    [(words, state)] = device.alarms(1)
    assert (words[:10], state) == ("6 readings", "unacknowledged")
    [(_, state)] = device.alarms(24 * 60 + 1)
    assert state == "returned_unacknowledged"


def test_what_a_device_counted_before_it_was_heard_here_is_missing_to_nobody_and_after_a_restart_it_is(device: Device) -> None:
    device.says(0, 500, 501)
    assert device.alarms(60) == []
    device.says(61, 4, boot=2)
    [(words, _)] = device.alarms(80)
    assert words.startswith("3 readings of sensor S000")
