"""Lots; for the facility only."""

from fastapi import APIRouter

from biobank.act.kinds import Kind
from biobank.supplies import operations, queries
from biobank.supplies.schemas import LotIn, LotOut
from biobank.web.begin import Begin, Look

router = APIRouter(prefix="/api", tags=["supplies"])


@router.post("/lots", status_code=201)
def receive_lot(order: LotIn, begin: Begin) -> LotOut:
    """Take a lot into stock."""
    with begin(Kind.RECEIVE_LOT) as act:
        return act.answer(LotOut.of(operations.receive_lot(act, order)))


@router.get("/lots")
def lots(look: Look) -> list[LotOut]:
    """Every lot that was received."""
    with look() as session:
        return [LotOut.of(lot) for lot in queries.lots(session)]
