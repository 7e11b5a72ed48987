"""What is asked and answered about a freezer's rules, and about the calibration, arrival and end of its sensors."""

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import BaseModel, Field
from sqlalchemy import Row
from sqlmodel import Session

from biobank.access.signed import SignedOut
from biobank.access.tables import Signature
from biobank.monitoring.queries import Rule
from biobank.monitoring.rules import Refused, degrees
from biobank.monitoring.schemas import Order, RuleIn, SensorName, Topic
from biobank.monitoring.tables import Freezer, FreezerRule, Sensor, SensorCalibration, SensorKind, SensorWaiting
from biobank.units import Day, Reason, ShortWords, When, Words
from biobank.web.signature import SignatureIn

Offset = Annotated[
    Decimal, Field(ge=-20, le=20, max_digits=6, decimal_places=3, description="in the unit of the sensor, added to what it says")
]


class SetRule(RuleIn):
    """The rule of a freezer from ``valid_from`` on, which is not past; from now on where that is left out."""

    valid_from: When | None = None
    reason: Reason
    signature: SignatureIn


class RuleState(StrEnum):
    """Whether somebody signed a rule; the first one holds unsigned until a signed one replaces it."""

    UNSIGNED_FIRST = "unsigned_first"
    SIGNED = "signed"


class RuleOut(BaseModel):
    """A version of a freezer's rule, with its signature; the first is that with which it was registered, which nobody signed."""

    version: int
    state: RuleState
    limit_c: Decimal
    delay_s: int
    hysteresis_c: Decimal
    valid_from: datetime
    signed: SignedOut | None

    @classmethod
    def of(cls, session: Session, freezer: Freezer, rule: FreezerRule) -> Self:
        """The answer about ``rule``."""
        signature = session.get_one(Signature, rule.signature_id)
        signed = SignedOut.of(signature, freezer.code, signed_rule(freezer.code, rule.version, rule, rule.valid_from))
        return cls(version=rule.version, state=RuleState.SIGNED, valid_from=rule.valid_from, signed=signed, **_told(rule))

    @classmethod
    def of_first(cls, freezer: Freezer) -> Self:
        """The answer about the rule with which ``freezer`` was registered."""
        return cls(version=1, state=RuleState.UNSIGNED_FIRST, valid_from=freezer.registered_at, signed=None, **_told(freezer))


def _told(rule: Rule) -> dict[str, Any]:
    return {"limit_c": rule.limit_c, "delay_s": rule.delay_s, "hysteresis_c": rule.hysteresis_c}


def signed_rule(freezer: str, version: int, rule: Rule, valid_from: datetime) -> dict[str, Any]:
    """What the signature under a rule is bound to."""
    return {
        "freezer": freezer,
        "version": version,
        "limit_c": f"{rule.limit_c:.2f}",
        "delay_s": rule.delay_s,
        "hysteresis_c": f"{rule.hysteresis_c:.2f}",
        "valid_from": valid_from.astimezone(UTC).isoformat(),
    }


class CalibrateSensor(Order):
    """What a calibration found: the correction that counts from ``valid_from`` on, and when the next one is due."""

    sensor: SensorName
    offset: Offset
    valid_from: When
    due_on: Day
    certificate: Words


class CalibrationOut(BaseModel):
    """A calibration of a sensor."""

    sensor: str
    offset: Decimal
    valid_from: datetime
    due_on: date
    certificate: str

    @classmethod
    def of(cls, sensor: Sensor, one: SensorCalibration) -> Self:
        """The answer about ``one``."""
        return cls(
            sensor=sensor.code,
            offset=degrees(one.offset_milli),
            valid_from=one.valid_from,
            due_on=one.due_on,
            certificate=one.certificate,
        )


class RetireSensor(Order):
    """A sensor is taken out of its freezer; what it tells after that counts no more."""

    sensor: SensorName
    occurred_at: When | None = None
    reason: Reason


class ApproveSensor(Order):
    """A sensor that nobody registered arrived under this name, and measures this, there."""

    site: Topic
    device: Topic
    sensor: SensorName
    kind: SensorKind
    probe_position: ShortWords
    offset: Offset = Decimal(0)


class RefusedOut(BaseModel):
    """A message that was refused, and how often; its bytes are kept in the database."""

    site: str
    topic: str
    reason: Refused
    detail: str
    times: int
    first_at: datetime
    last_at: datetime

    @classmethod
    def of(cls, one: Row[tuple[object, ...]]) -> Self:
        """The answer about ``one``."""
        return cls.model_validate(one, from_attributes=True)


class WaitingOut(BaseModel):
    """A sensor that arrived and that nobody registered."""

    site: str
    device: str
    sensor: str
    first_at: datetime
    last_at: datetime

    @classmethod
    def of(cls, one: SensorWaiting) -> Self:
        """The answer about ``one``."""
        return cls(site=one.site, device=one.device, sensor=one.code, first_at=one.first_at, last_at=one.last_at)
