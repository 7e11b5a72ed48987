"""Finding batches, cultures and counts. For a person, a batch of a facility that is not theirs does not exist."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, text
from sqlalchemy import select as select_several
from sqlmodel import Session, col, select

from biobank.act.acts import Act
from biobank.act.people import Person
from biobank.custody import queries as custody
from biobank.donation.tables import Donation, Receipt
from biobank.expansion import rules
from biobank.expansion.rules import BatchState, CultureState, NoSuchBatch, NoSuchCulture
from biobank.expansion.tables import Batch, CellCount, Culture, Feed
from biobank.labelling.tables import LabelPrint
from biobank.studies.tables import Facility, Participant

_CELLS_LEFT = text("SELECT cells_left(:count)")


@dataclass(frozen=True)
class Origin:
    """Where a batch comes from and where it is made."""

    donation: Donation
    participant: Participant
    facility: Facility


@dataclass(frozen=True)
class BatchFound:
    """A batch with its donation, whose it is, where it is made, its highest passage, and the number of its label."""

    batch: Batch
    donation: str
    participant: str
    facility: str
    passage: int | None
    label: int


def origin(session: Session, batch: Batch) -> Origin:
    """The donation and the participant that a batch is from, and the facility that makes it."""
    donation = session.get_one(Donation, batch.root_id)
    participant = session.get_one(Participant, donation.participant_id)
    return Origin(donation, participant, session.get_one(Facility, batch.facility_id))


def batch(session: Session, person: Person, code: str) -> Batch:
    """The batch with this code, as far as this person works where it is made. Raises NoSuchBatch."""
    wanted = select(Batch, Facility.code).join(Facility, col(Facility.id) == col(Batch.facility_id))
    found = session.exec(wanted.where(Batch.code == code)).first()
    if found is None or not person.works_at(found[1]):
        raise NoSuchBatch(batch=code)
    return found[0]


def batches(session: Session, person: Person) -> list[BatchFound]:
    """Every batch made where this person works, by its code."""
    if not person.places:
        return found(session)
    return found(session, col(Facility.code).in_(person.places))


def found(session: Session, *conditions: ColumnElement[bool]) -> list[BatchFound]:
    """The batches that meet the conditions with all that is told of them, by their codes; one statement for however many."""
    first = (col(LabelPrint.copy_number) == 1) & (col(LabelPrint.layout) == "batch")  # that of its release comes later
    highest = select(func.max(Culture.passage)).where(Culture.batch_id == Batch.id).correlate(Batch).scalar_subquery()
    wanted = (
        select_several(Batch, col(Donation.din), col(Participant.code), col(Facility.code), highest, col(LabelPrint.number))
        .join(Facility, col(Facility.id) == col(Batch.facility_id))
        .join(Donation, col(Donation.id) == col(Batch.root_id))
        .join(Participant, col(Participant.id) == col(Donation.participant_id))
        .join(LabelPrint, (col(LabelPrint.material_id) == col(Batch.id)) & first)
    )
    return [BatchFound(*one) for one in session.execute(wanted.where(*conditions).order_by(col(Batch.code)))]


def batch_for_change(act: Act, code: str) -> Batch:
    """The batch, its root locked. Raises NoSuchBatch."""
    found = batch(act.session, act.person, code)
    custody.lock_roots(act, [found.root_id])
    act.session.refresh(found)
    return found


def batch_of_root(session: Session, root_id: UUID) -> Batch | None:
    """The batch that was made of a donation, if one was."""
    return session.exec(select(Batch).where(Batch.root_id == root_id)).first()


def culture(session: Session, person: Person, code: str) -> tuple[Culture, Batch]:
    """The culture with this code and its batch, as far as this person works there. Raises NoSuchCulture."""
    wanted = (
        select(Culture, Batch, Facility.code)
        .join(Batch, col(Batch.id) == col(Culture.batch_id))
        .join(Facility, col(Facility.id) == col(Batch.facility_id))
    )
    found = session.exec(wanted.where(Culture.code == code)).first()
    if found is None or not person.works_at(found[2]):
        raise NoSuchCulture(culture=code)
    return found[0], found[1]


def culture_for_change(act: Act, code: str, *more_roots: UUID) -> tuple[Culture, Batch]:
    """The culture and its batch, the root locked, and ``more_roots`` with it. Raises NoSuchCulture."""
    found, its_batch = culture(act.session, act.person, code)
    custody.lock_roots(act, [found.root_id, *more_roots])
    act.session.refresh(found)
    act.session.refresh(its_batch)
    return found, its_batch


def cultures(session: Session, batch_id: UUID) -> Sequence[Culture]:
    """The cultures of a batch, in the order of their passages."""
    wanted = select(Culture).where(Culture.batch_id == batch_id)
    return session.exec(wanted.order_by(col(Culture.passage), col(Culture.code))).all()


def standing(session: Session, batch_id: UUID) -> BatchState:
    """Where a batch stands by its cultures."""
    return rules.cultured([CultureState(one.state) for one in cultures(session, batch_id)])


def first_seeded_at(session: Session, batch_id: UUID) -> datetime | None:
    """When the first culture of a batch was seeded."""
    return session.exec(select(func.min(Culture.seeded_at)).where(Culture.batch_id == batch_id)).one()


def last_fed_at(session: Session, culture_id: UUID) -> datetime | None:
    """When the medium of a culture was changed last."""
    return session.exec(select(func.max(Feed.fed_at)).where(Feed.culture_id == culture_id)).one()


def received_at(session: Session, donation_id: UUID) -> datetime:
    """When a donation that was accepted arrived."""
    first = select(Receipt.received_at).where(Receipt.donation_id == donation_id, col(Receipt.corrects).is_(None))
    return session.exec(first).one()


def counts(session: Session, batch_id: UUID) -> Sequence[CellCount]:
    """Every count of a batch, in the order in which they were made; at one moment the isolation first, then by passage."""
    wanted = select(CellCount).join(Culture, col(Culture.id) == col(CellCount.culture_id), isouter=True)
    order = (col(CellCount.counted_at), col(Culture.passage).nulls_first(), col(Culture.code))
    return session.exec(wanted.where(CellCount.batch_id == batch_id).order_by(*order)).all()


def count_of(session: Session, batch_id: UUID, culture_id: UUID | None) -> CellCount | None:
    """The harvest count of a culture, or the count at isolation where ``culture_id`` is None."""
    wanted = select(CellCount).where(CellCount.batch_id == batch_id, CellCount.culture_id == culture_id)
    return session.exec(wanted).first()


def cells_left(session: Session, count_id: UUID) -> int:
    """The viable cells of a count that were neither seeded nor frozen."""
    return int(session.connection().execute(_CELLS_LEFT, {"count": count_id}).scalar_one())


def label_of(session: Session, material_id: UUID) -> int:
    """The number of the first print of a facility material's own label."""
    wanted = select(LabelPrint.number).where(LabelPrint.material_id == material_id, LabelPrint.copy_number == 1)
    return session.exec(wanted.order_by(col(LabelPrint.number))).first() or 0


def makers(session: Session, batch_id: UUID) -> set[UUID]:
    """Everybody who opened the batch, counted, verified, seeded or fed; who froze is known to cryostorage."""
    hands = {session.get_one(Batch, batch_id).opened_by}
    for count in counts(session, batch_id):
        hands |= {count.counted_by} | ({count.verified_by} if count.verified_by else set())
    hands |= {one.seeded_by for one in cultures(session, batch_id)}
    fed = select(Feed.fed_by).join(Culture, col(Culture.id) == col(Feed.culture_id)).where(Culture.batch_id == batch_id)
    return hands | set(session.exec(fed))
