"""When a freezer was too warm. Plain Python over readings; values in thousandths of a degree Celsius, so all is
exact.

A value holds until the next reading. Too warm begins with a reading above the limit and ends with the first one at or
below the limit less the hysteresis. It is an excursion when it lasts *longer* than the delay; while it lasts, the
last reading tells how long it has lasted so far.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


class SensorState(StrEnum):
    """A sensor counts once somebody has approved it."""

    WAITING = "waiting"
    APPROVED = "approved"


NEXT_OF_SENSOR: dict[SensorState, frozenset[SensorState]] = {
    SensorState.WAITING: frozenset({SensorState.APPROVED}),
    SensorState.APPROVED: frozenset(),
}
"""What a waiting sensor says is kept as refused, and judged by nobody; one that a person registers is approved by that."""


class GapState(StrEnum):
    """A counter that did not arrive may still come (missing), or the device no longer holds it (lost)."""

    MISSING = "missing"
    LOST = "lost"


NEXT_OF_GAP: dict[GapState, frozenset[GapState]] = {
    GapState.MISSING: frozenset({GapState.LOST}),
    GapState.LOST: frozenset(),
}
"""A gap ends when its readings arrive, also those that were given up as lost and come another way."""

EARLIEST_PLAUSIBLE = datetime(2020, 1, 1, tzinfo=UTC)
DEVICE_CLOCK_AHEAD = timedelta(minutes=5)
"""Beyond these a device's clock is taken to be wrong; defaults of this system."""


@dataclass(frozen=True)
class Limit:
    """Above ``limit_milli`` for longer than ``delay`` is an excursion; it ends ``hysteresis_milli`` below (all m°C)."""

    limit_milli: int
    delay: timedelta
    hysteresis_milli: int

    @property
    def calm_milli(self) -> int:
        """At or below this it is no longer too warm."""
        return self.limit_milli - self.hysteresis_milli


class Point(NamedTuple):
    """One reading of a probe, its calibration offset already added (m°C)."""

    at: datetime
    value_milli: int


@dataclass(frozen=True)
class Warm:
    """Too warm during ``[start, end)``; ``end`` is None while it lasts. ``seen`` is the last reading that counts for
    it.
    """

    start: datetime
    end: datetime | None
    seen: datetime
    peak_milli: int

    @property
    def until(self) -> datetime:
        """Where it ended, or how far it is known."""
        return self.end or self.seen


def clock_suspect(device_time: datetime, received_at: datetime) -> bool:
    """Whether a device's clock cannot be right: years before this system, or ahead of the server's."""
    return device_time < EARLIEST_PLAUSIBLE or device_time > received_at + DEVICE_CLOCK_AHEAD


def warm_times(points: Iterable[Point], limit: Limit) -> list[Warm]:
    """Every time of one probe above the limit, however short. ``points`` in order of time."""
    found: list[Warm] = []
    now: Warm | None = None
    for at, value in points:
        if now is None:
            if value > limit.limit_milli:
                now = Warm(at, None, at, value)
        elif value <= limit.calm_milli:
            found.append(Warm(now.start, at, at, now.peak_milli))
            now = None
        else:
            now = Warm(now.start, None, at, max(now.peak_milli, value))
    return [*found, now] if now else found


def excursions(probes: Iterable[Sequence[Point]], limit: Limit) -> list[Warm]:
    """The excursions of a freezer with these probes: each probe's own, joined where they overlap or touch."""
    each = [warm for points in probes for warm in warm_times(points, limit) if warm.until - warm.start > limit.delay]
    joined: list[Warm] = []
    for warm in sorted(each, key=lambda warm: warm.start):
        if joined and (joined[-1].end is None or warm.start <= joined[-1].until):
            joined[-1] = _join(joined[-1], warm)
        else:
            joined.append(warm)
    return joined


def milli(degrees: Decimal) -> int:
    """Degrees Celsius to thousandths; exact, because no record has more than three decimals."""
    return int(degrees.scaleb(3))


def degrees(value_milli: int) -> Decimal:
    """Thousandths of a degree to degrees Celsius."""
    return Decimal(value_milli).scaleb(-3)


def _join(one: Warm, other: Warm) -> Warm:
    end = None if one.end is None or other.end is None else max(one.end, other.end)
    return Warm(min(one.start, other.start), end, max(one.seen, other.seen), max(one.peak_milli, other.peak_milli))
