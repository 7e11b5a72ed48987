"""What may happen to a kit, case by case."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from biobank.dispensing import rules
from biobank.dispensing.rules import KitState

WINDOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
AVAILABLE, EXPIRES = WINDOW + timedelta(hours=2), WINDOW + timedelta(hours=4)
SECOND = timedelta(seconds=1)
CLOCKS = {"available_at": AVAILABLE, "expires_at": EXPIRES}


def test_a_kit_that_did_not_arrive_is_not_available() -> None:
    rules.check_arrived(arrived=True)
    with pytest.raises(rules.KitNotAvailable) as refused:
        rules.check_arrived(arrived=False)
    assert refused.value.facts == {}


@pytest.mark.parametrize("state", KitState)
@pytest.mark.parametrize("at", [WINDOW, AVAILABLE - SECOND, AVAILABLE, EXPIRES])
def test_a_kit_leaves_the_facility_when_it_is_ready_and_its_time_has_come(state: KitState, at: datetime) -> None:
    if state not in (KitState.PLANNED, KitState.VOID) and at >= AVAILABLE:
        rules.check_may_leave("K", state, at=at, available_at=AVAILABLE)
        return
    with pytest.raises(rules.KitStays):
        rules.check_may_leave("K", state, at=at, available_at=AVAILABLE)


def test_a_kit_goes_to_its_own_participant_and_visit() -> None:
    rules.check_is_for("SM-01-001-A", "baseline", scanned="SM-01-001-A", told="baseline")
    with pytest.raises(rules.WrongParticipant) as wrong:
        rules.check_is_for("SM-01-001-A", "baseline", scanned="SM-01-002-B", told="month-6")
    assert wrong.value.facts == {"scanned": "SM-01-002-B"}
    with pytest.raises(rules.WrongVisit) as visit:
        rules.check_is_for("SM-01-001-A", "baseline", scanned="SM-01-001-A", told="month-6")
    assert visit.value.facts == {"visit": "month-6"}


@pytest.mark.parametrize("at", [AVAILABLE, AVAILABLE + SECOND, EXPIRES - SECOND])
def test_a_kit_is_had_within_its_clocks(at: datetime) -> None:
    rules.check_may_retrieve(KitState.READY, at=at, now=at, **CLOCKS, blocked=False)
    rules.check_may_administer(KitState.RETRIEVED, at=at, **CLOCKS, blocked=False)


@pytest.mark.parametrize(
    ("state", "at", "blocked"),
    [
        *[(state, AVAILABLE, False) for state in KitState if state is not KitState.READY],
        (KitState.READY, AVAILABLE - SECOND, False),
        (KitState.READY, EXPIRES, False),
        (KitState.READY, EXPIRES + SECOND, False),
        (KitState.READY, AVAILABLE, True),
        (KitState.PLANNED, EXPIRES, True),
    ],
)
def test_every_refusal_about_the_kit_is_the_same_and_has_no_facts(state: KitState, at: datetime, blocked: bool) -> None:
    with pytest.raises(rules.KitNotAvailable) as refused:
        rules.check_may_retrieve(state, at=at, now=AVAILABLE, **CLOCKS, blocked=blocked)
    assert (refused.value.code, refused.value.facts) == ("kit_not_available", {})


@pytest.mark.parametrize("now", [AVAILABLE - SECOND, EXPIRES, EXPIRES + timedelta(days=1)])
def test_no_back_dated_entry_fetches_a_kit_outside_its_time_on_the_server(now: datetime) -> None:
    with pytest.raises(rules.KitNotAvailable) as refused:
        rules.check_may_retrieve(KitState.READY, at=AVAILABLE, now=now, **CLOCKS, blocked=False)
    assert refused.value.facts == {}


@pytest.mark.parametrize(
    ("state", "at", "blocked"),
    [
        *[(state, AVAILABLE, False) for state in KitState if state is not KitState.RETRIEVED],
        (KitState.RETRIEVED, EXPIRES, False),
        (KitState.RETRIEVED, AVAILABLE, True),
    ],
)
def test_a_kit_that_expired_or_was_held_meanwhile_is_not_given(state: KitState, at: datetime, blocked: bool) -> None:
    with pytest.raises(rules.KitNotAvailable) as refused:
        rules.check_may_administer(state, at=at, **CLOCKS, blocked=blocked)
    assert refused.value.facts == {}


@pytest.mark.parametrize(
    ("given", "left", "fits"), [("4.8", "0.2", True), ("0", "0", True), ("5", "0", True), ("4.9", "0.2", False)]
)
def test_no_more_is_given_and_left_than_was_in(given: str, left: str, fits: bool) -> None:
    if fits:
        rules.check_volumes(Decimal(given), Decimal(left), Decimal(5))
        return
    with pytest.raises(rules.VolumesDoNotAddUp):
        rules.check_volumes(Decimal(given), Decimal(left), Decimal(5))


@pytest.mark.parametrize("state", KitState)
def test_remains_are_accounted_for_once_after_the_dose(state: KitState) -> None:
    if state is KitState.ADMINISTERED:
        rules.check_may_account("K", state)
        return
    with pytest.raises(rules.NotAtThatPoint):
        rules.check_may_account("K", state)


def test_what_is_destroyed_is_what_was_left() -> None:
    rules.check_destroyed(Decimal("0.20"), Decimal("0.2"))
    with pytest.raises(rules.RemainsDiffer):
        rules.check_destroyed(Decimal("0.1"), Decimal("0.2"))


def test_a_kit_never_comes_back() -> None:
    order = [KitState.PLANNED, KitState.READY, KitState.RETRIEVED, KitState.ADMINISTERED, KitState.ACCOUNTED]
    for index, state in enumerate(order):
        assert not rules.NEXT[state] & set(order[: index + 1])
    assert rules.NEXT[KitState.VOID] == rules.NEXT[KitState.ACCOUNTED] == frozenset()
