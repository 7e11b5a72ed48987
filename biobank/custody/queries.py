"""Finding materials, their roots and what holds them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, text
from sqlmodel import Session, col, select

from biobank.access.tables import PersonRow
from biobank.act.acts import Act
from biobank.act.people import Side
from biobank.custody.rules import HoldKind, NoSuchHold, NoSuchMaterial, Purpose
from biobank.custody.tables import CustodyEvent, Handover, Hold, Material, MaterialKind, Step

_PAPERS = text("SELECT event_id, form, done_by, entered_by FROM papers_of(CAST(:events AS uuid[]))")


def material(session: Session, code: str, *kinds: MaterialKind) -> Material:
    """The material with this code, as far as this login sees it. Raises NoSuchMaterial."""
    found = session.exec(select(Material).where(Material.code == code)).first()
    if found is None or (kinds and found.kind not in kinds):
        raise NoSuchMaterial(read=code)
    return found


def lock_roots(act: Act, roots: Iterable[UUID]) -> None:
    """Lock roots in the order of their ids: nothing opens against them until this act has ended."""
    for root in sorted(set(roots)):
        act.session.exec(select(Material.id).where(Material.id == root).with_for_update()).one()


def open_holds(session: Session, *materials: UUID) -> Sequence[Hold]:
    """The open holds on these materials, in the order in which they were placed."""
    wanted = select(Hold).where(col(Hold.material_id).in_(materials), col(Hold.lifted_at).is_(None))
    return session.exec(wanted.order_by(col(Hold.number))).all()


def was_ever_held(session: Session, root_id: UUID, kind: HoldKind) -> bool:
    """Whether something of this root was held for this, even if it was lifted since."""
    return session.exec(select(Hold.id).where(Hold.root_id == root_id, Hold.kind == kind).limit(1)).first() is not None


def hold_for_change(act: Act, about: Material, number: int) -> Hold:
    """An open hold on a material by its number, its root locked. Raises NoSuchHold."""
    lock_roots(act, [about.root_id])
    wanted = select(Hold).where(Hold.material_id == about.id, Hold.number == number, col(Hold.lifted_at).is_(None))
    found = act.session.exec(wanted).first()
    if found is None:
        raise NoSuchHold(number=number, material=about.code)
    return found


def blocking(holds: Iterable[Hold]) -> list[tuple[HoldKind, frozenset[Purpose]]]:
    """What the rules need to know of holds."""
    return [(HoldKind(hold.kind), frozenset(Purpose(purpose) for purpose in hold.purposes)) for hold in holds]


_AS_WRITTEN = text("age(custody_event.xmin) DESC, CAST(CAST(custody_event.cmin AS text) AS bigint)")
"""The older transaction first, and in one of them the earlier statement; a command number has no order of its own."""


def events(session: Session, material_id: UUID) -> Sequence[CustodyEvent]:
    """What happened to a material, as far as this login sees it, in the order in which it was recorded.

    What was recorded at one moment stands in the order of its transactions: where a row lies in the table may depend on what
    others wrote meanwhile, and a number in the row would count, by its gaps, what the bedside does not see.
    """
    wanted = select(CustodyEvent).where(CustodyEvent.material_id == material_id)
    return session.exec(wanted.order_by(col(CustodyEvent.recorded_at), _AS_WRITTEN)).all()


@dataclass(frozen=True)
class Hands:
    """Names by the ids of people, and by the ids of events what was entered from paper: form, done_by, entered_by."""

    names: Mapping[UUID, str]
    papers: Mapping[UUID, Row[Any]]


def hands(session: Session, side: Side, happened: Sequence[CustodyEvent]) -> Hands:
    """In whose hands it happened.

    The bedside is told no names of the facility, nor of its forms: who worked on a kit, and whether they are good with cells,
    may differ by what it holds.
    """
    wanted = select(PersonRow.id, PersonRow.name).where(col(PersonRow.id).in_({one.person_id for one in happened}))
    if side is Side.BEDSIDE:
        wanted = wanted.where(PersonRow.side == Side.BEDSIDE)
    papers = session.connection().execute(_PAPERS, {"events": [one.id for one in happened]})
    return Hands(dict(session.exec(wanted).all()), {row.event_id: row for row in papers})


def was_received(session: Session, material_id: UUID) -> bool:
    """Whether a material was accepted or rejected where it arrived."""
    wanted = select(CustodyEvent.id).where(CustodyEvent.material_id == material_id)
    return session.exec(wanted.where(col(CustodyEvent.step).in_((Step.RECEIVE, Step.REJECT)))).first() is not None


def in_hand_since(session: Session, material: Material) -> datetime | None:
    """Since when somebody has a material to pass on: from its first event, or since it was last taken over.

    Asks only what both sides may see of it, so that no answer about a kit follows the facility's time.
    """
    first = select(func.min(CustodyEvent.occurred_at)).where(CustodyEvent.material_id == material.id)
    known = session.exec(first.where(CustodyEvent.scope == material.scope)).one()
    return max(filter(None, (known, taken_at(session, material.id))), default=None)


def taken_at(session: Session, material_id: UUID) -> datetime | None:
    """When a material was last taken over."""
    return session.exec(select(func.max(Handover.taken_at)).where(Handover.material_id == material_id)).one()


def open_handover(act: Act, material_id: UUID) -> Handover | None:
    """The handover that nobody has confirmed yet, locked."""
    wanted = select(Handover).where(Handover.material_id == material_id, col(Handover.taken_at).is_(None))
    return act.session.exec(wanted.with_for_update()).first()
