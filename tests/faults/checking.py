"""The ledger of the devices against the database, as its superuser reads it: what is lost or doubled, which alarm missed."""

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import Connection

from tests.faults.expected import Excursion, alarm_due, excursions, known_warm
from tests.faults.fleet import BOOT, Remembered

Key = tuple[str, int]
"""A sensor and one of its counters."""
STORED = """
SELECT s.code, r.counter, (extract(epoch FROM r.device_time) * 1000)::bigint, r.value_milli FROM reading r
  JOIN sensor s ON s.id = r.sensor_id WHERE r.boot = %s
"""
SUMMED = "SELECT s.code, sum(m.readings)::bigint FROM reading_minute m JOIN sensor s ON s.id = m.sensor_id GROUP BY s.code"
EXCURSIONS = """
SELECT f.code, (extract(epoch FROM e.started_at) * 1000)::bigint, (extract(epoch FROM e.ended_at) * 1000)::bigint,
       (e.peak_c * 1000)::bigint FROM excursion e JOIN freezer f ON f.id = e.freezer_id WHERE e.withdrawn_at IS NULL
"""
LINES = "SELECT note FROM freezer_log WHERE note LIKE 'line %'"
RAISED = "SELECT kind, subject FROM alarm WHERE raised_at IS NOT NULL"


@dataclass(frozen=True)
class Ledger:
    """What the devices know of a run: their freezers, which of them had an impossible clock and which fell silent, and when the
    watch over alarms was away. ``freezers`` are by the code of the freezer.
    """

    freezers: dict[str, Remembered]
    wrong_clock: str
    silent: str
    watch_away: Sequence[tuple[float, float]]
    lines: Sequence[str]
    """Of a freezer's log, as somebody asked the API to write them, each until it was answered."""

    def alarms_due(self) -> set[tuple[str, str]]:
        """Every alarm that had to be raised, by kind and subject."""
        warm = {
            ("too_warm", code)
            for code, freezer in self.freezers.items()
            if freezer.sensor != self.wrong_clock and alarm_due(known_warm(freezer), self.watch_away)
        }
        return warm | {("wrong_time", self.wrong_clock), ("silent", self.silent)}

    def excursions_due(self) -> set[tuple[str, Excursion]]:
        """Every excursion that there was, with the code of its freezer; an impossible clock makes none."""
        right = [(code, one) for code, one in self.freezers.items() if one.sensor != self.wrong_clock]
        return {(code, excursion) for code, one in right for excursion in excursions(one.measured)}


@dataclass(frozen=True)
class Verdict:
    """What was found. ``lost`` were sent, and of those ``lost_receipted`` had a receipt."""

    sent: int
    receipted: int
    held: int
    stored: int
    lost: int
    lost_receipted: int
    doubled: int
    altered: int
    missummed: int
    lines: int
    lines_lost: int
    lines_doubled: int
    alarms: int
    missed: list[tuple[str, str]]
    excursions: int
    wrong_excursions: list[str]

    @property
    def good(self) -> bool:
        """Whether nothing at all is wrong."""
        wrong = self.held + self.lost + self.doubled + self.altered + self.missummed + self.lines_lost + self.lines_doubled
        return not (wrong or self.missed or self.wrong_excursions)


def verdict(db: Connection[Any], ledger: Ledger) -> Verdict:
    """Compare everything now."""
    stored = db.execute(STORED, [BOOT]).fetchall()
    summed = dict(db.execute(SUMMED).fetchall())
    lines = Counter(note for (note,) in db.execute(LINES))
    raised = set(db.execute(RAISED).fetchall())
    found = {(code, Excursion(*told)) for code, *told in db.execute(EXCURSIONS)}
    freezers = ledger.freezers.values()
    measured = {(one.sensor, said.counter): (said.time_ms, said.value_milli) for one in freezers for said in one.measured}
    times = Counter((sensor, counter) for sensor, counter, _, _ in stored)
    lost = measured.keys() - times.keys()
    receipted = {one.sensor: one.receipted for one in freezers}
    alarms, due = ledger.alarms_due(), ledger.excursions_due()
    wrong = [f"not found: {one}" for one in due - found] + [f"was not: {one}" for one in found - due]
    return Verdict(
        sent=len(measured),
        receipted=sum(receipted.values()),
        held=sum(len(one.buffer) for one in freezers),
        stored=len(stored),
        lost=len(lost),
        lost_receipted=sum(counter <= receipted[sensor] for sensor, counter in lost),
        doubled=sum(count - 1 for count in times.values()),
        altered=sum(measured.get((sensor, counter)) != (at, value) for sensor, counter, at, value in stored),
        missummed=_missummed(summed, freezers, ledger.wrong_clock),
        lines=len(ledger.lines),
        lines_lost=len(set(ledger.lines) - lines.keys()),
        lines_doubled=lines.total() - len(lines),
        alarms=len(alarms),
        missed=sorted(alarms - raised),
        excursions=len(due),
        wrong_excursions=sorted(wrong),
    )


def settled(admin_url: str, ledger: Ledger, patience_s: float) -> Verdict:
    """The same, as soon as nothing is wrong; or when the worker has judged everything and had time for its alarms."""
    until = time.monotonic() + patience_s
    while True:
        with psycopg.connect(admin_url) as db:
            found = verdict(db, ledger)
        if found.good or time.monotonic() > until:
            return found
        time.sleep(1)


def _missummed(summed: dict[str, int], freezers: Iterable[Remembered], wrong_clock: str) -> int:
    """By how many readings the minutes are wrong; those of an impossible clock are in none."""
    wanted = {one.sensor: len(one.measured) for one in freezers if one.sensor != wrong_clock}
    return sum(abs(wanted.get(sensor, 0) - summed.get(sensor, 0)) for sensor in {*wanted, *summed})
