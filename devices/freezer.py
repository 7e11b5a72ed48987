"""A simulated freezer: what its probe would say, and the buffer that only a receipt frees. No network in here."""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice

from devices.payloads import Reading, Readings, Receipt

DAY_MS = 86_400_000


@dataclass(frozen=True)
class Faults:
    """What goes wrong, in ms since 1970 UTC: too warm from/to, silent from/to; and every n-th message sent twice (0:
    none).
    """

    warm: tuple[int, int] | None = None
    silent: tuple[int, int] | None = None
    twice_every: int = 0


@dataclass
class SimulatedFreezer:
    """One sensor since one start. ``draw(n)`` gives a whole number in [0, n) from a stream that the caller keys.

    Values in m°C: around ``set_point_milli``, with a slow daily swing, the compressor's saw tooth and the probe's
    noise.
    """

    sensor: str
    boot: int
    draw: Callable[[int], int]
    set_point_milli: int = -160_000
    warm_milli: int = -120_000
    faults: Faults = field(default_factory=Faults)
    capacity: int = 100_000
    counter: int = 0
    last_ms: int = -1
    buffer: deque[Reading] = field(default_factory=deque)

    def measure(self, at_ms: int) -> None:
        """Take one reading at ``at_ms``; a clock that stood still gives none. A full buffer drops its oldest."""
        if at_ms <= self.last_ms or _within(self.faults.silent, at_ms):
            return
        self.last_ms, self.counter = at_ms, self.counter + 1
        self.buffer.append(Reading(self.counter, at_ms, self.value(at_ms)))
        while len(self.buffer) > self.capacity:
            self.buffer.popleft()

    def value(self, at_ms: int) -> int:
        """What the probe says at ``at_ms`` (m°C)."""
        noise = self.draw(401) - 200
        if _within(self.faults.warm, at_ms):
            return self.warm_milli + noise
        swing = round(1200 * math.sin(2 * math.pi * (at_ms % DAY_MS) / DAY_MS))
        tooth = at_ms // 1000 % 1200  # the compressor starts every twenty minutes
        return self.set_point_milli + swing + tooth + noise

    def message(self, after: int, most: int) -> Readings | None:
        """The next message: up to ``most`` buffered readings beyond counter ``after``; None where there are none."""
        if not self.buffer or most <= 0:
            return None
        first = max(after + 1 - self.buffer[0].counter, 0)  # the buffer has no gaps
        due = list(islice(self.buffer, first, first + most))
        if not due:
            return None
        return Readings(version=1, sensor=self.sensor, boot=self.boot, oldest=self.buffer[0].counter, readings=[*due])

    def free(self, receipt: Receipt) -> None:
        """Forget what the receipt covers; a receipt of another start or sensor covers nothing here."""
        if receipt.sensor != self.sensor or receipt.boot != self.boot:
            return
        while self.buffer and self.buffer[0].counter <= receipt.counter:
            self.buffer.popleft()


def _within(span: tuple[int, int] | None, at_ms: int) -> bool:
    return span is not None and span[0] <= at_ms < span[1]
