"""Judging readings: from the marks of the ingest to the excursions as they are known now."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session

from biobank.act.acts import Act
from biobank.monitoring import following, history, queries, rules
from biobank.monitoring.following import Part
from biobank.monitoring.queries import Dirty, Rule
from biobank.monitoring.rules import Dated, Warm
from biobank.monitoring.tables import NOTHING_LIES, Excursion, Freezer, LimitInterval, Sensor

_LAST = timedelta(days=36500)
READINGS_AT_ONCE = 100_000
"""In one transaction: while one lasts, PostgreSQL cannot clear away what the ingest writes again and again."""


@dataclass(frozen=True)
class Judged:
    """An excursion that stands after judging; ``until`` is its end, or how far the readings know it to last."""

    excursion: Excursion
    until: datetime


@dataclass(frozen=True)
class Weighed:
    """What a freezer's readings say of the time that they bear on, and the excursions known there; ``start`` and ``end`` are
    the first and the last moment at which something may have changed.
    """

    freezer: Freezer
    start: datetime
    end: datetime
    rules: Dated[Rule]
    warm: list[Warm]
    known: list[Excursion]

    @property
    def standing(self) -> list[Judged] | None:
        """The excursions known, where nothing about them changed; else None."""
        if len(self.warm) != len(self.known):
            return None
        if all(_same(one, warm, self.rules) for one, warm in zip(self.known, self.warm, strict=True)):
            return [Judged(one, warm.until) for one, warm in zip(self.known, self.warm, strict=True)]
        return None


def weigh(session: Session, dirty: Dirty, most: int = READINGS_AT_ONCE) -> Weighed:
    """Follow a freezer's new readings, early or late, about ``most`` of them, and say what excursions they make. The marks of
    these are done with; those of the others stay.
    """
    freezer = session.get_one(Freezer, dirty.freezer_id)
    ruled = queries.rules_of(session, freezer)
    limits = ruled.each(queries.limit_of)
    moments: list[datetime] = []
    for mark in dirty.marks:
        sensor, part = session.get_one(Sensor, mark.sensor_id), Part([], 0, None)
        if sensor.kind in following.FOLLOWED:
            part = following.follow(session, sensor, limits, mark.from_time, mark.to_time, most)
        until = part.rest or mark.to_time
        moments += [mark.from_time, until, *part.moments]
        history.mark(session, mark.sensor_id, mark.from_time, until)
        queries.done(session, mark, part.rest)
        most -= part.readings
        if most <= 0:
            break
    start, end = min(moments), max(moments)
    times, known = _window(session, freezer, start, end)
    warm = [] if freezer.kind in NOTHING_LIES else rules.excursions(times, limits)
    return Weighed(freezer, start, end, ruled, warm, known)


def settle(act: Act, weighed: Weighed) -> list[Judged]:
    """Write down the excursions that readings make, and return them.

    An excursion that lasts grows in place (the trail keeps each former state); any other change of a result makes a new
    row, and the former one is kept, withdrawn.
    """
    left = list(weighed.known)
    judged = [Judged(_settle(act, weighed, one, left), one.until) for one in weighed.warm]
    for former in left:
        _withdraw(act, former, None)
    act.session.flush()
    return judged


def make_partitions(session: Session, today: datetime, months: int = 4) -> None:
    """Have the owner's function make this month's partition and the next ones."""
    values = {"month": today.date().replace(day=1), "months": months}
    session.connection().execute(text("SELECT monitoring_make_partitions(:month, :months)"), values)


def _window(session: Session, freezer: Freezer, start: datetime, end: datetime) -> tuple[list[Warm], list[Excursion]]:
    """The warm times and the known excursions of the time to be looked at: widened until none sticks out of it."""
    while True:
        times = queries.limit_intervals(session, freezer.id, start, end)
        known = queries.excursions(session, freezer.id, start, end)
        spans: list[LimitInterval | Excursion] = [*times, *known]
        wider = (
            min([start, *(one.started_at for one in spans)]),
            max([end, *(one.ended_at or start + _LAST for one in spans)]),
        )
        if wider == (start, end):
            return [_warm(one) for one in times], list(known)
        start, end = wider


def _warm(known: LimitInterval) -> Warm:
    return Warm(known.started_at, known.ended_at, known.seen_at, known.peak_milli)


def _same(known: Excursion, warm: Warm, ruled: Dated[Rule]) -> bool:
    result = known.started_at, known.ended_at, known.peak_c
    return _same_rule(known, warm, ruled) and result == (warm.start, warm.end, rules.degrees(warm.peak_milli))


def _same_rule(known: Excursion, warm: Warm, ruled: Dated[Rule]) -> bool:
    rule = ruled.at(warm.start)
    was = known.limit_c, known.delay_s, known.hysteresis_c
    return was == (rule.limit_c, rule.delay_s, rule.hysteresis_c)


def _settle(act: Act, weighed: Weighed, warm: Warm, left: list[Excursion]) -> Excursion:
    """The row that stands for ``warm``, of the line of what was known there; takes what it replaces out of ``left``."""
    line = [one for one in weighed.known if one.started_at <= warm.until and (one.ended_at or warm.until) >= warm.start]
    touched = [one for one in line if one in left]
    first = touched[0] if touched else None
    for one in touched:
        left.remove(one)
    if first is not None and len(touched) == 1 and first.started_at == warm.start:
        if _same(first, warm, weighed.rules):
            return first
        if first.ended_at is None and _same_rule(first, warm, weighed.rules):
            first.ended_at, first.peak_c, first.computed_at = warm.end, rules.degrees(warm.peak_milli), act.recorded_at
            return act.add(first)
    return _replace(act, weighed, warm, touched, line)


def _replace(act: Act, weighed: Weighed, warm: Warm, touched: list[Excursion], line: list[Excursion]) -> Excursion:
    new, rule = act.new_id(), weighed.rules.at(warm.start)
    excursion = act.add(
        Excursion(
            id=new,
            freezer_id=weighed.freezer.id,
            started_at=warm.start,
            ended_at=warm.end,
            peak_c=rules.degrees(warm.peak_milli),
            limit_c=rule.limit_c,
            delay_s=rule.delay_s,
            hysteresis_c=rule.hysteresis_c,
            computed_at=act.recorded_at,
            first_id=line[0].first_id if line else new,
        )
    )
    for former in touched:
        _withdraw(act, former, excursion)
    return excursion


def _withdraw(act: Act, former: Excursion, successor: Excursion | None) -> None:
    former.withdrawn_at = act.recorded_at
    former.superseded_by = successor.id if successor else None
    act.add(former)
