"""Finding donations. For a person, a donation of a participant for whom they do not work does not exist."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from biobank.act.acts import Act
from biobank.act.people import Person
from biobank.custody import queries as custody
from biobank.custody.rules import NoSuchMaterial
from biobank.custody.tables import Material
from biobank.donation.rules import NotPrintedAhead
from biobank.donation.tables import Donation, Receipt
from biobank.labelling.rules import LabelSetState, LabelState
from biobank.labelling.tables import LabelPrint, LabelSet
from biobank.studies import queries as studies
from biobank.studies.tables import Participant

FoundSet = tuple[LabelSet, Material, Participant]
"""Labels printed ahead, what the donation shall be, and whose it is."""

_SETS = (
    select(LabelSet, Material, Participant)
    .join(Material, col(Material.id) == col(LabelSet.id))
    .join(Participant, col(Participant.id) == col(LabelSet.participant_id))
)


def _with_participant(session: Session, code: str) -> tuple[Donation, Participant] | None:
    wanted = select(Donation, Participant).join(Participant, col(Participant.id) == col(Donation.participant_id))
    return session.exec(wanted.where(Donation.din == code)).first()


def donation(session: Session, person: Person, code: str) -> Donation:
    """The donation with this number, as far as this person works for its participant. Raises NoSuchMaterial."""
    found = _with_participant(session, code)
    if found is None or not studies.exists_for(session, person, found[1]):
        raise NoSuchMaterial(read=code)
    return found[0]


def donation_for_change(act: Act, code: str) -> Donation:
    """The same with its root locked. Raises NoSuchMaterial."""
    found = donation(act.session, act.person, code)
    custody.lock_roots(act, [found.id])
    act.session.refresh(found)
    return found


def donation_of_root(session: Session, root_id: UUID) -> Donation:
    """The donation from which everything of this root was made."""
    return session.exec(select(Donation).where(Donation.id == root_id)).one()


def donations(session: Session, person: Person) -> list[tuple[Donation, Participant]]:
    """Every donation of the participants for whom this person works, by its number."""
    wanted = select(Donation, Participant).join(Participant, col(Participant.id) == col(Donation.participant_id))
    found = session.exec(wanted.order_by(col(Donation.din))).all()
    return [(one, participant) for one, participant in found if studies.exists_for(session, person, participant)]


def of_period(session: Session, participant_id: UUID, period: int) -> Sequence[Donation]:
    """What was collected of a participant in a period, also what was rejected."""
    return session.exec(select(Donation).where(Donation.participant_id == participant_id, Donation.period == period)).all()


def receipts(session: Session, donation_id: UUID) -> list[Receipt]:
    """The lines about the reception of a donation: the first, what corrects it, what corrects that …; none before it."""
    found = {one.corrects: one for one in session.exec(select(Receipt).where(Receipt.donation_id == donation_id))}
    line: list[Receipt] = []
    now = found.get(None)
    while now is not None:
        line.append(now)
        now = found.get(now.id)
    return line


def prepared_material(session: Session, participant_id: UUID, period: int) -> Material | None:
    """What a donation of this period shall be, if its labels were printed ahead and not used yet."""
    wanted = select(Material).join(LabelSet, col(LabelSet.id) == col(Material.id))
    still = wanted.where(LabelSet.period == period, LabelSet.state == LabelSetState.PREPARED)
    return session.exec(still.where(LabelSet.participant_id == participant_id)).first()


def label_sets(session: Session, person: Person) -> list[FoundSet]:
    """Every set of labels printed ahead for those for whom this person works, by its code."""
    found = session.exec(_SETS.order_by(col(Material.code))).all()
    return [(one, material, whose) for one, material, whose in found if studies.exists_for(session, person, whose)]


def label_sets_of(session: Session, participant: Participant) -> Sequence[FoundSet]:
    """Every set of labels printed ahead for a participant, by its code."""
    return session.exec(_SETS.where(Participant.id == participant.id).order_by(col(Material.code))).all()


def label_set(session: Session, participant: Participant, code: str) -> FoundSet:
    """The labels printed ahead for a participant on which this code stands. Raises NotPrintedAhead."""
    found = session.exec(_SETS.where(Participant.id == participant.id, Material.code == code)).first()
    if found is None:
        raise NotPrintedAhead(participant=participant.code, read=code)
    return found


def labels_left(session: Session, participant_id: UUID) -> Sequence[int]:
    """The numbers of labels printed ahead for a participant for which nobody accounted."""
    wanted = select(LabelPrint.number).join(LabelSet, col(LabelSet.id) == LabelPrint.material_id)
    still_open = wanted.where(LabelSet.participant_id == participant_id, LabelPrint.state == LabelState.PRINTED)
    return session.exec(still_open.order_by(col(LabelPrint.number))).all()


def participant_of(session: Session, donation: Donation) -> Participant:
    """Whose marrow it is."""
    return session.exec(select(Participant).where(Participant.id == donation.participant_id)).one()


def states_of_label(session: Session, material: Material) -> list[LabelState]:
    """What became of every print of the label of a container."""
    wanted = select(LabelPrint.state).where(LabelPrint.material_id == material.id, LabelPrint.layout == "donation")
    return [LabelState(state) for state in session.exec(wanted)]


def label_of(session: Session, donation: Donation) -> int:
    """The number of the first label of its container, printed at the collection or ahead of it."""
    first = select(LabelPrint.number).where(LabelPrint.material_id == donation.id, LabelPrint.copy_number == 1)
    return session.exec(first.where(LabelPrint.layout == "donation")).one()


def arrived_at(act: Act, donation_id: UUID) -> datetime | None:
    """When somebody took the donation over; None as long as nobody did, or where somebody handed it on since."""
    under_way = custody.open_handover(act, donation_id) is not None
    return None if under_way else custody.taken_at(act.session, donation_id)
