"""The ledger of labels: what was printed, the label as PDF, another copy, and what became of each."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from sqlmodel import Session

from biobank.act.acts import Act
from biobank.act.kinds import Kind
from biobank.act.people import Side
from biobank.custody.sight import Eyes, Sight
from biobank.custody.tables import Material, Scope
from biobank.labelling import operations, queries
from biobank.labelling.rules import NoSuchLabel
from biobank.labelling.schemas import AccountIn, LabelOut, ReprintIn
from biobank.labelling.tables import LabelPrint
from biobank.units import Code
from biobank.web.begin import Begin, Look

router = APIRouter(prefix="/api", tags=["labels"])
Number = Annotated[int, Path(ge=1, lt=2**31)]
Found = tuple[LabelPrint, Material]


@router.get("/materials/{code}/labels")
def labels(code: Code, look: Look, eyes: Eyes) -> list[LabelOut]:
    """Every label of a material that this side printed; the facility sees those of both."""
    with look() as session:
        material = eyes.material(session, code)
        return [LabelOut.of(printed, material) for printed in queries.labels_of(session, material)]


@router.get("/labels/{number}/pdf", response_class=Response)
def document(number: Number, look: Look, eyes: Eyes, scope: Scope | None = None) -> Response:
    """A label as PDF, the same bytes each time. Without ``scope``, the person's own side is meant."""
    with look() as session:
        printed, _ = _seen(session, eyes, queries.label(session, _scope(eyes, scope), number))
        named = {"Content-Disposition": f'inline; filename="{printed.number}.pdf"'}
        return Response(operations.document(printed), media_type="application/pdf", headers=named)


@router.post("/labels/{number}/reprint", status_code=201)
def reprint(number: Number, order: ReprintIn, begin: Begin, eyes: Eyes, scope: Scope | None = None) -> LabelOut:
    """Print another copy with the same content."""
    with begin(Kind.REPRINT_LABEL, reason=order.reason) as act:
        printed, material = _seen_for_change(act, eyes, scope, number)
        return act.answer(LabelOut.of(operations.reprint(act, printed, material), material))


@router.post("/labels/{number}/account")
def account(number: Number, order: AccountIn, begin: Begin, eyes: Eyes, scope: Scope | None = None) -> LabelOut:
    """Say what became of a label."""
    with begin(Kind.ACCOUNT_LABEL) as act:
        printed, material = _seen_for_change(act, eyes, scope, number)
        return act.answer(LabelOut.of(operations.account(act, printed, order.state), material))


def _scope(eyes: Sight, scope: Scope | None) -> Scope:
    return scope or (Scope.BEDSIDE if eyes.person.side is Side.BEDSIDE else Scope.FACILITY)


def _seen_for_change(act: Act, eyes: Sight, scope: Scope | None, number: int) -> Found:
    return _seen(act.session, eyes, queries.label_for_change(act, _scope(eyes, scope), number))


def _seen(session: Session, eyes: Sight, found: Found) -> Found:
    printed, material = found
    if not eyes.sees(session, material):
        raise NoSuchLabel(number=printed.number)
    return found
