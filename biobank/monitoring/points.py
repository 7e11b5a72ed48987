"""Readings of one sensor in order of time, for judging and for plots."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session, col, select

from biobank.monitoring.reading_tables import Reading
from biobank.monitoring.rules import Limit, Point, milli
from biobank.monitoring.tables import Sensor


def points(session: Session, sensor: Sensor, start: datetime, end: datetime | None) -> list[Point]:
    """The readings of a sensor in ``[start, end]``, calibration offset added; none with a wrong clock."""
    found = select(Reading.device_time, Reading.value_milli).where(
        Reading.sensor_id == sensor.id, Reading.device_time >= start, col(Reading.clock_suspect).is_(False)
    )
    if end is not None:
        found = found.where(Reading.device_time <= end)
    offset = milli(sensor.offset_c)
    return [Point(at, value + offset) for at, value in session.exec(found.order_by(col(Reading.device_time)))]


def last_before(session: Session, sensor: Sensor, at: datetime, limit: Limit, *, calm: bool) -> Point | None:
    """The last reading before ``at`` that tells calm (``calm``) or tells anything, calm or too warm."""
    offset = milli(sensor.offset_c)
    value = col(Reading.value_milli)
    tells = value <= limit.calm_milli - offset
    if not calm:
        tells = tells | (value > limit.limit_milli - offset)
    found = session.exec(
        select(Reading.device_time, Reading.value_milli)
        .where(Reading.sensor_id == sensor.id, Reading.device_time < at, col(Reading.clock_suspect).is_(False), tells)
        .order_by(col(Reading.device_time).desc())
        .limit(1)
    ).first()
    return Point(found[0], found[1] + offset) if found else None


def next_calm(session: Session, sensor: Sensor, after: datetime, limit: Limit) -> datetime | None:
    """When a sensor first told calm after ``after``; None where it has not yet."""
    return session.exec(
        select(Reading.device_time)
        .where(
            Reading.sensor_id == sensor.id,
            Reading.device_time > after,
            col(Reading.clock_suspect).is_(False),
            col(Reading.value_milli) <= limit.calm_milli - milli(sensor.offset_c),
        )
        .order_by(col(Reading.device_time))
        .limit(1)
    ).first()


_PLOT = text(
    "SELECT min(device_time) AS at, min(value_milli) AS low, max(value_milli) AS high, count(*) AS readings"
    " FROM reading WHERE sensor_id = :sensor AND device_time >= :start AND device_time < :end AND NOT clock_suspect"
    " GROUP BY floor(extract(epoch FROM device_time) / :step) ORDER BY 1"
)


@dataclass(frozen=True)
class Bucket:
    """One step of a plot: when it begins, the lowest and the highest value (m°C, offset added) and how many
    readings.
    """

    at: datetime
    low_milli: int
    high_milli: int
    readings: int


def plot(session: Session, sensor: Sensor, start: datetime, end: datetime, steps: int) -> list[Bucket]:
    """The readings of a sensor in ``[start, end)``, in about ``steps`` steps that each keep their extremes."""
    step = max((end - start).total_seconds() / steps, 0.001)
    values = {"sensor": sensor.id, "start": start, "end": end, "step": step}
    offset = milli(sensor.offset_c)
    found = session.connection().execute(_PLOT, values)
    return [Bucket(row.at, row.low + offset, row.high + offset, row.readings) for row in found]
