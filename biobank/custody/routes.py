"""Materials by their code: what happened to them, who holds them, what holds them back."""

from fastapi import APIRouter

from biobank.act.kinds import Kind
from biobank.custody import operations, queries
from biobank.custody.rules import HoldKind
from biobank.custody.schemas import HandOverIn, HandoverOut, HoldIn, HoldOut, MaterialOut, TakeOverIn
from biobank.custody.sight import Eyes
from biobank.redaction import queries as redactions
from biobank.units import Code
from biobank.web.begin import Begin, Look

router = APIRouter(prefix="/api", tags=["custody"])


@router.get("/materials/{code}")
def material(code: Code, look: Look, eyes: Eyes) -> MaterialOut:
    """What a code stands for, and what happened to it."""
    with look() as session:
        found = eyes.material(session, code)
        happened = queries.events(session, found.id)
        return MaterialOut.of(found, happened, queries.hands(session, look.person.side, happened), look.acts.late_after)


@router.post("/materials/{code}/handovers", status_code=201)
def hand_over(code: Code, order: HandOverIn, begin: Begin, eyes: Eyes) -> HandoverOut:
    """Pass a material on."""
    with begin(Kind.HAND_OVER, occurred_at=order.occurred_at) as act:
        found = eyes.material(act.session, code)
        eyes.check_leaves(act, found)
        return act.answer(HandoverOut.of(operations.hand_over(act, found, order.to_place)))


@router.post("/materials/{code}/handovers/confirmation")
def take_over(code: Code, order: TakeOverIn, begin: Begin, eyes: Eyes) -> HandoverOut:
    """Confirm with other hands that a material arrived."""
    with begin(Kind.TAKE_OVER, occurred_at=order.occurred_at) as act:
        return act.answer(HandoverOut.of(operations.take_over(act, eyes.material(act.session, code))))


@router.get("/materials/{code}/holds")
def holds(code: Code, look: Look, eyes: Eyes) -> list[HoldOut]:
    """The open holds on a material."""
    with look() as session:
        found = eyes.material(session, code)
        held = [HoldOut.of(hold) for hold in queries.open_holds(session, found.id)]
        return redactions.overlay(session, look.person).on_all(held)


@router.post("/materials/{code}/holds", status_code=201)
def place_hold(code: Code, order: HoldIn, begin: Begin, eyes: Eyes) -> HoldOut:
    """Hold a material back."""
    with begin(Kind.PLACE_HOLD, reason=order.reason) as act:
        found = eyes.material(act.session, code)
        placed = operations.place_hold(act, found.id, found.root_id, HoldKind.MANUAL, order.purposes, order.reason)
        return act.answer(HoldOut.of(placed))
