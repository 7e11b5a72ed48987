"""What is asked and answered about proofs of the alarms."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, Field
from sqlmodel import Session

from biobank.access.tables import PersonRow
from biobank.monitoring import proof_queries as queries
from biobank.monitoring.proof_rules import Plan, ProofState
from biobank.monitoring.proof_tables import AlarmProof
from biobank.monitoring.schemas import Order
from biobank.monitoring.tables import Freezer
from biobank.units import Reason, When
from biobank.web.signature import SignatureIn

_USUAL = Plan()
Patience = Annotated[int, Field(ge=10, le=86_400, description="seconds")]


class ProofIn(Order):
    """Why the alarms are proven now."""

    reason: Reason


class PlanIn(Order):
    """When alarms are proven from ``first_at`` on, how long it may take until every way to everybody on duty took the notice,
    and, where somebody is to acknowledge each proof, how long after that.
    """

    first_at: When
    every_days: Annotated[int, Field(ge=1, le=366, description="days")] = _USUAL.every_days
    tell_s: Patience = _USUAL.tell_s
    acknowledge_s: Patience | None = None
    reason: Reason
    signature: SignatureIn


class PlanOut(BaseModel):
    """The plan in force; number 0 is that of this system, which holds until somebody signs one."""

    number: int
    first_at: datetime
    every_days: int
    tell_s: int
    acknowledge_s: int | None


class ProofOut(BaseModel):
    """A proof, when each stage showed itself, and what it lacked where it failed."""

    number: int
    state: ProofState
    began_at: datetime
    began_by: str
    planned_at: datetime | None
    reason: str | None
    published_at: datetime | None
    stored_at: datetime | None
    raised_at: datetime | None
    told_at: datetime | None
    acknowledged_at: datetime | None
    ended_at: datetime | None
    lacking: str | None

    @classmethod
    def of(cls, session: Session, proof: AlarmProof) -> Self:
        """The answer about ``proof``."""
        told = {name: getattr(proof, name) for name in cls.model_fields}
        return cls.model_validate(told | {"began_by": session.get_one(PersonRow, proof.began_by).name})


class ProofsOut(BaseModel):
    """By what plan alarms are proven by a freezer, and its proofs; nothing of a freezer that stands for a real one."""

    plan: PlanOut | None
    proofs: list[ProofOut]

    @classmethod
    def of(cls, session: Session, freezer: Freezer) -> Self:
        """The answer about ``freezer``."""
        return cls(plan=_plan(session, freezer), proofs=[ProofOut.of(session, one) for one in queries.proofs(session, freezer)])


def _plan(session: Session, freezer: Freezer) -> PlanOut | None:
    if freezer.id not in (one.id for one in queries.freezers(session)):
        return None
    signed, plan = queries.signed_plan(session, freezer), queries.plan(session, freezer)
    return PlanOut(
        number=signed.number if signed else 0,
        first_at=queries.first_at(session, freezer),
        every_days=plan.every_days,
        tell_s=plan.tell_s,
        acknowledge_s=plan.acknowledge_s,
    )
