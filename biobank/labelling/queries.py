"""Finding labels in the ledger, as far as this login sees it: the bedside never sees those that the facility printed."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from biobank.act.acts import Act
from biobank.custody import queries as custody
from biobank.custody.tables import Material, Scope
from biobank.labelling.rules import LabelState, NoSuchLabel
from biobank.labelling.tables import LabelPrint


def labels_of(session: Session, material: Material) -> Sequence[LabelPrint]:
    """Every print of every label of a material, in the order in which they were printed."""
    wanted = select(LabelPrint).where(LabelPrint.material_id == material.id)
    return session.exec(wanted.order_by(col(LabelPrint.layout), col(LabelPrint.copy_number))).all()


def label(session: Session, scope: Scope, number: int) -> tuple[LabelPrint, Material]:
    """One print and what it is for. Raises NoSuchLabel."""
    wanted = (
        select(LabelPrint, Material)
        .join(Material, col(Material.id) == LabelPrint.material_id)
        .where(LabelPrint.scope == scope, LabelPrint.number == number)
    )
    found = session.exec(wanted).first()
    if found is None:
        raise NoSuchLabel(number=number)
    return found


def label_for_change(act: Act, scope: Scope, number: int) -> tuple[LabelPrint, Material]:
    """One print and what it is for, the root of the material locked. Raises NoSuchLabel."""
    printed, material = label(act.session, scope, number)
    custody.lock_roots(act, [material.root_id])
    act.session.refresh(printed)
    return printed, material


def copies(act: Act, printed: LabelPrint) -> list[LabelState]:
    """What became of every print of this label so far, first print first."""
    wanted = select(LabelPrint.state).where(LabelPrint.material_id == printed.material_id, LabelPrint.layout == printed.layout)
    return [LabelState(state) for state in act.session.exec(wanted.order_by(col(LabelPrint.copy_number)))]


def is_free(session: Session, scope: Scope, number: int) -> bool:
    """Whether no label of ``scope`` carries ``number``."""
    wanted = select(LabelPrint.id).where(LabelPrint.scope == scope, LabelPrint.number == number)
    return session.exec(wanted).first() is None
