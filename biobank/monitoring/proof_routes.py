"""Proofs of the alarms; for the facility only."""

from fastapi import APIRouter

from biobank.act.kinds import Kind
from biobank.monitoring import proofs
from biobank.monitoring.proof_schemas import PlanIn, ProofIn, ProofOut, ProofsOut
from biobank.monitoring.queries import freezer_where
from biobank.units import Code
from biobank.web.begin import Begin, Look

router = APIRouter(prefix="/api", tags=["alarms"])


@router.get("/freezers/{code}/proofs")
def of_freezer(code: Code, look: Look) -> ProofsOut:
    """The proofs of the alarms by a freezer, and when the next ones are planned."""
    with look() as session:
        return ProofsOut.of(session, freezer_where(session, look.person, code))


@router.post("/freezers/{code}/proofs", status_code=201)
def begin_proof(code: Code, order: ProofIn, begin: Begin) -> ProofOut:
    """Prove now that alarms reach everybody on duty, by the real road."""
    with begin(Kind.PROVE_ALARMS, reason=order.reason) as act:
        freezer = freezer_where(act.session, act.person, code)
        return act.answer(ProofOut.of(act.session, proofs.begin(act, freezer)))


@router.post("/freezers/{code}/proofs/plan", status_code=201)
def set_plan(code: Code, order: PlanIn, begin: Begin) -> ProofsOut:
    """Sign when alarms are proven from now on."""
    with begin(Kind.PLAN_PROOFS, reason=order.reason, signature=order.signature) as act:
        freezer = freezer_where(act.session, act.person, code)
        proofs.set_plan(act, freezer, order)
        return act.answer(ProofsOut.of(act.session, freezer))
