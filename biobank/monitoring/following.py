"""Following the readings of one sensor: from what was known of its warm times to what is known with the new ones.

What is written here is worked out from readings and stands in no trail. Readings in order cost only themselves: what went on
goes on from its last state. A late one, or a calibration entered late, is read again from the warm time on in which it fell,
up to the next moment at which the probe was calm both as it was known and as it is now.
"""

from bisect import bisect_left
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from math import inf
from typing import NamedTuple, TypeVar

from sqlmodel import Session, col, select

from biobank.monitoring import points, queries
from biobank.monitoring.hearing import Hearing
from biobank.monitoring.rules import Dated, Limit, Point, Stretch, Warm, Watch, milli
from biobank.monitoring.tables import (
    Freezer,
    LidInterval,
    LimitInterval,
    Sensor,
    SensorKind,
    ThresholdDue,
    WarmInterval,
    WarmThreshold,
)

Row = LimitInterval | WarmInterval | LidInterval
Plain = TypeVar("Plain", LimitInterval, LidInterval)
FOLLOWED = frozenset({SensorKind.TEMPERATURE, SensorKind.LID})
_NO_DELAY = timedelta(0)
_OPEN = Limit(500, _NO_DELAY, 0)
"""A lid that is open tells 1, else 0."""


class _Followed:
    """One limit of one sensor: the warm times known that a reading from ``start`` on may change, and those found."""

    def __init__(self, limits: Dated[Limit], known: list[Row], new: Callable[..., Row]) -> None:
        self.limits, self.known, self.new = limits, known, new
        self.starts = [row.started_at for row in known]
        self.watch = Watch(limits)

    def begins(self, start: datetime) -> datetime:
        """Where reading must begin: at ``start``, or at the beginning of a warm time that is known beyond it."""
        return next((row.started_at for row in self.known[:1] if row.started_at < start <= row.seen_at), start)

    def begin(self, start: datetime) -> None:
        """Go on from the warm time that goes on at ``start``."""
        for row in self.known[:1]:
            if row.started_at < start:
                self.watch = Watch(self.limits, Warm(row.started_at, None, row.seen_at, row.peak_milli))

    def calm_before(self, at: datetime) -> bool:
        """Whether it was calm right before ``at``, as it was known and as it is now."""
        before = bisect_left(self.starts, at)
        last = self.known[before - 1].ended_at if before else at
        return self.watch.now is None and (before == 0 or (last is not None and last < at))

    def write(self, session: Session, beyond: datetime | None) -> list[datetime]:
        """Write what differs before ``beyond``; the moments at which it does."""
        known = {row.started_at: row for row in self.known if beyond is None or row.started_at < beyond}
        found = {warm.start: warm for warm in self.watch.times()}
        moments: list[datetime] = []
        for start, row in known.items():
            if start not in found:
                moments += [row.started_at, row.seen_at]
                session.delete(row)
        session.flush()
        for start, warm in found.items():
            told = warm.end, warm.seen, warm.peak_milli
            row = known.get(start) or self.new(started_at=start, seen_at=warm.seen)
            if start in known and told == (row.ended_at, row.seen_at, row.peak_milli):
                continue
            moments += [warm.start, warm.seen, row.seen_at]
            row.ended_at, row.seen_at, row.peak_milli = told
            session.add(row)
            session.flush()
        return moments


class Part(NamedTuple):
    """What was followed: the moments between which something changed, none where nothing did; how many readings that took;
    and the reading before which it stopped, where others wait.
    """

    moments: list[datetime]
    readings: int
    rest: datetime | None


def follow(session: Session, sensor: Sensor, limits: Dated[Limit], start: datetime, end: datetime, most: float = inf) -> Part:
    """Bring the warm times of a thermometer, or the open ones of a lid, up to date with its readings in ``[start, end]``.

    After about ``most`` readings it stops, where nothing is known beyond them yet that they could contradict: what is written
    then is what would be known if the others had not come, and these go on from there.
    """
    followed, start = _begun(session, sensor, limits, start)
    course = _Course(followed, Hearing(session, sensor, start), start, end, most)
    said = points.points(session, sensor, start, course.passes)
    beyond = next((point.at for point in said if course.ends(point)), None)
    if beyond is None and sensor.retired_at is not None:
        for one in followed:
            one.watch.end(sensor.retired_at)
    course.hearing.write(beyond)
    moments = [moment for one in followed for moment in one.write(session, beyond)]
    return Part(moments, course.taken, None if course.over else beyond)


class _Course:
    """What follows the readings of a sensor, all of it together."""

    def __init__(self, followed: list[_Followed], hearing: Hearing, start: datetime, end: datetime, most: float) -> None:
        self.followed, self.hearing = followed, hearing
        self.end, self.most, self.taken, self.over = end, most, 0, False
        self.known_until = max([start, *(row.ended_at or row.seen_at for one in followed for row in one.known)])

    def ends(self, point: Point) -> bool:
        """Take the next reading, or end before it: where all is calm again (then it is ``over``), or enough were taken."""
        self.hearing.take(point.at)
        enough = self.taken >= self.most
        calm = (enough or point.at > self.end) and all(one.calm_before(point.at) for one in self.followed)
        self.over = calm and point.at > self.end
        if calm or (enough and point.at > self.known_until):
            return True
        for one in self.followed:
            one.watch.take(point)
        self.taken += 1
        return False

    def passes(self, stretch: Stretch) -> bool:
        """Take the next readings together, where nothing would begin or end among them, nor this course; whether it did."""
        goes_on = stretch.last <= self.end or any(one.watch.now is not None for one in self.followed)
        if self.taken >= self.most or not goes_on:
            return False
        together: list[Hearing | Watch] = [self.hearing, *(one.watch for one in self.followed)]
        if not all(one.stays(stretch) for one in together):
            return False
        for one in together:
            one.take_all(stretch)
        self.taken += stretch.readings
        return True


CATCH_UP = timedelta(days=30)
"""Of so much time what a new threshold makes of the past is worked out at once: the worker's other tasks hardly wait for it."""


def catch_up(session: Session, now: datetime) -> tuple[Sensor, datetime, datetime] | None:
    """Hold a part of what one sensor said against every threshold once more, where one is new; which part of which sensor."""
    due = session.exec(select(ThresholdDue).order_by(col(ThresholdDue.since)).limit(1).with_for_update()).first()
    if due is None:
        return None
    sensor, since, until = session.get_one(Sensor, due.sensor_id), due.since, due.since + CATCH_UP
    ruled = queries.rules_of(session, session.get_one(Freezer, sensor.freezer_id))
    follow(session, sensor, ruled.each(queries.limit_of), since, until)
    if until > now:
        session.delete(due)
    else:
        due.since = until
        session.add(due)
    session.flush()
    return sensor, since, until


def _begun(session: Session, sensor: Sensor, limits: Dated[Limit], start: datetime) -> tuple[list[_Followed], datetime]:
    """What is followed, and from when on its readings are read."""
    while True:
        followed = _all_of(session, sensor, limits, start)
        begins = min(one.begins(start) for one in followed)
        if begins == start:
            break
        start = begins
    for one in followed:
        one.begin(start)
    return followed, start


def _all_of(session: Session, sensor: Sensor, limits: Dated[Limit], start: datetime) -> list[_Followed]:
    if sensor.kind == SensorKind.LID:
        return [_of_limit(session, LidInterval, sensor, Dated(_OPEN), start)]
    return [_of_limit(session, LimitInterval, sensor, limits, start), *_of_thresholds(session, sensor, start)]


def _of_limit(session: Session, table: type[Plain], sensor: Sensor, limits: Dated[Limit], start: datetime) -> _Followed:
    ended_at = col(table.ended_at)
    wanted = select(table).where(table.sensor_id == sensor.id, ended_at.is_(None) | (ended_at >= start))
    known = session.exec(wanted.order_by(col(table.started_at))).all()
    return _Followed(limits, list(known), partial(table, sensor_id=sensor.id))


def _of_thresholds(session: Session, sensor: Sensor, start: datetime) -> list[_Followed]:
    wanted = select(WarmInterval).where(
        WarmInterval.sensor_id == sensor.id, col(WarmInterval.ended_at).is_(None) | (col(WarmInterval.ended_at) >= start)
    )
    known: dict[Decimal, list[Row]] = {one.threshold_c: [] for one in session.exec(select(WarmThreshold))}
    for row in session.exec(wanted.order_by(col(WarmInterval.started_at))):
        known[row.threshold_c].append(row)
    new = partial(WarmInterval, sensor_id=sensor.id)
    return [_Followed(Dated(above(one)), rows, partial(new, threshold_c=one)) for one, rows in known.items()]


def above(threshold_c: Decimal) -> Limit:
    """A threshold as a limit: every moment above it counts."""
    return Limit(milli(threshold_c), _NO_DELAY, 0)
