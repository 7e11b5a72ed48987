"""Pads of numbered forms: issued and printed before an outage, each form accounted for after it."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from sqlmodel import Session

from biobank.act.kinds import Kind
from biobank.continuity import operations, printing, queries
from biobank.continuity.schemas import ClosePadIn, PadIn, PadOut, VoidFormIn
from biobank.continuity.tables import PaperPad
from biobank.web.begin import Begin, Look

router = APIRouter(prefix="/api", tags=["continuity"])
Number = Annotated[int, Path(ge=1, lt=2**31)]


@router.post("/pads", status_code=201)
def issue_forms(order: PadIn, begin: Begin) -> PadOut:
    """Issue numbered forms for work on paper."""
    with begin(Kind.ISSUE_FORMS) as act:
        return act.answer(_told(act.session, operations.issue(act, order)))


@router.get("/pads")
def pads(look: Look) -> list[PadOut]:
    """Every pad of one's side, with what became of its forms."""
    with look() as session:
        return [_told(session, pad) for pad in queries.pads(session, look.person)]


@router.post("/pads/closure")
def close_pad(order: ClosePadIn, begin: Begin) -> PadOut:
    """Close a pad of which every form is entered or void."""
    with begin(Kind.CLOSE_PAD) as act:
        return act.answer(_told(act.session, operations.close(act, order.pad)))


@router.post("/forms/voiding")
def make_form_void(order: VoidFormIn, begin: Begin) -> PadOut:
    """Make a form void from which nothing is entered: spoiled, lost, or left over."""
    with begin(Kind.VOID_FORM, reason=order.reason) as act:
        form = operations.make_void(act, order.form.upper(), order.reason)
        return act.answer(_told(act.session, act.session.get_one(PaperPad, form.pad_id)))


@router.get("/pads/{number}")
def pad(number: Number, look: Look) -> PadOut:
    """One pad, with what became of its forms."""
    with look() as session:
        return _told(session, queries.pad(session, look.person, number))


@router.get("/pads/{number}/pdf", response_class=Response)
def print_pad(number: Number, look: Look) -> Response:
    """The blank forms of a pad on paper, one to a page."""
    with look() as session:
        found = queries.pad(session, look.person, number)
        document = printing.blank_forms(found.place, found.issued_at, [form.code for form in queries.forms(session, found)])
    headers = {"Content-Disposition": f'inline; filename="forms-{found.number}.pdf"'}
    return Response(document, media_type="application/pdf", headers=headers)


def _told(session: Session, pad: PaperPad) -> PadOut:
    forms = queries.forms(session, pad)
    return PadOut.of(pad, forms, queries.names(session, forms))
