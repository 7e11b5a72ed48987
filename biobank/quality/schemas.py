"""What people send and see of donor tests and results."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from biobank.quality.tables import DonorTest, Result
from biobank.units import Day, Key, Words

Measured = Annotated[Decimal, Field(ge=0, max_digits=16, decimal_places=4, description="in the unit of the test")]


class DonorTestIn(BaseModel):
    """One marker of the donor's blood, and the day of the sample."""

    model_config = ConfigDict(extra="forbid")
    marker: Key
    reactive: Annotated[bool, Field(strict=True)]
    sampled_on: Day


class DonorTestOut(BaseModel):
    """A donor test as it was recorded."""

    marker: str
    attempt: int
    reactive: bool
    sampled_on: date
    recorded_at: datetime

    @classmethod
    def of(cls, done: DonorTest) -> "DonorTestOut":
        """From a record."""
        return cls(
            marker=done.marker,
            attempt=done.attempt,
            reactive=done.reactive,
            sampled_on=done.sampled_on,
            recorded_at=done.recorded_at,
        )


class ResultIn(BaseModel):
    """A result of a test: a value in the test's unit, or a finding among its options."""

    model_config = ConfigDict(extra="forbid")
    test: Key
    value: Measured | None = None
    finding: Words | None = None
    method: Words


class ResultOut(BaseModel):
    """A result as it was judged. The attempts before the last stay, and only the last counts."""

    test: str
    attempt: int
    value: Decimal | None
    finding: str | None
    method: str
    passed: bool
    standing: str
    recorded_at: datetime

    @classmethod
    def of(cls, result: Result, standing: str) -> "ResultOut":
        """From a record and the standing of its test, required or informative."""
        return cls(
            test=result.test,
            attempt=result.attempt,
            value=result.value,
            finding=result.finding,
            method=result.method,
            passed=result.passed,
            standing=standing,
            recorded_at=result.recorded_at,
        )
