"""Kits at the bedside."""

from fastapi import APIRouter

from biobank.act.kinds import Kind
from biobank.dispensing import operations, queries
from biobank.dispensing.schemas import AdministrationIn, KitOut, RemainsIn, RetrievalIn
from biobank.units import Code
from biobank.web.begin import Begin, Look

router = APIRouter(prefix="/api", tags=["kits"])


@router.get("/kits")
def kits(look: Look) -> list[KitOut]:
    """Every kit of the places at which this person works."""
    with look() as session:
        return [KitOut.of(found) for found in queries.kits(session, look.person)]


@router.get("/kits/{code}")
def kit(code: Code, look: Look) -> KitOut:
    """One kit."""
    with look() as session:
        return KitOut.of(queries.found(session, look.person, code))


@router.post("/kits/{code}/retrieval")
def retrieve(code: Code, order: RetrievalIn, begin: Begin) -> KitOut:
    """Fetch a kit for its own participant."""
    with begin(Kind.RETRIEVE_KIT, occurred_at=order.occurred_at) as act:
        return act.answer(KitOut.of(operations.retrieve(act, code, order)))


@router.post("/kits/{code}/administration")
def administer(code: Code, order: AdministrationIn, begin: Begin) -> KitOut:
    """Give a kit."""
    with begin(Kind.ADMINISTER, occurred_at=order.occurred_at) as act:
        return act.answer(KitOut.of(operations.administer(act, code, order)))


@router.post("/kits/{code}/remains")
def account_for_remains(code: Code, order: RemainsIn, begin: Begin) -> KitOut:
    """Account for what was left of a kit, as a second person."""
    with begin(Kind.ACCOUNT_REMAINS, occurred_at=order.occurred_at) as act:
        return act.answer(KitOut.of(operations.account_for_remains(act, code, order)))
