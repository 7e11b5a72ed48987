"""A simulated device beside a broker at which nobody gives receipts: it buries nobody under what it sends again."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from biobank.act.randomness import Randomness
from devices import payloads, simulator, topics
from devices.certificates import INGEST
from devices.freezer import SimulatedFreezer
from devices.gateway import Gateway
from devices.payloads import Receipt
from devices.session import Broker
from tests.mosquitto import Mosquitto
from tests.telemetry import SITE
from tests.waiting import until

pytestmark = pytest.mark.needs("mosquitto")

DEVICE, WINDOW, HELD = "d000", 30, 50
FIRST_S, LONGEST_S = 0.05, 0.3


@contextmanager
def waiting(broker: Mosquitto) -> Iterator[simulator.Device]:
    """A device with more readings than its window."""
    randomness = Randomness(b"test")
    freezer = SimulatedFreezer("S000", 1, randomness.stream("freezer"))
    for number in range(HELD):
        freezer.measure(number)
    broker.tls(DEVICE)
    device = simulator.device(broker.broker, SITE, DEVICE, freezer, randomness.stream("resend", "S000"))
    device.resend_s, device.longest_s, device.window, device.per_message = FIRST_S, LONGEST_S, WINDOW, WINDOW
    device.gateway.start()
    try:
        until(lambda: device.gateway.connected)
        yield device
    finally:
        device.gateway.stop()


def times_of_sending(device: simulator.Device, count: int) -> list[float]:
    """When it sent, ``count`` times; each time one message, as long as its window."""
    times: list[float] = []

    def sent() -> bool:
        before = device.messages
        device.send()
        times.extend([time.monotonic()] * (device.messages - before))
        return len(times) >= count

    until(sent)
    return times


def test_without_receipts_a_device_sends_one_window_again_after_twice_the_time_up_to_the_longest(mosquitto: Mosquitto) -> None:
    with waiting(mosquitto) as device:
        times = times_of_sending(device, 6)
        assert device.sent == WINDOW
    gaps = [later - earlier for earlier, later in pairwise(times)]
    least = [0.8 * min(FIRST_S * 2**number, LONGEST_S) for number in range(5)]
    assert all(gap >= due for gap, due in zip(gaps, least, strict=True)), gaps
    assert device.patience_s() <= LONGEST_S


def test_a_receipt_that_moves_brings_a_device_back_to_its_usual_pace_and_one_that_does_not_changes_nothing(
    mosquitto: Mosquitto,
) -> None:
    ingest = Gateway(mosquitto.broker, INGEST, topics.all_readings(SITE))
    ingest.start()
    try:
        until(lambda: ingest.connected)
        with waiting(mosquitto) as device:
            times_of_sending(device, 3)
            receipted(ingest, 0)
            until(lambda: device.gateway.waiting == 1)
            device.hear()
            assert device.repeats == 2
            receipted(ingest, WINDOW)
            until(lambda: device.gateway.waiting == 1)
            device.hear()
            assert device.repeats == 0
            device.send()
            assert device.sent == HELD
    finally:
        ingest.stop()


def receipted(ingest: Gateway, counter: int) -> None:
    receipt = Receipt(version=1, sensor="S000", boot=1, counter=counter)
    ingest.publish([(topics.receipt(SITE, DEVICE), payloads.write(receipt))])


def test_devices_that_fell_silent_together_do_not_speak_again_at_once(tmp_path: Path) -> None:
    randomness, away = Randomness(b"test"), Broker("mqtt://127.0.0.1:1", tmp_path)
    waits = set()
    for code in map(str, range(20)):
        freezer = SimulatedFreezer(code, 1, randomness.stream("freezer", code))
        waits.add(simulator.device(away, SITE, code, freezer, randomness.stream("resend", code)).patience_s())
    assert len(waits) > 15
