"""What is asked when marrow is taken and when it arrives, the same in both arms."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum

from biobank.dispensing.rules import WrongParticipant
from biobank.errors import BadInput, Conflict, NotFound
from biobank.labelling.rules import LabelState


class DonationState(StrEnum):
    """Where a donation stands, the same in both arms."""

    COLLECTED = "collected"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


NEXT: dict[DonationState, frozenset[DonationState]] = {
    DonationState.COLLECTED: frozenset({DonationState.ACCEPTED, DonationState.REJECTED}),
    DonationState.ACCEPTED: frozenset(),
    DonationState.REJECTED: frozenset(),
}
"""A donation is received once; after a rejection there is another aspiration, not another reception."""


class NoCollection(Conflict):
    """No marrow is taken at this visit."""

    code = "no_collection"


class OutsideWindow(Conflict):
    """The visit is not due on this day."""

    code = "outside_window"


class DonationKnown(Conflict):
    """Marrow was taken in this period already."""

    code = "donation_known"


class NoAttemptLeft(Conflict):
    """As often as the study allows, the marrow of this period was taken and rejected."""

    code = "no_attempt_left"


class LabelsPrepared(Conflict):
    """The labels of this collection are printed already: one of them is scanned when it is done."""

    code = "labels_prepared"


class OtherCollectionsLabel(Conflict):
    """The label that was scanned was not printed ahead for this collection."""

    code = "other_collections_label"


class NoLabelLeft(Conflict):
    """Of the labels that were printed ahead for the container, none is left to be stuck on it."""

    code = "no_label_left"


class NotPrintedAhead(NotFound):
    """No labels with this code were printed ahead for this participant."""

    code = "not_printed_ahead"


class LabelsLeft(Conflict):
    """Labels printed ahead for an earlier collection are somewhere, and nobody said where."""

    code = "labels_left"


class WrongIdentity(Conflict):
    """The label that arrived names another participant than the donation's."""

    code = "wrong_identity"


class AlreadyReceived(Conflict):
    """This donation was accepted or rejected before."""

    code = "already_received"


class BeforeCollection(BadInput):
    """Nothing arrives before it was taken."""

    code = "before_collection"


class RemarkMissing(BadInput):
    """A rejection, or a damaged container, says what was seen."""

    code = "remark_missing"


def check_wristband(participant: str, scanned: str) -> None:
    """Raises WrongParticipant."""
    if scanned != participant:
        raise WrongParticipant(scanned=scanned)


def check_collects(visit: str, period: int | None) -> int:
    """The period in which this visit collects. Raises NoCollection."""
    if period is None:
        raise NoCollection(visit=visit)
    return period


def check_in_window(visit: str, on: date, earliest: date, latest: date) -> None:
    """Both days are included. Raises OutsideWindow."""
    if not earliest <= on <= latest:
        raise OutsideWindow(visit=visit, earliest=earliest, latest=latest)


def check_may_collect(period: int, known: list[tuple[str, DonationState]], max_attempts: int) -> None:
    """One donation of a period stands; a rejected one may be repeated. Raises DonationKnown, NoAttemptLeft."""
    for din, state in known:
        if state is not DonationState.REJECTED:
            raise DonationKnown(period=period, donation=din)
    if len(known) >= max_attempts:
        raise NoAttemptLeft(period=period, attempts=max_attempts)


def check_scanned_label(participant: str, visit: str, prepared: str | None, scanned: str | None) -> None:
    """``prepared`` is the code on the labels that were printed ahead, if any were. Raises LabelsPrepared, OtherCollectionsLabel.

    The latter does not say for whom the label that was scanned is.
    """
    if scanned == prepared:
        return
    if scanned is None:
        raise LabelsPrepared(participant=participant, visit=visit, label=prepared)
    raise OtherCollectionsLabel(participant=participant, visit=visit, read=scanned)


def check_label_left(label: str, states: Iterable[LabelState]) -> None:
    """``states`` are those of the prints of the container's label, on each of which ``label`` stands. Raises NoLabelLeft."""
    if not {LabelState.PRINTED, LabelState.APPLIED} & set(states):
        raise NoLabelLeft(label=label)


def check_none_left(participant: str, numbers: Sequence[int]) -> None:
    """``numbers`` are labels of the participant's earlier collections for which nobody accounted. Raises LabelsLeft."""
    if numbers:
        raise LabelsLeft(participant=participant, numbers=", ".join(map(str, numbers)))


def check_identity(donation: str, participant: str, scanned: str) -> None:
    """The chain of identity holds on arrival. Raises WrongIdentity, which does not say whose it is."""
    if scanned != participant:
        raise WrongIdentity(donation=donation, read=scanned)


def check_may_become(donation: str, state: DonationState, to: DonationState) -> None:
    """Raises AlreadyReceived."""
    if to not in NEXT[state]:
        raise AlreadyReceived(donation=donation, state=state)


def check_remark(accepted: bool, container_intact: bool, remark: str | None) -> None:
    """Raises RemarkMissing."""
    if not (accepted and container_intact) and remark is None:
        raise RemarkMissing(field="remark")


def check_order(collected_at: datetime, received_at: datetime) -> None:
    """Raises BeforeCollection."""
    if received_at < collected_at:
        raise BeforeCollection(field="occurred_at", collected_at=collected_at)
