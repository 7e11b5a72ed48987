"""An installation that is measured: a durable database, a broker with TLS and access list, ingest and worker as in life."""

import multiprocessing
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from biobank.act.coded import coded
from biobank.db.embedded import EmbeddedPostgres, free_port, kept, let_go
from biobank.db.homes import throwaway_home
from biobank.db.prepare import prepare
from devices.places import CLONE
from tests.benchmarks import streams
from tests.benchmarks.streams import DEVICE, SENSORS, Way
from tests.mosquitto import Mosquitto
from tests.telemetry import SITE, register
from tests.waiting import until

PROCESSES = multiprocessing.get_context("spawn")
Spawned = multiprocessing.process.BaseProcess


@dataclass
class Site:
    """An installation with broker, ingest and worker, and the next counter that no round has used."""

    admin_url: str
    broker: Mosquitto
    environment: dict[str, str]
    sensors: list[bytes]
    ingest: "subprocess.Popen[bytes] | None" = None
    counter: int = 1
    memory: list[float] = field(default_factory=list)

    @property
    def way(self) -> Way:
        return Way(self.broker.port, self.broker.certificates)

    def start(self) -> None:
        """Start the ingest and wait until it hears the broker."""
        with (self.broker.home / "ingest.log").open("wb") as log:
            self.ingest = subprocess.Popen([sys.executable, "-m", "devices.ingest"], env=self.environment, cwd=CLONE, stdout=log)
        until(lambda: " connected" in (self.broker.home / "ingest.log").read_text())
        time.sleep(0.5)

    def settle(self) -> None:
        """Wait until the worker has judged what was stored: it must not slow down what is measured next."""
        with psycopg.connect(self.admin_url, autocommit=True) as db:
            until(lambda: db.execute("SELECT EXISTS (SELECT FROM dirty_interval)").fetchone() == (False,), seconds=120)

    def most_mib(self) -> float:
        """The most memory of the ingest and its gateway since this was asked last, however short it was."""
        assert self.ingest is not None
        pid = self.ingest.pid
        both = [str(pid), *Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        said = [Path(f"/proc/{one}/status").read_text() for one in both]
        for one in both:
            Path(f"/proc/{one}/clear_refs").write_text("5")  # forgets the peak (proc_pid_clear_refs(5))
        return sum(int(peak) for status in said for peak in re.findall(r"VmHWM:\s+(\d+) kB", status)) / 1024

    def stop(self) -> None:
        if self.ingest is not None:
            self.ingest.terminate()
            self.ingest.wait(30)
            self.ingest = None


@contextmanager
def site() -> Iterator[Site]:
    """A durable database, sensors of one device, and the processes as an installation runs them."""
    with ExitStack() as ends:
        home = ends.enter_context(throwaway_home())
        postgres = ends.enter_context(EmbeddedPostgres(home).start())
        url = f"postgresql://127.0.0.1:{postgres.port}/biobank"
        prepare(postgres.admin_url, url, home / "credentials.json", coded(), datetime.now(UTC))
        admin = postgres.admin_url.rsplit("/", 1)[0] + "/biobank"
        sensors = register(admin, SENSORS)
        broker = Mosquitto(home, free_port())
        broker.start()
        ends.callback(broker.kill)
        for name in (DEVICE, *map(streams.device, range(SENSORS))):
            broker.tls(name)
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("BIOBANK_", "DATABASE_"))}
        environment |= {"BIOBANK_HOME": str(home), "DATABASE_URL": url, "BIOBANK_MQTT_URL": broker.broker.url}
        environment |= {"BIOBANK_SITE": SITE, "PYTHONUNBUFFERED": "1"}
        work = kept([sys.executable, "-m", "biobank.cli", "work"], home / "logs" / "work.log", CLONE, environment)
        ends.callback(let_go, work)
        with psycopg.connect(admin) as db:
            db.execute("CREATE TABLE piped (line text)")
            db.execute("CREATE TABLE copied (LIKE reading INCLUDING ALL)")
        there = Site(admin, broker, environment, [sensor.bytes for sensor in sensors.values()])
        ends.callback(there.stop)
        yield there
