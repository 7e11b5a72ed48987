"""Donations: labels printed ahead, taken at the bedside, received at the facility."""

from collections.abc import Sequence

from fastapi import APIRouter
from sqlmodel import Session

from biobank.act.kinds import Kind
from biobank.donation import operations, preparing, queries
from biobank.donation.schemas import (
    CollectIn,
    DonationOut,
    LabelSetOut,
    PrepareLabelsIn,
    ReceiptCorrectionIn,
    ReceiptIn,
    ReceiptOut,
    VoidLabelsIn,
)
from biobank.donation.tables import Donation
from biobank.labelling import queries as ledger
from biobank.redaction import operations as redacting
from biobank.redaction import queries as redactions
from biobank.redaction.rules import NothingToRedact, Written
from biobank.redaction.schemas import RedactIn
from biobank.studies import queries as studies
from biobank.studies.tables import Participant
from biobank.units import Code
from biobank.web.begin import Begin, Look

router = APIRouter(prefix="/api", tags=["donations"])


def _told(session: Session, donation: Donation, participant: Participant) -> DonationOut:
    protocol = studies.protocol(session, participant)
    return DonationOut.of(donation, participant.code, protocol, queries.label_of(session, donation))


def _of_sets(session: Session, found: Sequence[queries.FoundSet]) -> list[LabelSetOut]:
    became = ledger.accounts(session, [one.id for one, _, _ in found])
    return [
        LabelSetOut.of(one, material.code, participant, studies.protocol(session, participant), became[one.id])
        for one, material, participant in found
    ]


@router.get("/label-sets")
def label_sets(look: Look) -> list[LabelSetOut]:
    """Labels printed ahead for collections of the participants for whom this person works, and what became of them."""
    with look() as session:
        return _of_sets(session, queries.label_sets(session, look.person))


@router.get("/participants/{code}/label-sets")
def label_sets_of_participant(code: Code, look: Look) -> list[LabelSetOut]:
    """The same of one participant."""
    with look() as session:
        participant = studies.participant(session, look.person, code)
        return _of_sets(session, queries.label_sets_of(session, participant))


@router.post("/participants/{code}/label-sets", status_code=201)
def prepare_labels(code: Code, order: PrepareLabelsIn, begin: Begin) -> LabelSetOut:
    """Print every label of a collection that is to come; one of them is scanned when it is done, and nothing is printed then."""
    with begin(Kind.PREPARE_LABELS) as act:
        return act.answer(_of_sets(act.session, [preparing.prepare(act, code, order)])[0])


@router.post("/participants/{code}/label-sets/voiding")
def void_labels(code: Code, order: VoidLabelsIn, begin: Begin) -> LabelSetOut:
    """Give up labels that were printed ahead: all of them that sit nowhere are void."""
    with begin(Kind.VOID_LABELS, reason=order.reason) as act:
        return act.answer(_of_sets(act.session, [preparing.void(act, code, order)])[0])


@router.get("/donations")
def donations(look: Look) -> list[DonationOut]:
    """Every donation of the participants for whom this person works."""
    with look() as session:
        return [_told(session, *one) for one in queries.donations(session, look.person)]


@router.get("/donations/{code}")
def donation(code: Code, look: Look) -> DonationOut:
    """One donation."""
    with look() as session:
        found = queries.donation(session, look.person, code)
        return _told(session, found, queries.participant_of(session, found))


@router.post("/participants/{code}/donations", status_code=201)
def collect(code: Code, order: CollectIn, begin: Begin) -> DonationOut:
    """Take marrow and label it."""
    with begin(Kind.COLLECT, occurred_at=order.occurred_at) as act:
        made = operations.collect(act, code, order)
        return act.answer(_told(act.session, made, queries.participant_of(act.session, made)))


@router.get("/donations/{code}/receipt")
def receipts(code: Code, look: Look) -> list[ReceiptOut]:
    """How a donation arrived, with lines that were corrected; nothing as long as it did not."""
    with look() as session:
        found = ReceiptOut.all_of(queries.receipts(session, queries.donation(session, look.person, code).id))
        return redactions.overlay(session, look.person).on_all(found)


@router.post("/donations/{code}/receipt/correction", status_code=201)
def correct_receipt(code: Code, order: ReceiptCorrectionIn, begin: Begin) -> ReceiptOut:
    """Correct the volume that was recorded at the reception; the wrong one stays in the record."""
    with begin(Kind.CORRECT_RECEIPT, reason=order.reason) as act:
        return act.answer(ReceiptOut.of(operations.correct_receipt(act, code, order)))


@router.post("/donations/{code}/receipt/redaction")
def redact(code: Code, order: RedactIn, begin: Begin) -> list[ReceiptOut]:
    """Cover a remark that names what it must not, such as a patient; it stays in the trail, and is shown nowhere any more."""
    with begin(Kind.REDACT, reason=order.reason, signature=order.signature) as act:
        found = queries.receipts(act.session, queries.donation(act.session, act.person, code).id)
        if not found:
            raise NothingToRedact(record=code)
        redacting.redact(act, code, Written.RECEIPT_REMARK, found[0].id, found[0].remark, order.reason)
        return redactions.overlay(act.session, act.person).on_all(ReceiptOut.all_of(found))


@router.post("/donations/{code}/receipt")
def receive(code: Code, order: ReceiptIn, begin: Begin) -> DonationOut:
    """Accept or reject what arrived."""
    with begin(Kind.RECEIVE, occurred_at=order.occurred_at) as act:
        made = operations.receive(act, code, order)
        return act.answer(_told(act.session, made, queries.participant_of(act.session, made)))
