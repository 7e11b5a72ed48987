"""What a verification found, in words that name the entry."""

from dataclasses import dataclass, field
from enum import StrEnum


class What(StrEnum):
    """What happened to it."""

    CHANGED = "changed"
    REMOVED = "removed"
    INSERTED = "inserted"
    CUT_OFF = "cut off"
    UNEXPLAINED = "unexplained"


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it was."""

    what: What
    words: str

    def __str__(self) -> str:
        return f"{self.what.upper()}: {self.words}"


@dataclass
class Report:
    """What was verified, and what is wrong. ``notes`` are no faults, but somebody should have read them."""

    leaves: int = 0
    entries: int = 0
    acts: int = 0
    tables: int = 0
    heads: int = 0
    exported: int = 0
    waiting: int = 0
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


def span(name: str, first: int, last: int) -> str:
    """``leaf 7`` or ``leaves 7 to 9``."""
    return f"{name} {first}" if first == last else f"{'leaves' if name == 'leaf' else name + 's'} {first} to {last}"
