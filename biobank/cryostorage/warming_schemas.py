"""What people send and see of openings, pulls, transports, and of the ledgers that follow."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from biobank.cryostorage.ledgers import Rule
from biobank.cryostorage.warming import Cause, Ledger, Line
from biobank.cryostorage.warming_tables import LONGEST_S, LidOpening, RackPull, TransportLog
from biobank.units import Code, Reason, StorageCelsius, When

WholePercent = Annotated[int, Field(ge=0, le=100, description="%")]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OpenIn(_In):
    """For how long it was; ``occurred_at`` is when it ended."""

    open_s: Annotated[int, Field(ge=1, le=LONGEST_S, description="seconds")]
    occurred_at: When | None = None


class OpeningOut(BaseModel):
    """The lid of a freezer stood open."""

    freezer: str
    opened_at: datetime
    closed_at: datetime

    @classmethod
    def of(cls, opening: LidOpening, freezer: str) -> Self:
        """From a record."""
        return cls(freezer=freezer, opened_at=opening.opened_at, closed_at=opening.closed_at)


class PullOut(BaseModel):
    """A rack was pulled for the sake of a unit."""

    unit: str
    rack: str
    box: str
    pulled_at: datetime
    returned_at: datetime

    @classmethod
    def of(cls, pull: RackPull, unit: str) -> Self:
        """From a record."""
        return cls(unit=unit, rack=pull.rack, box=pull.box, pulled_at=pull.pulled_at, returned_at=pull.returned_at)


class TransportIn(_In):
    """What travelled, and what its logger wrote: lines of ``time,temperature_c``, with a zone, and with nothing for unknown."""

    materials: Annotated[list[Code], Field(min_length=1, max_length=200)]
    file: Annotated[str, StringConstraints(min_length=1, max_length=900_000, pattern=r"^[^\x00]*$")]


class TransportOut(BaseModel):
    """A transport as its logger told it; temperatures are absent where it told none."""

    sha256: str
    began_at: datetime
    ended_at: datetime
    readings: int
    coldest_c: Decimal | None
    warmest_c: Decimal | None
    unknown_s: int

    @classmethod
    def of(cls, log: TransportLog) -> Self:
        """From a record."""
        told = log.model_dump(include=set(cls.model_fields) - {"sha256"})
        return cls(sha256=log.sha256.hex(), **told)


class _Charges(BaseModel):
    """Of the time for which the unit itself, its box or its rack was out, or the lid was open, so many per cent count as above
    every threshold up to the one given.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    pulled_percent: WholePercent
    pulled_up_to_c: StorageCelsius
    box_percent: WholePercent
    box_up_to_c: StorageCelsius
    rack_percent: WholePercent
    rack_up_to_c: StorageCelsius
    lid_percent: WholePercent
    lid_up_to_c: StorageCelsius
    thresholds_c: Annotated[list[StorageCelsius], Field(min_length=1, max_length=10)]
    transport_gap_s: Annotated[int, Field(ge=1, le=86_400, description="seconds")]
    manual_reading_hours: Annotated[int, Field(ge=1, le=744, description="hours")]


class RuleIn(_Charges):
    """What is charged and asked from now on, and why."""

    reason: Reason


class RuleOut(_Charges):
    """The rule by which ledgers are told; number 0 is the default, which is general knowledge."""

    number: int

    @classmethod
    def of(cls, rule: Rule) -> Self:
        """From what holds."""
        charged = {f"{near}_percent": charge.percent for near, charge in rule.charges.items()}
        charged_up_to = {f"{near}_up_to_c": charge.up_to_c for near, charge in rule.charges.items()}
        gap_s, hours = rule.transport_gap // timedelta(seconds=1), rule.manual_reading_every // timedelta(hours=1)
        told: dict[str, object] = {"number": rule.number, "thresholds_c": sorted(rule.thresholds_c)}
        told |= {"transport_gap_s": gap_s, "manual_reading_hours": hours}
        return cls.model_validate(charged | charged_up_to | told)


class LineOut(BaseModel):
    """How long a unit was above a threshold, by each cause alone and in all; without a budget nothing is said to be left."""

    above_c: Decimal
    measured_s: int
    transport_s: int
    rack_pull_s: int
    lid_opening_s: int
    warm_s: int
    budget_s: int | None
    left_s: int | None
    spent: bool

    @classmethod
    def of(cls, line: Line) -> Self:
        """From a line of a ledger."""
        causes = {f"{cause}_s": line.by_cause.get(cause, 0) for cause in Cause}
        told = {"above_c": line.above_c, "warm_s": line.seconds, "budget_s": line.budget_s}
        return cls(**causes, **told, left_s=line.left_s, spent=line.spent)


class LedgerOut(BaseModel):
    """The warming ledger of a unit, and its transports."""

    unit: str
    rule: int
    unknown_s: int
    lines: list[LineOut]
    transports: list[TransportOut]

    @classmethod
    def of(cls, unit: str, rule: int, ledger: Ledger, transports: list[TransportOut]) -> Self:
        """From what was worked out."""
        lines = [LineOut.of(line) for line in ledger.lines]
        return cls(unit=unit, rule=rule, unknown_s=ledger.unknown_s, lines=lines, transports=transports)
