"""Dose plans; for the facility only."""

from fastapi import APIRouter

from biobank.act.kinds import Kind
from biobank.dosing import operations
from biobank.dosing.schemas import PlanIn, PlanOut
from biobank.units import Code
from biobank.web.begin import Begin

router = APIRouter(prefix="/api", tags=["doses"])


@router.post("/participants/{code}/dose-plans", status_code=201)
def plan_dose(code: Code, order: PlanIn, begin: Begin) -> PlanOut:
    """Plan the dose of a period."""
    with begin(Kind.PLAN_DOSE) as act:
        return act.answer(PlanOut.of(operations.plan_dose(act, code, order.period, order.window_at)))
