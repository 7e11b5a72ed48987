"""Messages on their way into the database: read as they arrive, while the batch before is being stored."""

import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from biobank.monitoring.reading_tables import Refused
from biobank.monitoring.storing import Refusal, Report, Source
from devices import payloads, topics
from devices.apart import Message

MOST_READINGS = 20_000
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

    def arrived(self, block: Iterable[Message]) -> None:
        """Read the messages of a block."""
        read = [read_message(topic, payload, retained) for topic, payload, retained in block]
        with self._some:
            self._waiting.extend(read)
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
                size += len(one.readings)
            else:
                batch.refusals.append(one)
                size += 1
        return batch


def read_message(topic: str, payload: bytes, retained: bool) -> Report | Refusal:
    """What a message reports; one that cannot be read is refused with its bytes."""
    source = Source(topic, payload)
    if retained:
        return Refusal(source, Refused.RETAINED, "kept by the broker: not a fresh reading")
    try:
        device = topics.device_of(topic).device
        read = payloads.read_readings(payload)
    except topics.WrongTopic:
        return Refusal(source, Refused.WRONG_TOPIC, "no device of ours has this topic")
    except payloads.WrongPayload as error:
        return Refusal(source, Refused.WRONG_PAYLOAD, str(error))
    return Report(source, device, read.sensor, read.boot, read.oldest, read.readings)
