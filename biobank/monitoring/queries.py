"""What is known of freezers and their readings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session, col, select

from biobank.act.people import Person
from biobank.errors import NotFound
from biobank.monitoring.rules import Limit, Point, milli
from biobank.monitoring.tables import (
    DirtyInterval,
    Excursion,
    ExcursionUnit,
    Freezer,
    Reading,
    Sensor,
    SensorSeen,
)


class NoSuchFreezer(NotFound):
    """There is no freezer with this code here."""

    code = "no_such_freezer"


@dataclass(frozen=True)
class Probe:
    """A sensor and what it said last, if anything."""

    sensor: Sensor
    seen: SensorSeen | None


@dataclass(frozen=True)
class Dirty:
    """Readings that nobody has judged, of one freezer: from when to when, and the marks that say so."""

    freezer_id: UUID
    from_time: datetime
    to_time: datetime
    marks: list[UUID]


def freezer(session: Session, code: str) -> Freezer:
    """The freezer with this code. Raises NoSuchFreezer."""
    found = session.exec(select(Freezer).where(Freezer.code == code)).first()
    if found is None:
        raise NoSuchFreezer(freezer=code)
    return found


def freezer_where(session: Session, person: Person, code: str) -> Freezer:
    """The freezer with this code, as far as this person works where it stands. Raises NoSuchFreezer."""
    found = freezer(session, code)
    if not person.works_at(found.facility_code):
        raise NoSuchFreezer(freezer=code)
    return found


def freezer_named(session: Session, facility: str, name: str) -> Freezer | None:
    """The freezer of that name at a facility, if there is one."""
    named = select(Freezer).where(Freezer.facility_code == facility, Freezer.name == name)
    return session.exec(named).first()


def freezers(session: Session, person: Person) -> list[Freezer]:
    """Every freezer where this person works, by facility and name."""
    found = session.exec(select(Freezer).order_by(col(Freezer.facility_code), col(Freezer.name)))
    return [one for one in found if person.works_at(one.facility_code)]


def probes(session: Session, freezer_id: UUID) -> list[Probe]:
    """The sensors of a freezer with what they said last."""
    joined = (
        select(Sensor, SensorSeen)
        .join(SensorSeen, col(SensorSeen.sensor_id) == col(Sensor.id), isouter=True)
        .where(Sensor.freezer_id == freezer_id)
        .order_by(col(Sensor.code))
    )
    return [Probe(sensor, seen) for sensor, seen in session.exec(joined)]


def excursions(session: Session, freezer_id: UUID, start: datetime, end: datetime) -> Sequence[Excursion]:
    """The excursions as known now that touch ``[start, end]``, in order of time."""
    touching = (
        select(Excursion)
        .where(
            Excursion.freezer_id == freezer_id,
            col(Excursion.withdrawn_at).is_(None),
            Excursion.started_at <= end,
            col(Excursion.ended_at).is_(None) | (col(Excursion.ended_at) >= start),
        )
        .order_by(col(Excursion.started_at))
    )
    return session.exec(touching).all()


def open_excursions(session: Session) -> Sequence[Excursion]:
    """Every excursion that still lasts."""
    lasting = select(Excursion).where(col(Excursion.ended_at).is_(None), col(Excursion.withdrawn_at).is_(None))
    return session.exec(lasting.order_by(col(Excursion.started_at))).all()


def units_of(session: Session, excursion: Excursion) -> Sequence[ExcursionUnit]:
    """The units that were put on hold because of this excursion, or of an earlier result that it replaced."""
    return session.exec(select(ExcursionUnit).where(ExcursionUnit.excursion_id == excursion.first_id)).all()


def dirty(session: Session, most: int = 10_000) -> list[Dirty]:
    """What the worker must judge, one interval per freezer; ``most`` marks at a time."""
    marks = select(DirtyInterval, Sensor.freezer_id).join(Sensor, col(Sensor.id) == col(DirtyInterval.sensor_id))
    by_freezer: dict[UUID, list[DirtyInterval]] = {}
    for mark, freezer_id in session.exec(marks.order_by(col(DirtyInterval.marked_at)).limit(most)):
        by_freezer.setdefault(freezer_id, []).append(mark)
    return [
        Dirty(freezer_id, min(m.from_time for m in marks), max(m.to_time for m in marks), [m.id for m in marks])
        for freezer_id, marks in by_freezer.items()
    ]


def limit_of(freezer: Freezer) -> Limit:
    """The rule by which this freezer is judged."""
    return Limit(milli(freezer.limit_c), timedelta(seconds=freezer.delay_s), milli(freezer.hysteresis_c))


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
