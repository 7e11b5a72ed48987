"""The warming ledger of a unit: for how long it was above each threshold, by whatever warmed it. Plain Python.

What is counted are intervals `[start, end)`. Each moment counts once, by the largest share of all that bear on it, so that a
lid that stood open while the probe told the same warmth is not counted twice.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import chain, pairwise
from typing import Any
from uuid import UUID

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


@dataclass(frozen=True)
class Stay:
    """A unit lay in a box of a rack of a freezer during ``span``."""

    freezer: UUID
    rack: str
    box: str
    span: Span


@dataclass(frozen=True)
class WarmTime:
    """A freezer was above ``above_c`` (°C) during ``span``, as its probes tell."""

    freezer: UUID
    above_c: Decimal
    span: Span


@dataclass(frozen=True)
class Opened:
    """When the lid of a freezer stood open."""

    freezer: UUID
    spans: Sequence[Span]


@dataclass(frozen=True)
class Pulled:
    """When a rack was pulled for the sake of units in one of its boxes: of the ledger's ``own`` unit, or of others."""

    freezer: UUID
    rack: str
    box: str
    own: bool
    spans: Sequence[Span]


@dataclass(frozen=True)
class Travelled:
    """What the logger of a transport told: when it was above each threshold (°C), and when nobody knows how warm it was."""

    above: Mapping[Decimal, Sequence[Span]]
    unknown: Sequence[Span]


@dataclass(frozen=True)
class Told:
    """Everything that the ledger of one unit rests on. It ends at ``until``: the thaw, or now."""

    until: datetime
    stays: Sequence[Stay]
    warm: Sequence[WarmTime] = ()
    opened: Sequence[Opened] = ()
    pulled: Sequence[Pulled] = ()
    transports: Sequence[Travelled] = ()


@dataclass(frozen=True)
class Share:
    """Times of which ``percent`` count as above every threshold up to ``up_to_c``."""

    cause: Cause
    percent: int
    up_to_c: Decimal
    spans: Sequence[Span]


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
    """The lines of a unit, the coldest threshold first, and how long (s) on its ways nobody knows how warm it was."""

    lines: Sequence[Line]
    unknown_s: int

    @property
    def spent(self) -> Sequence[Line]:
        """The lines whose budget is spent."""
        return [line for line in self.lines if line.spent]


def ledger(told: Told, charges: Charges, thresholds_c: Collection[Decimal], budgets: Collection[Budget]) -> Ledger:
    """The ledger of one unit over these thresholds and those of its budgets."""
    borne = list(shares(told, charges))
    most = {budget.above_c: budget.at_most_s for budget in budgets}
    unknown = merged(_until(told.until, chain.from_iterable(one.unknown for one in told.transports)))
    lines = [_line(above_c, borne, most.get(above_c)) for above_c in sorted({*thresholds_c, *most})]
    return Ledger(lines, in_seconds(ALL * length(unknown)))


def shares(told: Told, charges: Charges) -> Iterable[Share]:
    """What bears on a unit, by cause."""
    for freezer, inside in _by(lambda stay: stay.freezer, told.stays).items():
        for above_c in {one.above_c for one in told.warm}:
            warm = [one.span for one in told.warm if one.freezer == freezer and one.above_c == above_c]
            yield Share(Cause.MEASURED, ALL, above_c, cut(merged(warm), inside))
        opened = chain.from_iterable(one.spans for one in told.opened if one.freezer == freezer)
        yield _charged(Cause.LID_OPENING, charges[Near.LID], cut(merged(opened), inside))
    for near, spans in _pulled(told).items():
        yield _charged(Cause.RACK_PULL, charges[near], spans)
    for transport in told.transports:
        for above_c, found in transport.above.items():
            yield Share(Cause.TRANSPORT, ALL, above_c, merged(_until(told.until, found)))


def _charged(cause: Cause, charge: Charge, spans: Sequence[Span]) -> Share:
    return Share(cause, charge.percent, charge.up_to_c, spans)


def _pulled(told: Told) -> dict[Near, list[Span]]:
    """When racks were pulled, by how near: the unit fetched is out of its slot, its neighbours are warmed where they lie."""
    others = [one for one in told.pulled if not one.own]
    own = chain.from_iterable(one.spans for one in told.pulled if one.own)
    found: dict[Near, list[Span]] = {Near.PULLED: _until(told.until, own), Near.BOX: [], Near.RACK: []}
    for (freezer, rack, box), inside in _by(lambda stay: (stay.freezer, stay.rack, stay.box), told.stays).items():
        of_rack = [one for one in others if (one.freezer, one.rack) == (freezer, rack)]
        found[Near.BOX] += cut(merged(chain.from_iterable(one.spans for one in of_rack if one.box == box)), inside)
        found[Near.RACK] += cut(merged(chain.from_iterable(one.spans for one in of_rack)), inside)
    return {near: merged(spans) for near, spans in found.items()}


def _by(key: Callable[[Stay], Hashable], stays: Iterable[Stay]) -> dict[Any, list[Span]]:
    """The spans of stays by the place that ``key`` makes of them, merged."""
    found: dict[Hashable, list[Span]] = {}
    for stay in stays:
        found.setdefault(key(stay), []).append(stay.span)
    return {place: merged(spans) for place, spans in found.items()}


def _line(above_c: Decimal, borne: Sequence[Share], budget_s: int | None) -> Line:
    bearing = [share for share in borne if share.up_to_c >= above_c]
    by_cause = {cause: in_seconds(counted(one for one in bearing if one.cause == cause)) for cause in Cause}
    return Line(above_c, in_seconds(counted(bearing)), {cause: s for cause, s in by_cause.items() if s}, budget_s)


def counted(shares: Iterable[Share]) -> timedelta:
    """A hundred times how long these times are, each moment by the largest share of all that bear on it.

    The layers of a cake: between two neighbouring percentages lies what is borne by the upper or more.
    """
    spans_of: dict[int, list[Span]] = {}
    for share in shares:
        spans_of.setdefault(share.percent, []).extend(share.spans)
    layers, whole = sorted(spans_of, reverse=True), timedelta()
    borne: list[Span] = []
    for percent, lower in pairwise([*layers, 0]):
        borne = merged([*borne, *spans_of[percent]])
        whole += (percent - lower) * length(borne)
    return whole


def in_seconds(hundredfold: timedelta) -> int:
    """Whole seconds of a hundred times a duration; a part of one counts as one."""
    return -(hundredfold // -timedelta(seconds=ALL))


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same times in their order, none touching another; empty ones left out."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            if end > found[-1][1]:
                found[-1] = (found[-1][0], end)
        elif start < end:
            found.append((start, end))
    return found


def cut(spans: Sequence[Span], inside: Sequence[Span]) -> list[Span]:
    """What of ``spans`` lies inside of others; both merged, and so is what comes of it."""
    found: list[Span] = []
    others = iter(inside)
    other = next(others, None)
    for start, end in spans:
        while other is not None and other[1] <= start:
            other = next(others, None)
        while other is not None and other[0] < end:
            found.append((max(start, other[0]), min(end, other[1])))
            if other[1] > end:
                break
            other = next(others, None)
    return found


def length(spans: Iterable[Span]) -> timedelta:
    """How long merged spans are together."""
    return sum((end - start for start, end in spans), timedelta())


def _until(end: datetime, spans: Iterable[Span]) -> list[Span]:
    return [(start, min(stop, end)) for start, stop in spans if start < end]
