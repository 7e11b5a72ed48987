"""Where a unit lies, what lies at a position, and how cold it is there."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from biobank.cryostorage import queries as cryostorage
from biobank.cryostorage.tables import Placement, Position, StoragePlace, Unit
from biobank.monitoring.schemas import PlotOf, TemperaturesOut
from biobank.monitoring.tables import Freezer
from biobank.tracing.queries import Thing
from biobank.tracing.rules import ThingKind

SHOWN = timedelta(hours=24)
"""How much of a freezer's temperature a story shows: up to now, also where nothing was heard."""
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


def freezer_of(session: Session, place_id: UUID) -> Freezer:
    """The freezer of which this is a rack or a box."""
    return session.get_one(Freezer, session.get_one(StoragePlace, place_id).freezer_id)


def freezer_around(session: Session, about: Thing) -> Freezer | None:
    """The freezer that a thing is, stands in, or lies in."""
    if about.kind is ThingKind.FREEZER:
        return session.get_one(Freezer, about.id)
    if about.kind is ThingKind.POSITION:
        return spot(session, about.id).freezer
    if about.kind in (ThingKind.RACK, ThingKind.BOX):
        return freezer_of(session, about.id)
    if about.kind is ThingKind.UNIT:
        found = spot_of_unit(session, about.id)
        return found.freezer if found else None
    return None


def temperatures(session: Session, freezer: Freezer, now: datetime) -> TemperaturesOut:
    """What the probes of a freezer told in the last day, and the excursions of that time."""
    return TemperaturesOut.of(session, freezer, PlotOf(start=now - SHOWN, end=now, steps=STEPS))
