"""Who decides about a batch, in which order, and what stands in the way, without a database."""

from dataclasses import replace
from uuid import uuid4

import pytest

from biobank.custody.rules import FOR_PATIENTS, HoldKind, OnHold, Purpose
from biobank.errors import Refusal
from biobank.expansion.rules import BatchPurpose
from biobank.quality.rules import Assessment
from biobank.release import rules
from biobank.release.rules import NEXT, Stage, Verdict

APPROVED, REJECTED = Verdict.APPROVED, Verdict.REJECTED
FIT = Assessment([], [], [], [])
QA, QP, MAKER = uuid4(), uuid4(), uuid4()
Taken = dict[Stage, Verdict]
TURNS: list[tuple[Stage, Taken]] = [
    (Stage.DISPOSITION, {}),
    (Stage.CERTIFICATION, {Stage.DISPOSITION: APPROVED}),
    (Stage.SPONSOR_RELEASE, {Stage.DISPOSITION: APPROVED, Stage.CERTIFICATION: APPROVED}),
]
EARLY: list[tuple[Stage, Taken, Stage]] = [
    (Stage.CERTIFICATION, {}, Stage.DISPOSITION),
    (Stage.CERTIFICATION, {Stage.DISPOSITION: REJECTED}, Stage.DISPOSITION),
    (Stage.SPONSOR_RELEASE, {}, Stage.CERTIFICATION),
    (Stage.SPONSOR_RELEASE, {Stage.DISPOSITION: APPROVED}, Stage.CERTIFICATION),
    (Stage.SPONSOR_RELEASE, {Stage.DISPOSITION: APPROVED, Stage.CERTIFICATION: REJECTED}, Stage.CERTIFICATION),
]


def test_every_stage_says_what_follows_it_and_what_came_before() -> None:
    assert set(NEXT) == set(Stage)
    assert [rules.before(stage) for stage in Stage] == [None, Stage.DISPOSITION, Stage.CERTIFICATION]


@pytest.mark.parametrize(("stage", "taken"), TURNS)
def test_each_decision_has_its_turn(stage: Stage, taken: Taken) -> None:
    rules.check_may_decide("B-1", BatchPurpose.DRUG, stage, taken)


@pytest.mark.parametrize(("stage", "taken", "missing"), EARLY)
def test_no_decision_is_taken_before_the_approval_before_it(stage: Stage, taken: Taken, missing: Stage) -> None:
    with pytest.raises(rules.DecisionMissing) as refused:
        rules.check_may_decide("B-1", BatchPurpose.DRUG, stage, taken)
    assert refused.value.facts == {"batch": "B-1", "stage": missing}


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize(("stage", "taken"), TURNS)
def test_no_decision_is_taken_twice(stage: Stage, taken: Taken, verdict: Verdict) -> None:
    with pytest.raises(rules.DecidedAlready) as refused:
        rules.check_may_decide("B-1", BatchPurpose.DRUG, stage, taken | {stage: verdict})
    assert refused.value.facts == {"batch": "B-1", "stage": stage, "verdict": verdict}


@pytest.mark.parametrize(("stage", "taken"), [*TURNS, *(early[:2] for early in EARLY)])
def test_nobody_decides_about_what_is_kept_in_the_biobank(stage: Stage, taken: Taken) -> None:
    with pytest.raises(rules.BiobankOnly):
        rules.check_may_decide("B-1", BatchPurpose.BIOBANK, stage, taken)


def test_who_decides_has_no_other_hand_in_the_batch() -> None:
    rules.check_hands("B-1", QP, {MAKER}, {QA})
    for decides in (MAKER, QA):
        with pytest.raises(rules.MadeItYourself):
            rules.check_hands("B-1", decides, {MAKER}, {QA})


def test_nothing_stands_in_the_way_of_a_fit_batch() -> None:
    rules.check_fit("B-1", FIT, [], [], [(HoldKind.NOT_RELEASED, frozenset(FOR_PATIENTS))])


@pytest.mark.parametrize(
    ("quality", "deviations", "refusal", "names"),
    [
        (replace(FIT, missing=["Viability", "Karyotype"]), [], rules.ResultsMissing, "Viability, Karyotype"),
        (replace(FIT, failed=["Viability"]), [], rules.ResultsFailed, "Viability"),
        (replace(FIT, donor_tests_missing=["Anti-HCV"]), [], rules.DonorTestsMissing, "Anti-HCV"),
        (replace(FIT, donor_tests_reactive=["Anti-HCV"]), [], rules.DonorTestReactive, "Anti-HCV"),
        (FIT, ["V-1", "V-2"], rules.DeviationOpen, "V-1, V-2"),
        (FIT, [], rules.LabelsUnaccounted, "7, 9"),
        (Assessment(["a"], ["b"], ["c"], ["d"]), ["V-1"], rules.ResultsMissing, "a"),
        (Assessment([], ["b"], ["c"], ["d"]), ["V-1"], rules.ResultsFailed, "b"),
    ],
)
def test_what_stands_in_the_way_is_told_by_name(
    quality: Assessment, deviations: list[str], refusal: type[Refusal], names: str
) -> None:
    with pytest.raises(refusal) as refused:
        rules.check_fit("B-1", quality, deviations, ["7", "9"], [])
    assert refused.value.facts == {"batch": "B-1", "names": names}


@pytest.mark.parametrize("purpose", FOR_PATIENTS)
@pytest.mark.parametrize("kind", [kind for kind in HoldKind if kind is not HoldKind.NOT_RELEASED])
def test_a_hold_of_any_other_kind_stands_in_the_way(kind: HoldKind, purpose: Purpose) -> None:
    with pytest.raises(OnHold) as refused:
        rules.check_fit("B-1", FIT, [], [], [(kind, frozenset({purpose}))])
    assert refused.value.facts == {"kind": kind, "purpose": purpose}


def test_a_hold_that_stops_moves_or_test_thaws_only_does_not_stand_in_the_way() -> None:
    rules.check_fit("B-1", FIT, [], [], [(HoldKind.MANUAL, frozenset({Purpose.MOVEMENT, Purpose.TEST_THAW}))])


def test_a_signature_is_bound_to_everything_that_was_decided() -> None:
    whole = rules.signed_content("B-1", Stage.DISPOSITION, APPROVED, "{}")
    others = (
        rules.signed_content("B-2", Stage.DISPOSITION, APPROVED, "{}"),
        rules.signed_content("B-1", Stage.CERTIFICATION, APPROVED, "{}"),
        rules.signed_content("B-1", Stage.DISPOSITION, REJECTED, "{}"),
        rules.signed_content("B-1", Stage.DISPOSITION, APPROVED, "{} "),
        rules.signed_content("B-1", Stage.DISPOSITION, APPROVED, None),
    )
    assert whole not in others
