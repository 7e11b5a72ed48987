"""In which order a batch is decided about, by whom, and what stands in the way of an approval."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from uuid import UUID

from biobank.custody.rules import FOR_PATIENTS, HoldKind, Purpose, check_not_held
from biobank.errors import Conflict, NotAllowed
from biobank.expansion.rules import BatchPurpose, BatchState
from biobank.quality.rules import Assessment


class Stage(StrEnum):
    """The decisions in their order."""

    DISPOSITION = "disposition"
    CERTIFICATION = "certification"
    SPONSOR_RELEASE = "sponsor_release"


class Verdict(StrEnum):
    """What was decided."""

    APPROVED = "approved"
    REJECTED = "rejected"


NEXT: dict[Stage, frozenset[Stage]] = {
    Stage.DISPOSITION: frozenset({Stage.CERTIFICATION}),
    Stage.CERTIFICATION: frozenset({Stage.SPONSOR_RELEASE}),
    Stage.SPONSOR_RELEASE: frozenset(),
}
"""What follows an approval: QA's disposition, the QP's certification, the sponsor's release. A rejection is final."""


class BiobankOnly(Conflict):
    """The aspirate of the placebo period is kept in the biobank; nobody decides about it."""

    code = "biobank_only"


class BatchFailed(Conflict):
    """The batch was given up; nobody decides about it any more."""

    code = "batch_failed"


class DecidedAlready(Conflict):
    """This decision was taken before, and stays."""

    code = "decided_already"


class DecisionMissing(Conflict):
    """The decision before this one was not taken, or was a rejection."""

    code = "decision_missing"


class MadeItYourself(Conflict):
    """Whoever made, counted, verified or tested a batch decides nothing about it; each decision is another person's."""

    code = "made_it_yourself"


class ResultsMissing(Conflict):
    """Required results are not there."""

    code = "results_missing"


class ResultsFailed(Conflict):
    """The latest results of required tests are out of specification."""

    code = "results_failed"


class DonorTestsMissing(Conflict):
    """Tests of the donor's blood are not there."""

    code = "donor_tests_missing"


class DonorTestReactive(Conflict):
    """A test of the donor's blood was reactive."""

    code = "donor_test_reactive"


class DeviationOpen(Conflict):
    """A deviation about this donation, or about anything made from it, is not closed."""

    code = "deviation_open"


class LabelsUnaccounted(Conflict):
    """A label of what was made from this donation is neither applied nor void nor destroyed (EU GMP Part IV, reconciliation)."""

    code = "labels_unaccounted"


class TrailUnread(Conflict):
    """The trail of the batch was not reviewed, or something was written since."""

    code = "trail_unread"


class TrailMoved(Conflict):
    """There are entries after the last one that was read."""

    code = "trail_moved"


class TrailReviewed(Conflict):
    """This very person read all of it already, and nothing was written since."""

    code = "trail_reviewed"


class ReviewedOwnWork(NotAllowed):
    """Nobody reviews the trail of what they recorded themselves."""

    code = "reviewed_own_work"


def before(stage: Stage) -> Stage | None:
    """The decision that must have been an approval before this one; None for the first."""
    return next((one for one, following in NEXT.items() if stage in following), None)


def check_may_decide(batch: str, purpose: BatchPurpose, stage: Stage, taken: Mapping[Stage, Verdict]) -> None:
    """It is this stage's turn, whatever the verdict will be. Raises BiobankOnly, DecidedAlready, DecisionMissing."""
    if purpose is not BatchPurpose.DRUG:
        raise BiobankOnly(batch=batch)
    if stage in taken:
        raise DecidedAlready(batch=batch, stage=stage, verdict=taken[stage])
    needed = before(stage)
    if needed is not None and taken.get(needed) is not Verdict.APPROVED:
        raise DecisionMissing(batch=batch, stage=needed)


def check_not_failed(batch: str, state: BatchState) -> None:
    """Raises BatchFailed."""
    if state is BatchState.FAILED:
        raise BatchFailed(batch=batch)


def signed_content(batch: str, stage: Stage, verdict: Verdict, reviewed: str | None) -> dict[str, str | None]:
    """What a signature under a decision is bound to; ``reviewed`` are the bytes that lay before the person who signed."""
    return {"act": stage.value, "batch": batch, "verdict": verdict.value, "reviewed": reviewed}


def check_hands(batch: str, decides: UUID, hands: Collection[UUID], decided: Collection[UUID]) -> None:
    """Who decides, at whatever stage, neither made nor tested the batch, nor took another decision. Raises MadeItYourself."""
    if decides in hands or decides in decided:
        raise MadeItYourself(batch=batch)


def check_may_review(batch: str, reviewer: UUID, authors: Collection[UUID], reviewers: Collection[UUID]) -> None:
    """Who reviews recorded none of it, and did not review it as it stands. Raises ReviewedOwnWork, TrailReviewed."""
    if reviewer in authors:
        raise ReviewedOwnWork(batch=batch)
    if reviewer in reviewers:
        raise TrailReviewed(batch=batch)


def check_read_to_the_end(batch: str, read_up_to: int, last: int) -> None:
    """Raises TrailMoved."""
    if read_up_to != last:
        raise TrailMoved(batch=batch, read=read_up_to, last=last)


def check_trail_read(batch: str, stage: Stage, unread: int) -> None:
    """QA approves after a review of the whole trail; later decisions rest on that one. Raises TrailUnread."""
    if stage is Stage.DISPOSITION and unread:
        raise TrailUnread(batch=batch, unread=unread)


def check_fit(
    batch: str,
    quality: Assessment,
    deviations: Sequence[str],
    labels: Sequence[str],
    holds: Iterable[tuple[HoldKind, frozenset[Purpose]]],
) -> None:
    """Nothing stands in the way of an approval; ``deviations`` are the codes of the open ones, ``labels`` the unaccounted ones.

    *Not released* is the hold that the last approval lifts, so it does not stand in the way.

    Raises ResultsMissing, ResultsFailed, DonorTestsMissing, DonorTestReactive, DeviationOpen, LabelsUnaccounted, OnHold.
    """
    found: tuple[tuple[type[Conflict], Sequence[str]], ...] = (
        (ResultsMissing, quality.missing),
        (ResultsFailed, quality.failed),
        (DonorTestsMissing, quality.donor_tests_missing),
        (DonorTestReactive, quality.donor_tests_reactive),
        (DeviationOpen, deviations),
        (LabelsUnaccounted, labels),
    )
    for refusal, names in found:
        if names:
            raise refusal(batch=batch, names=", ".join(names))
    check_not_held([hold for hold in holds if hold[0] is not HoldKind.NOT_RELEASED], *FOR_PATIENTS)
