"""How a deviation ends, without a database."""

from uuid import UUID, uuid4

import pytest

from biobank.deviations.rules import NEXT, DeviationClosed, DeviationState, OpenedItYourself, check_may_close

OPENER, OTHER = uuid4(), uuid4()


def test_somebody_else_closes_an_open_deviation() -> None:
    check_may_close("V-1", DeviationState.OPEN, OPENER, OTHER)


def test_whoever_opened_a_deviation_does_not_close_it() -> None:
    with pytest.raises(OpenedItYourself) as refused:
        check_may_close("V-1", DeviationState.OPEN, OPENER, OPENER)
    assert refused.value.facts == {"deviation": "V-1"}


@pytest.mark.parametrize("closes", [OPENER, OTHER])
def test_a_closed_deviation_stays_closed(closes: UUID) -> None:
    with pytest.raises(DeviationClosed):
        check_may_close("V-1", DeviationState.CLOSED, OPENER, closes)


def test_every_state_says_what_follows_it() -> None:
    assert set(NEXT) == set(DeviationState)
