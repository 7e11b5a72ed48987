"""What is known of freezers, their sensors and the times when it was too warm."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from biobank.act.people import Person
from biobank.errors import NotFound
from biobank.monitoring.reading_tables import DirtyInterval, SensorSeen
from biobank.monitoring.rules import Limit, milli
from biobank.monitoring.tables import Excursion, ExcursionUnit, Freezer, Sensor


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
