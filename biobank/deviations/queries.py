"""Finding deviations with the material that each is about."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from biobank.act.acts import Act
from biobank.custody import queries as custody
from biobank.custody.tables import Material
from biobank.deviations.rules import DeviationState, NoSuchDeviation
from biobank.deviations.tables import Deviation


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


def open_deviations(session: Session, root_id: UUID) -> Sequence[Deviation]:
    """The open deviations about anything of a root, in the order of their codes."""
    wanted = select(Deviation).where(Deviation.root_id == root_id, Deviation.state == DeviationState.OPEN)
    return session.exec(wanted.order_by(col(Deviation.code))).all()
