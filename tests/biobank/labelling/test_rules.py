import pytest

from biobank.labelling import rules
from biobank.labelling.rules import DRAWN_FROM, NEXT, NEXT_OF_JOB, JobState, LabelState


@pytest.mark.parametrize("state", LabelState)
def test_every_state_says_what_follows(state: LabelState) -> None:
    for to in LabelState:
        if to in NEXT[state]:
            rules.check_may_become(7, state, to)
        else:
            with pytest.raises(rules.LabelAccounted) as refused:
                rules.check_may_become(7, state, to)
            assert refused.value.facts == {"number": 7, "state": state}


def test_a_label_once_accounted_for_is_never_unprinted() -> None:
    assert not any(LabelState.PRINTED in following for following in NEXT.values())


def test_no_job_ever_comes_back_into_the_queue() -> None:
    assert set(NEXT_OF_JOB) == set(JobState)
    assert not any(JobState.QUEUED in following for following in NEXT_OF_JOB.values())


@pytest.mark.parametrize("layout", ["donation", "kit", "unit", "cap", "bag"])
@pytest.mark.parametrize("later", [[], ["void"], ["printed"]])
def test_a_frozen_unit_is_never_relabelled(layout: str, later: list[LabelState]) -> None:
    rules.check_may_reprint(7, layout, [LabelState.PRINTED, *later])
    copies = [LabelState.APPLIED, *later]
    if layout in ("donation", "kit"):
        rules.check_may_reprint(7, layout, copies)
        return
    with pytest.raises(rules.NeverRelabelled):
        rules.check_may_reprint(7, layout, copies)


@pytest.mark.parametrize(
    ("number", "bedside_sees_it", "acts_at_bedside", "may"),
    [
        (1, True, True, True),
        (1, True, False, False),
        (DRAWN_FROM - 1, True, False, False),
        (DRAWN_FROM, True, True, False),
        (DRAWN_FROM, True, False, True),
        (1, False, False, True),
        (1, False, True, False),
    ],
)
def test_a_label_is_the_business_of_the_side_that_printed_it(
    number: int, bedside_sees_it: bool, acts_at_bedside: bool, may: bool
) -> None:
    if may:
        rules.check_own_label(number, bedside_sees_it, acts_at_bedside)
        return
    with pytest.raises(rules.OtherSidesLabel):
        rules.check_own_label(number, bedside_sees_it, acts_at_bedside)
