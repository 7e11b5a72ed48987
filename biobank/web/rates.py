"""How much may be asked at once: by an account, and by whoever has no session from one source.

Three things follow from whose allowance is used. Whoever has a session uses up their account's only, so a stranger behind the
same address never slows them down. A stranger uses up the source's, and what is refused then are that source's requests without
a session, which would be refused anyway. Attempts to sign in are counted apart (`access.attempts`), in the database and so over
all processes, and let those in who sign in there always.

Each process counts for itself: an answer to a scan is no occasion to write to the database. With N workers an account therefore
gets at most N times its allowance, which is meant against a script that runs wild, and not against guessing.
"""

import math
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from biobank.errors import NotNow

_FORGET_ABOVE = 10_000


class TooManyRequests(NotNow):
    """More was asked than anybody's hands ask for."""

    code = "too_many_requests"


@dataclass(frozen=True)
class Answer:
    """``wait_s`` is nothing where the request is allowed; ``first`` is the first refusal since all was allowed again."""

    wait_s: int = 0
    first: bool = False


class Allowance:
    """``at_once`` requests of each asker, and ``per_second`` more in each second after. Used on the event loop alone."""

    def __init__(self, per_second: float, at_once: int, ticks: Callable[[], float] = time.monotonic) -> None:
        self._step = 1 / per_second
        self._ahead = (at_once - 1) * self._step
        self._ticks = ticks
        self._used_up_to: dict[Hashable, float] = {}
        self._refused: set[Hashable] = set()

    def ask(self, asker: Hashable) -> Answer:
        """Count one request; a refused one counts nothing."""
        now = self._ticks()
        used = max(self._used_up_to.get(asker, now), now)
        if used == now:
            self._refused.discard(asker)
        over = used - now - self._ahead
        if over > self._step / 1000:  # less is the rounding of the sums
            first = asker not in self._refused
            self._refused.add(asker)
            return Answer(math.ceil(over), first)
        self._used_up_to[asker] = used + self._step
        if len(self._used_up_to) > _FORGET_ABOVE:
            self._forget(now)
        return Answer()

    def _forget(self, now: float) -> None:
        """Leave out those who have their whole allowance again: they are like anybody who never asked."""
        self._used_up_to = {asker: used for asker, used in self._used_up_to.items() if used > now}
        self._refused &= self._used_up_to.keys()


@dataclass(frozen=True)
class Rates:
    """The allowances of one process."""

    accounts: Allowance
    strangers: Allowance
