"""How a deviation ends: by somebody else than who opened it, with a conclusion, once."""

from collections.abc import Sequence
from enum import StrEnum
from uuid import UUID

from biobank.errors import Conflict, NotFound


class DeviationState(StrEnum):
    """Open until somebody else closes it with a conclusion."""

    OPEN = "open"
    CLOSED = "closed"


NEXT: dict[DeviationState, frozenset[DeviationState]] = {
    DeviationState.OPEN: frozenset({DeviationState.CLOSED}),
    DeviationState.CLOSED: frozenset(),
}
"""Where a deviation goes from each state; a closed one stays closed, what comes up later is another deviation."""


class NoSuchDeviation(NotFound):
    """No deviation carries this code, or it is about a material of another place."""

    code = "no_such_deviation"


class DeviationClosed(Conflict):
    """The deviation was closed before."""

    code = "deviation_closed"


class OpenedItYourself(Conflict):
    """Whoever opens a deviation does not close it."""

    code = "opened_it_yourself"


class DeviationStillOpen(Conflict):
    """The deviation for which something is held has no conclusion yet."""

    code = "deviation_still_open"


def check_concluded(still_open: Sequence[str]) -> None:
    """What a deviation holds stays held until it is closed; ``still_open`` are the codes. Raises DeviationStillOpen."""
    if still_open:
        raise DeviationStillOpen(names=", ".join(still_open))


def check_may_close(deviation: str, state: DeviationState, opened_by: UUID, closes: UUID) -> None:
    """The deviation with this code may be closed by the person ``closes``. Raises DeviationClosed, OpenedItYourself."""
    if DeviationState.CLOSED not in NEXT[state]:
        raise DeviationClosed(deviation=deviation)
    if closes == opened_by:
        raise OpenedItYourself(deviation=deviation)
