"""Finding deviations with the material that each is about."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from biobank.act.acts import Act
from biobank.custody import queries as custody
from biobank.custody.rules import HoldKind
from biobank.custody.tables import Hold, Material, MaterialKind
from biobank.deviations.rules import DeviationState, NoSuchDeviation
from biobank.deviations.tables import Deviation

_HELD_ALONE = (MaterialKind.UNIT, MaterialKind.BATCH, MaterialKind.KIT, MaterialKind.LOT)


def deviation(session: Session, code: str) -> tuple[Deviation, Material]:
    """The deviation with this code and its material. Raises NoSuchDeviation."""
    wanted = select(Deviation, Material).join(Material, col(Material.id) == Deviation.material_id)
    found = session.exec(wanted.where(Deviation.code == code)).first()
    if found is None:
        raise NoSuchDeviation(deviation=code)
    return found


def lock(act: Act, found: Deviation) -> Deviation:
    """The deviation as it is once its root and then itself are locked."""
    custody.lock_roots(act, [found.root_id])
    wanted = select(Deviation).where(Deviation.id == found.id)
    return act.session.exec(wanted.with_for_update().execution_options(populate_existing=True)).one()


def deviations(session: Session) -> Sequence[tuple[Deviation, Material]]:
    """Every deviation with its material, the newest first."""
    wanted = select(Deviation, Material).join(Material, col(Material.id) == Deviation.material_id)
    return session.exec(wanted.order_by(col(Deviation.opened_at).desc(), col(Deviation.code).desc())).all()


def held_by(session: Session, deviation: Deviation) -> UUID:
    """What a deviation holds back: the unit, batch, kit or lot that it is about; of anything else the whole root."""
    about = session.get_one(Material, deviation.material_id)
    return about.id if about.kind in _HELD_ALONE else about.root_id


def awaits_release(session: Session, held: UUID, root_id: UUID) -> bool:
    """Whether something was not released yet or never is; a root, when its batch was not."""
    wanted = select(Hold.id).join(Material, col(Material.id) == col(Hold.material_id))
    standing = wanted.where(
        Hold.root_id == root_id,
        col(Hold.kind).in_((HoldKind.NOT_RELEASED, HoldKind.BIOBANK_ONLY)),
        col(Hold.lifted_at).is_(None),
    )
    whole = Material.kind == MaterialKind.BATCH if held == root_id else Hold.material_id == held
    return session.exec(standing.where(whole)).first() is not None


def holding_back(session: Session, hold: Hold) -> list[str]:
    """The codes of the open deviations for which a material is held."""
    return [one.code for one in open_deviations(session, hold.root_id) if held_by(session, one) == hold.material_id]


def open_deviations(session: Session, root_id: UUID) -> Sequence[Deviation]:
    """The open deviations about anything of a root, in the order of their codes."""
    wanted = select(Deviation).where(Deviation.root_id == root_id, Deviation.state == DeviationState.OPEN)
    return session.exec(wanted.order_by(col(Deviation.code))).all()
