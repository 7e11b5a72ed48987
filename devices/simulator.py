"""Simulated freezers over a real broker: ``python -m devices.simulator --url mqtt://HOST:PORT --sensors CODE:DEVICE``.

Every device keeps its readings until the receipt says that they are stored, and sends again what was not receipted in
time: one window of them, and more and more seldom while no receipt comes, so that what is slow or away is not buried.
"""

import argparse
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

import structlog

from biobank.act.opening import clock_named
from biobank.act.randomness import Randomness
from biobank.clock import Clock
from biobank.ending import told_to_end
from biobank.logs import configure
from biobank.settings import Settings
from devices import payloads, topics
from devices.freezer import Faults, SimulatedFreezer
from devices.gateway import Gateway
from devices.session import Broker

log = structlog.get_logger()

RESEND_S = 5.0
LONGEST_S = 60.0
"""However often no receipt came, a device sends again at the latest after this."""
WINDOW = 2_000
FAREWELL_S = 5.0
"""How long a stopped simulator waits for the last receipts."""


@dataclass
class Device:
    """One simulated device with its freezer and its own session at the broker.

    ``draw(n)`` gives a whole number in [0, n) from a stream of its own: devices that fell silent together do not all speak
    again at once. No more than ``window`` readings beyond the last receipt are on their way.
    """

    freezer: SimulatedFreezer
    site: str
    name: str
    gateway: Gateway
    draw: Callable[[int], int]
    per_message: int = 20
    resend_s: float = RESEND_S
    longest_s: float = LONGEST_S
    window: int = WINDOW
    sent: int = 0
    messages: int = 0
    repeats: int = 0
    due_at: float | None = None
    """When to send again; None while nothing is on its way."""

    def hear(self) -> None:
        """Take the receipts that came and free the buffer. One that moves ends the waiting, one that does not tells nothing."""
        while (delivery := self.gateway.take(timeout=0)) is not None:
            held = len(self.freezer.buffer)
            self.freezer.free(payloads.read_receipt(delivery.payload))
            self.gateway.acknowledge([delivery])
            if len(self.freezer.buffer) < held:
                self.repeats, self.due_at = 0, None

    def send(self) -> None:
        """Send what is new; and, when no receipt moved in time, once more what is held, from the oldest."""
        if not self.gateway.connected:
            self.sent = 0
            return
        buffer, now = self.freezer.buffer, time.monotonic()
        if not buffer or self.sent < buffer[0].counter:
            self.due_at = None  # nothing is on its way, so no receipt is due
        elif self.due_at is None:
            self.due_at = now + self.patience_s()
        elif now > self.due_at:
            self.sent, self.repeats, self.due_at = 0, self.repeats + 1, None
        while (message := self.freezer.message(self.sent, self._room())) is not None:
            self.messages += 1
            every = self.freezer.faults.twice_every
            copies = 2 if every and self.messages % every == 0 else 1
            self.gateway.publish([(topics.readings(self.site, self.name), payloads.write(message))] * copies)
            self.sent, *_ = message.readings[-1]

    def patience_s(self) -> float:
        """How long to wait for a receipt: twice as long after each time that none came, up to the longest, less up to a fifth."""
        waited: float = min(self.resend_s * 2 ** min(self.repeats, 32), self.longest_s)
        return waited * (1 - self.draw(1000) / 5000)

    def _room(self) -> int:
        """How many readings the next message may carry."""
        buffer = self.freezer.buffer
        return min(self.per_message, buffer[0].counter - 1 + self.window - self.sent) if buffer else 0


def device(broker: Broker, site: str, name: str, freezer: SimulatedFreezer, draw: Callable[[int], int]) -> Device:
    """A device that listens for its receipts; not yet started. ``draw`` as in Device."""
    gateway = Gateway(broker, name, topics.receipt(site, name), publish_qos=1)
    return Device(freezer, site, name, gateway, draw)


def run(
    devices: Iterable[Device],
    clock: Clock,
    interval_s: float,
    stopping: threading.Event,
    farewell_s: float = FAREWELL_S,
) -> int:
    """Measure and send every ``interval_s`` until stopped, then wait a little for the last receipts.

    Returns how many readings no receipt covered.
    """
    devices = list(devices)
    for one in devices:
        one.gateway.start()
    due = time.monotonic()
    while not stopping.is_set():
        if time.monotonic() >= due:
            due += interval_s
            for one in devices:
                one.freezer.measure(_ms(clock.now()))
        _exchange(devices)
        stopping.wait(min(max(due - time.monotonic(), 0.001), 0.05))
    until = time.monotonic() + farewell_s
    while any(one.freezer.buffer for one in devices) and time.monotonic() < until:
        _exchange(devices)
        time.sleep(0.02)
    for one in devices:
        one.gateway.stop()
    return sum(len(one.freezer.buffer) for one in devices)


def _exchange(devices: Iterable[Device]) -> None:
    for one in devices:
        one.hear()
        one.send()


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def _span(text: str) -> tuple[int, int]:
    """Two aware times, ISO 8601, with a slash between."""
    first, last = (datetime.fromisoformat(part) for part in text.split("/"))
    return _ms(first), _ms(last)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Freezers that report their temperature.")
    parser.add_argument("--url", default=None, help="the broker; default: BIOBANK_MQTT_URL")
    parser.add_argument("--sensors", required=True, nargs="+", metavar="CODE:DEVICE")
    parser.add_argument("--interval", type=float, default=60.0, help="seconds between readings")
    parser.add_argument("--seed", default="freezers")
    parser.add_argument("--warm", type=_span, default=None, metavar="FROM/TO", help="too warm between these times (ISO 8601)")
    parser.add_argument("--silent", type=_span, default=None, metavar="FROM/TO", help="no reading between these times")
    parser.add_argument("--twice-every", type=int, default=0, metavar="N", help="send every N-th message twice")
    return parser.parse_args()


def main() -> None:
    """Simulate the named sensors until SIGTERM or Ctrl-C."""
    configure()
    asked, settings = _arguments(), Settings()
    stopping = told_to_end()
    clock = clock_named(settings)
    broker = Broker(asked.url or settings.mqtt_url, settings.mqtt_folder)
    randomness = Randomness(asked.seed.encode())
    faults = Faults(asked.warm, asked.silent, asked.twice_every)
    # A start is numbered by the machine's own clock, as a device would count its starts: never the same number twice.
    boot = time.time_ns() // 1_000_000
    devices = []
    for named in asked.sensors:
        code, _, name = named.partition(":")
        freezer = SimulatedFreezer(code, boot, randomness.stream("freezer", code), faults=faults)
        devices.append(device(broker, settings.site, name or code, freezer, randomness.stream("resend", code)))
    left = run(devices, clock, asked.interval, stopping)
    log.info("stopped", unreceipted=left)


if __name__ == "__main__":
    main()
