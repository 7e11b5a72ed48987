"""The plan of what goes wrong, and what is to be expected of it."""

import pytest

from devices.payloads import Reading
from tests.faults.expected import Excursion, alarm_due, excursions
from tests.faults.plan import BETWEEN, PARTS, drawn

COLD, WARM, BETWEEN_LINES = -160_000, -120_000, -152_000
EVERY_MS = 1000


def test_the_same_seed_gives_the_same_plan_and_another_one_another() -> None:
    assert drawn(7, 40, 10) == drawn(7, 40, 10)
    assert drawn(7, 40, 10) != drawn(8, 40, 10)


def test_a_plan_has_its_kills_of_every_part_and_everything_else_that_goes_wrong() -> None:
    plan = drawn(1, 200, 24)
    assert plan.kills.total() == 200
    assert set(plan.kills) == set(PARTS)
    assert set(plan.others) == set(BETWEEN)
    assert {plan.wrong_clock, plan.silent}.isdisjoint(one.freezer for one in plan.failures)


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ([COLD, WARM, WARM, WARM, COLD], [Excursion(1000, 4000, WARM)]),
        ([COLD, WARM, WARM, COLD], []),
        ([WARM, WARM + 1, BETWEEN_LINES, COLD], [Excursion(0, 3000, WARM + 1)]),
        ([COLD, BETWEEN_LINES, BETWEEN_LINES, BETWEEN_LINES], []),
        ([WARM, WARM, WARM, WARM], [Excursion(0, None, WARM)]),
        ([COLD, WARM, WARM, WARM], []),
    ],
    ids=["longer than the delay", "as short as the delay", "with hysteresis", "never above", "lasting", "too short so far"],
)
def test_excursions_are_what_anybody_counts_by_hand(values: list[int], wanted: list[Excursion]) -> None:
    readings = [Reading(number + 1, number * EVERY_MS, value) for number, value in enumerate(values)]
    assert excursions([*reversed(readings)]) == wanted


def test_an_alarm_is_due_where_it_lasts_to_the_end_or_nothing_of_the_watch_was_away_for_long_enough() -> None:
    assert alarm_due([(0, None)], [(0, 100)])
    assert alarm_due([(0, 30)], [(5, 6), (25, 26)])
    assert not alarm_due([(0, 30)], [(5, 12), (17, 26)])
    assert not alarm_due([(0, 5)], [])
    assert not alarm_due([], [])
