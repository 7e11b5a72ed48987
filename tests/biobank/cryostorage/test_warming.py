"""The ledger of a unit against a model that asks every second in turn."""

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biobank.cryostorage import warming
from biobank.cryostorage.warming import (
    GENERAL_KNOWLEDGE,
    Budget,
    Cause,
    Charge,
    Near,
    Opened,
    Pulled,
    Span,
    Stay,
    Told,
    Travelled,
    WarmTime,
)
from tests.database import NOW

LAST = 60
FREEZERS = (UUID(int=10), UUID(int=11))
THRESHOLDS = (Decimal(-150), Decimal(-135), Decimal(-120))
OWN_RULE = {
    Near.PULLED: Charge(90, Decimal(-120)),
    Near.BOX: Charge(70, Decimal(-150)),
    Near.RACK: Charge(30, Decimal(-135)),
    Near.LID: Charge(45, Decimal(-150)),
}


def at(second: int) -> datetime:
    return NOW + timedelta(seconds=second)


def span(start: int, end: int) -> Span:
    return at(start), at(end)


def holds(second: int, when: Span) -> bool:
    return when[0] <= at(second) < when[1]


SPANS = st.tuples(st.integers(0, LAST), st.integers(1, 25)).map(lambda one: span(one[0], min(one[0] + one[1], LAST)))
SEVERAL = st.lists(SPANS, max_size=3)
PLACES = st.tuples(st.sampled_from(FREEZERS), st.sampled_from("RS"), st.sampled_from("BC"))


@st.composite
def told(draw: st.DrawFn) -> Told:
    """Stays that follow each other with or without a pause, and whatever may bear on them."""
    edges = sorted(draw(st.lists(st.integers(0, LAST), min_size=2, max_size=6, unique=True)))
    pairs = list(pairwise(edges))[:: draw(st.sampled_from((1, 2)))]
    freezer = st.sampled_from(FREEZERS)
    return Told(
        until=at(draw(st.integers(edges[-1], LAST))),
        stays=[Stay(*draw(PLACES), span(*pair)) for pair in pairs],
        warm=draw(st.lists(st.builds(WarmTime, freezer, st.sampled_from(THRESHOLDS), SPANS), max_size=5)),
        opened=draw(st.lists(st.builds(Opened, freezer, SEVERAL), max_size=3)),
        pulled=[
            Pulled(*place, own, spans)
            for place, own, spans in draw(st.lists(st.tuples(PLACES, st.booleans(), SEVERAL), max_size=4))
        ],
        transports=[
            Travelled({above: [when]}, [unknown])
            for above, when, unknown in draw(st.lists(st.tuples(st.sampled_from(THRESHOLDS), SPANS, SPANS), max_size=2))
        ],
    )


def largest(told: Told, rule: warming.Charges, second: int, above_c: Decimal) -> int:
    """The largest share of everything that bears on one second, asked one by one."""
    found = [0]
    for transport in told.transports:
        found += [100 for above, spans in transport.above.items() if above >= above_c and holds(second, spans[0])]
    fetched = any(one.own and holds(second, when) for one in told.pulled for when in one.spans)
    found += [rule[Near.PULLED].percent] * (fetched and rule[Near.PULLED].up_to_c >= above_c)
    for stay in (one for one in told.stays if holds(second, one.span)):
        for warm in told.warm:
            found += [100] * (warm.freezer == stay.freezer and warm.above_c >= above_c and holds(second, warm.span))
        events = [Near.LID for one in told.opened for when in one.spans if one.freezer == stay.freezer and holds(second, when)]
        for pull in (one for one in told.pulled if not one.own and any(holds(second, when) for when in one.spans)):
            same_rack = (pull.freezer, pull.rack) == (stay.freezer, stay.rack)
            events += [Near.RACK] * same_rack + [Near.BOX] * (same_rack and pull.box == stay.box)
        found += [rule[near].percent for near in events if rule[near].up_to_c >= above_c]
    return max(found) if at(second) < told.until else 0


@settings(max_examples=150, deadline=None)
@given(told(), st.sampled_from((GENERAL_KNOWLEDGE, OWN_RULE)))
def test_the_ledger_counts_every_second_once_by_the_largest_share_that_bears_on_it(told: Told, rule: warming.Charges) -> None:
    found = warming.ledger(told, rule, THRESHOLDS, [])
    for line in found.lines:
        exact = sum(largest(told, rule, second, line.above_c) for second in range(LAST))
        assert line.seconds == -(exact // -100)
        assert line.seconds <= sum(line.by_cause.values())
        assert all(seconds <= line.seconds for seconds in line.by_cause.values())
    unknown = {second for second in range(LAST) for one in told.transports if holds(second, one.unknown[0])}
    assert found.unknown_s == len([second for second in unknown if at(second) < told.until])


@settings(max_examples=100, deadline=None)
@given(st.lists(SPANS, max_size=6), st.lists(SPANS, max_size=6))
def test_spans_are_merged_and_cut_as_sets_of_seconds(some: list[Span], others: list[Span]) -> None:
    def seconds(spans: list[Span]) -> set[int]:
        return {second for second in range(LAST) for one in spans if holds(second, one)}

    both = warming.cut(warming.merged(some), warming.merged(others))
    assert seconds(warming.merged(some)) == seconds(some)
    assert seconds(both) == seconds(some) & seconds(others)
    assert both == warming.merged(both)
    assert warming.length(both) == timedelta(seconds=len(seconds(both)))


def lying(*spans: Span) -> Told:
    """A unit that lay in one box all the time, with a freezer that was above −135 °C during ``spans``."""
    warm = [WarmTime(FREEZERS[0], Decimal(-135), one) for one in spans]
    return Told(at(LAST), [Stay(FREEZERS[0], "R", "B", span(0, LAST))], warm)


def test_what_is_above_a_threshold_is_above_every_colder_one() -> None:
    found = warming.ledger(lying(span(0, 10)), GENERAL_KNOWLEDGE, THRESHOLDS, [])
    assert [(line.above_c, line.seconds) for line in found.lines] == [(-150, 10), (-135, 10), (-120, 0)]
    assert found.lines[0].by_cause == {Cause.MEASURED: 10}


@pytest.mark.parametrize(("warm_s", "left", "spent"), [(0, 20, False), (19, 1, False), (20, 0, True), (21, 0, True)])
def test_a_budget_is_spent_when_nothing_is_left_of_it(warm_s: int, left: int, spent: bool) -> None:
    [line] = warming.ledger(lying(span(0, warm_s)), GENERAL_KNOWLEDGE, [], [Budget(Decimal(-135), 20)]).lines
    assert (line.left_s, line.spent) == (left, spent)


def test_a_budget_of_nothing_is_spent_by_the_first_second_and_not_before() -> None:
    none = [Budget(Decimal(-135), 0)]
    assert not warming.ledger(lying(), GENERAL_KNOWLEDGE, [], none).spent
    assert warming.ledger(lying(span(5, 6)), GENERAL_KNOWLEDGE, [], none).spent
