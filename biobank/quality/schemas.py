"""What people send and see of donor tests and results."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from biobank.quality.rules import Comparator
from biobank.quality.tables import DonorTest, Result
from biobank.studies.specification import DonorTesting, Specification, SpecifiedTest
from biobank.units import Day, Key, Reason, Words

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


class AskedMarkerOut(BaseModel):
    """A test of the donor's blood that the study asks for: of everybody, or only of those at risk."""

    marker: str
    name: str
    asked: str


class DonorTestingOut(BaseModel):
    """What is asked about a donor, and from which to which day after the donation the sample is taken."""

    label: str
    sample_from_day: int
    sample_to_day: int
    tests: list[AskedMarkerOut]

    @classmethod
    def of(cls, testing: DonorTesting) -> "DonorTestingOut":
        """From a definition."""
        asked = [AskedMarkerOut(marker=one.code, name=one.name, asked=one.asked) for one in testing.tests]
        return cls(label=testing.label, sample_from_day=testing.sample_from_day, sample_to_day=testing.sample_to_day, tests=asked)


class SpecifiedTestOut(BaseModel):
    """One test of a specification. A numeric one lies within its bounds, a qualitative one is the ``expected`` option."""

    test: str
    name: str
    kind: str
    stage: str
    standing: str
    methods: list[str]
    unit: str | None
    at_least: Decimal | None
    at_most: Decimal | None
    options: list[str]
    expected: str | None

    @classmethod
    def of(cls, test: SpecifiedTest) -> "SpecifiedTestOut":
        """From a definition."""
        return cls(test=test.code, **test.model_dump(include=set(cls.model_fields)))


class SpecificationOut(BaseModel):
    """The specification that a batch pins."""

    label: str
    tests: list[SpecifiedTestOut]

    @classmethod
    def of(cls, specification: Specification) -> "SpecificationOut":
        """From a definition."""
        return cls(label=specification.label, tests=[SpecifiedTestOut.of(one) for one in specification.tests])


class ResultIn(BaseModel):
    """A result of a test: a value in the test's unit, perhaps only as below or above what the method can tell, or a finding."""

    model_config = ConfigDict(extra="forbid")
    test: Key
    comparator: Comparator | None = None
    value: Measured | None = None
    finding: Words | None = None
    method: Words


class ResultCorrectionIn(BaseModel):
    """What the last result of a test should have been, and how the wrong one came about."""

    model_config = ConfigDict(extra="forbid")
    test: Key
    comparator: Comparator | None = None
    value: Measured | None = None
    finding: Words | None = None
    reason: Reason


class ResultOut(BaseModel):
    """A result as it was judged. The attempts before the last stay, and only the last counts.

    ``correction`` is why this attempt was put in the place of the one before, which was ``corrected``.
    """

    test: str
    attempt: int
    comparator: Comparator | None
    value: Decimal | None
    finding: str | None
    method: str
    passed: bool
    standing: str
    recorded_at: datetime
    correction: str | None
    corrected: bool

    @classmethod
    def of(cls, result: Result, standing: str, corrected: bool = False) -> "ResultOut":
        """From a record and the standing of its test, required or informative."""
        return cls(
            test=result.test,
            attempt=result.attempt,
            comparator=result.comparator,
            value=result.value,
            finding=result.finding,
            method=result.method,
            passed=result.passed,
            standing=standing,
            recorded_at=result.recorded_at,
            correction=result.correction_reason,
            corrected=corrected,
        )

    @classmethod
    def all_of(cls, results: Sequence[Result], standings: Mapping[str, str]) -> "list[ResultOut]":
        """From records and the standings of their tests."""
        wrong = {one.corrects for one in results}
        return [cls.of(one, standings[one.test], one.id in wrong) for one in results]
