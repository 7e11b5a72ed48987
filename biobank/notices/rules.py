"""Who is told of what, when, and by which way. Plain Python."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID


class NoticeState(StrEnum):
    """A notice waits for its way to somebody, and then is sent; it is never given up."""

    QUEUED = "queued"
    SENT = "sent"


NEXT_OF_NOTICE: dict[NoticeState, frozenset[NoticeState]] = {
    NoticeState.QUEUED: frozenset({NoticeState.SENT}),
    NoticeState.SENT: frozenset(),
}
"""A way that fails is followed by the next one of the same person at once, and after the last by the first again, later."""

FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(minutes=10)
"""Between two rounds over all ways of a person; the pause doubles. Defaults of this system."""
MOST_LINES = 20
"""So many things are named in a message; of the others it says how many."""


class Way(StrEnum):
    """How somebody is reached."""

    EMAIL = "email"
    WEBHOOK = "webhook"
    SMS = "sms"


class Waiting(NamedTuple):
    """An alarm that somebody must acknowledge."""

    alarm_id: UUID
    facility_code: str | None
    kind: str
    subject: str
    words: str
    since: datetime
    """When it was raised for the first time of which nobody has acknowledged it, however often it came and went from then on."""
    proof_id: UUID | None = None
    """The proof of the alarms that raised it: everybody on duty is told of it at once, by every way, and once."""
    repeat: timedelta = timedelta(minutes=15)
    """So long after it was told whoever stands last in the chain is told again; a default of this system."""


class OnDuty(NamedTuple):
    """Somebody is told of what nobody acknowledged for ``after``, from ``starts_at`` until before ``ends_at``."""

    duty_id: UUID
    contact_id: UUID
    facility_code: str
    after: timedelta
    starts_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True)
class Due:
    """An alarm of which somebody on duty is to be told now, for the ``turn``-th time again."""

    waiting: Waiting
    duty: OnDuty
    turn: int = 0


Told = Mapping[tuple[UUID, UUID, datetime], int]
"""The last turn in which a duty was told of an alarm that waits since a time."""
ON_ITS_WAY = 2**31 - 1
"""Stands for the turn while a notice of it waits for a way that takes it: no second one is laid beside it."""


def due(waiting: Iterable[Waiting], duties: Sequence[OnDuty], told: Told, now: datetime) -> list[Due]:
    """Whom to tell what at ``now``.

    The whole chain is told of whoever's turn has come, and its last ones again and again, until somebody acknowledges. Where
    nobody is on duty, everybody is who ever is in the chain, and where a facility has no chain, those of all others are: an
    alarm that reaches too many is better than one that reaches nobody.
    """
    found = []
    for one in waiting:
        chain = [duty for duty in duties if one.facility_code in (None, duty.facility_code)] or duties
        on = [duty for duty in chain if duty.starts_at <= now and (duty.ends_at is None or now < duty.ends_at)]
        last = max((duty.after for duty in on or chain), default=timedelta(0))
        turns = ((duty, _turn(one, duty, duty.after == last, now)) for duty in on or chain)
        found += [
            Due(one, duty, turn) for duty, turn in turns if turn > told.get((one.alarm_id, duty.duty_id, one.since), -1)
        ]
    return found


def _turn(one: Waiting, duty: OnDuty, is_last: bool, now: datetime) -> int:
    """How many times again a duty is to have been told by now; -1 where it is not its turn yet."""
    if one.proof_id is not None:
        return 0
    since = now - one.since - duty.after
    if since < timedelta(0):
        return -1
    return since // one.repeat if is_last else 0


def again(words: str) -> str:
    """What is told of an alarm that was told before."""
    return f"Not acknowledged yet: {words}"


def pause(rounds: int) -> timedelta:
    """How long to wait after so many rounds over all ways of a person, all of which failed."""
    return min(FIRST_PAUSE * (1 << min(rounds - 1, 10)), LONGEST_PAUSE)


TEST = "TEST: "
PROOF = "This is a test of the alarms by way of a device, the broker and every way to you. No freezer is warm."


def subject(lines: Sequence[tuple[str, str]], *, test: bool = False) -> str:
    """The heading of a message about these kinds and words; one of a proof says first that it is a test."""
    if test:
        return TEST + subject(lines)
    if len(lines) == 1:
        return f"Alarm: {lines[0][1]}"
    kinds = count(kind for kind, _ in lines)
    return f"{len(lines)} alarms: " + ", ".join(f"{number} {kind.replace('_', ' ')}" for kind, number in kinds.items())


def message(lines: Sequence[tuple[str, str]], link: str, *, test: bool = False) -> str:
    """A message about alarms, of one kind after another, with the address where they are acknowledged after signing in."""
    kinds = count(kind for kind, _ in lines)
    parts = [PROOF, ""] if test else []
    for kind, number in kinds.items():
        told = [words for of, words in lines if of == kind]
        parts += [f"{kind.replace('_', ' ').capitalize()}: {number}", *(f"- {words}" for words in told[:MOST_LINES])]
        if number > MOST_LINES:
            parts.append(f"- and {number - MOST_LINES} more")
        parts.append("")
    return "\n".join([*parts, f"Sign in to see and acknowledge: {link}", ""])


def count(kinds: Iterable[str]) -> dict[str, int]:
    """How many there are of each, the most frequent first."""
    found: dict[str, int] = {}
    for kind in kinds:
        found[kind] = found.get(kind, 0) + 1
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))
