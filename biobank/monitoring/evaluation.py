"""Judging readings: from the marks of the ingest to the excursions as they are known now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session, col, delete, select

from biobank.act.acts import Act
from biobank.monitoring import points, queries, rules
from biobank.monitoring.queries import Dirty
from biobank.monitoring.reading_tables import DirtyInterval
from biobank.monitoring.rules import Limit, Warm
from biobank.monitoring.tables import Excursion, Freezer, Sensor

_LAST = timedelta(days=36500)


@dataclass(frozen=True)
class Judged:
    """An excursion that stands after judging; ``until`` is its end, or how far the readings know it to last."""

    excursion: Excursion
    until: datetime


def judge(act: Act, dirty: Dirty) -> list[Judged]:
    """Judge a freezer's new readings, early or late, and return the excursions that they bear on.

    An excursion that lasts grows in place (the trail keeps each former state); any other change of a result makes a new
    row, and the former one is kept, withdrawn.
    """
    session = act.session
    freezer = session.get_one(Freezer, dirty.freezer_id)
    limit = queries.limit_of(freezer)
    sensors = session.exec(select(Sensor).where(Sensor.freezer_id == freezer.id)).all()
    start, end = _window(session, freezer, sensors, limit, dirty)
    known = list(queries.excursions(session, freezer.id, start, end))
    warm = rules.excursions([points.points(session, sensor, start, end) for sensor in sensors], limit)
    left = list(known)
    judged = [Judged(_settle(act, freezer, one, known, left), one.until) for one in warm]
    for former in left:
        _withdraw(act, former, None)
    session.connection().execute(delete(DirtyInterval).where(col(DirtyInterval.id).in_(dirty.marks)))
    session.flush()
    return judged


def make_partitions(session: Session, today: datetime, months: int = 4) -> None:
    """Have the owner's function make this month's partition and the next ones."""
    values = {"month": today.date().replace(day=1), "months": months}
    session.connection().execute(text("SELECT monitoring_make_partitions(:month, :months)"), values)


def _window(
    session: Session, freezer: Freezer, sensors: Sequence[Sensor], limit: Limit, dirty: Dirty
) -> tuple[datetime, datetime]:
    """The time that must be looked at: widened until no warm time and no known excursion sticks out of it."""
    start, end = dirty.from_time, dirty.to_time
    while True:
        known = queries.excursions(session, freezer.id, start, end)
        spans = [_around(session, sensor, limit, start, end) for sensor in sensors]
        spans += [(one.started_at, one.ended_at or start + _LAST) for one in known]
        wider = min([start, *(span[0] for span in spans)]), max([end, *(span[1] for span in spans)])
        if wider == (start, end):
            return wider
        start, end = wider


def _around(session: Session, sensor: Sensor, limit: Limit, start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """``start`` moved back to the calm before a warm time that was going on, ``end`` on to the calm after one."""
    before = points.last_before(session, sensor, start, limit, calm=False)
    if before is not None and before.value_milli > limit.limit_milli:
        calm = points.last_before(session, sensor, before.at, limit, calm=True)
        start = calm.at if calm else rules.EARLIEST_PLAUSIBLE
    seen = rules.warm_times(points.points(session, sensor, start, end), limit)
    if seen and seen[-1].end is None:
        end = points.next_calm(session, sensor, end, limit) or max(end, start + _LAST)
    return start, end


def _settle(act: Act, freezer: Freezer, warm: Warm, known: list[Excursion], left: list[Excursion]) -> Excursion:
    """The row that stands for ``warm``, of the line of what was ``known`` there; takes what it replaces out of
    ``left``.
    """
    line = [one for one in known if one.started_at <= warm.until and (one.ended_at or warm.until) >= warm.start]
    touched = [one for one in line if one in left]
    first = touched[0] if touched else None
    for one in touched:
        left.remove(one)
    if first is not None and len(touched) == 1 and first.started_at == warm.start:
        same_rule = first.limit_c == freezer.limit_c and first.delay_s == freezer.delay_s
        same_rule = same_rule and first.hysteresis_c == freezer.hysteresis_c
        peak = rules.degrees(warm.peak_milli)
        if same_rule and (first.ended_at, first.peak_c) == (warm.end, peak):
            return first
        if same_rule and first.ended_at is None:
            first.ended_at, first.peak_c, first.computed_at = warm.end, peak, act.recorded_at
            return act.add(first)
    return _replace(act, freezer, warm, touched, line)


def _replace(act: Act, freezer: Freezer, warm: Warm, touched: list[Excursion], line: list[Excursion]) -> Excursion:
    new = act.new_id()
    excursion = act.add(
        Excursion(
            id=new,
            freezer_id=freezer.id,
            started_at=warm.start,
            ended_at=warm.end,
            peak_c=rules.degrees(warm.peak_milli),
            limit_c=freezer.limit_c,
            delay_s=freezer.delay_s,
            hysteresis_c=freezer.hysteresis_c,
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
