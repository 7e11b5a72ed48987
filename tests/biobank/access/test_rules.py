"""How often one may guess, bare."""

from datetime import timedelta

import pytest

from biobank.access.rules import ACCOUNT, LONGEST_WAIT, PAIR, SOURCE, Limit


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 0), (5, 0), (6, 30), (7, 60), (8, 120), (12, 1920), (13, 3600), (1_000_000, 3600)]
)
def test_the_first_failures_are_free_and_each_further_one_doubles_the_wait(failures: int, seconds: int) -> None:
    assert PAIR.wait(failures) == timedelta(seconds=seconds)


@pytest.mark.parametrize("limit", [PAIR, ACCOUNT, SOURCE])
def test_failures_are_forgotten_one_by_one(limit: Limit) -> None:
    assert limit.left(10, timedelta(0)) == 10
    assert limit.left(10, 3 * limit.one_forgotten_in) == 7
    assert limit.left(10, timedelta(days=365)) == 0


def test_a_guesser_who_never_rests_gets_few_guesses_in_a_year() -> None:
    """The free failures, then as fast as the waits allow, from one source and from as many as one likes."""
    for limit, most in ((PAIR, 10_000), (ACCOUNT, 60_000)):
        failures, guesses, spent = 0, 0, timedelta(0)
        while spent < timedelta(days=365):
            failures = limit.left(failures, limit.wait(failures)) + 1
            guesses += 1
            spent += limit.wait(failures)
        assert guesses < most
        assert limit.wait(failures) <= LONGEST_WAIT
