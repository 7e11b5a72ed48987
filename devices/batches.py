"""Messages on their way into the database: gathered as they arrive, while the batch before is being stored."""

import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from biobank.monitoring import triples
from biobank.monitoring.storing import Refusal, Report, Source
from devices.messages import Denied, Told

MOST_READINGS = 50_000
"""In one batch; a refused message counts as one."""


@dataclass
class Batch:
    """Messages taken together: how many, what they report, and what is refused at sight."""

    messages: int = 0
    reports: list[Report] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)


class Inbox:
    """What has arrived and was not taken; ``arrived`` is called on one thread and ``take`` on another."""

    def __init__(self) -> None:
        self._waiting: deque[Report | Refusal] = deque()
        self._some = threading.Condition()

    def arrived(self, block: Iterable[Told | Denied]) -> None:
        """Take the messages of a block."""
        taken = [_taken(told) for told in block]
        with self._some:
            self._waiting.extend(taken)
            self._some.notify()

    @property
    def waiting(self) -> int:
        """How many messages have come and were not taken."""
        return len(self._waiting)

    def take(self, timeout: float) -> Batch:
        """All that waits, up to MOST_READINGS; nothing where nothing came within ``timeout`` seconds."""
        batch, size = Batch(), 0
        with self._some:
            if not self._waiting:
                self._some.wait(timeout)
        while self._waiting and size < MOST_READINGS:
            one = self._waiting.popleft()
            batch.messages += 1
            if isinstance(one, Report):
                batch.reports.append(one)
                size += len(one.readings) // triples.SIZE
            else:
                batch.refusals.append(one)
                size += 1
        return batch


def _taken(told: Told | Denied) -> Report | Refusal:
    if len(told) == 4:
        topic, payload, reason, detail = told
        return Refusal(Source(topic, payload), reason, detail)
    topic, payload, device, sensor, boot, oldest, readings = told
    return Report(Source(topic, payload), device, sensor, boot, oldest, readings)
