"""What a search of the trail may ask for, and how much later than it happened something was recorded."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from biobank.errors import BadInput


class WrongSpan(BadInput):
    """The end of the time asked for lies before its beginning."""

    code = "wrong_span"


@dataclass(frozen=True)
class Wanted:
    """Which entries of the trail are wanted: all that fit everything given.

    ``rows`` are the rows of the records, as table and id; ``actors_at`` are the places of somebody who works there only: they
    see the acts of those who work nowhere else, and their own (``viewer``). No search by reason finds the ``hidden`` texts.
    """

    person: str | None = None
    kind: str | None = None
    table: str | None = None
    rows: tuple[tuple[str, str], ...] | None = None
    since: datetime | None = None
    until: datetime | None = None
    reason: str | None = None
    actors_at: frozenset[str] = frozenset()
    viewer: str = ""
    newest_first: bool = True
    hidden: frozenset[str] = frozenset()


def check_span(since: datetime | None, until: datetime | None) -> None:
    """Raises WrongSpan."""
    if since is not None and until is not None and until < since:
        raise WrongSpan(field="until", since=since)


def is_late(occurred_at: datetime, recorded_at: datetime, after: timedelta) -> bool:
    """Whether something was entered later than ``after`` it happened, so that it is shown as a late entry."""
    return recorded_at - occurred_at > after
