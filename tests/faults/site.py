"""An installation to be broken: real PostgreSQL on a disk of its own, real Mosquitto, and every process that matters here."""

import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg

from biobank.act.coded import coded
from biobank.clock import SimulatedClock
from biobank.db.embedded import EmbeddedPostgres, free_port
from biobank.db.homes import throwaway_home
from biobank.db.prepare import prepare
from biobank.settings import Settings
from devices.broker import broker_url
from devices.certificates import equip_broker, issue_device
from devices.services import API, INGEST, WORK, broker
from devices.session import Broker
from tests.database import begin_preparing
from tests.faults.disk import Disk, disk
from tests.faults.fleet import IMPOSSIBLE_MS, Fleet
from tests.faults.parts import Database, Part, Process, Worker
from tests.faults.person import Person, working
from tests.faults.road import Road
from tests.telemetry import SITE

SMALL = ("max_wal_size=256MB", "min_wal_size=80MB")
"""So that the log fits on a small disk."""
TICK_S = 0.02
FREEZER = "INSERT INTO freezer VALUES (%s, %s, %s, 'GMP', -150, 2, 5, %s, 'freezer')"
SENSOR = "INSERT INTO sensor VALUES (%s,%s,%s,'temperature',%s,%s,'top',0,'approved',%s)"


class ServerClock:
    """Moves the simulated clock of the installation along with real time, and puts it forth and back."""

    def __init__(self, home: Path) -> None:
        self._clock = SimulatedClock(home / "clock")
        self.off = timedelta(0)
        self.put: list[float] = []
        self._ended = threading.Event()
        self._ticking = threading.Thread(target=self._tick, name="clock")

    def __enter__(self) -> "ServerClock":
        self._clock.set(datetime.now(UTC))
        self._ticking.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._ticking.join()

    def move(self, by_ms: int) -> None:
        """Put it so far from real time."""
        self.off = timedelta(milliseconds=by_ms)
        self.put.append(time.monotonic())

    def _tick(self) -> None:
        while not self._ended.wait(TICK_S):
            self._clock.set(datetime.now(UTC) + self.off)


@dataclass
class Site:
    """A running installation. ``admin_url`` is the superuser's at its database."""

    admin_url: str
    url: str
    home: Path
    database: Database
    parts: dict[str, Part]
    roads: dict[str, Road]
    disk: Disk
    clock: ServerClock
    fleet: Fleet
    person: Person

    @property
    def kills(self) -> int:
        """How many processes were killed so far."""
        return sum(part.kills for part in self.parts.values())

    def said(self, words: str) -> int:
        """How often PostgreSQL said ``words``."""
        return (self.home / "logs" / "postgres.log").read_text(errors="replace").count(words)

    @property
    def watch_away(self) -> list[tuple[float, float]]:
        """When alarms could not be watched: while database or worker were away, and at each move of the server's clock."""
        away = [*self.parts["database"].away, *self.parts["work"].away]
        return sorted([*away, *((moved, moved) for moved in self.clock.put)])


@contextmanager
def site(devices: int, seed: int, interval_s: float, *, wrong_clock: int, own_disk: bool) -> Iterator[Site]:
    """An empty installation with so many freezers, its processes running and its devices measuring, one by a wrong clock."""
    names = [(f"d{number:03}", f"S{number:03}") for number in range(devices)]
    with ExitStack() as ends:
        home = ends.enter_context(throwaway_home())
        there = ends.enter_context(disk(home)) if own_disk else Disk(home / "postgres", False)
        postgres = EmbeddedPostgres(home, free_port(), settings=SMALL)
        database = Database(postgres)
        ends.callback(database.stop)
        postgres.start()  # durable: without it a kill of the database takes what was committed
        address = f"postgresql://127.0.0.1:{postgres.port}/biobank"
        prepare(postgres.admin_url, address, home / "credentials.json", coded(), datetime.now(UTC), demonstration=True)
        admin = postgres.admin_url.rsplit("/", 1)[0] + "/biobank"
        stock(admin, names)
        clock = ends.enter_context(ServerClock(home))
        equip_broker(home / "mqtt", home / "broker")
        port = free_port()
        roads = {name: ends.enter_context(Road(port)) for name in ("devices", "ingest")}
        environment = _environment(home, address, broker_url(roads["ingest"].port))
        parts: dict[str, Part] = {"database": database, "broker": Process(broker(port, str(home / "broker")), home, environment)}
        parts |= {one.name: Process(one, home, environment) for one in (INGEST, API)}
        parts["work"] = Worker(WORK, home, environment, admin)
        for part in parts.values():
            part.start()
            ends.callback(part.stop)
        for name, _ in names:
            issue_device(home / "mqtt", name)
        fleet = Fleet(Broker(broker_url(roads["devices"].port), home / "mqtt"), SITE, names, seed, interval_s)
        fleet.watches[wrong_clock].off_ms = IMPOSSIBLE_MS
        url = f"http://127.0.0.1:{environment['BIOBANK_PORT']}"
        settings = Settings(database_url=address, home=home, clock="simulated", pool_size=2)
        person = ends.enter_context(working(url, settings, freezer_of(names[0][1])))
        fleet.start()
        ends.callback(fleet.stop)
        yield Site(admin, url, home, database, parts, roads, there, clock, fleet, person)


def stock(admin_url: str, names: list[tuple[str, str]]) -> None:
    """A freezer with one probe for each device."""
    now = datetime.now(UTC)
    with psycopg.connect(admin_url) as db:
        begin_preparing(db, now)
        for device, sensor in names:
            freezer, code = uuid4(), freezer_of(sensor)
            db.execute(FREEZER, [freezer, code, code, now])
            db.execute(SENSOR, [uuid4(), sensor, freezer, SITE, device, now])


def freezer_of(sensor: str) -> str:
    """The code of the freezer in which a sensor measures."""
    return sensor.replace("S", "F")


def _environment(home: Path, address: str, mqtt_url: str) -> dict[str, str]:
    told = {name: value for name, value in os.environ.items() if not name.startswith(("BIOBANK_", "DATABASE_"))}
    told |= {"BIOBANK_HOME": str(home), "DATABASE_URL": address, "BIOBANK_CLOCK": "simulated", "BIOBANK_SITE": SITE}
    return told | {"BIOBANK_MQTT_URL": mqtt_url, "BIOBANK_PORT": str(free_port()), "PYTHONUNBUFFERED": "1"}


def keep_logs(home: Path, where: Path) -> None:
    """Copy what every process said to a place that stays."""
    shutil.copytree(home / "logs", where, dirs_exist_ok=True)
