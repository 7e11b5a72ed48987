"""What was done on paper while nothing else worked is entered later, each act from a numbered form that is used once."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from biobank.act.coded import ON_PAPER
from biobank.act.kinds import Kind
from biobank.act.people import Person
from biobank.errors import BadInput, Conflict, NotFound

_FORM = text(
    "SELECT f.id, f.state, p.place, p.issued_at FROM paper_form f JOIN paper_pad p ON p.id = f.pad_id"
    " WHERE f.code = :code AND f.side = :side FOR UPDATE OF f"
)
_ENTER = text("UPDATE paper_form SET state = 'entered', act_id = :act, done_by = :done_by WHERE id = :form")


class NoSuchPaper(NotFound):
    """No form has this number, or it was issued to others."""

    code = "no_such_form"


class FormUsed(Conflict):
    """The form was entered already, or is void."""

    code = "form_used"


class BeforeIssue(BadInput):
    """The work is older than the form on which it stands."""

    code = "before_issue"


class NotOnPaper(Conflict):
    """This kind of act is never done on paper: it takes a signature, or decides what only the system knows."""

    code = "not_on_paper"


@dataclass(frozen=True)
class Paper:
    """The number of a form, who did on paper what it says, and when."""

    form: str
    done_by: Person
    done_at: datetime


def check_may_be_on_paper(kind: Kind) -> None:
    """Raises NotOnPaper."""
    if kind not in ON_PAPER:
        raise NotOnPaper(kind=kind)


def enter(session: Session, act_id: UUID, entered_by: Person, paper: Paper) -> None:
    """Use up the form for this act; two at once wait for each other. Raises NoSuchPaper, FormUsed, BeforeIssue."""
    db = session.connection()
    form = db.execute(_FORM, {"code": paper.form, "side": entered_by.side.value}).first()
    if form is None or not entered_by.works_at(form.place):
        raise NoSuchPaper(form=paper.form)
    if form.state != "issued":
        raise FormUsed(form=paper.form, state=form.state)
    if paper.done_at < form.issued_at:
        raise BeforeIssue(field="paper_done_at", form=paper.form, issued_at=form.issued_at)
    db.execute(_ENTER, {"act": act_id, "done_by": paper.done_by.id, "form": form.id})
