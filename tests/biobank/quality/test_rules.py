"""Results against the specification, and donor tests against the study, case by case."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from biobank.errors import Refusal
from biobank.quality import rules
from biobank.quality.rules import Bounds, Marker, Outcome
from biobank.studies.load import DEFINITIONS, load_definition

DEFINITION = load_definition(DEFINITIONS / "smart-ms.toml")
VERSION = DEFINITION.version("v2")
SPECIFICATION, DONOR = VERSION.specification, VERSION.donor_testing
FILL_ML = VERSION.kit.fill_volume_ml
FROZEN = datetime(2026, 4, 3, 12, tzinfo=UTC)
FULL = {
    test.code: Outcome(True, FROZEN + timedelta(days=14))
    for test in SPECIFICATION.tests
    if test.stage == "release" and test.standing == "required"
}


def test_every_test_of_the_specification_is_found_and_no_other() -> None:
    assert [rules.specified(SPECIFICATION, test.code) for test in SPECIFICATION.tests] == list(SPECIFICATION.tests)
    with pytest.raises(rules.UnknownTest) as refused:
        rules.specified(SPECIFICATION, "cd73 ")
    assert "cd73" in str(refused.value.facts["known"])


@pytest.mark.parametrize(
    ("test", "value", "passed"),
    [
        ("viability", "70", True),
        ("viability", "69.9999", False),
        ("viability", "100", True),
        ("cd73", "95", True),
        ("cd73", "94.99", False),
        ("cd45", "2", True),
        ("cd45", "2.0001", False),
        ("cd45", "0", True),
    ],
)
def test_limits_belong_to_what_passes(test: str, value: str, passed: bool) -> None:
    asked = rules.specified(SPECIFICATION, test)
    assert rules.meets(asked, rules.bounds(asked, Decimal("72.4"), FILL_ML), Decimal(value), None) is passed


@pytest.mark.parametrize(
    ("limits", "comparator", "value", "holds", "excludes"),
    [
        ((None, "2"), "<", "0.05", True, False),
        ((None, "2"), "<", "2", True, False),
        ((None, "2"), "<", "2.1", False, False),
        ((None, "2"), ">", "1.9", False, False),
        ((None, "2"), ">", "2", False, True),
        (("70", None), ">", "70", True, False),
        (("70", None), ">", "69", False, False),
        (("70", None), "<", "70", False, True),
        (("70", None), "<", "71", False, False),
        (("0", None), "<", "1", True, False),
        (("1", "2"), "<", "1.5", False, False),
        (("1", "2"), ">", "1.5", False, False),
    ],
)
def test_a_value_told_as_a_limit_counts_only_with_all_that_it_may_be(
    limits: tuple[str | None, str | None], comparator: str, value: str, holds: bool, excludes: bool
) -> None:
    within = Bounds(*(None if limit is None else Decimal(limit) for limit in limits))
    told = (Decimal(value), rules.Comparator(comparator))
    assert (within.hold(*told), within.exclude(*told)) == (holds, excludes)


@pytest.mark.parametrize(
    ("test", "finding", "passed"),
    [("sterility", "no growth", True), ("sterility", "growth", False), ("mycoplasma", "detected", False)],
)
def test_a_finding_passes_as_the_one_that_is_expected(test: str, finding: str, passed: bool) -> None:
    assert rules.meets(rules.specified(SPECIFICATION, test), Bounds(), None, finding) is passed


@pytest.mark.parametrize(("weight", "limit"), [("72.4", "2.896"), ("70", "2.8"), ("113", "4.52"), ("20", "0.8"), (None, "0.8")])
def test_the_endotoxin_limit_follows_the_weight_and_is_strictest_for_the_unweighed(weight: str | None, limit: str) -> None:
    endotoxin = rules.specified(SPECIFICATION, "endotoxin")
    within = rules.bounds(endotoxin, None if weight is None else Decimal(weight), FILL_ML)
    assert (within.at_least, within.at_most) == (None, Decimal(limit))
    assert within.hold(Decimal(limit))
    assert not within.hold(Decimal(limit) + Decimal("0.0001"))


@pytest.mark.parametrize(
    ("test", "method", "value", "finding"),
    [
        ("viability", "7-AAD", "97", None),
        ("endotoxin", "LAL", "250", None),
        ("sterility", "membrane filtration", None, "growth"),
    ],
)
def test_a_result_of_the_right_kind_fits(test: str, method: str, value: str | None, finding: str | None) -> None:
    rules.check_fits(rules.specified(SPECIFICATION, test), method, None if value is None else Decimal(value), finding)


@pytest.mark.parametrize(
    ("test", "method", "value", "finding", "refusal"),
    [
        ("viability", "a look", "97", None, rules.UnknownMethod),
        ("viability", "LAL", "97", None, rules.UnknownMethod),
        ("viability", "7-AAD", None, None, rules.ValueNeeded),
        ("viability", "7-AAD", None, "normal", rules.ValueNeeded),
        ("viability", "7-AAD", "97", "normal", rules.ValueNeeded),
        ("viability", "7-AAD", "100.0001", None, rules.ImplausibleValue),
        ("cd45", "flow cytometry", "970", None, rules.ImplausibleValue),
        ("sterility", "automated culture", None, None, rules.FindingNeeded),
        ("sterility", "automated culture", "0", None, rules.FindingNeeded),
        ("sterility", "automated culture", "0", "no growth", rules.FindingNeeded),
        ("sterility", "automated culture", None, "No growth", rules.FindingNeeded),
        ("sterility", "automated culture", None, "not detected", rules.FindingNeeded),
    ],
)
def test_a_result_of_another_kind_does_not_fit(
    test: str, method: str, value: str | None, finding: str | None, refusal: type[Refusal]
) -> None:
    asked = rules.specified(SPECIFICATION, test)
    with pytest.raises(refusal):
        rules.check_fits(asked, method, None if value is None else Decimal(value), finding)


@pytest.mark.parametrize(
    ("test", "opens"), [("cd45", True), ("sterility", True), ("post_thaw_viability", True), ("hla_dr", False)]
)
def test_only_what_is_required_can_be_out_of_specification(test: str, opens: bool) -> None:
    asked = rules.specified(SPECIFICATION, test)
    assert rules.opens_deviation(asked, passed=False) is opens
    assert not rules.opens_deviation(asked, passed=True)


@pytest.mark.parametrize("passed", [True, False])
@pytest.mark.parametrize("test", ["viability", "sterility", "post_thaw_viability"])
def test_there_is_no_result_of_a_product_that_is_not_there(test: str, passed: bool) -> None:
    with pytest.raises(rules.NothingToTest):
        rules.check_may_be_known(rules.specified(SPECIFICATION, test), passed, None, FROZEN)


def test_no_growth_is_known_after_fourteen_full_days_and_growth_at_once() -> None:
    sterility = rules.specified(SPECIFICATION, "sterility")
    almost = FROZEN + timedelta(days=14) - timedelta(microseconds=1)
    with pytest.raises(rules.ResultTooEarly) as refused:
        rules.check_may_be_known(sterility, True, FROZEN, almost)
    assert refused.value.facts["earliest"] == FROZEN + timedelta(days=14)
    rules.check_may_be_known(sterility, True, FROZEN, FROZEN + timedelta(days=14))
    rules.check_may_be_known(sterility, False, FROZEN, FROZEN)


def test_nothing_is_missing_or_failed_when_every_required_test_is_good() -> None:
    assert (rules.missing(SPECIFICATION, FULL, FROZEN), rules.failed(SPECIFICATION, FULL)) == ([], [])


@pytest.mark.parametrize("test", sorted(FULL))
def test_every_required_test_is_missed_by_its_name(test: str) -> None:
    name = rules.specified(SPECIFICATION, test).name
    assert rules.missing(SPECIFICATION, {code: one for code, one in FULL.items() if code != test}, FROZEN) == [name]
    bad = FULL | {test: Outcome(False, FROZEN)}
    assert (rules.missing(SPECIFICATION, bad, FROZEN), rules.failed(SPECIFICATION, bad)) == ([], [name])


def test_an_informative_test_or_one_after_thaw_neither_is_missed_nor_fails() -> None:
    bad = FULL | {"hla_dr": Outcome(False, FROZEN), "post_thaw_viability": Outcome(False, FROZEN)}
    assert (rules.missing(SPECIFICATION, bad, FROZEN), rules.failed(SPECIFICATION, bad)) == ([], [])


def test_sterility_of_before_a_later_freezing_does_not_count() -> None:
    assert rules.missing(SPECIFICATION, FULL, FROZEN + timedelta(seconds=1)) == ["Sterility, 14 days"]


def test_everything_is_missing_of_a_product_that_is_not_there() -> None:
    assert len(rules.missing(SPECIFICATION, FULL, None)) == len(FULL)


@pytest.mark.parametrize(
    ("marker", "sampled_on", "today", "refusal"),
    [
        ("hiv", date(2026, 3, 15), date(2026, 3, 20), rules.UnknownMarker),
        ("hiv_1_2", date(2026, 3, 14), date(2026, 3, 20), rules.SampledOutsideDays),
        ("hiv_1_2", date(2026, 3, 23), date(2026, 3, 30), rules.SampledOutsideDays),
        ("hiv_1_2", date(2026, 3, 18), date(2026, 3, 17), rules.SampledOutsideDays),
        ("hiv_1_2", date(2026, 3, 15), date(2026, 3, 15), None),
        ("hiv_1_2", date(2026, 3, 22), date(2026, 3, 30), None),
        ("htlv_1", date(2026, 3, 16), date(2026, 3, 30), None),
    ],
)
def test_a_donors_sample_is_of_the_study_s_tests_and_days(
    marker: str, sampled_on: date, today: date, refusal: type[Refusal] | None
) -> None:
    def check() -> None:
        rules.check_marker(DONOR, marker, sampled_on, date(2026, 3, 15), today)

    if refusal is None:
        check()
        return
    with pytest.raises(refusal):
        check()


def test_donor_tests_of_those_at_risk_are_not_asked_of_everybody() -> None:
    asked = [Marker(test.code, False) for test in DONOR.tests if test.asked == "always"]
    assert rules.donor_tests_missing(DONOR, asked) == []
    assert rules.donor_tests_missing(DONOR, asked[1:]) == ["Anti-HIV-1,2"]


def test_a_later_sample_does_not_undo_a_reactive_one() -> None:
    done = [Marker("hbsag", True), Marker("hbsag", False), Marker("htlv_1", False)]
    assert rules.donor_tests_reactive(DONOR, done) == ["Hepatitis B surface antigen"]
    assert rules.donor_tests_reactive(DONOR, done[1:]) == []
