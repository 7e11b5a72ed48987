"""How soon an alarm is there: from the reading that a device publishes to the alarm committed and published again on the broker,
and to whoever is told of it.

Real processes on a real broker, with a thousand other readings a second; beside it, in the same run and with the same broker
and clients, the way of a reading to a subscriber that stores nothing.
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from statistics import median
from threading import Event, Thread
from uuid import uuid4

import psycopg
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from biobank.monitoring.alarm_rules import AlarmState
from devices import payloads, topics
from devices.announcing import Alarms
from devices.certificates import INGEST, files_of
from tests.benchmarks.figures import figure
from tests.benchmarks.site import house
from tests.database import Server, begin_preparing, prepared
from tests.mosquitto import Mosquitto
from tests.receivers import Hook, hook_server
from tests.telemetry import SITE

SAMPLES, BACKGROUND_PER_SECOND, BEATS, PATIENCE_S = 40, 1000, 20, 30.0
"""The other readings come in so many beats a second, of every sensor one."""
COLD, WARM = -160_000, -100_000
MOST_S = 5.0
"""An alarm is committed and published within this (p99); the worker looks once a second."""


@dataclass
class Device:
    """A device with a session of its own."""

    client: Client
    name: str
    counters: dict[str, int] = field(default_factory=dict)

    def say(self, sensor: str, value: int) -> None:
        """Publish one reading of now."""
        self.counters[sensor] = counter = self.counters.get(sensor, 0) + 1
        told = payloads.Readings(
            version=1, sensor=sensor, boot=1, readings=[payloads.Reading(counter, time.time_ns() // 1_000_000, value)]
        )
        self.client.publish(topics.readings(SITE, self.name), payloads.write(told), qos=1)


def main() -> int:
    """Measure on a durable server."""
    with prepared(durable=True) as server:
        return measure(server)


def measure(server: Server, samples: int = SAMPLES, per_second: int = BACKGROUND_PER_SECOND) -> int:
    """Measure, print, and end with 0 only where every alarm was raised and told, soon enough."""
    with ExitStack() as ends:
        hook = ends.enter_context(hook_server())
        there = ends.enter_context(house(server))
        owner, others = there.installation.owner_url, [f"L{number:03}" for number in range(per_second // BEATS)]
        _stock(owner, hook, samples, others)
        ends.enter_context(_background(_device(there.broker, "load", ends), others))
        probe = _device(there.broker, "probe", ends)
        bare = _bare(there.broker, probe, samples)
        for module in (["devices.ingest"], ["biobank.cli", "work"], ["biobank.cli", "notify"], ["devices.announcing"]):
            there.run(*module)
        heard = _lamp(there.broker, ends)
        with psycopg.connect(owner, autocommit=True) as db:
            _until(partial(_are_seen, db, len(others)))
            figures = _measured(db, probe, samples, heard, hook)
    return _verdict({"bare": bare} | figures, {"samples": samples, "background_per_second": per_second})


def _stock(owner: str, hook: Hook, samples: int, others: list[str]) -> None:
    """A freezer with a probe for every sample, one for the load, and somebody on duty."""
    now, contact = datetime.now(UTC), uuid4()
    with psycopg.connect(owner) as db:
        begin_preparing(db, now)
        for number in range(samples + 1):
            freezer, device = uuid4(), "load" if number == samples else "probe"
            code = f"F{number:03}"
            db.execute("INSERT INTO freezer VALUES (%s, %s, %s, 'GMP', -150, 0, 5, %s, 'freezer')", [freezer, code, code, now])
            for sensor in others if device == "load" else [f"P{number:03}"]:
                values = [uuid4(), sensor, freezer, SITE, device, now]
                db.execute("INSERT INTO sensor VALUES (%s,%s,%s,'temperature',%s,%s,'top',0,'approved',%s)", values)
        db.execute("INSERT INTO contact VALUES (%s, 'GMP', 'Bo', %s)", [contact, now])
        db.execute("INSERT INTO contact_way VALUES (%s, %s, 1, 'webhook', %s)", [uuid4(), contact, hook.url])
        db.execute("INSERT INTO duty VALUES (%s, %s, 0, %s)", [uuid4(), contact, now])


def _client(broker: Mosquitto, name: str, ends: ExitStack) -> Client:
    client = Client(CallbackAPIVersion.VERSION2, client_id=name)
    authority, certificate, key = map(str, files_of(broker.certificates, name))
    client.tls_set(authority, certificate, key)
    client.max_inflight_messages_set(1000)
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    ends.callback(client.loop_stop)
    ends.callback(client.disconnect)
    return client


def _device(broker: Mosquitto, name: str, ends: ExitStack) -> Device:
    broker.tls(name)
    return Device(_client(broker, name, ends), name)


@contextmanager
def _background(device: Device, sensors: list[str]) -> Iterator[None]:
    """The other readings, until the block ends."""
    stop = Event()

    def run() -> None:
        due = time.monotonic()
        while not stop.wait(max(due - time.monotonic(), 0)):
            due += 1 / BEATS
            for number, sensor in enumerate(sensors):
                device.say(sensor, COLD + number)

    thread = Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _bare(broker: Mosquitto, probe: Device, samples: int) -> list[float]:
    """How long a reading takes to a subscriber that stores nothing."""
    arrived: list[float] = []

    def take(_client: Client, _data: object, message: MQTTMessage) -> None:
        if b'"P' in message.payload:
            arrived.append(time.monotonic())

    found = []
    with ExitStack() as reading:
        listener = _client(broker, INGEST, reading)
        listener.on_message = take
        listener.subscribe(topics.all_readings(SITE), qos=1)
        time.sleep(1)
        for number in range(samples):
            began = time.monotonic()
            probe.say(f"P{number:03}", COLD)
            _until(partial(_more, arrived, number))
            found.append(arrived[number] - began)
    return found


def _lamp(broker: Mosquitto, ends: ExitStack) -> dict[str, float]:
    """When a device of the freezer room first heard of each alarm, by its subject."""
    heard: dict[str, float] = {}

    def take(_client: Client, _data: object, message: MQTTMessage) -> None:
        for alarm in Alarms.model_validate_json(message.payload).alarms:
            if alarm.state == AlarmState.UNACKNOWLEDGED:
                heard.setdefault(alarm.subject, time.monotonic())

    broker.tls("lamp")
    lamp = _client(broker, "lamp", ends)
    lamp.on_message = take
    lamp.subscribe(topics.alarms(SITE), qos=1)
    return heard


def _measured(
    db: psycopg.Connection, probe: Device, samples: int, heard: dict[str, float], hook: Hook
) -> dict[str, list[float]]:
    """How long it takes until each alarm is committed, until it is published again, and until somebody was told."""
    committed, published, told = [], [], []
    for number in range(samples):
        began = time.monotonic()
        probe.say(f"P{number:03}", WARM)
        subject = f"F{number:03}"
        _until(partial(_stands, db, subject))
        committed.append(time.monotonic() - began)
        _until(partial(heard.__contains__, subject))
        published.append(heard[subject] - began)
        _until(partial(_was_told, hook, subject))
        told.append(time.monotonic() - began)
    return {"committed": committed, "published": published, "told": told}


def _more(arrived: list[float], number: int) -> bool:
    return len(arrived) > number


def _are_seen(db: psycopg.Connection, sensors: int) -> bool:
    return db.execute("SELECT count(*) >= %s FROM sensor_seen", [sensors]).fetchone() == (True,)


def _stands(db: psycopg.Connection, freezer: str) -> bool:
    raised = "SELECT count(*) FROM alarm WHERE kind = 'too_warm' AND subject = %s AND state = 'unacknowledged'"
    return db.execute(raised, [freezer]).fetchone() == (1,)


def _was_told(hook: Hook, freezer: str) -> bool:
    return any(freezer in body["text"] for body in hook.bodies)


def _until(so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not so():
        if time.monotonic() > end:
            raise TimeoutError("it did not come")
        time.sleep(0.001)


def _verdict(figures: dict[str, list[float]], sizes: dict[str, int]) -> int:
    found: dict[str, object] = {}
    for name, times in figures.items():
        ordered = sorted(times)
        found[f"{name}_p50_ms"] = figure(median(ordered) * 1000)
        found[f"{name}_p99_ms"] = figure(ordered[int(len(ordered) * 0.99)] * 1000)
    ratio = figure(median(figures["published"]) / median(figures["bare"]))
    print(json.dumps({"bench": "alarm", "ratio": ratio} | sizes | {"most_ms": MOST_S * 1000} | found))
    return 0 if max(figures["published"]) <= MOST_S else 1
