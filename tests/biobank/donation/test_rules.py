"""What is asked at the collection and at the reception, case by case."""

from datetime import UTC, date, datetime, timedelta

import pytest

from biobank.dispensing.rules import WrongParticipant
from biobank.donation import rules
from biobank.donation.rules import DonationState

COLLECTED, ACCEPTED, REJECTED = DonationState
FIRST, LAST = date(2026, 3, 8), date(2026, 3, 22)
DAY = timedelta(days=1)


@pytest.mark.parametrize("on", [FIRST, FIRST + DAY, LAST])
def test_both_days_of_a_window_are_in_it(on: date) -> None:
    rules.check_in_window("collection-1", on, FIRST, LAST)


@pytest.mark.parametrize("on", [FIRST - DAY, LAST + DAY])
def test_a_day_before_and_a_day_after_the_window_are_refused(on: date) -> None:
    with pytest.raises(rules.OutsideWindow) as refused:
        rules.check_in_window("collection-1", on, FIRST, LAST)
    assert refused.value.facts == {"visit": "collection-1", "earliest": FIRST, "latest": LAST}


@pytest.mark.parametrize("standing", [COLLECTED, ACCEPTED])
def test_a_period_has_one_donation_that_stands(standing: DonationState) -> None:
    with pytest.raises(rules.DonationKnown):
        rules.check_may_collect(1, [("D1", REJECTED), ("D2", standing)], max_attempts=3)


def test_a_rejected_aspirate_is_taken_again_as_often_as_the_study_allows() -> None:
    rules.check_may_collect(1, [], max_attempts=2)
    rules.check_may_collect(1, [("D1", REJECTED)], max_attempts=2)
    with pytest.raises(rules.NoAttemptLeft):
        rules.check_may_collect(1, [("D1", REJECTED), ("D2", REJECTED)], max_attempts=2)


@pytest.mark.parametrize("state", [ACCEPTED, REJECTED])
@pytest.mark.parametrize("to", [ACCEPTED, REJECTED])
def test_nothing_is_received_twice(state: DonationState, to: DonationState) -> None:
    rules.check_may_become("D1", COLLECTED, to)
    with pytest.raises(rules.AlreadyReceived):
        rules.check_may_become("D1", state, to)


@pytest.mark.parametrize(("accepted", "intact"), [(False, True), (True, False), (False, False)])
def test_a_rejection_or_a_damaged_container_needs_a_remark(accepted: bool, intact: bool) -> None:
    rules.check_remark(True, True, None)
    rules.check_remark(accepted, intact, "the bag leaked")
    with pytest.raises(rules.RemarkMissing):
        rules.check_remark(accepted, intact, None)


def test_nothing_arrives_before_it_was_taken() -> None:
    taken = datetime(2026, 3, 15, 9, tzinfo=UTC)
    rules.check_order(taken, taken)
    with pytest.raises(rules.BeforeCollection):
        rules.check_order(taken, taken - timedelta(seconds=1))


def test_identity_is_equality_of_what_was_scanned() -> None:
    rules.check_wristband("SM-01-001-A", "SM-01-001-A")
    rules.check_identity("D1", "SM-01-001-A", "SM-01-001-A")
    rules.check_collects("collection-1", 1)
    with pytest.raises(WrongParticipant):
        rules.check_wristband("SM-01-001-A", "SM-01-002-B")
    with pytest.raises(rules.WrongIdentity) as refused:
        rules.check_identity("D1", "SM-01-001-A", "SM-01-002-B")
    assert "SM-01-001-A" not in str(refused.value.facts), "whose it is, is not told to who scanned another"
    with pytest.raises(rules.NoCollection):
        rules.check_collects("week-1", None)
