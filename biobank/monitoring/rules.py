"""When a freezer was too warm. Plain Python over readings; values in thousandths of a degree Celsius, so all is
exact.

A value holds until the next reading. Too warm begins with a reading above the limit and ends with the first one at or
below the limit less the hysteresis. It is an excursion when it lasts *longer* than the delay; while it lasts, the
last reading tells how long it has lasted so far. Each reading is held against the limit that was valid when it was taken,
and a warm time against the delay that was valid when it began (decision 0007).
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar

Value = TypeVar("Value")
Other = TypeVar("Other")


SENSOR_NAME = r"^[A-Za-z0-9*-]{4,32}$"
"""What a sensor may be called, in messages and by people: our own codes among it, whose check character may be ``*``."""


class SensorState(StrEnum):
    """A sensor counts once somebody has approved it."""

    WAITING = "waiting"
    APPROVED = "approved"


NEXT_OF_SENSOR: dict[SensorState, frozenset[SensorState]] = {
    SensorState.WAITING: frozenset({SensorState.APPROVED}),
    SensorState.APPROVED: frozenset(),
}
"""What a waiting sensor says is kept as refused, and judged by nobody; one that a person registers is approved by that."""


class Refused(StrEnum):
    """Why a message, or a reading in it, was not stored."""

    WRONG_TOPIC = "wrong_topic"
    WRONG_PAYLOAD = "wrong_payload"
    RETAINED = "retained"
    UNKNOWN_SENSOR = "unknown_sensor"
    WAITING_SENSOR = "waiting_sensor"
    WRONG_DEVICE = "wrong_device"
    CONFLICTING_VALUE = "conflicting_value"
    CONFLICTING_COUNTER = "conflicting_counter"


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
HELD_BACK = timedelta(days=1)
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


@dataclass(frozen=True)
class Dated(Generic[Value]):
    """What holds from a date on: ``first`` from the beginning, each of ``changes`` (in order of time) from its moment."""

    first: Value
    changes: tuple[tuple[datetime, Value], ...] = ()

    def at(self, moment: datetime) -> Value:
        """What held at ``moment``."""
        if not self.changes:
            return self.first  # most often, and asked for each reading
        before = bisect_right(self.changes, moment, key=lambda change: change[0])
        return self.changes[before - 1][1] if before else self.first

    def throughout(self, first: datetime, last: datetime) -> Value | None:
        """What held from ``first`` to ``last``; None where it changed meanwhile."""
        changed = any(first < since <= last for since, _ in self.changes)
        return None if changed else self.at(first)

    def each(self, to: Callable[[Value], Other]) -> "Dated[Other]":
        """The same dates with ``to`` of each value."""
        return Dated(to(self.first), tuple((since, to(value)) for since, value in self.changes))


class Point(NamedTuple):
    """One reading of a probe, its calibration offset already added (m°C)."""

    at: datetime
    value_milli: int


class Stretch(NamedTuple):
    """Readings of a probe that follow each other, together: the first and the last time, how many, the lowest and the highest
    value (m°C, offset added) and the longest time between two.
    """

    first: datetime
    last: datetime
    readings: int
    lowest_milli: int
    highest_milli: int
    longest: timedelta


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


def plausible(received_at: datetime, known_at: datetime | None = None) -> tuple[datetime, datetime]:
    """Between which times a device's clock can be right: not years before this system, nor ahead of the server's; nor, where its
    sensor was first known at ``known_at``, by more than a device holds back before that, when it spoke to nobody.
    """
    earliest, latest = EARLIEST_PLAUSIBLE, received_at + DEVICE_CLOCK_AHEAD
    if known_at is not None and known_at <= received_at:
        earliest = max(earliest, known_at - HELD_BACK)
    return earliest, latest


class Watch:
    """Follows one probe over its readings in order of time; ``since`` is the warm time that goes on when it begins."""

    def __init__(self, limits: Dated[Limit], since: Warm | None = None) -> None:
        self.limits, self.now = limits, since
        self.ended: list[Warm] = []

    def take(self, point: Point) -> None:
        """The next reading."""
        at, value = point
        limit = self.limits.at(at)
        if self.now is None:
            if value > limit.limit_milli:
                self.now = Warm(at, None, at, value)
        elif value <= limit.calm_milli:
            self.end(at)
        else:
            self.now = Warm(self.now.start, None, at, max(self.now.peak_milli, value))

    def stays(self, stretch: Stretch) -> bool:
        """Whether in a stretch nothing begins and nothing ends."""
        limit = self.limits.throughout(stretch.first, stretch.last)
        if limit is None:
            return False
        return stretch.highest_milli <= limit.limit_milli if self.now is None else stretch.lowest_milli > limit.calm_milli

    def take_all(self, stretch: Stretch) -> None:
        """The next readings, in which it stays as it is."""
        if self.now is not None:
            self.now = Warm(self.now.start, None, stretch.last, max(self.now.peak_milli, stretch.highest_milli))

    def end(self, at: datetime) -> None:
        """What goes on ends here: a calm reading, or the probe is taken out."""
        if self.now is not None:
            self.ended.append(replace(self.now, end=at, seen=at))
            self.now = None

    def times(self) -> list[Warm]:
        """Every time above the limit, however short, in order; the last one may go on."""
        return [*self.ended, self.now] if self.now else list(self.ended)


def warm_times(points: Iterable[Point], limits: Dated[Limit]) -> list[Warm]:
    """Every time of one probe above the limit, however short. ``points`` in order of time."""
    watch = Watch(limits)
    for point in points:
        watch.take(point)
    return watch.times()


def excursions(times: Iterable[Warm], limits: Dated[Limit]) -> list[Warm]:
    """The excursions of a freezer, from the warm times of all its probes: each that outlasts the delay, joined where they
    overlap or touch.
    """
    joined: list[Warm] = []
    for warm in sorted(times, key=lambda warm: warm.start):
        if warm.until - warm.start <= limits.at(warm.start).delay:
            continue
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
