"""However a device's clock is put, too warm is an alarm on time, and the clock itself is one: stories drawn at random."""

from datetime import datetime, timedelta
from random import Random
from uuid import uuid4

import psycopg

from biobank import judging
from biobank.clock import FixedClock
from biobank.monitoring import alarms, storing
from biobank.monitoring.storing import Report, Source
from biobank.monitoring.triples import pack
from tests.database import NOW, begin_preparing
from tests.telemetry import SITE, Installation

MINUTES, DELAY, GAP = 60, 2, 3
"""A story is so long, too warm counts after the delay, and nothing happens within the gap after what happened before."""
COLD, WARM = -160_000, -140_000
OFFSETS_S = (0, 90, 200, -90, -600, -900, -1200, -3600, 7200, -1_700_000_000)
"""To what a clock is put: within what it may be off, slow, an hour back, and to where it cannot be."""


def at(minute: int) -> datetime:
    return NOW + timedelta(minutes=minute)


class Told:
    """A freezer whose probe speaks every minute, while it becomes warm and cold and the device's clock is put."""

    def __init__(self, installation: Installation, name: str) -> None:
        self.installation, self.name, self.sensor = installation, name, f"probe-{name}"
        self.offset_s, self.warm, self.last = 0, False, 0
        self.due: list[datetime] = []
        freezer = uuid4()
        with psycopg.connect(installation.owner_url) as db:
            begin_preparing(db, at(-99))
            told = "INSERT INTO freezer VALUES (%s, %s, %s, 'GMP', -150, %s, 5, %s, 'freezer')"
            db.execute(told, [freezer, name, name, 60 * DELAY, at(-99)])
            told = "INSERT INTO sensor VALUES (%s, %s, %s, 'temperature', %s, %s, 'top', 0, 'approved', %s)"
            db.execute(told, [uuid4(), self.sensor, freezer, SITE, name, at(-99)])

    def happen(self, draw: Random, minute: int) -> None:
        """Something or nothing; each time too warm lasts for the delay at least."""
        what = draw.random() if minute - self.last > GAP else 1.0
        if what < 0.3:
            self.offset_s, self.last = draw.choice(OFFSETS_S), minute
        elif what < 0.5:
            self.warm, self.last = not self.warm, minute
            if self.warm and minute + DELAY <= MINUTES:
                self.due.append(at(minute + DELAY))

    def said(self, minute: int) -> Report:
        told_ms = round((at(minute).timestamp() + self.offset_s) * 1000)
        reading = minute, told_ms, (WARM if self.warm else COLD) + minute
        return Report(Source("topic", repr((self.name, reading)).encode()), self.name, self.sensor, 1, None, pack([reading]))

    def raised(self, kind: str) -> list[datetime]:
        sql = "SELECT at FROM alarm_event e JOIN alarm a ON a.id = alarm_id WHERE became = 'unacknowledged' AND kind = %s"
        found = self.installation.rows(f"{sql} AND subject IN (%s, %s) ORDER BY at", kind, self.name, self.sensor)
        return [moment for (moment,) in found]


def acknowledge(owner: psycopg.Connection, now: datetime) -> None:
    """Somebody knows of what is over, so that the next time counts anew."""
    if owner.execute("SELECT FROM alarm WHERE state = 'returned_unacknowledged'").fetchone() is not None:
        begin_preparing(owner, now)
        owner.execute("UPDATE alarm SET state = 'normal', closed_at = %s WHERE state = 'returned_unacknowledged'", [now])
    owner.commit()


def test_however_the_clock_is_put_too_warm_is_an_alarm_on_time_and_a_slow_clock_another(installation: Installation) -> None:
    clock, stories = installation.acts.clock, [(Random(seed), Told(installation, f"F-{seed}")) for seed in range(5)]
    slow = Told(installation, "slow")
    assert isinstance(clock, FixedClock)
    with psycopg.connect(installation.ingest_url, autocommit=True) as db, psycopg.connect(installation.owner_url) as owner:
        for minute in range(1, MINUTES + 1):
            clock.at, slow.offset_s = at(minute), -3600 if minute > GAP else 0
            for draw, told in stories:
                told.happen(draw, minute)
            reports = [told.said(minute) for told in (slow, *(told for _, told in stories))]
            storing.store(db, installation.ingest, reports, [], clock.at)
            judging.evaluate(installation.acts)
            alarms.watch(installation.acts)
            acknowledge(owner, clock.at)
    assert slow.raised("clock_drift") == [at(GAP + 6)]
    for _, told in stories:
        early = [due - raised for raised, due in zip(told.raised("too_warm"), told.due, strict=True)]
        assert all(timedelta(0) <= by <= timedelta(minutes=1) for by in early), "a clock may be off by as much"
        assert told.raised("silent") == []
    assert sum(len(told.due) for _, told in stories) > 10
