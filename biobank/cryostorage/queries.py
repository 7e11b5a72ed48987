"""Finding units and positions, and which unit lay where, when. For a person, those of another facility do not exist."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func
from sqlalchemy import select as select_several
from sqlmodel import Session, col, select

from biobank.act.acts import Act
from biobank.act.people import Person
from biobank.cryostorage.rules import NoSuchPosition, NoSuchUnit, UnitState
from biobank.cryostorage.tables import FreezingRun, Placement, Position, StoragePlace, Unit
from biobank.custody import queries as custody
from biobank.custody.rules import Purpose
from biobank.custody.tables import Material
from biobank.donation.tables import Donation
from biobank.expansion import queries as expansion
from biobank.expansion.rules import BatchPurpose, BatchState
from biobank.expansion.tables import Batch
from biobank.labelling.tables import LabelPrint
from biobank.monitoring.tables import Freezer
from biobank.studies.tables import Facility, Participant


@dataclass(frozen=True)
class UnitFound:
    """A unit with its batch, whose it is, where it lies now, and the number of its label."""

    unit: Unit
    batch: Batch
    participant: str
    position: str | None
    label: int


def unit(session: Session, person: Person, code: str) -> Unit:
    """The unit with this code, as far as this person works where it was made. Raises NoSuchUnit."""
    wanted = (
        select(Unit, Facility.code)
        .join(Batch, col(Batch.id) == col(Unit.batch_id))
        .join(Facility, col(Facility.id) == col(Batch.facility_id))
    )
    found = session.exec(wanted.where(Unit.code == code)).first()
    if found is None or not person.works_at(found[1]):
        raise NoSuchUnit(unit=code)
    return found[0]


def unit_for_change(act: Act, code: str) -> Unit:
    """The unit, its root locked. Raises NoSuchUnit."""
    found = unit(act.session, act.person, code)
    custody.lock_roots(act, [found.root_id])
    act.session.refresh(found)
    return found


def units(session: Session, person: Person) -> list[UnitFound]:
    """Every unit made where this person works, by its code."""
    if not person.places:
        return found(session)
    return found(session, col(Facility.code).in_(person.places))


def found(session: Session, *conditions: ColumnElement[bool]) -> list[UnitFound]:
    """The units that meet the conditions with all that is told of them, by their codes; one statement for however many."""
    own = (col(LabelPrint.copy_number) == 1) & col(LabelPrint.layout).in_(("unit", "bag"))
    wanted = (
        select_several(Unit, Batch, col(Participant.code), col(Position.code), col(LabelPrint.number))
        .join(Batch, col(Batch.id) == col(Unit.batch_id))
        .join(Facility, col(Facility.id) == col(Batch.facility_id))
        .join(Donation, col(Donation.id) == col(Unit.root_id))
        .join(Participant, col(Participant.id) == col(Donation.participant_id))
        .join(LabelPrint, (col(LabelPrint.material_id) == col(Unit.id)) & own)
        .join(Placement, _lies(col(Placement.unit_id) == col(Unit.id)), isouter=True)
        .join(Position, col(Position.id) == col(Placement.position_id), isouter=True)
    )
    return [UnitFound(*one) for one in session.execute(wanted.where(*conditions).order_by(col(Unit.code)))]


def _lies(joined: ColumnElement[bool]) -> ColumnElement[bool]:
    return joined & col(Placement.removed_at).is_(None)


def units_of(session: Session, batch_id: UUID) -> Sequence[Unit]:
    """The units of a batch, by their code."""
    return session.exec(select(Unit).where(Unit.batch_id == batch_id).order_by(col(Unit.code))).all()


def usable_units(session: Session, participant_id: UUID) -> list[Unit]:
    """The participant's units that may be thawed for them: stored, released, not held; the oldest first.

    A unit is born with a hold that only the sponsor's release lifts, so that what is not held was released.
    """
    wanted = (
        select(Unit)
        .join(FreezingRun, col(FreezingRun.id) == col(Unit.run_id))
        .join(Batch, col(Batch.id) == col(Unit.batch_id))
        .join(Donation, col(Donation.id) == col(Unit.root_id))
        .where(
            Donation.participant_id == participant_id,
            Unit.state == UnitState.STORED,
            Batch.purpose == BatchPurpose.DRUG,
            Batch.state != BatchState.FAILED,
        )
        .order_by(col(FreezingRun.frozen_at), col(Unit.code))
    )
    return [one for one in session.exec(wanted) if not _held(session, one, Purpose.PATIENT_USE)]


def _held(session: Session, unit: Unit, purpose: Purpose) -> bool:
    holds = custody.open_holds(session, unit.id, unit.batch_id, unit.root_id)
    return any(purpose in purposes for _, purposes in custody.blocking(holds))


def makers(session: Session, batch_id: UUID) -> set[UUID]:
    """Everybody whose hands made a batch: those of the clean room, and whoever froze."""
    froze = session.exec(select(FreezingRun.frozen_by).where(FreezingRun.batch_id == batch_id))
    return expansion.makers(session, batch_id) | set(froze)


def facility(session: Session, person: Person, code: str) -> Facility | None:
    """The facility of this code, as far as this person works there."""
    found = session.exec(select(Facility).where(Facility.code == code)).first()
    return found if found is not None and person.works_at(code) else None


def position_for_change(act: Act, code: str) -> tuple[Position, Freezer]:
    """A position, locked, with its freezer, as far as this person works there; after the root. Raises NoSuchPosition."""
    wanted = select(Position, Freezer).join(Freezer, col(Freezer.id) == col(Position.freezer_id))
    found = act.session.exec(wanted.where(Position.code == code)).first()
    if found is None or not act.person.works_at(found[1].facility_code):
        raise NoSuchPosition(position=code)
    act.session.exec(select(Position.id).where(Position.id == found[0].id).with_for_update()).one()
    return found[0], found[1]


def slots_known(session: Session, freezer_id: UUID, rack: str, box: str, slots: Iterable[str]) -> Sequence[str]:
    """Which of these slots a box of a freezer has already."""
    wanted = select(Position.slot).where(Position.freezer_id == freezer_id, Position.rack == rack, Position.box == box)
    return session.exec(wanted.where(col(Position.slot).in_(list(slots))).order_by(col(Position.slot))).all()


def is_labelled(session: Session, freezer_id: UUID, rack: str, box: str | None) -> bool:
    """Whether a rack of a freezer, or a box in it, has a code of its own."""
    known = select(StoragePlace.id).where(StoragePlace.freezer_id == freezer_id, StoragePlace.rack == rack)
    return session.exec(known.where(col(StoragePlace.box).is_not_distinct_from(box))).first() is not None


def places(session: Session, freezer_id: UUID) -> list[tuple[StoragePlace, str]]:
    """The racks and boxes of a freezer that have codes of their own, each with its code."""
    wanted = select(StoragePlace, Material.code).join(Material, col(Material.id) == col(StoragePlace.id))
    found = wanted.where(StoragePlace.freezer_id == freezer_id)
    return list(session.exec(found.order_by(col(StoragePlace.rack), col(StoragePlace.box).nulls_first())))


def positions(session: Session, freezer_id: UUID) -> list[tuple[Position, str | None]]:
    """The positions of a freezer by their codes, each with the code of the unit that lies there."""
    wanted = (
        select(Position, Unit.code)
        .join(Placement, _lies(col(Placement.position_id) == col(Position.id)), isouter=True)
        .join(Unit, col(Unit.id) == col(Placement.unit_id), isouter=True)
        .where(Position.freezer_id == freezer_id)
    )
    return list(session.exec(wanted.order_by(col(Position.code))))


def facilities(session: Session) -> set[str]:
    """The facilities in whose freezers something lies."""
    lies = _lies(col(Placement.position_id) == col(Position.id)) & (col(Position.freezer_id) == col(Freezer.id))
    return set(session.exec(select(Freezer.facility_code).where(select(Position.id).join(Placement, lies).exists())))


def placement_of(session: Session, unit_id: UUID) -> Placement | None:
    """The stay of a unit that has not ended."""
    return session.exec(select(Placement).where(Placement.unit_id == unit_id, col(Placement.removed_at).is_(None))).first()


def position_of(session: Session, unit_id: UUID) -> Position | None:
    """Where a unit lies now; None where it lies nowhere."""
    wanted = select(Position).join(Placement, col(Placement.position_id) == col(Position.id))
    return session.exec(wanted.where(Placement.unit_id == unit_id, col(Placement.removed_at).is_(None))).first()


def stays(session: Session, position_id: UUID) -> list[tuple[str, datetime | None]]:
    """Which units lay at a position, and when each left it; None for the one that lies there."""
    wanted = select(Unit.code, Placement.removed_at).join(Unit, col(Unit.id) == col(Placement.unit_id))
    return list(session.exec(wanted.where(Placement.position_id == position_id).order_by(col(Placement.placed_at))))


def units_inside(session: Session, freezer_id: UUID, start: datetime, end: datetime, rack: str | None = None) -> Sequence[Unit]:
    """The units that lay in a freezer, or in one rack of it, during ``[start, end)``: moved out at ``start`` or in at ``end`` is
    not inside.
    """
    stay = func.tstzrange(col(Placement.placed_at), col(Placement.removed_at))
    wanted = (
        select(Unit)
        .distinct()
        .join(Placement, col(Placement.unit_id) == col(Unit.id))
        .join(Position, col(Position.id) == col(Placement.position_id))
        .where(Position.freezer_id == freezer_id, stay.op("&&")(func.tstzrange(start, end)))
    )
    if rack is not None:
        wanted = wanted.where(Position.rack == rack)
    return session.exec(wanted.order_by(col(Unit.root_id), col(Unit.code))).all()
