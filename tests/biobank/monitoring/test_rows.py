"""What is found out of whole columns is what the rule says reading by reading."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from biobank.monitoring import rows
from biobank.monitoring.counters import Arrived
from biobank.monitoring.triples import pack

ReportOf = tuple[int, int | None, list[int]]
"""Which of two sensors, the oldest counter that its device still holds, and the counters that it reports."""
counters = st.lists(st.integers(1, 12), min_size=1, max_size=5)
running = st.builds(lambda first, count: list(range(first, first + count)), st.integers(1, 8), st.integers(1, 5))
reports = st.lists(st.tuples(st.integers(0, 1), st.none() | st.integers(1, 14), running | counters), min_size=1, max_size=6)


def known() -> list[Arrived]:
    """One sensor of which nothing is missing, and one of which the third has not come and the second never will."""
    return [Arrived(4), Arrived(4, [(3, 3)], [(2, 2)])]


def one_by_one(told: list[ReportOf], arrived: list[Arrived]) -> tuple[list[bool], list[bool]]:
    new, ahead = [], []
    for key, oldest, told_counters in told:
        for counter in told_counters:
            ahead.append(counter > arrived[key].highest)
            new.append(arrived[key].awaits(counter))
            if new[-1]:
                arrived[key].take(counter)
        if oldest is not None:
            arrived[key].give_up_below(oldest)
    return new, ahead


@given(reports)
@example([(0, None, [5, 6]), (1, 5, [5]), (0, 7, [7])])
@example([(0, 9, [5])])
@settings(max_examples=200)
def test_counters_are_judged_as_one_by_one(told: list[ReportOf]) -> None:
    keys = [(bytes([key]) * 16, 1) for key, _, _ in told]
    batch = rows.of_reports(keys, [pack([(counter, 0, 0) for counter in one]) for _, _, one in told])
    arrived, expected = known(), known()
    new, ahead = rows.new(batch, [key for key, _, _ in told], [oldest for _, oldest, _ in told], arrived)
    assert (new.tolist(), ahead.tolist()) == one_by_one(told, expected)
    assert arrived == expected


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 5), st.integers(-3, 3)), max_size=20))
def test_rows_are_put_in_order_and_repeated_milliseconds_are_found(told: list[tuple[int, int, int]]) -> None:
    sensors = [bytes([9 - sensor]) * 16 for sensor, _, _ in told]
    batch = rows.of_reports([(sensor, 1) for sensor in sensors], [pack([(1, time_ms, value)]) for _, time_ms, value in told])
    order = rows.in_order(batch)
    keys: list[tuple[bytes, int]] = order[["sensor", "time_ms"]].tolist()
    assert keys == sorted(zip(sensors, (time_ms for _, time_ms, _ in told), strict=True))
    later = rows.repeated(order).tolist()
    assert later == [place for place, key in enumerate(keys) if keys.index(key) < place]
    assert all(order["report"][keys.index(keys[b])] < order["report"][b] for b in later), "the first that came counts"


def test_a_value_that_no_record_holds_is_not_cut() -> None:
    with pytest.raises(OverflowError):
        rows.of_reports([(bytes(16), 1)], [pack([(1, 0, 2**31)])])
