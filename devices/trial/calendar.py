"""Puts the simulated clock to each moment at which something is due, and lets everybody who is due go on."""

import heapq
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from biobank.act.randomness import Randomness
from devices.trial.bench import Bench
from devices.trial.participant import Participant
from devices.trial.people import ADMINISTRATOR, SITES
from devices.trial.speaking import Speaker

Seen = Callable[[datetime, int], None]
"""Is told each moment, and how many are still on their way."""


def enrolled(bench: Bench, randomness: Randomness, baselines: Sequence[datetime]) -> list[Participant]:
    """A participant for each baseline, over all sites in turn; a baseline is the whole day in UTC."""
    days = [at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) for at in baselines]
    return [Participant(bench, randomness, number, SITES[number % len(SITES)], day) for number, day in enumerate(days)]


def put_clock(speaker: Speaker, at: datetime | None) -> None:
    """Put the installation's clock to ``at``, or back to real time."""
    speaker.act(ADMINISTRATOR.username, "/api/clock", at=None if at is None else at.isoformat())


def run(
    speaker: Speaker,
    walks: list[Iterator[datetime]],
    until: datetime | None = None,
    *,
    hands: int = 4,
    seen: Seen = lambda _at, _left: None,
) -> None:
    """Walk everybody to the end, or up to ``until``; those who are due at the same moment act at the same time."""
    due = [(next(walk), number, walk) for number, walk in enumerate(walks)]
    heapq.heapify(due)
    with ThreadPoolExecutor(hands) as pool:
        while due and (until is None or due[0][0] <= until):
            at = due[0][0]
            put_clock(speaker, at)
            group = []
            while due and due[0][0] == at:
                group.append(heapq.heappop(due))
            for number, walk, again in pool.map(lambda one: (one[1], one[2], next(one[2], None)), group):
                if again is not None:
                    heapq.heappush(due, (again, number, walk))
            seen(at, len(due))
