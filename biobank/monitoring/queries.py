"""What is known of freezers, their sensors and the times when it was too warm."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple, Protocol
from uuid import UUID

from sqlalchemy import Row, exists, func, text, update
from sqlmodel import Session, col, delete, select

from biobank.act.people import Person
from biobank.errors import NotFound
from biobank.monitoring.reading_tables import DirtyInterval, SensorSeen
from biobank.monitoring.rules import Dated, Limit, milli
from biobank.monitoring.tables import (
    Excursion,
    ExcursionUnit,
    Freezer,
    FreezerRule,
    LimitInterval,
    Sensor,
    SensorCalibration,
    SensorKind,
    SensorWaiting,
)

_TAKE = text("""
WITH fresh AS (SELECT id, sensor_id, from_time, to_time FROM dirty_interval WHERE NOT taken
                ORDER BY marked_at LIMIT :most FOR UPDATE SKIP LOCKED),
     wider AS (UPDATE dirty_interval t SET from_time = least(t.from_time, f.from_time), to_time = greatest(t.to_time, f.to_time)
                 FROM fresh f WHERE t.taken AND t.sensor_id = f.sensor_id RETURNING f.id),
     gone AS (DELETE FROM dirty_interval WHERE id IN (SELECT id FROM wider))
UPDATE dirty_interval SET taken = true WHERE id IN (SELECT id FROM fresh EXCEPT SELECT id FROM wider)
""")
"""What was taken and not judged, because the worker died, is widened by what was marked since."""
_REFUSED = text("""
SELECT site, topic, reason, detail, times, first_at, last_at
  FROM (SELECT * FROM refused_message ORDER BY last_at DESC, id LIMIT :most) newest ORDER BY last_at, id
""")


class NoSuchFreezer(NotFound):
    """There is no freezer with this code here."""

    code = "no_such_freezer"


class NoSuchSensor(NotFound):
    """This freezer has no sensor with this code."""

    code = "no_such_sensor"


@dataclass(frozen=True)
class Probe:
    """A sensor with what it said last, if anything, what is added to that, and when its next calibration is due."""

    sensor: Sensor
    seen: SensorSeen | None
    offsets: Dated[int]
    due_on: date | None = None


class Rule(Protocol):
    """A freezer's rule, as it was registered or signed later."""

    @property
    def limit_c(self) -> Decimal: ...
    @property
    def delay_s(self) -> int: ...
    @property
    def hysteresis_c(self) -> Decimal: ...


class Mark(NamedTuple):
    """One mark: readings of this sensor, from when to when."""

    id: UUID
    sensor_id: UUID
    from_time: datetime
    to_time: datetime


@dataclass(frozen=True)
class Dirty:
    """Readings that nobody has judged, of one freezer."""

    freezer_id: UUID
    marks: list[Mark]


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
    """The sensors of a freezer with what they said last, also those that were taken out."""
    joined = (
        select(Sensor, SensorSeen)
        .join(SensorSeen, col(SensorSeen.sensor_id) == col(Sensor.id), isouter=True)
        .where(Sensor.freezer_id == freezer_id)
        .order_by(col(Sensor.code))
    )
    return [probe(session, sensor, seen) for sensor, seen in session.exec(joined)]


def probe(session: Session, sensor: Sensor, seen: SensorSeen | None = None) -> Probe:
    """A sensor with its calibrations, and what it said last."""
    found = calibrations(session, sensor)
    offsets = Dated(milli(sensor.offset_c), tuple((one.valid_from, one.offset_milli) for one in found))
    return Probe(sensor, seen, offsets, found[-1].due_on if found else None)


def calibrations(session: Session, sensor: Sensor) -> Sequence[SensorCalibration]:
    """The calibrations of a sensor, by the date from which each counts."""
    of_sensor = select(SensorCalibration).where(SensorCalibration.sensor_id == sensor.id)
    return session.exec(of_sensor.order_by(col(SensorCalibration.valid_from))).all()


def thermometers(session: Session, freezer_id: UUID) -> Sequence[Sensor]:
    """The temperature probes of a freezer, also those that were taken out."""
    measures = select(Sensor).where(Sensor.freezer_id == freezer_id, Sensor.kind == SensorKind.TEMPERATURE)
    return session.exec(measures.order_by(col(Sensor.code))).all()


def sensor_in(session: Session, freezer: Freezer, code: str) -> Sensor:
    """The sensor with this code in a freezer. Raises NoSuchSensor."""
    found = session.exec(select(Sensor).where(Sensor.freezer_id == freezer.id, Sensor.code == code)).first()
    if found is None:
        raise NoSuchSensor(sensor=code, freezer=freezer.code)
    return found


def waiting(session: Session) -> Sequence[SensorWaiting]:
    """The sensors that arrived and that nobody registered, by where they come from."""
    known = exists().where(col(Sensor.site) == SensorWaiting.site, col(Sensor.code) == SensorWaiting.code)
    order = col(SensorWaiting.site), col(SensorWaiting.device), col(SensorWaiting.code)
    return session.exec(select(SensorWaiting).where(~known).order_by(*order)).all()


def refused(session: Session, most: int = 500) -> Sequence[Row[tuple[object, ...]]]:
    """The messages that were refused last, without their bytes, the newest at the end."""
    return session.connection().execute(_REFUSED, {"most": most}).all()


def rule_versions(session: Session, freezer: Freezer) -> Sequence[FreezerRule]:
    """The signed rules of a freezer, by the moment from which each holds."""
    of_freezer = select(FreezerRule).where(FreezerRule.freezer_id == freezer.id)
    return session.exec(of_freezer.order_by(col(FreezerRule.valid_from))).all()


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


def take_dirty(session: Session, most: int = 10_000) -> None:
    """Take what was marked since, ``most`` rows at a time; waits for nobody who marks at this moment."""
    session.connection().execute(_TAKE, {"most": most})


def dirty(session: Session) -> list[Dirty]:
    """What the worker took and must judge, by freezer; what waits longest first."""
    marks = select(DirtyInterval, Sensor.freezer_id).join(Sensor, col(Sensor.id) == col(DirtyInterval.sensor_id))
    by_freezer: dict[UUID, list[Mark]] = {}
    for one, freezer_id in session.exec(marks.where(col(DirtyInterval.taken)).order_by(col(DirtyInterval.from_time))):
        by_freezer.setdefault(freezer_id, []).append(Mark(one.id, one.sensor_id, one.from_time, one.to_time))
    return [Dirty(freezer_id, marks) for freezer_id, marks in by_freezer.items()]


def done(session: Session, mark: Mark, rest: datetime | None) -> None:
    """A mark was judged up to ``rest``, or wholly."""
    of_mark = col(DirtyInterval.id) == mark.id
    if rest is None:
        session.connection().execute(delete(DirtyInterval).where(of_mark))
    else:
        times = {"from_time": rest, "to_time": max(rest, mark.to_time)}
        session.connection().execute(update(DirtyInterval).where(of_mark).values(times))


def rules_of(session: Session, freezer: Freezer) -> Dated[Rule]:
    """The rules of a freezer: that with which it was registered, and each signed one from its date."""
    return Dated(freezer, tuple((one.valid_from, one) for one in rule_versions(session, freezer)))


def limit_of(rule: Rule) -> Limit:
    """A rule as readings are held against it."""
    return Limit(milli(rule.limit_c), timedelta(seconds=rule.delay_s), milli(rule.hysteresis_c))


def limit_intervals(session: Session, freezer_id: UUID, start: datetime, end: datetime) -> Sequence[LimitInterval]:
    """The times that touch ``[start, end]`` when a probe of the freezer told more than its rule allowed, however short."""
    span = func.tstzrange(LimitInterval.started_at, LimitInterval.ended_at, "[]")
    touching = (
        select(LimitInterval)
        .join(Sensor, col(Sensor.id) == col(LimitInterval.sensor_id))
        .where(Sensor.freezer_id == freezer_id, span.op("&&")(func.tstzrange(start, end, "[]")))
        .order_by(col(LimitInterval.started_at))
    )
    return session.exec(touching).all()
