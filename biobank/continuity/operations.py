"""Issuing forms, making one void, closing a pad. Entering an act from a form is `act.paper`, for acts of every kind."""

from biobank.act.acts import Act
from biobank.act.paper import FormUsed
from biobank.act.people import Side
from biobank.continuity import queries, rules
from biobank.continuity.rules import FormState, NoSuchPad
from biobank.continuity.schemas import PadIn
from biobank.continuity.tables import PaperForm, PaperPad
from biobank.custody import codes
from biobank.custody.tables import Scope
from labels.local import CodeKind


def issue(act: Act, order: PadIn) -> PaperPad:
    """Blank forms with numbers of their own, for one place of the person's side. Raises NoSuchPad for another's place."""
    if not act.person.works_at(order.place):
        raise NoSuchPad(pad=order.place)
    side, kind = _side(act)
    pad = act.add(
        PaperPad(
            id=act.new_id(),
            side=side,
            number=codes.next_number(act, side, "pad"),
            place=order.place,
            sheets=order.sheets,
            issued_by=act.person.id,
            issued_at=act.recorded_at,
        )
    )
    for number in range(1, order.sheets + 1):
        code = codes.next_code(act, side, kind)
        act.add(PaperForm(id=act.new_id(), pad_id=pad.id, side=side, number=number, code=code, state=FormState.ISSUED))
    return pad


def make_void(act: Act, code: str, reason: str) -> PaperForm:
    """Say that nothing is entered from this form. Raises NoSuchPaper, FormUsed."""
    form = queries.form_for_change(act, code)
    if FormState.VOID not in rules.NEXT[FormState(form.state)]:
        raise FormUsed(form=code, state=form.state)
    form.state, form.void_reason = FormState.VOID, reason
    act.session.flush()
    return form


def close(act: Act, number: int) -> PaperPad:
    """Every form of the pad is accounted for. Raises NoSuchPad, PadClosed, FormsMissing."""
    pad = queries.pad(act.session, act.person, number)
    missing = [form.code for form in queries.forms(act.session, pad) if form.state == FormState.ISSUED]
    rules.check_may_close(number, pad.closed_at is not None, missing)
    pad.closed_by, pad.closed_at = act.person.id, act.recorded_at
    act.session.flush()
    return pad


def _side(act: Act) -> tuple[Scope, CodeKind]:
    """Each side counts its forms by itself."""
    if act.person.side is Side.BEDSIDE:
        return Scope.BEDSIDE, CodeKind.BEDSIDE_FORM
    return Scope.FACILITY, CodeKind.FACILITY_FORM
