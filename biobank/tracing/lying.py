"""Where a unit lies, what lies at a position, and how cold it is there."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from biobank.cryostorage import queries as cryostorage
from biobank.cryostorage.tables import Placement, Position, Unit
from biobank.monitoring import points
from biobank.monitoring import queries as monitoring
from biobank.monitoring.schemas import ExcursionOut, SeriesOut, Step, TemperaturesOut
from biobank.monitoring.tables import Freezer
from biobank.tracing.queries import Thing
from biobank.tracing.rules import ThingKind

SHOWN = timedelta(hours=24)
"""How much of a freezer's temperature a story shows: up to the last reading."""
STEPS = 288


@dataclass(frozen=True)
class Spot:
    """A position and its freezer."""

    position: Position
    freezer: Freezer

    @property
    def words(self) -> str:
        """As one finds it: freezer, rack, box, slot."""
        return " / ".join((self.freezer.name, self.position.rack, self.position.box, self.position.slot))


def spot(session: Session, position_id: UUID) -> Spot:
    """A position with its freezer."""
    position = session.get_one(Position, position_id)
    return Spot(position, session.get_one(Freezer, position.freezer_id))


def spot_of_unit(session: Session, unit_id: UUID) -> Spot | None:
    """Where a unit lies now."""
    position = cryostorage.position_of(session, unit_id)
    return None if position is None else Spot(position, session.get_one(Freezer, position.freezer_id))


def unit_at(session: Session, position_id: UUID) -> str | None:
    """The code of the unit that lies at a position now."""
    lies = select(Unit.code).join(Placement, col(Placement.unit_id) == col(Unit.id))
    return session.exec(lies.where(Placement.position_id == position_id, col(Placement.removed_at).is_(None))).first()


def freezer_around(session: Session, about: Thing) -> Freezer | None:
    """The freezer that a thing is, stands in, or lies in."""
    if about.kind is ThingKind.FREEZER:
        return session.get_one(Freezer, about.id)
    if about.kind is ThingKind.POSITION:
        return spot(session, about.id).freezer
    if about.kind is ThingKind.UNIT:
        found = spot_of_unit(session, about.id)
        return found.freezer if found else None
    return None


def temperatures(session: Session, freezer: Freezer, now: datetime) -> TemperaturesOut:
    """What the probes of a freezer told in the day before their last reading, and the excursions of that time."""
    probes = monitoring.probes(session, freezer.id)
    heard = [one.seen.device_time for one in probes if one.seen is not None and not one.seen.clock_suspect]
    end = max(heard, default=now) + timedelta(milliseconds=1)
    thermometers = monitoring.thermometers(session, freezer.id)
    plots = [(one.code, points.plot(session, one, end - SHOWN, end, STEPS)) for one in thermometers]
    return TemperaturesOut(
        freezer=freezer.code,
        limit_c=monitoring.rules_of(session, freezer).at(end).limit_c,
        series=[SeriesOut(sensor=code, steps=[Step.of(bucket) for bucket in plot]) for code, plot in plots],
        excursions=[ExcursionOut.of(one) for one in monitoring.excursions(session, freezer.id, end - SHOWN, end)],
    )
