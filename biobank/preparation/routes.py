"""The preparation of kits; for the facility only."""

from fastapi import APIRouter

from biobank.act.acts import Act
from biobank.act.kinds import Kind
from biobank.cryostorage.schemas import UnitOut
from biobank.preparation import operations, queries, voiding
from biobank.preparation.schemas import BeginIn, FillIn, LowDoseIn, PreparationOut, ReadyIn, RecountIn, ThawIn, VoidIn
from biobank.units import Code
from biobank.web.begin import Begin, Look

router = APIRouter(prefix="/api", tags=["preparation"])


@router.post("/kits/{code}/preparation", status_code=201)
def begin_preparation(code: Code, order: BeginIn, begin: Begin) -> PreparationOut:
    """Begin to prepare a kit."""
    with begin(Kind.OPEN_PREPARATION, occurred_at=order.occurred_at) as act:
        operations.begin(act, code)
        return act.answer(_told(act, code))


@router.get("/kits/{code}/preparation")
def preparation(code: Code, look: Look) -> PreparationOut:
    """How far the preparation of a kit is."""
    with look() as session:
        return PreparationOut.of(session, queries.case(session, look.person, code))


@router.post("/units/{code}/thaw")
def thaw(code: Code, order: ThawIn, begin: Begin) -> UnitOut:
    """Thaw a unit for a kit, or for a test."""
    with begin(Kind.THAW_UNIT, occurred_at=order.occurred_at) as act:
        return act.answer(UnitOut.of(act.session, operations.thaw(act, code, order)))


@router.post("/kits/{code}/recount", status_code=201)
def recount(code: Code, order: RecountIn, begin: Begin) -> PreparationOut:
    """Count what was thawed for a kit."""
    with begin(Kind.RECOUNT, occurred_at=order.occurred_at) as act:
        operations.recount(act, code, order)
        return act.answer(_told(act, code))


@router.post("/kits/{code}/low-dose-decision")
def decide_low_dose(code: Code, order: LowDoseIn, begin: Begin) -> PreparationOut:
    """Decide that a dose below its limits is given."""
    with begin(Kind.DECIDE_LOW_DOSE, reason=order.reason, signature=order.signature) as act:
        operations.decide_low_dose(act, code, order.reason)
        return act.answer(_told(act, code))


@router.post("/kits/{code}/fill", status_code=201)
def fill(code: Code, order: FillIn, begin: Begin) -> PreparationOut:
    """Draw the dose, make it up to the fill volume, and fill the kit."""
    with begin(Kind.FILL_KIT, occurred_at=order.occurred_at) as act:
        operations.fill(act, code, order.lot)
        return act.answer(_told(act, code))


@router.post("/kits/{code}/ready")
def declare_ready(code: Code, order: ReadyIn, begin: Begin) -> PreparationOut:
    """Declare a kit ready for use."""
    with begin(Kind.DECLARE_READY, signature=order.signature) as act:
        operations.declare_ready(act, code)
        return act.answer(_told(act, code))


@router.post("/kits/{code}/voiding")
def void(code: Code, order: VoidIn, begin: Begin) -> PreparationOut:
    """Make a kit void, so that its dose can be planned again."""
    with begin(Kind.VOID_KIT, reason=order.reason, signature=order.signature) as act:
        voiding.void(act, code, order.reason)
        return act.answer(_told(act, code))


def _told(act: Act, code: str) -> PreparationOut:
    return PreparationOut.of(act.session, queries.case(act.session, act.person, code))
