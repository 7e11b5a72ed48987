"""The warming ledger of a unit: for how long it was above each threshold, by whatever warmed it. Plain Python.

What is counted are intervals `[start, end)`. Each moment counts once, by the largest share of all that bear on it, so that a
lid that stood open while the probe told the same warmth is not counted twice. The intervals are added up where they lie, in
`intervals.py`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

Span = tuple[datetime, datetime]
"""From, and until before; times are aware."""

ALL = 100
"""Per cent of a moment that is counted whole."""


class Cause(StrEnum):
    """What warmed a unit."""

    MEASURED = "measured"
    TRANSPORT = "transport"
    RACK_PULL = "rack_pull"
    LID_OPENING = "lid_opening"


class Near(StrEnum):
    """How near a unit was to what was handled: the unit that was fetched, and those of its box, its rack, its freezer."""

    PULLED = "pulled"
    BOX = "box"
    RACK = "rack"
    LID = "lid"


@dataclass(frozen=True)
class Charge:
    """Of an event so near, ``percent`` of the time count as above every threshold up to ``up_to_c`` (°C)."""

    percent: int
    up_to_c: Decimal


Charges = Mapping[Near, Charge]

GENERAL_KNOWLEDGE: Charges = {
    Near.PULLED: Charge(100, Decimal(-120)),
    Near.BOX: Charge(100, Decimal(-135)),
    Near.RACK: Charge(50, Decimal(-150)),
    Near.LID: Charge(10, Decimal(-150)),
}
"""What is charged where an installation set nothing: general knowledge, to be replaced by what it measured in its freezers."""


THRESHOLDS_C = frozenset(map(Decimal, ("-150.00", "-135.00", "-120.00")))
"""Above which temperatures (°C) time is counted where an installation set nothing."""


@dataclass(frozen=True)
class Travelled:
    """What the logger of a transport told: when it was above each threshold (°C), and when nobody knows how warm it was."""

    above: Mapping[Decimal, Sequence[Span]]
    unknown: Sequence[Span]


@dataclass(frozen=True)
class Counted:
    """A hundred times how long it was above a threshold: in all, and by each cause alone."""

    whole: timedelta
    by_cause: Mapping[Cause, timedelta]


@dataclass(frozen=True)
class Sums:
    """What is counted above each threshold (°C), and a hundred times how long nobody knows how warm it was."""

    above: Mapping[Decimal, Counted]
    unknown: timedelta


@dataclass(frozen=True)
class Budget:
    """A unit may be above ``above_c`` (°C) for ``at_most_s`` seconds in its life."""

    above_c: Decimal
    at_most_s: int


@dataclass(frozen=True)
class Line:
    """How long (s) a unit was above ``above_c``; by each cause alone, which may add up to more; its budget."""

    above_c: Decimal
    seconds: int
    by_cause: Mapping[Cause, int]
    budget_s: int | None

    @property
    def left_s(self) -> int | None:
        """What is left (s), never less than nothing; None where there is no budget."""
        return None if self.budget_s is None else max(self.budget_s - self.seconds, 0)

    @property
    def spent(self) -> bool:
        """Whether nothing is left; a budget of nothing is spent by the first second."""
        return self.seconds > 0 and self.left_s == 0


@dataclass(frozen=True)
class Ledger:
    """The lines of a unit, the coldest threshold first, and how long (s) nobody knows how warm it was: on its ways, and where
    it lay.
    """

    lines: Sequence[Line]
    unknown_s: int

    @property
    def spent(self) -> Sequence[Line]:
        """The lines whose budget is spent."""
        return [line for line in self.lines if line.spent]


def ledger(sums: Sums, budgets: Collection[Budget]) -> Ledger:
    """The ledger of one unit over the thresholds of these sums, of which some have a budget."""
    most = {budget.above_c: budget.at_most_s for budget in budgets}
    lines = [_line(above_c, one, most.get(above_c)) for above_c, one in sorted(sums.above.items())]
    return Ledger(lines, in_seconds(sums.unknown))


def _line(above_c: Decimal, counted: Counted, budget_s: int | None) -> Line:
    by_cause = {cause: in_seconds(hundredfold) for cause, hundredfold in counted.by_cause.items() if hundredfold}
    return Line(above_c, in_seconds(counted.whole), by_cause, budget_s)


def in_seconds(hundredfold: timedelta) -> int:
    """Whole seconds of a hundred times a duration; a part of one counts as one."""
    return -(hundredfold // -timedelta(seconds=ALL))


def length(spans: Iterable[Span]) -> timedelta:
    """How long spans are together, none of which touches another."""
    return sum((end - start for start, end in spans), timedelta())

