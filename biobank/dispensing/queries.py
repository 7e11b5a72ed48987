"""Finding kits. For a person, a kit for a participant of a place that is not theirs does not exist.

The bedside's login does not see any that the facility has not handed over.
"""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session, col, select

from biobank.access.tables import PersonRow
from biobank.act.acts import Act
from biobank.act.people import Person, Side
from biobank.custody import queries as custody
from biobank.custody.tables import CustodyEvent, Handover, Material, Step
from biobank.dispensing.rules import KitState, NoSuchKit
from biobank.dispensing.tables import Administration, Kit
from biobank.studies import queries as studies
from biobank.studies.tables import Participant

_BLOCKED = text("SELECT sealed.kit_blocked(:kit)")


class KitFound(NamedTuple):
    """A kit, whose it is, and the visit at which it is given."""

    kit: Kit
    participant: Participant
    visit: str


def kit(session: Session, person: Person, code: str) -> Kit:
    """The kit with this number, as far as this person works for its participant. Raises NoSuchKit."""
    return found(session, person, code).kit


def found(session: Session, person: Person, code: str) -> KitFound:
    """The kit with this number, its participant and visit. Raises NoSuchKit."""
    wanted = select(Kit, Participant).join(Participant, col(Participant.id) == col(Kit.participant_id))
    pair = session.exec(wanted.where(Kit.number == code)).first()
    if pair is None or not studies.exists_for(session, person, pair[1]):
        raise NoSuchKit(kit=code)
    return _with_visit(session, *pair)


def found_for_change(act: Act, code: str) -> KitFound:
    """The same, the kit's root locked and its record read again behind the lock. Raises NoSuchKit."""
    one = found(act.session, act.person, code)
    custody.lock_roots(act, [one.kit.id])
    act.session.refresh(one.kit)
    return one


def kits(session: Session, person: Person) -> list[KitFound]:
    """Every kit for whose participant this person works, by participant and period."""
    wanted = select(Kit, Participant).join(Participant, col(Participant.id) == col(Kit.participant_id))
    pairs = session.exec(wanted.order_by(col(Participant.code), col(Kit.period), col(Kit.number))).all()
    return [_with_visit(session, *pair) for pair in pairs if studies.exists_for(session, person, pair[1])]


def kit_of(session: Session, participant: Participant, period: int) -> Kit | None:
    """The kit of a participant's period, unless it became void."""
    wanted = select(Kit).where(Kit.participant_id == participant.id, Kit.period == period, Kit.state != KitState.VOID)
    return session.exec(wanted).first()


def is_known(session: Session, number: str) -> bool:
    """Whether a kit carries this number."""
    return session.exec(select(Kit.id).where(Kit.number == number)).first() is not None


def material(session: Session, kit: Kit) -> Material:
    """The material that a kit is; its own root."""
    return session.get_one(Material, kit.id)


def administration(session: Session, kit: Kit) -> Administration | None:
    """How a kit was given."""
    return session.exec(select(Administration).where(Administration.kit_id == kit.id)).first()


def retrieved_at(session: Session, kit: Kit) -> datetime:
    """When a fetched kit was fetched. The bedside's own act: nothing of the facility's time is in it."""
    wanted = select(CustodyEvent.occurred_at).where(CustodyEvent.material_id == kit.id, CustodyEvent.step == Step.RETRIEVE)
    return session.exec(wanted).one()


def was_taken_over(session: Session, kit_id: UUID) -> bool:
    """Whether the last hands that confirmed to have a kit are of the bedside."""
    hands = select(PersonRow.side).join(Handover, col(Handover.taken_by) == col(PersonRow.id))
    wanted = hands.where(Handover.material_id == kit_id).order_by(col(Handover.taken_at).desc(), col(Handover.handed_at).desc())
    return session.exec(wanted).first() == Side.BEDSIDE


def has_arrived(act: Act, kit: Kit) -> bool:
    """Whether the bedside took a kit over, and it is not on its way again."""
    return was_taken_over(act.session, kit.id) and custody.open_handover(act, kit.id) is None


def is_blocked(act: Act, kit: Kit) -> bool:
    """Whether it was never filled, or an open hold stands against the kit or anything in it; yes or no, and no more."""
    return bool(act.session.connection().execute(_BLOCKED, {"kit": kit.id}).scalar_one())


def _with_visit(session: Session, kit: Kit, participant: Participant) -> KitFound:
    return KitFound(kit, participant, studies.visit_of_dose(studies.protocol(session, participant), kit.period))
