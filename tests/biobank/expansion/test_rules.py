"""What may happen in the clean room, case by case."""

import math
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from biobank.custody import rules as custody
from biobank.errors import Refusal
from biobank.expansion import rules
from biobank.expansion.rules import BatchPurpose, BatchState, CultureState
from biobank.studies.load import DEFINITIONS, load_definition

PROCESS = load_definition(DEFINITIONS / "smart-ms.toml").version("v2").process
NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)
MILLION = 1_000_000


@pytest.mark.parametrize("state", BatchState)
@pytest.mark.parametrize("to", BatchState)
def test_a_batch_becomes_only_what_follows(state: BatchState, to: BatchState) -> None:
    if to in rules.NEXT[state]:
        rules.check_may_become("B", state, to)
    else:
        with pytest.raises(rules.WrongBatchState) as refused:
            rules.check_may_become("B", state, to)
        assert refused.value.facts == {"batch": "B", "state": state, "to": to}


def test_nothing_follows_a_stored_or_a_failed_batch_and_no_state_is_forgotten() -> None:
    assert set(rules.NEXT) == set(BatchState)
    assert rules.NEXT[BatchState.STORED] == rules.NEXT[BatchState.FAILED] == frozenset()
    assert set(rules.NEXT_OF_CULTURE) == set(CultureState)


@pytest.mark.parametrize(
    ("cultures", "batch"),
    [
        (["growing"], "growing"),
        (["harvested", "growing", "discarded"], "growing"),
        (["harvested", "discarded"], "harvested"),
        (["discarded"], "isolated"),
        ([], "isolated"),
    ],
)
def test_a_batch_stands_where_its_cultures_leave_it(cultures: list[str], batch: str) -> None:
    assert rules.cultured([rules.CultureState(one) for one in cultures]) == batch


@pytest.mark.parametrize("state", BatchState)
def test_only_an_open_batch_is_isolated_and_only_from_its_own_donation(state: BatchState) -> None:
    with pytest.raises(rules.ForeignDonation):
        rules.check_may_isolate("B", state, "D1", "D2")
    if state is BatchState.OPEN:
        rules.check_may_isolate("B", state, "D1", "D1")
    else:
        with pytest.raises(rules.WrongBatchState):
            rules.check_may_isolate("B", state, "D1", "D1")


@pytest.mark.parametrize("state", BatchState)
def test_what_goes_to_the_biobank_is_never_cultured(state: BatchState) -> None:
    with pytest.raises(rules.NotForCulture):
        rules.check_for_culture("B", BatchPurpose.BIOBANK, state)


@pytest.mark.parametrize(
    ("state", "may"),
    [(state, state in (BatchState.ISOLATED, BatchState.GROWING, BatchState.HARVESTED)) for state in BatchState],
)
def test_cells_are_seeded_from_the_isolation_until_the_batch_is_stored(state: BatchState, may: bool) -> None:
    if may:
        rules.check_for_culture("B", BatchPurpose.DRUG, state)
    else:
        with pytest.raises(rules.WrongBatchState):
            rules.check_for_culture("B", BatchPurpose.DRUG, state)


@pytest.mark.parametrize(("wanted", "left", "may"), [(1, 1, True), (5, 6, True), (7, 6, False), (1, 0, False), (1, -1, False)])
def test_nobody_takes_more_cells_than_are_left(wanted: int, left: int, may: bool) -> None:
    if may:
        rules.check_cells(wanted, left)
    else:
        with pytest.raises(rules.NotEnoughCells) as refused:
            rules.check_cells(wanted, left)
        assert refused.value.facts == {"wanted": wanted, "left": left}


@pytest.mark.parametrize(("passage", "may"), [(0, True), (3, True), (4, False), (9, False)])
def test_the_process_ends_with_its_highest_passage(passage: int, may: bool) -> None:
    if may:
        rules.check_passage(PROCESS, passage)
    else:
        with pytest.raises(rules.PassageTooHigh):
            rules.check_passage(PROCESS, passage)


@pytest.mark.parametrize(
    ("passage", "cells", "area_cm2", "may"),
    [
        (0, 25 * MILLION, "500", True),  # 50 000 per cm²
        (0, 23_750_000, "500", True),  # 5 % less
        (0, 23_749_999, "500", False),
        (0, 26_250_000, "500", True),  # 5 % more
        (0, 26_250_001, "500", False),
        (1, 6 * MILLION, "2000", True),  # 3 000 per cm²
        (1, 950, "1", True),
        (1, 949, "1", False),
        (1, 4200, "1", True),
        (1, 4201, "1", False),
        (3, 4200, "1", True),  # every later passage is seeded as the first
        (3, 25 * MILLION, "500", False),
        (1, 2375, "2.5", True),
        (1, 2374, "2.5", False),
    ],
)
def test_a_passage_is_seeded_within_its_density_and_the_tolerance(passage: int, cells: int, area_cm2: str, may: bool) -> None:
    if may:
        rules.check_density(PROCESS, passage, cells, Decimal(area_cm2))
    else:
        with pytest.raises(rules.WrongDensity) as refused:
            rules.check_density(PROCESS, passage, cells, Decimal(area_cm2))
        told = refused.value.facts
        within = (Decimal(47_500), Decimal(52_500)) if passage == 0 else (Decimal(950), Decimal(4_200))
        assert (told["at_least"], told["at_most"]) == within, "what it names is what it allows, the tolerance in it"


@pytest.mark.parametrize(("doubled", "may"), [(None, True), ("0", True), ("20", True), ("20.001", False)])
def test_cells_that_doubled_too_often_are_not_seeded_again(doubled: str | None, may: bool) -> None:
    so_far = None if doubled is None else Decimal(doubled)
    if may:
        rules.check_doublings(PROCESS, so_far)
    else:
        with pytest.raises(rules.TooManyDoublings):
            rules.check_doublings(PROCESS, so_far)


@pytest.mark.parametrize(
    ("since", "may"),
    [(None, True), (timedelta(days=62), True), (timedelta(days=62, seconds=1), False)],
)
def test_cells_too_long_in_culture_are_not_seeded_again(since: timedelta | None, may: bool) -> None:
    first = None if since is None else NOW - since
    if may:
        rules.check_culture_time(PROCESS, first, NOW)
    else:
        with pytest.raises(rules.TooLongInCulture):
            rules.check_culture_time(PROCESS, first, NOW)


@pytest.mark.parametrize("state", CultureState)
def test_only_a_growing_culture_is_fed_or_harvested(state: CultureState) -> None:
    if state is CultureState.GROWING:
        rules.check_growing("C", state)
    else:
        with pytest.raises(rules.CultureNotGrowing):
            rules.check_growing("C", state)


@pytest.mark.parametrize(
    ("medium", "expires_at", "refusal"),
    [
        (True, NOW + timedelta(seconds=1), None),
        (True, NOW, rules.LotExpired),
        (True, NOW - timedelta(days=1), rules.LotExpired),
        (False, NOW + timedelta(days=1), rules.NotMedium),
    ],
)
def test_only_medium_in_date_is_fed(medium: bool, expires_at: datetime, refusal: type[Refusal] | None) -> None:
    if refusal is None:
        rules.check_medium("L", medium=medium, expires_at=expires_at, at=NOW)
    else:
        with pytest.raises(refusal):
            rules.check_medium("L", medium=medium, expires_at=expires_at, at=NOW)


@pytest.mark.parametrize(("late", "may"), [(timedelta(), True), (timedelta(seconds=1), True), (timedelta(seconds=-1), False)])
def test_nothing_happens_before_what_must_come_first(late: timedelta, may: bool) -> None:
    if may:
        custody.check_in_order(NOW + late, NOW)
    else:
        with pytest.raises(custody.OutOfOrder) as refused:
            custody.check_in_order(NOW + late, NOW)
        assert refused.value.facts["after"] == NOW


@pytest.mark.parametrize(
    ("total", "viability", "viable"),
    [(30 * MILLION, "96", 28_800_000), (3, "50", 1), (1, "99.99", 0), (10, "0", 0), (10**12, "100", 10**12), (7, "33.33", 2)],
)
def test_viable_cells_are_rounded_down(total: int, viability: str, viable: int) -> None:
    assert rules.viable(total, Decimal(viability)) == viable


@pytest.mark.parametrize(
    ("harvested", "seeded", "expected"),
    [(8, 1, "3.000"), (1, 8, "-3.000"), (5, 5, "0.000"), (9_750_000, 6 * MILLION, "0.700"), (175_500_000, 6 * MILLION, "4.870")],
)
def test_doublings_are_the_binary_logarithm(harvested: int, seeded: int, expected: str) -> None:
    assert rules.doublings(harvested, seeded) == Decimal(expected)


def test_nothing_doubled_where_no_cell_is_left() -> None:
    assert rules.doublings(0, 5) is None


@given(some.integers(1, 10**12), some.integers(1, 10**12))
def test_doublings_agree_with_the_floating_logarithm(harvested: int, seeded: int) -> None:
    doubled = rules.doublings(harvested, seeded)
    assert doubled is not None
    assert abs(float(doubled) - math.log2(harvested / seeded)) < 0.000_501


@pytest.mark.parametrize(
    ("passage", "before", "now", "total"),
    [
        (0, None, None, None),  # the process begins to count with passage 1
        (1, None, Decimal("4.87"), Decimal("4.87")),
        (2, Decimal("4.87"), Decimal("3.1"), Decimal("7.97")),
        (2, Decimal("4.87"), None, Decimal("4.87")),
        (2, Decimal("4.87"), Decimal("-1"), Decimal("3.87")),
    ],
)
def test_doublings_add_up_from_the_first_passage_on(
    passage: int, before: Decimal | None, now: Decimal | None, total: Decimal | None
) -> None:
    assert rules.cumulative(PROCESS, passage, before, now) == total


@pytest.mark.parametrize(
    ("doubled", "days", "found"),
    [(None, 0, 0), ("20", 62, 0), ("20.001", 62, 1), ("3", 63, 1), ("21", 63, 2)],
)
def test_a_harvest_outside_the_process_says_in_what(doubled: str | None, days: int, found: int) -> None:
    so_far = None if doubled is None else Decimal(doubled)
    assert len(list(rules.departures(PROCESS, so_far, NOW - timedelta(days=days), NOW))) == found
