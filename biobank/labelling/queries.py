"""Finding labels in the ledger, as far as this login sees it: the bedside never sees those that the facility printed."""

from collections import Counter
from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, text
from sqlmodel import Session, and_, col, or_, select

from biobank.act.acts import Act
from biobank.act.people import Side
from biobank.custody import queries as custody
from biobank.custody.tables import Material, Scope
from biobank.labelling.rules import DRAWN_FROM, LabelSetState, LabelState, NoSuchLabel
from biobank.labelling.tables import LabelPrint, LabelSet
from biobank.studies.tables import Participant

Carrier = Material | Participant
"""What a label is for: a material, or the participant who wears it."""

Found = tuple[LabelPrint, Carrier]

_DONOR_TESTS_MISSING = text("SELECT donor_tests_missing(:root)")
_WITH_CARRIER = (
    select(LabelPrint, Material, Participant)
    .join(Material, col(Material.id) == LabelPrint.material_id, isouter=True)
    .join(Participant, col(Participant.id) == LabelPrint.participant_id, isouter=True)
)


def labels_of(session: Session, carrier: Carrier) -> Sequence[LabelPrint]:
    """Every print of every label of a material or participant, in the order in which they were printed."""
    wanted = select(LabelPrint).where(_is_of({carrier.id}))
    return session.exec(wanted.order_by(col(LabelPrint.layout), col(LabelPrint.copy_number))).all()


def own(side: Side) -> ColumnElement[bool]:
    """The labels that ``side`` printed, and accounts for; no two of them have one number."""
    scope, number = col(LabelPrint.scope), col(LabelPrint.number)
    if side is Side.BEDSIDE:
        return and_(scope == Scope.BEDSIDE, number < DRAWN_FROM)
    return or_(scope == Scope.FACILITY, and_(scope == Scope.BEDSIDE, number >= DRAWN_FROM))


def labels_by_number(session: Session, material: Material, side: Side | None) -> Sequence[LabelPrint]:
    """Every print of every label of a material that ``side`` printed, or that this login sees, by number."""
    wanted = select(LabelPrint).where(LabelPrint.scope == material.scope, LabelPrint.material_id == material.id)
    if side is not None:
        wanted = wanted.where(own(side))
    return session.exec(wanted.order_by(col(LabelPrint.number))).all()


def open_labels(session: Session, root_id: UUID, side: Side) -> Sequence[tuple[LabelPrint, Material]]:
    """Every label of a root and of what was made from it that ``side`` printed and nobody accounted for, by number."""
    its = and_(Material.id == LabelPrint.material_id, Material.scope == LabelPrint.scope)
    wanted = select(LabelPrint, Material).join(Material, its)
    still_open = wanted.where(Material.root_id == root_id, own(side), LabelPrint.state == LabelState.PRINTED)
    return session.exec(still_open.order_by(col(LabelPrint.number))).all()


def label(session: Session, among: ColumnElement[bool], number: int) -> Found:
    """One print and what it is for. Raises NoSuchLabel."""
    found = session.exec(_WITH_CARRIER.where(among, LabelPrint.number == number)).first()
    if found is None:
        raise NoSuchLabel(number=number)
    printed, material, participant = found
    return printed, material or participant


def labels_for_change(act: Act, among: ColumnElement[bool], numbers: Sequence[int]) -> list[Found]:
    """Prints and what they are for, in the order of ``numbers``; locked: roots of materials, prints of wristbands.

    Raises NoSuchLabel.
    """
    wanted = _WITH_CARRIER.where(among, col(LabelPrint.number).in_(numbers))
    wanted = wanted.execution_options(populate_existing=True)
    before = act.session.exec(wanted).all()
    custody.lock_roots(act, {material.root_id for _, material, _ in before if material})
    _lock_wristbands(act, {participant.id for _, _, participant in before if participant})
    rows = act.session.exec(wanted)
    found: dict[int, Found] = {printed.number: (printed, material or participant) for printed, material, participant in rows}
    for number in numbers:
        if number not in found:
            raise NoSuchLabel(number=number)
    return [found[number] for number in numbers]


def copies(session: Session, labels: Sequence[LabelPrint]) -> dict[tuple[UUID, str], list[LabelState]]:
    """What became of every print of these labels so far, first print first, by carrier and layout."""
    found: dict[tuple[UUID, str], list[LabelState]] = {}
    wanted = select(LabelPrint).where(_is_of({one.carrier_id for one in labels}))
    for one in session.exec(wanted.order_by(col(LabelPrint.copy_number))):
        found.setdefault((one.carrier_id, one.layout), []).append(LabelState(one.state))
    return found


def prepared_labels(session: Session, participant: Participant) -> list[Found]:
    """Every label that was printed ahead for a participant and is not that of a donation by now, by number."""
    wanted = (
        select(LabelPrint, Material)
        .join(Material, col(Material.id) == LabelPrint.material_id)
        .join(LabelSet, col(LabelSet.id) == col(Material.id))
        .where(LabelSet.participant_id == participant.id, LabelSet.state != LabelSetState.USED)
    )
    return [(printed, material) for printed, material in session.exec(wanted.order_by(col(LabelPrint.number)))]


def expecting(session: Session, material: Material) -> Participant | None:
    """Of whom a material was or shall be taken, if its labels were printed ahead."""
    wanted = select(Participant).join(LabelSet, col(LabelSet.participant_id) == col(Participant.id))
    return session.exec(wanted.where(LabelSet.id == material.id)).first()


def states_of_sets(session: Session, materials: Collection[UUID]) -> dict[UUID, LabelSetState]:
    """What became of the sets of those materials whose labels were printed ahead."""
    wanted = select(LabelSet.id, LabelSet.state).where(col(LabelSet.id).in_(materials))
    return {identity: LabelSetState(state) for identity, state in session.exec(wanted)}


def accounts(session: Session, materials: Collection[UUID]) -> dict[UUID, Counter[LabelState]]:
    """How many labels of each material became what."""
    found: dict[UUID, Counter[LabelState]] = {one: Counter() for one in materials}
    wanted = select(LabelPrint.material_id, LabelPrint.state).where(col(LabelPrint.material_id).in_(materials))
    for material, state in session.exec(wanted):
        assert material is not None, "they were asked for by their materials"
        found[material][LabelState(state)] += 1
    return found


def donor_tests_missing(session: Session, root_id: UUID) -> bool:
    """Whether one of the tests that the participant's protocol asks of every donor was not done for this donation."""
    return bool(session.connection().execute(_DONOR_TESTS_MISSING, {"root": root_id}).scalar_one())


def is_free(session: Session, scope: Scope, number: int) -> bool:
    """Whether no label of ``scope`` carries ``number``."""
    wanted = select(LabelPrint.id).where(LabelPrint.scope == scope, LabelPrint.number == number)
    return session.exec(wanted).first() is None


def _is_of(carriers: Collection[UUID]) -> ColumnElement[bool]:
    return or_(col(LabelPrint.material_id).in_(carriers), col(LabelPrint.participant_id).in_(carriers))


def _lock_wristbands(act: Act, participants: Collection[UUID]) -> None:
    wanted = select(LabelPrint.id).where(col(LabelPrint.participant_id).in_(participants))
    act.session.exec(wanted.order_by(col(LabelPrint.number)).with_for_update()).all()
