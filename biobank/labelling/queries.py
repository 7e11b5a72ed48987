"""Finding labels in the ledger, as far as this login sees it: the bedside never sees those that the facility printed."""

from collections.abc import Sequence
from uuid import UUID

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


def open_labels(session: Session, root_id: UUID, scope: Scope) -> Sequence[tuple[LabelPrint, Material]]:
    """Every label of a root and of what was made from it that nobody accounted for, by number."""
    wanted = select(LabelPrint, Material).join(Material, col(Material.id) == LabelPrint.material_id)
    still_open = wanted.where(Material.root_id == root_id, LabelPrint.scope == scope, LabelPrint.state == LabelState.PRINTED)
    return session.exec(still_open.order_by(col(LabelPrint.number))).all()


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


def labels_for_change(act: Act, scope: Scope, numbers: Sequence[int]) -> list[tuple[LabelPrint, Material]]:
    """Prints and what they are for, in the order of ``numbers``, the roots of the materials locked. Raises NoSuchLabel."""
    wanted = (
        select(LabelPrint, Material)
        .join(Material, col(Material.id) == LabelPrint.material_id)
        .where(LabelPrint.scope == scope, col(LabelPrint.number).in_(numbers))
        .execution_options(populate_existing=True)
    )
    custody.lock_roots(act, {material.root_id for _, material in act.session.exec(wanted)})
    found = {printed.number: (printed, material) for printed, material in act.session.exec(wanted)}
    for number in numbers:
        if number not in found:
            raise NoSuchLabel(number=number)
    return [found[number] for number in numbers]


def copies(session: Session, labels: Sequence[LabelPrint]) -> dict[tuple[UUID, str], list[LabelState]]:
    """What became of every print of these labels so far, first print first, by material and layout."""
    found: dict[tuple[UUID, str], list[LabelState]] = {}
    wanted = select(LabelPrint).where(col(LabelPrint.material_id).in_({one.material_id for one in labels}))
    for one in session.exec(wanted.order_by(col(LabelPrint.copy_number))):
        found.setdefault((one.material_id, one.layout), []).append(LabelState(one.state))
    return found


def is_free(session: Session, scope: Scope, number: int) -> bool:
    """Whether no label of ``scope`` carries ``number``."""
    wanted = select(LabelPrint.id).where(LabelPrint.scope == scope, LabelPrint.number == number)
    return session.exec(wanted).first() is None
