"""The ledger of labels: what was printed, wristbands, the label as PDF, another copy, and what became of each."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response
from sqlalchemy import ColumnElement
from sqlmodel import Session, col

from biobank.access.verifying import second_person
from biobank.act.acts import Act
from biobank.act.kinds import Kind
from biobank.custody.sight import Eyes, Sight
from biobank.custody.tables import Material, MaterialKind, Scope
from biobank.labelling import jobs, operations, preview, queries
from biobank.labelling.queries import Carrier, Found
from biobank.labelling.rules import NoSuchLabel
from biobank.labelling.schemas import (
    AccountIn,
    LabelOut,
    LabelsOut,
    PrintAnswerIn,
    ReadBacksIn,
    ReprintIn,
    ReprintsIn,
    WristbandIn,
)
from biobank.labelling.tables import LabelPrint
from biobank.studies import queries as studies
from biobank.studies.tables import Participant
from biobank.units import Code
from biobank.web.begin import Begin, Look

router = APIRouter(prefix="/api", tags=["labels"])
Number = Annotated[int, Path(ge=1, lt=2**31)]


@router.get("/materials/{code}/labels")
def labels(code: Code, look: Look, eyes: Eyes) -> list[LabelOut]:
    """Every label of a material that this side printed; the facility sees those of both."""
    with look() as session:
        material = eyes.material(session, code, *MaterialKind)
        found = queries.labels_of(session, material)
        return _told(session, found, [material] * len(found))


@router.get("/participants/{code}/labels")
def labels_of_participant(code: Code, look: Look) -> list[LabelOut]:
    """Every wristband of a participant and every label printed ahead for a collection to come, and what became of it."""
    with look() as session:
        participant = studies.participant(session, look.person, code)
        worn: list[Found] = [(printed, participant) for printed in queries.labels_of(session, participant)]
        found = worn + queries.prepared_labels(session, participant)
        return _told(session, [printed for printed, _ in found], [carrier for _, carrier in found])


@router.post("/participants/{code}/wristband", status_code=201)
def wristband(code: Code, _order: WristbandIn, begin: Begin) -> LabelOut:
    """Print the wristband of a participant; another copy of it is printed again like any label."""
    with begin(Kind.PRINT_WRISTBAND) as act:
        printed, participant = operations.print_wristband(act, code)
        return act.answer(_told(act.session, [printed], [participant])[0])


@router.get("/materials/{code}/labels/open")
def open_labels(code: Code, look: Look, eyes: Eyes) -> list[LabelOut]:
    """Every label of this and of whatever has the same origin that one's side printed and nobody accounted for."""
    with look() as session:
        found = queries.open_labels(session, eyes.material(session, code, *MaterialKind).root_id, eyes.person.side)
        return _told(session, [one for one, _ in found], [material for _, material in found])


@router.post("/labels/read-backs")
def read_back(order: ReadBacksIn, begin: Begin, eyes: Eyes, scope: Scope | None = None) -> LabelsOut:
    """Read labels back where they sit: each counts as applied from now on. What says anything else is kept apart."""
    with begin(Kind.READ_LABEL_BACK) as act:
        found = _seen_for_change(act, eyes, scope, [one.number for one in order.labels])
        operations.read_back(act, found, [one.read for one in order.labels])
        return act.answer(LabelsOut(_told(act.session, [one for one, _ in found], [carrier for _, carrier in found])))


@router.get("/labels/{number}/pdf", response_class=Response)
def document(number: Number, look: Look, eyes: Eyes, scope: Scope | None = None) -> Response:
    """A label as PDF, the same bytes each time. Without ``scope``, one that one's own side printed is meant."""
    with look() as session:
        printed, _ = _seen(session, eyes, queries.label(session, _among(eyes, scope), number))
        named = {"Content-Disposition": f'inline; filename="{printed.number}.pdf"'}
        return Response(operations.document(printed), media_type="application/pdf", headers=named)


@router.get("/labels/{number}/png", response_class=Response)
def picture(number: Number, look: Look, eyes: Eyes, scope: Scope | None = None) -> Response:
    """A label as it comes out of the printer."""
    with look() as session:
        printed, _ = _seen(session, eyes, queries.label(session, _among(eyes, scope), number))
    return Response(preview.picture(operations.document(printed)), media_type="image/png")


@router.post("/labels/{number}/reprint", status_code=201)
def reprint(
    number: Number, order: ReprintIn, request: Request, begin: Begin, eyes: Eyes, scope: Scope | None = None
) -> LabelOut:
    """Print another copy with the same content; of all but racks and boxes a second person stands there and scans their badge."""
    with begin(Kind.REPRINT_LABEL, reason=order.reason) as act:
        found = _seen_for_change(act, eyes, scope, [number])
        second = None if order.second is None else second_person(request, begin.person, order.second)
        return act.answer(_told(act.session, operations.reprint(act, found, second), [found[0][1]])[0])


@router.post("/labels/reprints", status_code=201)
def reprint_several(order: ReprintsIn, request: Request, begin: Begin, eyes: Eyes, scope: Scope | None = None) -> LabelsOut:
    """Print another copy of several labels at once; a second person stands there and scans their badge."""
    with begin(Kind.REPRINT_LABEL, reason=order.reason) as act:
        found = _seen_for_change(act, eyes, scope, order.numbers)
        second = second_person(request, begin.person, order.second)
        copies = operations.reprint(act, found, second)
        return act.answer(LabelsOut(_told(act.session, copies, [carrier for _, carrier in found])))


@router.post("/labels/{number}/account")
def account(number: Number, order: AccountIn, begin: Begin, eyes: Eyes, scope: Scope | None = None) -> LabelOut:
    """Say what became of a label."""
    with begin(Kind.ACCOUNT_LABEL) as act:
        [(printed, carrier)] = _seen_for_change(act, eyes, scope, [number])
        return act.answer(_told(act.session, [operations.account(act, printed, order.state)], [carrier])[0])


@router.post("/labels/{number}/outcome")
def outcome(number: Number, order: PrintAnswerIn, begin: Begin, eyes: Eyes, scope: Scope | None = None) -> LabelOut:
    """You looked at the printer: say whether this label came out; where it did not, it is void, and another copy is printed."""
    with begin(Kind.ANSWER_FOR_PRINT, reason=order.reason) as act:
        [(printed, carrier)] = _seen_for_change(act, eyes, scope, [number])
        answered = operations.answer(act, printed, carrier, order.came_out, order.reason)
        return act.answer(_told(act.session, [answered], [carrier])[0])


def _told(session: Session, labels: Sequence[LabelPrint], carriers: Sequence[Carrier]) -> list[LabelOut]:
    states = jobs.jobs_of(session, labels)
    return [LabelOut.of(one, carrier, states.get(one.id)) for one, carrier in zip(labels, carriers, strict=True)]


def _among(eyes: Sight, scope: Scope | None) -> ColumnElement[bool]:
    """Where a number is looked for: in the ledger of ``scope``, or among the labels that one's own side printed."""
    return queries.own(eyes.person.side) if scope is None else col(LabelPrint.scope) == scope


def _seen_for_change(act: Act, eyes: Sight, scope: Scope | None, numbers: Sequence[int]) -> list[Found]:
    found = queries.labels_for_change(act, _among(eyes, scope), numbers)
    seen = set[UUID]()
    for one in found:
        origin = one[1].root_id if isinstance(one[1], Material) else one[1].id
        if origin not in seen:
            _seen(act.session, eyes, one)
            seen.add(origin)
    return found


def _seen(session: Session, eyes: Sight, found: Found) -> Found:
    printed, carrier = found
    if not _is_there(session, eyes, carrier):
        raise NoSuchLabel(number=printed.number)
    return found


def _is_there(session: Session, eyes: Sight, carrier: Carrier) -> bool:
    participant = carrier if isinstance(carrier, Participant) else queries.expecting(session, carrier)
    if participant is not None:
        return studies.exists_for(session, eyes.person, participant)
    return isinstance(carrier, Material) and eyes.sees(session, carrier)
