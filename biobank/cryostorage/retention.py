"""For how long raw readings are kept: a rule that is signed, shown and never shorter than the law's. Nothing deletes readings
(docs/decisions/0009-nothing-deletes-readings.md).
"""

from datetime import datetime
from typing import Annotated, Any, Protocol, Self

from pydantic import BaseModel, Field
from sqlmodel import Session, col, select

from biobank.access.signed import SignedOut
from biobank.access.signing import sign
from biobank.access.tables import Signature
from biobank.act.acts import Act
from biobank.cryostorage.retention_tables import LEAST_YEARS, RetentionRule
from biobank.cryostorage.tables import Placement, Position
from biobank.monitoring.schemas import Order
from biobank.monitoring.tables import Freezer
from biobank.units import Reason
from biobank.web.signature import SignatureIn

RECORD = "retention-rule"
"""What signatures under the rule name: there is one in an installation."""


class _Years(Protocol):
    @property
    def patient_years(self) -> int: ...
    @property
    def other_years(self) -> int | None: ...


class RetentionIn(Order):
    """The years for which raw readings are kept, of freezers that ever held patient material and of others; absent keeps all."""

    patient_years: Annotated[int, Field(ge=LEAST_YEARS, le=1000, description="years")]
    other_years: Annotated[int, Field(ge=1, le=1000, description="years")] | None = None
    reason: Reason
    signature: SignatureIn


class RetentionOut(BaseModel):
    """The rule that holds, with its signature; number 0 is the default, which nobody signed."""

    number: int
    patient_years: int
    other_years: int | None
    set_at: datetime | None
    signed: SignedOut | None

    @classmethod
    def of(cls, session: Session, rule: RetentionRule | None) -> Self:
        """From the rule that holds, or the default."""
        if rule is None:
            return cls(number=0, patient_years=LEAST_YEARS, other_years=None, set_at=None, signed=None)
        signature = session.get_one(Signature, rule.signature_id)
        signed = SignedOut.of(signature, RECORD, _content(rule.number, rule))
        told = rule.model_dump(include={"number", "patient_years", "other_years", "set_at"})
        return cls(signed=signed, **told)


class KeptOut(BaseModel):
    """For how many years the raw readings of a freezer are kept at least; absent where all are kept."""

    held_patient_material: bool
    kept_years: int | None
    rule: int


def current(session: Session) -> RetentionRule | None:
    """The rule that was signed last, if there is one."""
    return session.exec(select(RetentionRule).order_by(col(RetentionRule.number).desc()).limit(1)).first()


def set_rule(act: Act, order: RetentionIn) -> RetentionRule:
    """Sign for how long raw readings are kept from now on. Raises NotSigned."""
    known = current(act.session)
    number = known.number + 1 if known else 1
    signature = sign(act, RECORD, _content(number, order))
    return act.add(
        RetentionRule(
            id=act.new_id(),
            number=number,
            patient_years=order.patient_years,
            other_years=order.other_years,
            set_at=act.recorded_at,
            signature_id=signature.id,
        )
    )


def kept(session: Session, freezer: Freezer) -> KeptOut:
    """For how long the readings of a freezer are kept, whatever lies in it today."""
    rule = RetentionOut.of(session, current(session))
    lay = select(Placement.id).join(Position, col(Position.id) == col(Placement.position_id))
    held = session.exec(lay.where(Position.freezer_id == freezer.id).limit(1)).first() is not None
    return KeptOut(held_patient_material=held, kept_years=rule.patient_years if held else rule.other_years, rule=rule.number)


def _content(number: int, years: _Years) -> dict[str, Any]:
    """What the signature is bound to."""
    return {"number": number, "patient_years": years.patient_years, "other_years": years.other_years}
