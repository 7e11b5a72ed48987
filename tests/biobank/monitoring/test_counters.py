"""Counters that arrived: gaps are found, closed and given up, and a receipt never covers a missing one."""

from hypothesis import given
from hypothesis import strategies as st

from biobank.monitoring.counters import Arrived


def after(*counters: int) -> Arrived:
    arrived = Arrived()
    for counter in counters:
        arrived.take(counter)
    return arrived


def test_a_skipped_counter_is_a_gap_and_stops_the_receipt() -> None:
    arrived = after(1, 2, 5)
    assert (arrived.missing, arrived.receipted) == ([(3, 4)], 2)


def test_a_late_counter_closes_its_gap_and_the_receipt_goes_on() -> None:
    assert after(1, 2, 5, 4).missing == [(3, 3)]
    assert after(1, 2, 5, 4, 3).receipted == 5


def test_what_the_device_no_longer_holds_is_lost_and_the_receipt_passes_over_it() -> None:
    arrived = after(1, 2, 5)
    arrived.give_up_below(4)
    assert (arrived.lost, arrived.missing, arrived.receipted) == ([(3, 3)], [(4, 4)], 3)


def test_a_lost_counter_that_comes_another_way_is_taken() -> None:
    arrived = after(1, 2, 5)
    arrived.give_up_below(5)
    assert arrived.awaits(3)
    arrived.take(3)
    assert (arrived.lost, arrived.awaits(3)) == ([(4, 4)], False)


@given(st.lists(st.integers(1, 40)))
def test_the_state_is_that_of_a_plain_set(counters: list[int]) -> None:
    arrived, seen = after(*counters), set(counters)
    assert {counter for counter in range(1, 50) if arrived.awaits(counter)} == set(range(1, 50)) - seen
    assert arrived.receipted == next(counter for counter in range(1, 60) if counter not in seen) - 1
    assert after(*reversed(counters)).receipted == arrived.receipted
