"""Whether a result meets its specification, when it may be known, and which tests still stand in the way of release."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from biobank.errors import BadInput, Conflict
from biobank.studies.specification import DonorTesting, Specification, SpecifiedTest, endotoxin_limit_eu_per_ml

LOWEST_WEIGHT_KG = Decimal(20)
"""The lowest weight that this system takes (`units.Kilograms`); it gives the strictest endotoxin limit there can be."""


class Comparator(StrEnum):
    """How a value that the method could not tell exactly is to be read (FHIR R5 Quantity.comparator)."""

    BELOW = "<"
    ABOVE = ">"


class UnknownTest(BadInput):
    """The batch's specification has no such test."""

    code = "unknown_test"


class UnknownMethod(BadInput):
    """The specification does not name this method for the test."""

    code = "unknown_method"


class ValueNeeded(BadInput):
    """The test is a measurement: it has a value and no finding."""

    code = "value_needed"


class FindingNeeded(BadInput):
    """The test is a finding: one of the specification's options, and no value."""

    code = "finding_needed"


class ImplausibleValue(BadInput):
    """A percentage above a hundred, or less than nothing."""

    code = "implausible_value"


class UndecidedResult(BadInput):
    """A value beyond what the method can tell lies partly within the limits and partly outside."""

    code = "undecided_result"


class NothingToTest(Conflict):
    """Nothing was harvested or frozen yet, so there is no product of which this could be the result."""

    code = "nothing_to_test"


class ResultTooEarly(Conflict):
    """A good result of this test cannot be known yet."""

    code = "result_too_early"


class UnknownMarker(BadInput):
    """The study asks for no such donor test."""

    code = "unknown_marker"


class SampledOutsideDays(BadInput):
    """The donor's sample was not taken in the days that the study allows."""

    code = "sampled_outside_days"


@dataclass(frozen=True)
class Bounds:
    """What a number must lie between, both included, in the unit of its test."""

    at_least: Decimal | None = None
    at_most: Decimal | None = None

    def hold(self, value: Decimal, comparator: Comparator | None = None) -> bool:
        """Whether ``value`` lies within; with a comparator, whether all that is below or above it does."""
        lowest = Decimal(0) if comparator is Comparator.BELOW else value
        highest = None if comparator is Comparator.ABOVE else value
        low_enough = self.at_most is None or (highest is not None and highest <= self.at_most)
        return low_enough and (self.at_least is None or lowest >= self.at_least)

    def exclude(self, value: Decimal, comparator: Comparator | None = None) -> bool:
        """Whether ``value`` lies outside; with a comparator, whether all that is below or above it does."""
        match comparator:
            case Comparator.BELOW:
                return self.at_least is not None and value <= self.at_least
            case Comparator.ABOVE:
                return self.at_most is not None and value >= self.at_most
            case None:
                return not self.hold(value)


@dataclass(frozen=True)
class Outcome:
    """The latest result of one test: whether it meets the specification, and when it was recorded."""

    passed: bool
    recorded_at: datetime


@dataclass(frozen=True)
class Marker:
    """One donor test that was done."""

    code: str
    reactive: bool


@dataclass(frozen=True)
class Assessment:
    """Names of tests that stand in the way of release; nothing does when every list is empty."""

    missing: list[str]
    failed: list[str]
    donor_tests_missing: list[str]
    donor_tests_reactive: list[str]


def specified(specification: Specification, code: str) -> SpecifiedTest:
    """The test of this code. Raises UnknownTest."""
    for test in specification.tests:
        if test.code == code:
            return test
    raise UnknownTest(field="test", test=code, known=", ".join(test.code for test in specification.tests))


def bounds(test: SpecifiedTest, weight_kg: Decimal | None, fill_volume_ml: Decimal) -> Bounds:
    """The bounds of a numeric test. The endotoxin limit is K × weight / volume of the dose in EU/ml (USP <85>).

    As long as nobody has weighed the participant, the limit is that of LOWEST_WEIGHT_KG: a result that meets it meets
    the limit of every weight, and one that does not is out of specification until the participant is weighed and the
    test is recorded again.
    """
    if test.endotoxin_eu_per_kg_h is None:
        return Bounds(test.at_least, test.at_most)
    weight = LOWEST_WEIGHT_KG if weight_kg is None else weight_kg
    return Bounds(test.at_least, endotoxin_limit_eu_per_ml(test.endotoxin_eu_per_kg_h, weight, fill_volume_ml))


def check_fits(
    test: SpecifiedTest, method: str, value: Decimal | None, finding: str | None, comparator: Comparator | None = None
) -> None:
    """The result is of the kind that the test gives. Raises UnknownMethod, ValueNeeded, FindingNeeded, ImplausibleValue."""
    if method not in test.methods:
        raise UnknownMethod(field="method", test=test.name, method=method, known=", ".join(test.methods))
    if test.kind == "numeric":
        if value is None or finding is not None:
            raise ValueNeeded(field="value", test=test.name, unit=test.unit)
        highest = Decimal(100) if test.unit == "%" else None
        if (highest is not None and value > highest) or (comparator is Comparator.BELOW and value == 0):
            raise ImplausibleValue(field="value", test=test.name, value=f"{comparator or ''}{value:f}", unit=test.unit)
    elif value is not None or comparator is not None or finding not in test.options:
        raise FindingNeeded(field="finding", test=test.name, known=", ".join(test.options))


def check_tells(test: SpecifiedTest, within: Bounds, value: Decimal | None, comparator: Comparator | None) -> None:
    """A value given as below or above tells whether the product is within its limits. Raises UndecidedResult."""
    if value is not None and not (within.hold(value, comparator) or within.exclude(value, comparator)):
        raise UndecidedResult(field="comparator", test=test.name, value=f"{comparator or ''}{value:f}", unit=test.unit)


def meets(
    test: SpecifiedTest, within: Bounds, value: Decimal | None, finding: str | None, comparator: Comparator | None = None
) -> bool:
    """Whether a result that fits its test meets the specification; what no longer tells so does not."""
    if value is not None:
        return within.hold(value, comparator)
    return finding == test.expected


def opens_deviation(test: SpecifiedTest, passed: bool) -> bool:
    """Whether the result is out of specification: an informative one never is."""
    return test.standing == "required" and not passed


def known_from(test: SpecifiedTest, made_at: datetime) -> datetime:
    """The earliest time of a good result: so many full days after the product was frozen, or harvested if never frozen."""
    return made_at + timedelta(days=test.result_after_days)


def check_may_be_known(test: SpecifiedTest, passed: bool, made_at: datetime | None, now: datetime) -> None:
    """A result of the product needs a product, and a good one its days; a bad one is never too early.

    Raises NothingToTest, ResultTooEarly.
    """
    if test.stage not in ("release", "post_thaw"):
        return
    if made_at is None:
        raise NothingToTest(test=test.name)
    if passed and now < known_from(test, made_at):
        raise ResultTooEarly(test=test.name, earliest=known_from(test, made_at))


def _asked_before_release(specification: Specification) -> list[SpecifiedTest]:
    return [test for test in specification.tests if test.stage == "release" and test.standing == "required"]


def missing(specification: Specification, latest: Mapping[str, Outcome], made_at: datetime | None) -> list[str]:
    """The names of required release tests without a result that counts.

    One that was recorded as good before its days were over (the product was frozen again since) does not count.
    """
    return [
        test.name
        for test in _asked_before_release(specification)
        if (outcome := latest.get(test.code)) is None
        or made_at is None
        or (outcome.passed and outcome.recorded_at < known_from(test, made_at))
    ]


def failed(specification: Specification, latest: Mapping[str, Outcome]) -> list[str]:
    """The names of required release tests whose latest result is out of specification."""
    return [
        test.name
        for test in _asked_before_release(specification)
        if (outcome := latest.get(test.code)) is not None and not outcome.passed
    ]


def check_marker(testing: DonorTesting, marker: str, sampled_on: date, donated_on: date, today: date) -> None:
    """The donor test is one of the study's, of a sample from the days that it allows.

    Raises UnknownMarker, SampledOutsideDays.
    """
    known = [test.code for test in testing.tests]
    if marker not in known:
        raise UnknownMarker(field="marker", marker=marker, known=", ".join(known))
    first = donated_on + timedelta(days=testing.sample_from_day)
    last = min(donated_on + timedelta(days=testing.sample_to_day), today)
    if not first <= sampled_on <= last:
        raise SampledOutsideDays(field="sampled_on", first=first, last=last)


def donor_tests_missing(testing: DonorTesting, done: Iterable[Marker]) -> list[str]:
    """The names of donor tests that are asked of everybody and were not done."""
    known = {marker.code for marker in done}
    return [test.name for test in testing.tests if test.asked == "always" and test.code not in known]


def donor_tests_reactive(testing: DonorTesting, done: Iterable[Marker]) -> list[str]:
    """The names of donor tests that were ever reactive: no later sample makes this donation's cells releasable."""
    reactive = {marker.code for marker in done if marker.reactive}
    return [test.name for test in testing.tests if test.code in reactive]
