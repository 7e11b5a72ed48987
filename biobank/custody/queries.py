"""Finding materials, their roots and what holds them."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from biobank.act.acts import Act
from biobank.custody.rules import HoldKind, NoSuchHold, NoSuchMaterial, Purpose
from biobank.custody.tables import CustodyEvent, Handover, Hold, Material, MaterialKind, Step


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


def events(session: Session, material_id: UUID) -> Sequence[CustodyEvent]:
    """What happened to a material, as far as this login sees it."""
    wanted = select(CustodyEvent).where(CustodyEvent.material_id == material_id)
    return session.exec(wanted.order_by(col(CustodyEvent.recorded_at), col(CustodyEvent.step))).all()


def was_received(session: Session, material_id: UUID) -> bool:
    """Whether a material was accepted or rejected where it arrived."""
    wanted = select(CustodyEvent.id).where(CustodyEvent.material_id == material_id)
    return session.exec(wanted.where(col(CustodyEvent.step).in_((Step.RECEIVE, Step.REJECT)))).first() is not None


def open_handover(act: Act, material_id: UUID) -> Handover | None:
    """The handover that nobody has confirmed yet, locked."""
    wanted = select(Handover).where(Handover.material_id == material_id, col(Handover.taken_at).is_(None))
    return act.session.exec(wanted.with_for_update()).first()
