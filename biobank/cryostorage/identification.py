"""Identifying a unit whose label nobody can read: it is never labelled again, and two people say which one lies there."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select as select_several
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from biobank.access.tables import PersonRow
from biobank.act.acts import Act
from biobank.act.people import Person
from biobank.cryostorage import photos, queries, rules
from biobank.cryostorage.identification_tables import UnitIdentification
from biobank.cryostorage.rules import UnitState
from biobank.cryostorage.tables import Placement, Position, Unit
from labels import scanning
from labels.wrong import WrongCode

_IN_TIME = (col(UnitIdentification.identified_at), col(UnitIdentification.sha256))


@dataclass(frozen=True)
class Identified:
    """A unit that was identified: where it lay, by whom, and the SHA-256 of the photo."""

    unit: str
    position: str
    sha256: bytes
    identified_at: datetime
    name: str
    second: str


def identify(act: Act, code: str, typed: str, scanned: str, second: Person, photo: bytes) -> Unit:
    """Keep that ``second`` and whoever acts found this unit at the scanned position, by the code that they typed, with a photo.

    Raises NoSuchUnit, NoSuchPosition, MistypedCode, NotFrozen, LiesElsewhere, NotAPhoto, PhotoKnown, SameHuman.
    """
    unit = queries.unit_for_change(act, code)
    position, _ = queries.position_for_change(act, scanned)
    lies = queries.placement_of(act.session, unit.id)
    rules.check_frozen(unit.code, UnitState(unit.state))
    there = lies is not None and lies.position_id == position.id
    rules.check_found(unit.code, _checked(typed), position.code, lies_there=there)
    assert lies is not None  # else it does not lie there
    kind, sha256 = photos.media_type(photo), hashlib.sha256(photo).digest()
    if act.session.exec(select(UnitIdentification.id).where(UnitIdentification.sha256 == sha256)).first():
        raise rules.PhotoKnown(sha256=sha256.hex())
    act.add(
        UnitIdentification(
            id=act.new_id(),
            unit_id=unit.id,
            placement_id=lies.id,
            sha256=sha256,
            media_type=kind,
            photo=photo,
            identified_by=act.person.id,
            second_id=second.id,
            identified_at=act.occurred_at,
        )
    )
    act.session.flush()
    return unit


def _checked(typed: str) -> str:
    """A typed code whose check character fits. Raises MistypedCode."""
    try:
        thing = scanning.named(scanning.entered(typed).content)
    except WrongCode as wrong:
        raise rules.MistypedCode(field="unit", read=typed) from wrong
    return typed if thing is None else thing.code


def position_for_thaw(session: Session, unit: Unit, scanned: str | None, *, for_patient: bool) -> UUID | None:
    """The position that was scanned beside a label that cannot be read; None where none was. Asked before the unit leaves it.

    A unit that was ever identified has no label that can be read: for a patient it is thawed by scanning the position where it
    lies, and only if it was identified there, since nobody moved it. A position that is scanned is the one where the unit lies,
    whatever it is thawed for. Raises LiesElsewhere, NotIdentified.
    """
    lies = queries.position_of(session, unit.id)
    if scanned is not None and (lies is None or lies.code != scanned):
        raise rules.LiesElsewhere(unit=unit.code, position=scanned)
    stay = queries.placement_of(session, unit.id)
    found = session.exec(select(UnitIdentification.placement_id).where(UnitIdentification.unit_id == unit.id)).all()
    here = stay is not None and stay.id in found
    rules.check_identified(unit.code, identified=bool(found), here=here, scanned=scanned is not None, for_patient=for_patient)
    return lies.id if lies is not None and scanned is not None else None


def identifications(session: Session, *unit_ids: UUID) -> Sequence[Identified]:
    """What was identified of these units: by their codes, and of each in the order of time."""
    second = aliased(PersonRow)
    wanted = (
        select_several(
            col(Unit.code),
            col(Position.code),
            col(UnitIdentification.sha256),
            col(UnitIdentification.identified_at),
            col(PersonRow.name),
            col(second.name),
        )
        .join(Unit, col(Unit.id) == col(UnitIdentification.unit_id))
        .join(Placement, col(Placement.id) == col(UnitIdentification.placement_id))
        .join(Position, col(Position.id) == col(Placement.position_id))
        .join(PersonRow, col(PersonRow.id) == col(UnitIdentification.identified_by))
        .join(second, col(second.id) == col(UnitIdentification.second_id))
        .where(col(UnitIdentification.unit_id).in_(unit_ids))
    )
    return [Identified(*one) for one in session.execute(wanted.order_by(col(Unit.code), *_IN_TIME))]


def photo(session: Session, unit: Unit, number: int) -> tuple[bytes, str]:
    """The photo of the ``number``-th identification of a unit, and its media type. Raises NoSuchPhoto."""
    wanted = select(UnitIdentification).where(UnitIdentification.unit_id == unit.id).order_by(*_IN_TIME)
    found = session.exec(wanted.offset(number - 1).limit(1)).first()
    if found is None:
        raise rules.NoSuchPhoto(unit=unit.code, number=number)
    return found.photo, found.media_type
