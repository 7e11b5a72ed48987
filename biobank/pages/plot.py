"""The temperature plot of a freezer as lines of an SVG, drawn by the server: readable without scripts and on paper.

Coordinates are those of the drawing, in its own units; temperatures are degrees Celsius, times aware.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

WIDTH, HEIGHT = 760, 260
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 12, 30
_NICE = (1, 2, 5, 10, 20, 25, 50, 100)
_STEPS = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 30, 60, 180, 360, 720, 1440, 2880, 10080, 43200, 129600))
_MOST_TICKS = 7


@dataclass(frozen=True)
class Tick:
    """A line of the grid with what stands beside it."""

    at: float
    words: str
    moment: str = ""


@dataclass(frozen=True)
class Line:
    """The temperatures of one sensor: each step from its lowest to its highest, broken where nothing was heard."""

    sensor: str
    path: str
    last: str


@dataclass(frozen=True)
class Warm:
    """An excursion as a band from left to right."""

    left: float
    width: float
    peak: str
    started_at: str
    ended_at: str | None


@dataclass(frozen=True)
class Plot:
    """Everything that the drawing needs."""

    freezer: str
    limit: str
    limit_y: float
    columns: tuple[Tick, ...]
    rows: tuple[Tick, ...]
    lines: tuple[Line, ...]
    warm: tuple[Warm, ...]
    lowest: str
    highest: str


@dataclass(frozen=True)
class _Step:
    at: datetime
    low: float
    high: float


def plot_of(told: Mapping[str, Any]) -> Plot | None:
    """The plot of what a freezer's probes told, up to the end of what was asked for; None where they told nothing."""
    series = {one["sensor"]: [_step(step) for step in one["steps"]] for one in told["series"]}
    steps = [step for found in series.values() for step in found]
    if not steps:
        return None
    limit = float(told["limit_c"])
    low, high = min(step.low for step in steps), max(step.high for step in steps)
    scale = _Scale.over(steps, datetime.fromisoformat(told["end"]).astimezone(UTC), min(low, limit), max(high, limit))
    return Plot(
        freezer=told["freezer"],
        limit=degrees(limit),
        limit_y=scale.y(limit),
        columns=tuple(scale.columns()),
        rows=tuple(scale.rows()),
        lines=tuple(_line(sensor, found, scale) for sensor, found in series.items() if found),
        warm=tuple(_warm(one, scale) for one in told["excursions"]),
        lowest=degrees(low),
        highest=degrees(high),
    )


def degrees(value: float | str) -> str:
    """A temperature as one writes it, with a true minus sign."""
    return f"{float(value):.1f}".replace("-", "−") + " °C"


def measured(probe: Mapping[str, Any]) -> str:
    """What a sensor said last, in the unit of its kind; a lid is open or closed, mains are on or off."""
    if probe["temperature_c"] is not None:
        return degrees(probe["temperature_c"])
    if probe["value"] is None:
        return "not heard yet"
    is_one = float(probe["value"]) != 0
    either = {"lid": ("closed", "open"), "mains": ("off", "on")}.get(probe["kind"])
    return either[is_one] if either else f"{float(probe['value']):g} {probe['unit']}"


@dataclass(frozen=True)
class _Scale:
    start: datetime
    end: datetime
    bottom: float
    top: float

    @classmethod
    def over(cls, steps: Sequence[_Step], end: datetime, low: float, high: float) -> "_Scale":
        room = max((high - low) * 0.08, 1.0)
        start = min(step.at for step in steps)
        return cls(start, max(end, start + timedelta(minutes=5)), low - room, high + room)

    def x(self, at: datetime) -> float:
        share = (at - self.start) / (self.end - self.start)
        return round(LEFT + min(max(share, 0.0), 1.0) * (WIDTH - LEFT - RIGHT), 1)

    def y(self, value: float) -> float:
        share = (value - self.bottom) / (self.top - self.bottom)
        return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)

    def rows(self) -> Iterable[Tick]:
        step = next((nice for nice in _NICE if (self.top - self.bottom) / nice <= _MOST_TICKS), _NICE[-1])
        value = -(-self.bottom // step) * step
        while value <= self.top:
            yield Tick(self.y(value), f"{value:.0f}".replace("-", "−"))
            value += step

    def columns(self) -> Iterable[Tick]:
        lasts = self.end - self.start
        step = next((one for one in _STEPS if lasts / one <= _MOST_TICKS), _STEPS[-1])
        origin = datetime(2000, 1, 1, tzinfo=UTC)
        at = origin - (origin - self.start) // step * step
        form = "%H:%M" if lasts <= timedelta(days=1) else "%d %b %H:%M" if lasts <= timedelta(days=7) else "%d %b"
        while at <= self.end:
            if at >= self.start:
                yield Tick(self.x(at), at.strftime(form), at.isoformat())
            at += step


def _step(told: Mapping[str, Any]) -> _Step:
    return _Step(datetime.fromisoformat(told["at"]).astimezone(UTC), float(told["lowest_c"]), float(told["highest_c"]))


def _line(sensor: str, steps: Sequence[_Step], scale: _Scale) -> Line:
    path = " ".join(_band(part, scale) for part in _unbroken(steps))
    return Line(sensor, path, degrees(steps[-1].high))


def _unbroken(steps: Sequence[_Step]) -> list[list[_Step]]:
    """Cut where nothing was heard for three times as long as usual; what is usual is told by where it was heard well."""
    gaps = sorted(later.at - earlier.at for earlier, later in pairwise(steps))
    usual = gaps[len(gaps) // 4] if gaps else timedelta()
    parts = [[steps[0]]]
    for earlier, later in pairwise(steps):
        if later.at - earlier.at > 3 * usual:
            parts.append([])
        parts[-1].append(later)
    return parts


def _band(steps: Sequence[_Step], scale: _Scale) -> str:
    above = [f"{scale.x(step.at)},{scale.y(step.high)}" for step in steps]
    below = [f"{scale.x(step.at)},{scale.y(step.low)}" for step in reversed(steps)]
    return "M" + " L".join((*above, *below)) + " Z"


def _warm(told: Mapping[str, Any], scale: _Scale) -> Warm:
    ended = told["ended_at"]
    left = scale.x(datetime.fromisoformat(told["started_at"]))
    right = scale.x(datetime.fromisoformat(ended)) if ended else WIDTH - RIGHT
    return Warm(left, round(max(right - left, 2.0), 1), degrees(told["peak_c"]), told["started_at"], ended)
