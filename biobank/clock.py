"""Where time comes from. ``now()`` is asked once at the edge of the program and travels in the act."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """Anything that tells the time as an aware UTC datetime."""

    def now(self) -> datetime: ...


class SystemClock:
    """The server's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class FixedClock:
    """A clock that stands where it was put; tests and demonstrations move it."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def advance(self, step: timedelta) -> None:
        """Move forward by ``step``."""
        self.at += step


@dataclass(frozen=True)
class SimulatedClock:
    """A clock kept in a file, so that every process of one demonstration shares it; real time where the file is absent."""

    path: Path

    def now(self) -> datetime:
        try:
            return datetime.fromisoformat(self.path.read_text())
        except FileNotFoundError:
            return datetime.now(UTC)

    def set(self, at: datetime) -> None:
        """Put the clock to ``at`` (aware). Written beside and moved, so that no reader sees half of it."""
        fresh = self.path.with_suffix(".new")
        fresh.write_text(at.astimezone(UTC).isoformat())
        fresh.replace(self.path)

    @property
    def moved(self) -> bool:
        """Whether it stands at a simulated time now."""
        return self.path.exists()

    def release(self) -> None:
        """Go back to real time."""
        self.path.unlink(missing_ok=True)
