"""What the benchmark of the ingest publishes, and the bare paths that stand beside it; each runs as a process of its own."""

import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from devices import payloads, topics
from devices.certificates import INGEST, files_of
from devices.payloads import Reading, Readings
from tests.telemetry import SITE

SENSORS = 200
"""Each of a device of its own; only where the pace is steady, all are of one."""
DEVICE = "load"
_START_MS, STEP_MS = int(datetime.now(UTC).timestamp() * 1000) - 24 * 3_600_000, 20
"""From when on, and how often each sensor speaks: in 25 minutes at 500,000 a second, none speaks of the future."""


class Way(NamedTuple):
    """Where the broker is, and the certificates."""

    port: int
    certificates: Path


def messages(first: int, count: int, size: int) -> Iterator[bytes]:
    """``count`` messages of ``size`` readings, the sensors in turn; ``first`` is the first counter of each sensor."""
    for number in range(count):
        round_, sensor = divmod(number, SENSORS)
        counters = range(first + round_ * size, first + (round_ + 1) * size)
        listed = [Reading(c, _START_MS + c * STEP_MS, -160_000 + (c * 7 + sensor) % 2000) for c in counters]
        yield payloads.write(Readings(version=1, sensor=f"S{sensor:03}", boot=1, readings=listed))


def device(number: int) -> str:
    """The device of a sensor."""
    return f"d{number:03}"


def tls(way: Way, name: str) -> ssl.SSLContext:
    """What ``name`` speaks with to the broker."""
    files = files_of(way.certificates, name)
    context = ssl.create_default_context(cafile=files.authority)
    context.load_cert_chain(files.certificate, files.key)
    return context


def subscriber(way: Way, name: str, topic: str) -> mqtt.Client:
    """A bare paho client that has subscribed when this returns."""
    there = threading.Event()
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=name, protocol=mqtt.MQTTv311)
    client.tls_set_context(tls(way, name))
    client.max_inflight_messages_set(65_000)
    client.on_subscribe = lambda *_: there.set()
    client.connect("127.0.0.1", way.port)
    client.subscribe(topic, qos=1)
    client.loop_start()
    assert there.wait(20)
    return client


def bare_paho(way: Way, count: int, ready: Any, done: Any) -> None:
    """Hear ``count`` messages with a callback that does nothing but count."""
    heard = 0

    def count_it(_client: mqtt.Client, _data: Any, _message: mqtt.MQTTMessage) -> None:
        nonlocal heard
        heard += 1
        if heard == count:
            done.set()

    client = subscriber(way, INGEST, "none")
    client.on_message = count_it
    client.subscribe(topics.all_readings(SITE), qos=1)
    time.sleep(0.5)
    ready.set()
    done.wait()
    client.disconnect()


def echo(way: Way, ready: Any, done: Any) -> None:
    """Send back whatever comes, until told to end."""

    def answer(client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        client.publish(topics.receipt(SITE, DEVICE), message.payload)

    client = subscriber(way, INGEST, "none")
    client.on_message = answer
    client.subscribe(topics.all_readings(SITE), qos=1)
    time.sleep(0.5)
    ready.set()
    done.wait()
    client.disconnect()


def piped(way: Way, psql: str, url: str, count: int) -> "subprocess.Popen[bytes]":
    """`mosquitto_sub | psql COPY`, which ends when ``count`` messages stand in the table ``piped``."""
    files = files_of(way.certificates, INGEST)
    hear = f"mosquitto_sub -h localhost -p {way.port} -i ingest -q 1 -t '{topics.all_readings(SITE)}' -C {count} -F %p"
    hear += f" --cafile {files.authority} --cert {files.certificate} --key {files.key}"
    write = f"{psql} -q '{url}' -c 'COPY piped FROM STDIN'"
    return subprocess.Popen(["bash", "-c", f"set -o pipefail; {hear} | {write}"])


def paced(way: Way, first: int, per_second: int, seconds: float, receipts: bool) -> list[float]:
    """Publish one reading per message at a steady pace; how long (s) until the echo, or the receipt that covers it, came."""
    sent: dict[tuple[str, int], float] = {}
    waited: list[float] = []
    covered: dict[str, int] = {}
    total = int(per_second * seconds)
    finished = threading.Event()

    def hear(_client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        now = time.perf_counter()
        if receipts:
            receipt = payloads.read_receipt(bytes(message.payload))
            sensor, last = receipt.sensor, receipt.counter
        else:
            read = payloads.read_readings(bytes(message.payload))
            sensor, last = read.sensor, read.readings[-1][0]
        for counter in range(covered.get(sensor, first - 1) + 1, last + 1):
            waited.append(now - sent[sensor, counter])
        covered[sensor] = max(last, covered.get(sensor, 0))
        if len(waited) >= total:
            finished.set()

    sys.setswitchinterval(0.0002)  # else who publishes keeps the network thread waiting 5 ms for each packet
    client = subscriber(way, DEVICE, topics.receipt(SITE, DEVICE))
    client.on_message = hear
    topic, made = topics.readings(SITE, DEVICE), list(messages(first, total, 1))
    start = time.perf_counter()
    for number, payload in enumerate(made):
        due = start + number / per_second
        if number % 10 == 0 and (early := due - time.perf_counter()) > 0:
            time.sleep(early)
        round_, sensor = divmod(number, SENSORS)
        sent[f"S{sensor:03}", first + round_] = time.perf_counter()
        client.publish(topic, payload, qos=1)
    finished.wait(30)
    client.disconnect()
    assert len(waited) >= total, f"{total - len(waited)} of {total} were not answered"
    return waited
