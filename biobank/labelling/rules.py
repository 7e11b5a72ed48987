"""What may become of a label and of a print job, and what is never printed again."""

from collections.abc import Iterable
from enum import StrEnum

from biobank.errors import BadInput, Conflict, NotFound


class LabelState(StrEnum):
    """What became of a printed label."""

    PRINTED = "printed"
    APPLIED = "applied"
    VOID = "void"
    DESTROYED = "destroyed"


NEXT: dict[LabelState, frozenset[LabelState]] = {
    LabelState.PRINTED: frozenset({LabelState.APPLIED, LabelState.VOID, LabelState.DESTROYED}),
    LabelState.APPLIED: frozenset(),
    LabelState.VOID: frozenset({LabelState.DESTROYED}),
    LabelState.DESTROYED: frozenset(),
}
"""Every print is accounted for: printed = applied + void + destroyed (EU GMP Part IV, reconciliation of labels)."""


class JobState(StrEnum):
    """Where a print job stands; unknown means that a person must look at the printer."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"


NEXT_OF_JOB: dict[JobState, frozenset[JobState]] = {
    JobState.QUEUED: frozenset({JobState.SENDING}),
    JobState.SENDING: frozenset({JobState.SENT, JobState.UNKNOWN}),
    JobState.SENT: frozenset(),
    JobState.UNKNOWN: frozenset(),
}
"""Nothing leads back to the queue: a label is never printed twice unnoticed, a second one is a copy with a reason."""

PRINTERS = ("bedside", "facility")
"""One printer for each side; a label is printed where the person stands who asks for it."""

STAYS_ON = frozenset({"unit"})
"""Layouts of labels that are never replaced once they sit where they belong: a frozen vial is never relabelled."""


DRAWN_FROM, DRAWN_BELOW = 1_000_000_000, 2_000_000_000
"""Numbers of the labels that the facility prints for what the bedside sees too (kits): drawn, above every counted one.

The database shows the bedside the labels of its own scope below DRAWN_FROM only: what becomes of a kit's label, when and
how often it is printed, follows the facility's work, which may differ between the arms.
"""


class NoSuchLabel(NotFound):
    """No label of that number, or not for this person."""

    code = "no_such_label"


class NotPrintable(BadInput):
    """The content does not fit on the label, or something that it must show is missing."""

    code = "not_printable"


class NeverRelabelled(Conflict):
    """The label of a frozen unit sits on its vial; no second one goes over it."""

    code = "never_relabelled"


class OtherSidesLabel(Conflict):
    """The other side printed this label, and prints and accounts for it by itself."""

    code = "other_sides_label"


class LabelAccounted(Conflict):
    """It is known already what became of this label."""

    code = "label_accounted"


def check_own_label(number: int, bedside_sees_it: bool, acts_at_bedside: bool) -> None:
    """A label is reprinted and accounted for by the side that printed it, because the bedside watches its own ledger.

    Raises OtherSidesLabel.
    """
    printed_at_bedside = bedside_sees_it and number < DRAWN_FROM
    if printed_at_bedside is not acts_at_bedside:
        raise OtherSidesLabel(number=number)


def check_may_become(number: int, state: LabelState, to: LabelState) -> None:
    """Raises LabelAccounted."""
    if to not in NEXT[state]:
        raise LabelAccounted(number=number, state=state)


def check_may_reprint(number: int, layout: str, copies: Iterable[LabelState]) -> None:
    """``copies`` are the states of every print of this label so far. Raises NeverRelabelled."""
    if layout in STAYS_ON and LabelState.APPLIED in copies:
        raise NeverRelabelled(number=number)
