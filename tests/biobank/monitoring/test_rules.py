"""Excursions from readings: by example, and against a model that looks at every second."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biobank.monitoring import rules
from biobank.monitoring.rules import Dated, Limit, Point, Warm, degrees, milli, plausible, warm_times

START = datetime(2026, 1, 1, tzinfo=UTC)
LIMIT = Limit(-150_000, timedelta(seconds=60), 5_000)


def at(second: int) -> datetime:
    return START + timedelta(seconds=second)


def excursions(probes: Iterable[list[Point]], limit: Limit) -> list[Warm]:
    """The excursions of a freezer with these probes and one rule for ever."""
    always = Dated(limit)
    return rules.excursions((warm for points in probes for warm in warm_times(points, always)), always)


def series(*points: tuple[int, int]) -> list[Point]:
    return [Point(at(second), value) for second, value in points]


def test_a_warm_time_longer_than_the_delay_is_an_excursion_from_its_first_reading() -> None:
    points = series((0, -160_000), (30, -140_000), (91, -139_000), (120, -156_000))
    assert excursions([points], LIMIT) == [Warm(at(30), at(120), at(120), -139_000)]


def test_exactly_the_delay_is_not_longer_than_the_delay() -> None:
    assert excursions([series((0, -140_000), (60, -156_000))], LIMIT) == []
    assert len(excursions([series((0, -140_000), (61, -156_000))], LIMIT)) == 1


def test_exactly_the_limit_is_not_above_it() -> None:
    assert excursions([series((0, -150_000), (600, -150_000))], LIMIT) == []


def test_a_value_inside_the_hysteresis_neither_begins_nor_ends_an_excursion() -> None:
    points = series((0, -152_000), (10, -149_999), (100, -154_999), (200, -155_000))
    assert excursions([points], LIMIT) == [Warm(at(10), at(200), at(200), -149_999)]


def test_an_excursion_without_an_end_is_open_and_as_long_as_its_last_reading_says() -> None:
    assert excursions([series((0, -140_000), (60, -140_000))], LIMIT) == []
    assert excursions([series((0, -140_000), (61, -141_000))], LIMIT) == [Warm(at(0), None, at(61), -140_000)]


def test_excursions_of_two_probes_that_overlap_are_one() -> None:
    top = series((0, -140_000), (100, -160_000))
    bottom = series((50, -130_000), (300, -160_000))
    assert excursions([top, bottom], LIMIT) == [Warm(at(0), at(300), at(300), -130_000)]


def test_a_late_reading_that_shows_calm_in_between_undoes_an_excursion() -> None:
    known = series((0, -140_000), (100, -160_000))
    late = sorted([*known, Point(at(50), -160_000)])
    assert len(excursions([known], LIMIT)) == 1
    assert excursions([late], LIMIT) == []


@pytest.mark.parametrize(
    ("device_time", "suspect"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), True),
        (START - timedelta(days=30), False),
        (START + timedelta(minutes=5), False),
        (START + timedelta(minutes=5, milliseconds=1), True),
    ],
)
def test_a_clock_of_1970_or_of_the_future_is_suspect(device_time: datetime, suspect: bool) -> None:
    earliest, latest = plausible(START)
    assert (not earliest <= device_time <= latest) is suspect


def test_degrees_and_thousandths_are_exact() -> None:
    assert (milli(Decimal("-150.25")), degrees(-150_250)) == (-150_250, Decimal("-150.250"))


def brute_force(points: list[Point], limit: Limit, last: int) -> list[tuple[int, int | None]]:
    """Walk through every second, holding the last value; (start, end) of each excursion, end None while it lasts."""
    values = {point.at: point.value_milli for point in points}
    found: list[tuple[int, int | None]] = []
    start = None
    for second in range(last + 1):
        value = values.get(at(second))
        if value is None:
            continue
        if start is None and value > limit.limit_milli:
            start = second
        elif start is not None and value <= limit.limit_milli - limit.hysteresis_milli:
            if second - start > limit.delay.total_seconds():
                found.append((start, second))
            start = None
    if start is not None and max(s for s in range(last + 1) if at(s) in values) - start > limit.delay.total_seconds():
        found.append((start, None))
    return found


def warm_seconds(intervals: list[tuple[int, int | None]], last: int) -> set[int]:
    return {second for start, end in intervals for second in range(start, last if end is None else end)}


readings = st.dictionaries(st.integers(0, 300), st.integers(-160, -140).map(lambda c: c * 1000), max_size=60).map(
    lambda values: series(*sorted(values.items()))
)
limits = st.builds(
    Limit, st.integers(-155, -145).map(lambda c: c * 1000), st.integers(0, 90).map(lambda s: timedelta(seconds=s)),
    st.integers(0, 8).map(lambda c: c * 1000),
)  # fmt: skip


@given(readings, limits)
def test_the_excursions_of_one_probe_are_those_of_the_model(points: list[Point], limit: Limit) -> None:
    found = [(int((w.start - START).total_seconds()), w.end and int((w.end - START).total_seconds())) for w in
             excursions([points], limit)]  # fmt: skip
    assert found == brute_force(points, limit, 300)


@given(readings, readings, limits)
def test_the_excursions_of_two_probes_cover_exactly_the_seconds_of_either(
    top: list[Point], bottom: list[Point], limit: Limit
) -> None:
    closed = [*top, Point(at(400), -200_000)], [*bottom, Point(at(400), -200_000)]
    found = excursions(closed, limit)
    seconds = {s for w in found for s in range(int((w.start - START).seconds), int((w.until - START).seconds))}
    either = warm_seconds(brute_force(closed[0], limit, 400), 400) | warm_seconds(brute_force(closed[1], limit, 400), 400)
    assert seconds == either
    assert all(one.until < other.start for one, other in pairwise(found))


@given(readings, limits)
def test_a_freezer_is_judged_the_same_from_any_calm_reading_on(points: list[Point], limit: Limit) -> None:
    calm = [point.at for point in points if point.value_milli <= limit.calm_milli]
    for since in calm:
        later = [warm for warm in warm_times(points, Dated(limit)) if warm.start >= since]
        assert warm_times([point for point in points if point.at >= since], Dated(limit)) == later
