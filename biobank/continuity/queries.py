"""Finding pads and forms: those of one's own side, at the places where one works."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from biobank.access.tables import PersonRow
from biobank.act.acts import Act
from biobank.act.paper import NoSuchPaper
from biobank.act.people import Person
from biobank.continuity.rules import NoSuchPad
from biobank.continuity.tables import PaperForm, PaperPad


def pads(session: Session, person: Person) -> list[PaperPad]:
    """The pads of this person's side and places, the newest last."""
    wanted = select(PaperPad).where(PaperPad.side == person.side.value).order_by(col(PaperPad.number))
    return [pad for pad in session.exec(wanted) if person.works_at(pad.place)]


def pad(session: Session, person: Person, number: int) -> PaperPad:
    """Raises NoSuchPad."""
    found = session.exec(select(PaperPad).where(PaperPad.side == person.side.value, PaperPad.number == number)).first()
    if found is None or not person.works_at(found.place):
        raise NoSuchPad(pad=number)
    return found


def forms(session: Session, pad: PaperPad) -> Sequence[PaperForm]:
    """The forms of a pad, in order."""
    return session.exec(select(PaperForm).where(PaperForm.pad_id == pad.id).order_by(col(PaperForm.number))).all()


def form_for_change(act: Act, code: str) -> PaperForm:
    """One form, locked. Raises NoSuchPaper."""
    wanted = select(PaperForm, PaperPad).join(PaperPad, col(PaperPad.id) == col(PaperForm.pad_id))
    wanted = wanted.where(PaperForm.code == code, PaperForm.side == act.person.side.value)
    found = act.session.exec(wanted.with_for_update(of=PaperForm)).first()
    if found is None or not act.person.works_at(found[1].place):
        raise NoSuchPaper(form=code)
    return found[0]


def names(session: Session, forms: Iterable[PaperForm]) -> dict[UUID, str]:
    """The names of whoever did what was entered from these forms."""
    wanted = {form.done_by for form in forms if form.done_by}
    return dict(session.exec(select(PersonRow.id, PersonRow.name).where(col(PersonRow.id).in_(wanted))).all())
