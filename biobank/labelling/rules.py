"""What may become of a label and of a print job, and what is never printed again."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from biobank.errors import BadInput, Conflict, NotFound
from labels.layouts import UNITS
from labels.readable import readable


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
"""Every print is accounted for: printed = applied + void + destroyed (EU GMP Part IV, reconciliation of labels).

A label is applied by reading it back where it sits, and a thing moves only then: it is handed over, laid into storage, or, as a
kit, declared ready. What was proven so is fetched, moved within storage and thawed without reading its label again.
"""


class JobState(StrEnum):
    """Where a print job stands; unknown means that a person must look at the printer."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    PRINTED = "printed"
    NOT_PRINTED = "not_printed"
    WITHDRAWN = "withdrawn"


NEXT_OF_JOB: dict[JobState, frozenset[JobState]] = {
    JobState.QUEUED: frozenset({JobState.SENDING, JobState.WITHDRAWN}),
    JobState.SENDING: frozenset({JobState.SENT, JobState.UNKNOWN}),
    JobState.SENT: frozenset(),
    JobState.UNKNOWN: frozenset({JobState.PRINTED, JobState.NOT_PRINTED}),
    JobState.PRINTED: frozenset(),
    JobState.NOT_PRINTED: frozenset(),
    JobState.WITHDRAWN: frozenset(),
}
"""Nothing leads back to the queue: a label is never printed twice unnoticed, a second one is a copy with a reason.

Whether an unknown one came out says whoever looked at the printer; one that waits is withdrawn when its label becomes void.
"""

class LabelSetState(StrEnum):
    """What became of labels that were printed ahead for a planned collection."""

    PREPARED = "prepared"
    USED = "used"
    VOID = "void"


NEXT_OF_SET: dict[LabelSetState, frozenset[LabelSetState]] = {
    LabelSetState.PREPARED: frozenset({LabelSetState.USED, LabelSetState.VOID}),
    LabelSetState.USED: frozenset(),
    LabelSetState.VOID: frozenset(),
}
"""The code of a set is used once, by the donation that is taken with it, or never. Its labels are accounted for one by one."""

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


class LabelSetOver(Conflict):
    """The set was used by its collection, or given up; nothing is printed for one that was given up."""

    code = "label_set_over"


def check_set_may_become(label: str, state: LabelSetState, to: LabelSetState) -> None:
    """``label`` is the code on each of the set. Raises LabelSetOver."""
    if to not in NEXT_OF_SET[state]:
        raise LabelSetOver(label=label, state=state)


def check_not_given_up(label: str, state: LabelSetState | None) -> None:
    """``state`` is that of the set to which a label belongs, if it was printed ahead. Raises LabelSetOver."""
    if state is LabelSetState.VOID:
        raise LabelSetOver(label=label, state=state)


class NothingToStickOn(Conflict):
    """The label was printed ahead, and what it is for was not taken yet, or never will be."""

    code = "nothing_to_stick_on"


def check_something_to_stick_on(number: int, state: LabelSetState | None) -> None:
    """``state`` is that of the set to which the label belongs, if it was printed ahead. Raises NothingToStickOn."""
    if state not in (None, LabelSetState.USED):
        raise NothingToStickOn(number=number)


class LabelAccounted(Conflict):
    """It is known already what became of this label."""

    code = "label_accounted"


class WristbandKnown(Conflict):
    """This participant has a wristband; another one is a copy, for a reason and with a second person."""

    code = "wristband_known"


def check_no_wristband(participant: str, numbers: Sequence[int]) -> None:
    """``numbers`` are those of the participant's wristbands so far. Raises WristbandKnown."""
    if numbers:
        raise WristbandKnown(participant=participant, number=numbers[0])


class NamedTwice(BadInput):
    """Two of the numbers are the same label, of which each would make another copy."""

    code = "label_named_twice"


def check_named_once(labels: Mapping[int, object], count: int) -> None:
    """``labels`` are what each number is a print of, ``count`` how many were named. Raises NamedTwice."""
    twice = [number for number, label in labels.items() if list(labels.values()).count(label) > 1]
    if twice or len(labels) < count:
        raise NamedTwice(field="numbers", numbers=", ".join(map(str, twice)))


class OtherLabelRead(Conflict):
    """What was read is not what this label says: it sits on something else, or another label sits there."""

    code = "other_label_read"


def check_read_back(number: int, payload: str, read: str) -> None:
    """What was read is the label's whole payload, or the code that people read beside the symbol. Raises OtherLabelRead."""
    if read not in (payload, readable(payload).code):
        raise OtherLabelRead(number=number, payload=payload, read=read)


class LabelNotReadBack(Conflict):
    """A label was printed for this material, and nobody read it back where it sits."""

    code = "label_not_read_back"


def check_proven(material: str, kind: str, labels: Mapping[str, Mapping[int, LabelState]]) -> None:
    """Before a material moves, its own label was read back on it, and it is known of every other what became of it.

    Its own is of the layout named like its ``kind``, or of a unit that is a bag the bag's; the others, as of a cap, may all be
    void. ``labels`` are the states of a layout's prints by number. Raises LabelNotReadBack naming the newest print in question.
    """
    for layout, prints in labels.items():
        nobody_knows = [number for number, state in prints.items() if state is LabelState.PRINTED]
        if nobody_knows or (layout in (kind, "bag") and LabelState.APPLIED not in prints.values()):
            raise LabelNotReadBack(material=material, number=max(nobody_knows or prints))


OF_EQUIPMENT = frozenset({"rack", "box"})
"""Layouts of labels that identify nothing of a patient: one person may print them again."""


class SecondPersonNeeded(BadInput):
    """Another copy of this label is printed in the presence of a second person."""

    code = "second_person_needed"


def check_seen_by_two(number: int, layout: str, *, alone: bool) -> None:
    """Raises SecondPersonNeeded."""
    if alone and layout not in OF_EQUIPMENT:
        raise SecondPersonNeeded(field="second", number=number)


class PrintNotUnknown(Conflict):
    """It is known what became of this print, or it is still on its way to the printer."""

    code = "print_not_unknown"


def check_unknown(number: int, job: JobState | None) -> None:
    """Only of a print that may or may not have come out a person says which. Raises PrintNotUnknown."""
    if job is not JobState.UNKNOWN:
        raise PrintNotUnknown(number=number, job=job)


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
    if layout in UNITS and LabelState.APPLIED in copies:
        raise NeverRelabelled(number=number)
