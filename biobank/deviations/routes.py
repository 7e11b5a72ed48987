"""Deviations, and the lifting of holds, which waits for their conclusion; for the facility only."""

from typing import Annotated

from fastapi import APIRouter, Path

from biobank.act.acts import Act
from biobank.act.kinds import Kind
from biobank.custody import queries as custody
from biobank.custody.schemas import HoldOut, LiftIn
from biobank.custody.sight import Eyes, Sight
from biobank.custody.tables import Material
from biobank.deviations import operations, queries
from biobank.deviations.rules import NoSuchDeviation
from biobank.deviations.schemas import ClosureIn, DeviationIn, DeviationOut, DeviationRedactIn
from biobank.deviations.tables import Deviation
from biobank.redaction import operations as redacting
from biobank.redaction import queries as redactions
from biobank.units import Code
from biobank.web.begin import Begin, Look

router = APIRouter(prefix="/api", tags=["deviations"])


@router.post("/deviations", status_code=201)
def open_deviation(order: DeviationIn, begin: Begin, eyes: Eyes) -> DeviationOut:
    """Write down that something did not go as written; until it is closed it blocks release, and holds what was released."""
    with begin(Kind.OPEN_DEVIATION) as act:
        about = eyes.material(act.session, order.material)
        opened = operations.open_deviation(act, about.id, about.root_id, order.title, order.description)
        return act.answer(DeviationOut.of(opened, about.code))


@router.get("/deviations")
def deviations(look: Look, eyes: Eyes) -> list[DeviationOut]:
    """Every deviation about what this person works with, the newest first."""
    with look() as session:
        found = [DeviationOut.of(one, about.code) for one, about in queries.deviations(session) if eyes.sees(session, about)]
        return redactions.overlay(session, look.person).on_all(found)


@router.post("/deviations/{code}/closure")
def close_deviation(code: Code, order: ClosureIn, begin: Begin, eyes: Eyes) -> DeviationOut:
    """Close a deviation with a conclusion."""
    with begin(Kind.CLOSE_DEVIATION, reason=order.conclusion) as act:
        deviation, about = _seen(act, eyes, code)
        return _answer(act, operations.close_deviation(act, deviation, order.conclusion), about)


@router.post("/deviations/{code}/redaction")
def redact(code: Code, order: DeviationRedactIn, begin: Begin, eyes: Eyes) -> DeviationOut:
    """Cover a text that names what it must not, such as a patient; it stays in the trail, and is shown nowhere any more."""
    with begin(Kind.REDACT, reason=order.reason, signature=order.signature) as act:
        deviation, about = _seen(act, eyes, code)
        redacting.redact(act, code, order.written, deviation.id, getattr(deviation, order.field), order.reason)
        return _answer(act, deviation, about)


def _seen(act: Act, eyes: Sight, code: str) -> tuple[Deviation, Material]:
    deviation, about = queries.deviation(act.session, code)
    if not eyes.sees(act.session, about):
        raise NoSuchDeviation(deviation=code)
    return deviation, about


def _answer(act: Act, deviation: Deviation, about: Material) -> DeviationOut:
    told = DeviationOut.of(deviation, about.code)
    return act.answer(redactions.overlay(act.session, act.person).on(told))


@router.post("/materials/{code}/holds/{number}/lifting", tags=["custody"])
def lift_hold(code: Code, number: Annotated[int, Path(ge=1, lt=2**31)], order: LiftIn, begin: Begin, eyes: Eyes) -> HoldOut:
    """Lift a hold that people may lift."""
    with begin(Kind.LIFT_HOLD, reason=order.reason) as act:
        hold = custody.hold_for_change(act, eyes.material(act.session, code), number)
        return act.answer(HoldOut.of(operations.lift_hold(act, hold, order.reason)))
