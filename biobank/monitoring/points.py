"""Readings of one sensor in order of time, for judging and for plots."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Select, func, select, text
from sqlmodel import Session, col
from sqlmodel import select as select_rows

from biobank.monitoring import queries
from biobank.monitoring.history_tables import Step
from biobank.monitoring.reading_tables import Reading
from biobank.monitoring.rules import Dated, Point, Stretch
from biobank.monitoring.tables import Sensor

PAGE = 5_000
"""Readings."""


def points(session: Session, sensor: Sensor, start: datetime, passes: Callable[[Stretch], bool]) -> Iterator[Point]:
    """The readings of a sensor from ``start`` on until it was taken out, the offset of each one's time added; none with a wrong
    clock. They are read page by page, so that years need no memory and whoever has enough stops.

    From the second page on a page is told of as a stretch first, and its readings are left out where that ``passes``.
    """
    at = col(Reading.device_time)
    told = select(at, col(Reading.value_milli)).order_by(at).limit(PAGE)
    told = told.where(col(Reading.sensor_id) == sensor.id, col(Reading.clock_suspect).is_(False))
    if sensor.retired_at is not None:
        told = told.where(at < sensor.retired_at)
    added = queries.probe(session, sensor).offsets
    connection = session.connection()  # past the session, which takes half as long again to hand rows over
    page = connection.execute(told.where(at >= start)).all()
    while page:
        yield from (Point(when, value + added.at(when)) for when, value in page)
        if len(page) < PAGE:
            break
        later = told.where(at > page[-1][0])
        while (stretch := _stretch(connection, later, added)) and passes(stretch):
            later = told.where(at > stretch.last)
        page = connection.execute(later).all()


def _stretch(connection: Connection, told: Select[datetime, int], added: Dated[int]) -> Stretch | None:
    """The readings told of, counted in the database; None where there are none, or an offset begins to count among them."""
    read = told.subquery()
    at, value = read.c.device_time, read.c.value_milli
    pair = select(at, value, (at - func.lag(at).over(order_by=at)).label("after")).subquery()
    at, value = pair.c.device_time, pair.c.value_milli
    asked = select(func.min(at), func.max(at), func.count(), func.min(value), func.max(value), func.max(pair.c.after))
    first, last, readings, lowest, highest, longest = connection.execute(asked).one()
    offset = added.throughout(first, last) if readings else None
    if offset is None:
        return None
    return Stretch(first, last, readings, lowest + offset, highest + offset, longest or timedelta(0))


def every(session: Session, sensor: Sensor, start: datetime, end: datetime) -> Iterator[Reading]:
    """The readings of a sensor in ``[start, end)`` as they arrived, also those with a wrong clock, page by page."""
    at = col(Reading.device_time)
    told = select_rows(Reading).where(Reading.sensor_id == sensor.id, at < end).order_by(at).limit(PAGE)
    page = session.exec(told.where(at >= start)).all()
    while page:
        yield from page
        last = page[-1].device_time
        session.expunge_all()
        page = session.exec(told.where(at > last)).all() if len(page) == PAGE else ()


_PLOT = text(
    "SELECT min(device_time) AS at, min(value_milli) AS low, max(value_milli) AS high, count(*) AS readings"
    " FROM reading WHERE sensor_id = :sensor AND device_time >= :start AND device_time < :end AND NOT clock_suspect"
    " GROUP BY floor(extract(epoch FROM device_time) / :step) ORDER BY 1"
)

_PLOT_OF_SUMS = text(
    "SELECT min(at) AS at, min(min_milli) AS low, max(max_milli) AS high, sum(readings) AS readings FROM reading_rollup"
    " WHERE sensor_id = :sensor AND step = :by AND at >= date_trunc(:by, CAST(:start AS timestamptz), 'UTC') AND at < :end"
    " GROUP BY floor(extract(epoch FROM at) / :step) ORDER BY 1"
)
_SUMS = ((timedelta(days=1), Step.DAY), (timedelta(hours=1), Step.HOUR))


@dataclass(frozen=True)
class Bucket:
    """One step of a plot: when it begins, the lowest and the highest value (thousandths, offset added) and how many
    readings.
    """

    at: datetime
    low_milli: int
    high_milli: int
    readings: int


def plot(session: Session, sensor: Sensor, start: datetime, end: datetime, steps: int) -> list[Bucket]:
    """The readings of a sensor in ``[start, end)``, in about ``steps`` steps that each keep their extremes.

    A step in which a calibration begins to count is drawn with the offset of its beginning. Where a step is longer than an hour
    or a day, it is made of hours or days that were summed up, of which the last minute may be missing.
    """
    step = max((end - start) / steps, timedelta(milliseconds=1))
    values = {"sensor": sensor.id, "start": start, "end": end, "step": step.total_seconds()}
    added = queries.probe(session, sensor).offsets
    by = next((by for least, by in _SUMS if step >= least), None)
    found = session.connection().execute(_PLOT_OF_SUMS if by else _PLOT, values | ({"by": by.value} if by else {}))
    return [Bucket(row.at, row.low + added.at(row.at), row.high + added.at(row.at), row.readings) for row in found]
