"""The simulated devices of a run, and what each of them measured, said and was told: the ledger against which all is held.

Nothing in here asks the database.
"""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from biobank.act.randomness import Randomness
from devices import simulator
from devices.freezer import Faults, SimulatedFreezer
from devices.payloads import Reading, Receipt
from devices.session import Broker

BOOT = 1
FOR_EVER = (0, 2**62)
DAY_MS = 86_400_000
IMPOSSIBLE_MS = 3650 * DAY_MS
"""So far ahead is the device whose clock is wrong."""
GRID_MS = 16
"""A device tells times of this grid, moved by one for each time that its clock was put: so it never tells one twice."""


@dataclass
class Remembered(SimulatedFreezer):
    """A simulated freezer that keeps a ledger: all that it measured, how far receipts covered it, and when.

    ``at`` are the moments (monotonic) of each reading, ``covered`` those of receipts, each with its counter.
    """

    measured: list[Reading] = field(default_factory=list)
    at: list[float] = field(default_factory=list)
    covered: list[tuple[float, int]] = field(default_factory=list)

    def measure(self, at_ms: int) -> None:
        """As the freezer does, and written into the ledger."""
        before = self.counter
        super().measure(at_ms)
        if self.counter > before:
            self.measured.append(self.buffer[-1])
            self.at.append(time.monotonic())

    def free(self, receipt: Receipt) -> None:
        """As the freezer does, and written into the ledger."""
        super().free(receipt)
        if receipt.counter > self.receipted:
            self.covered.append((time.monotonic(), receipt.counter))

    @property
    def receipted(self) -> int:
        """The highest counter that a receipt covered."""
        return self.covered[-1][1] if self.covered else 0

    def become(self, *, warm: bool | None = None, silent: bool | None = None) -> None:
        """Become too warm or well again, fall silent or speak again."""
        faults = self.faults
        if warm is not None:
            faults = replace(faults, warm=FOR_EVER if warm else None)
        if silent is not None:
            faults = replace(faults, silent=FOR_EVER if silent else None)
        self.faults = faults


@dataclass
class Watch:
    """The clock of a device: real time, how far it is off, and what it was put to since."""

    off_ms: int = 0
    put_ms: int = 0
    times_put: int = 0

    def now_ms(self) -> int:
        return (time.time_ns() // 1_000_000 + self.off_ms + self.put_ms) // GRID_MS * GRID_MS + self.times_put % GRID_MS


class Fleet:
    """Devices that measure at a steady pace and send, in a thread; each has one freezer with one probe."""

    def __init__(self, broker: Broker, site: str, devices: Sequence[tuple[str, str]], seed: int, interval_s: float) -> None:
        """``devices`` are names with the code of their sensor."""
        randomness = Randomness(f"fleet {seed}".encode())
        self.freezers = [
            Remembered(code, BOOT, randomness.stream("freezer", code), faults=_usual(number))
            for number, (_, code) in enumerate(devices)
        ]
        self._devices = []
        for (name, code), freezer in zip(devices, self.freezers, strict=True):
            device = simulator.device(broker, site, name, freezer, randomness.stream("resend", code))
            device.per_message, device.resend_s, device.longest_s = 20, 1.0, 8.0  # a minute would be most of a short run
            self._devices.append(device)
        self.watches = [Watch() for _ in devices]
        self._interval_s = interval_s
        self._measuring, self._stopping = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="fleet")

    def start(self) -> None:
        """Begin to measure and to send."""
        self._measuring.set()
        for device in self._devices:
            device.gateway.start()
        self._thread.start()

    def rest(self) -> None:
        """Measure no more; what is held is still sent, again and again."""
        self._measuring.clear()

    def stop(self) -> None:
        """End every device."""
        self._stopping.set()
        self._thread.join()
        for device in self._devices:
            device.gateway.stop()

    @property
    def held(self) -> int:
        """How many readings wait for a receipt."""
        return sum(len(one.buffer) for one in self.freezers)

    def put_clock(self, number: int, by_ms: int) -> None:
        """Put the clock of a device so far from where it stood at first; it goes on measuring also where that is back."""
        self.watches[number].times_put += 1
        self.watches[number].put_ms = by_ms
        self.freezers[number].last_ms = -1

    def pass_time(self, by_ms: int) -> None:
        """So much time passes for every device."""
        for watch in self.watches:
            watch.off_ms += by_ms

    def _run(self) -> None:
        due = time.monotonic()
        while not self._stopping.is_set():
            if self._measuring.is_set():
                for freezer, watch in zip(self.freezers, self.watches, strict=True):
                    freezer.measure(watch.now_ms())
            for device in self._devices:
                device.hear()
                device.send()
            due = max(due + self._interval_s, time.monotonic() + 0.001)
            time.sleep(max(due - time.monotonic(), 0))


def _usual(number: int) -> Faults:
    """Every third device sends some messages twice."""
    return Faults(twice_every=7 if number % 3 == 0 else 0)
