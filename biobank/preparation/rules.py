"""What may happen in the session in which a kit is prepared, in both arms by the same hands."""

from enum import StrEnum


class PreparationState(StrEnum):
    """How far the session is."""

    OPEN = "open"
    FILLED = "filled"
    READY = "ready"


NEXT: dict[PreparationState, frozenset[PreparationState]] = {
    PreparationState.OPEN: frozenset({PreparationState.FILLED}),
    PreparationState.FILLED: frozenset({PreparationState.READY}),
    PreparationState.READY: frozenset(),
}
"""A kit is filled once; what went wrong after that makes another kit."""
