"""Target, units and weight, case by case."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from biobank.dosing import rules
from biobank.studies.load import DEFINITIONS, load_definition
from biobank.studies.treatment import target_viable_cells

DOSE = load_definition(DEFINITIONS / "smart-ms.toml").version("v2").dose
WINDOW = datetime(2026, 6, 8, 9, tzinfo=UTC)
MILLION = 1_000_000


@pytest.mark.parametrize(
    ("weight", "target"),
    [("113", 100 * MILLION), ("100", 100 * MILLION), ("72.4", 72_400_000), ("72.39", 72_390_000), ("20", 20 * MILLION)],
)
def test_the_target_follows_the_weight_up_to_the_cap_and_is_never_rounded_up(weight: str, target: int) -> None:
    assert target_viable_cells(DOSE, Decimal(weight)) == target


@pytest.mark.parametrize(
    ("target", "per_unit", "recovery", "units"),
    [
        (72_400_000, 20 * MILLION, "0.80", 5),
        (100 * MILLION, 20 * MILLION, "0.80", 7),
        (80 * MILLION, 20 * MILLION, "0.80", 5),
        (80_000_001, 20 * MILLION, "0.80", 6),
        (1, 20 * MILLION, "0.80", 1),
        (60 * MILLION, 20 * MILLION, "1", 3),
    ],
)
def test_units_are_rounded_up(target: int, per_unit: int, recovery: str, units: int) -> None:
    assert rules.units_to_thaw(target, per_unit, Decimal(recovery)) == units
    as_planned = [per_unit] * 20
    assert rules.units_that_suffice(target, as_planned, per_unit, Decimal(recovery)) == units
    fuller = [per_unit * 2] * 20
    assert rules.units_that_suffice(target, fuller, per_unit, Decimal(recovery)) == units, (
        "what lies above the plan is not relied on"
    )


@pytest.mark.parametrize(
    ("contents", "units"),
    [
        ([20, 20, 20, 20, 20], 5),
        ([18, 20, 20, 20, 20], 5),
        ([10, 20, 20, 20, 20], None),
        ([10, 10, 20, 20, 20, 20], 6),
        ([30, 20, 20, 20], None),
        ([], None),
    ],
)
def test_units_that_hold_less_than_planned_take_more_of_them(contents: list[int], units: int | None) -> None:
    frozen = [millions * MILLION for millions in contents]
    assert rules.units_that_suffice(72_400_000, frozen, 20 * MILLION, Decimal("0.80")) == units


def test_too_few_units_are_named() -> None:
    assert rules.check_enough(5, target=72_400_000, needed=5, available=6) == 5
    with pytest.raises(rules.NotEnoughUnits) as refused:
        rules.check_enough(None, target=72_400_000, needed=5, available=4)
    assert refused.value.facts == {"target": 72_400_000, "needed": 5, "available": 4}


@pytest.mark.parametrize(
    ("age", "counts"), [(timedelta(days=7), True), (timedelta(days=7, seconds=1), False), (timedelta(0), True)]
)
def test_a_weight_counts_for_as_long_as_the_study_allows(age: timedelta, counts: bool) -> None:
    assert DOSE.weight_max_age_days == 7
    if counts:
        rules.check_weight(WINDOW - age, WINDOW, DOSE.weight_max_age_days, participant="P")
        return
    with pytest.raises(rules.WeightTooOld):
        rules.check_weight(WINDOW - age, WINDOW, DOSE.weight_max_age_days, participant="P")


def test_a_kit_is_planned_before_anybody_could_see_it_ready() -> None:
    rules.check_ahead(WINDOW, WINDOW - timedelta(seconds=1))
    with pytest.raises(rules.WindowPassed):
        rules.check_ahead(WINDOW, WINDOW)
