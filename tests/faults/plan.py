"""What goes wrong, and when: drawn from a seed, so that the same seed gives the same plan."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from biobank.act.randomness import Randomness

Thing = TypeVar("Thing")


class What(StrEnum):
    """A thing that goes wrong."""

    KILL = "kill"
    """SIGKILL to a part, or to one of its children."""
    CUT = "cut"
    """Every connection of a road is reset, and new ones are."""
    STALL = "stall"
    """Nothing passes on a road, and nobody is told."""
    HALF_CLOSE = "half-close"
    """One direction of every connection of a road is closed, the other stays."""
    DISK_FULL = "disk full"
    """No byte is left where the database lies."""
    RESTART = "restart"
    """The database is restarted in order."""
    DEVICE_CLOCK = "device clock"
    SERVER_CLOCK = "server clock"


PARTS = ("ingest", "api", "work", "database", "broker")
WITH_CHILDREN = frozenset({"ingest", "api", "database"})
ROADS = ("devices", "ingest")
BETWEEN = (What.CUT, What.STALL, What.HALF_CLOSE, What.DISK_FULL, What.RESTART, What.DEVICE_CLOCK, What.SERVER_CLOCK)
KILLS_BETWEEN = 4
"""After about so many kills something else goes wrong."""
LULL_EVERY, LULL_S = 25, 10.0
"""After so many kills nothing goes wrong for a while, so that what must be seen at once can be."""


@dataclass(frozen=True)
class Step:
    """After ``pause_s`` something goes wrong with ``where`` for ``lasts_s``: a part is down, a road is closed, a disk is full.

    ``child`` picks one of the part's children (-1: the part itself). ``shift_ms`` is how far a clock is moved, to and fro.
    """

    pause_s: float
    what: What
    where: str
    lasts_s: float = 0.0
    child: int = -1
    shift_ms: int = 0


@dataclass(frozen=True)
class Failure:
    """A freezer becomes too warm after ``begins`` of the plan, and is repaired after ``lasts`` more of it (0: never)."""

    freezer: int
    begins: float
    lasts: float


@dataclass(frozen=True)
class Plan:
    """Everything that goes wrong in one run."""

    steps: tuple[Step, ...]
    failures: tuple[Failure, ...]
    wrong_clock: int
    """The device that tells an impossible time throughout."""
    silent: int
    """The device that falls silent."""

    @property
    def kills(self) -> Counter[str]:
        """How often each part is killed."""
        return Counter(step.where for step in self.steps if step.what is What.KILL)

    @property
    def others(self) -> Counter[What]:
        """How often what else goes wrong."""
        return Counter(step.what for step in self.steps if step.what is not What.KILL)

    @property
    def seconds(self) -> float:
        """How long it takes at least."""
        return sum(step.pause_s for step in self.steps)


def drawn(seed: int, kills: int, devices: int) -> Plan:
    """The plan of ``seed`` with so many kills, for so many devices (at least four)."""
    draw = Randomness(b"faults").stream("plan", str(seed))
    steps: list[Step] = []
    others = _others(draw, devices)
    for number in range(kills):
        lull = LULL_S if number and number % LULL_EVERY == 0 else 0.0
        steps.append(_kill(draw, steps[-1].where if steps else "", lull))
        if draw(KILLS_BETWEEN) == 0:
            steps.append(next(others))
    wrong, silent, *rest = _shuffled(draw, range(devices))
    failures = tuple(_failure(draw, freezer) for freezer in sorted(rest[: len(rest) * 2 // 3]))
    return Plan(tuple(steps), failures, wrong, silent)


def _kill(draw: Callable[[int], int], before: str, lull: float) -> Step:
    """Every third kill or so comes while what was killed before is still away; every second one after the database is of the
    ingest at once, which then holds what nobody has stored.
    """
    if before == "database" and draw(2) == 0:
        return Step(_seconds(draw, 0, 300), What.KILL, "ingest", _seconds(draw, 50, 1200))
    part = PARTS[draw(len(PARTS))]
    child = draw(64) if part in WITH_CHILDREN and draw(2) else -1
    pause = _seconds(draw, 0, 100) if draw(3) == 0 else _seconds(draw, 200, 1800)
    return Step(lull + pause, What.KILL, part, _seconds(draw, 50, 1200), child)


def _others(draw: Callable[[int], int], devices: int) -> Iterator[Step]:
    """One of each kind, in an order of its own, again and again."""
    while True:
        for what in _shuffled(draw, BETWEEN):
            pause, lasts = _seconds(draw, 200, 1500), _seconds(draw, 500, 3000)
            if what in (What.CUT, What.STALL, What.HALF_CLOSE):
                yield Step(pause, what, ROADS[draw(len(ROADS))], lasts)
            elif what is What.DEVICE_CLOCK:
                yield Step(pause, what, str(draw(devices)), shift_ms=(draw(2001) - 1900) * 1000)  # half an hour back is past news
            elif what is What.SERVER_CLOCK:
                yield Step(pause, what, "", lasts, shift_ms=(draw(121) - 60) * 1000)
            else:
                yield Step(pause, what, "database", lasts)


def _failure(draw: Callable[[int], int], freezer: int) -> Failure:
    """Somewhere in the first four fifths; every second one is repaired."""
    return Failure(freezer, draw(800) / 1000, (50 + draw(300)) / 1000 if draw(2) else 0.0)


def _shuffled(draw: Callable[[int], int], of: Iterable[Thing]) -> list[Thing]:
    things = list(of)
    for last in range(len(things) - 1, 0, -1):
        other = draw(last + 1)
        things[last], things[other] = things[other], things[last]
    return things


def _seconds(draw: Callable[[int], int], least_ms: int, most_ms: int) -> float:
    return (least_ms + draw(most_ms - least_ms + 1)) / 1000
