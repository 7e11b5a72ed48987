"""How soon an alarm is there: from the reading that a device publishes to the alarm committed and published again on the broker,
and to whoever is told of it.

Real processes on a real broker, with a thousand other readings a second; beside it, in the same run and with the same broker
and clients, the way of a reading to a subscriber that stores nothing.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Event, Thread
from uuid import uuid4

import psycopg
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from biobank.act.coded import coded
from biobank.db.embedded import EmbeddedPostgres, free_port
from biobank.db.homes import throwaway_home
from biobank.db.prepare import prepare
from biobank.monitoring.alarm_rules import AlarmState
from devices import payloads, topics
from devices.announcing import Alarms
from devices.certificates import INGEST, files_of
from devices.places import CLONE
from tests.database import begin_preparing
from tests.devices.conftest import Mosquitto
from tests.receivers import Hook, hook_server

SITE, SAMPLES, BACKGROUND_PER_SECOND, PATIENCE_S = "oslo", 40, 1000, 30.0
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
    """Measure, print, and end with 0 only where every alarm was raised and told, soon enough."""
    with ExitStack() as ends:
        home = ends.enter_context(throwaway_home())
        postgres = ends.enter_context(EmbeddedPostgres(home).start(fast=True))
        hook = ends.enter_context(hook_server())
        broker = Mosquitto(home, free_port())
        broker.start()
        ends.callback(broker.kill)
        prepare(postgres.admin_url, "postgresql://server/biobank", home / "credentials.json", coded(), datetime.now(UTC))
        owner = postgres.admin_url.rsplit("/", 1)[0] + "/biobank"
        _stock(owner, hook)
        ends.enter_context(_background(_device(broker, "load", ends)))
        probe = _device(broker, "probe", ends)
        bare = _bare(broker, probe, ends)
        _processes(home, postgres.port, broker, ends)
        figures = _measured(owner, probe, _lamp(broker, ends), hook)
    return _verdict({"bare": bare} | figures)


def _stock(owner: str, hook: Hook) -> None:
    """A freezer with a probe for every sample, one for the load, and somebody on duty."""
    now, contact = datetime.now(UTC), uuid4()
    with psycopg.connect(owner) as db:
        begin_preparing(db, now)
        for number in range(SAMPLES + 1):
            freezer, device = uuid4(), "load" if number == SAMPLES else "probe"
            code = f"F{number:03}"
            db.execute("INSERT INTO freezer VALUES (%s, %s, %s, 'GMP', -150, 0, 5, %s, 'freezer')", [freezer, code, code, now])
            for sensor in [f"L{one:03}" for one in range(50)] if device == "load" else [f"P{number:03}"]:
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
def _background(device: Device) -> Iterator[None]:
    """The other readings, until the block ends."""
    stop = Event()

    def run() -> None:
        due = time.monotonic()
        while not stop.wait(max(due - time.monotonic(), 0)):
            due += 0.05
            for number in range(BACKGROUND_PER_SECOND // 20):
                device.say(f"L{number:03}", COLD + number)

    thread = Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _bare(broker: Mosquitto, probe: Device, ends: ExitStack) -> list[float]:
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
        for number in range(SAMPLES):
            began = time.monotonic()
            probe.say(f"P{number:03}", COLD)
            _until(partial(_more, arrived, number))
            found.append(arrived[number] - began)
    return found


def _processes(home: Path, port: int, broker: Mosquitto, ends: ExitStack) -> None:
    environment = {**os.environ, "BIOBANK_HOME": str(home), "DATABASE_URL": f"postgresql://127.0.0.1:{port}/biobank"}
    environment |= {"BIOBANK_MQTT_URL": broker.broker.url, "BIOBANK_SITE": SITE}
    for module in (["devices.ingest"], ["biobank.cli", "work"], ["biobank.cli", "notify"], ["devices.announcing"]):
        with (home / f"{module[-1]}.log").open("wb") as log:
            running = subprocess.Popen([sys.executable, "-m", *module], cwd=CLONE, env=environment, stdout=log, stderr=log)
        ends.callback(running.wait)
        ends.callback(running.terminate)


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


def _measured(owner: str, probe: Device, heard: dict[str, float], hook: Hook) -> dict[str, list[float]]:
    """How long it takes until each alarm is committed, until it is published again, and until somebody was told."""
    committed, published, told = [], [], []
    with psycopg.connect(owner, autocommit=True) as db:
        _until(lambda: db.execute("SELECT count(*) > 20 FROM sensor_seen").fetchone() == (True,))
        for number in range(SAMPLES):
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


def _verdict(figures: dict[str, list[float]]) -> int:
    found: dict[str, object] = {}
    for name, times in figures.items():
        ordered = sorted(times)
        found[f"{name}_p50_ms"] = round(ordered[len(ordered) // 2] * 1000, 1)
        found[f"{name}_p99_ms"] = round(ordered[int(len(ordered) * 0.99)] * 1000, 1)
    ratio = round(sorted(figures["published"])[SAMPLES // 2] / sorted(figures["bare"])[SAMPLES // 2], 1)
    sizes = {"samples": SAMPLES, "background_per_second": BACKGROUND_PER_SECOND, "most_ms": MOST_S * 1000}
    print(json.dumps({"bench": "alarm", "ratio": ratio} | sizes | found))
    return 0 if len(figures["told"]) == SAMPLES and max(figures["published"]) <= MOST_S else 1
