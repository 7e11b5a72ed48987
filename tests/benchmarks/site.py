"""An installation that is measured: a broker with TLS and access list, ingest and worker as in life."""

import multiprocessing
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from biobank.db.embedded import free_port, kept, let_go
from biobank.db.homes import throwaway_home
from devices.places import CLONE
from tests.benchmarks import streams
from tests.benchmarks.streams import DEVICE, SENSORS, Way
from tests.database import Server
from tests.mosquitto import Mosquitto
from tests.telemetry import SITE, Installation, passing, register
from tests.waiting import until

PROCESSES = multiprocessing.get_context("spawn")
Spawned = multiprocessing.process.BaseProcess


@dataclass
class House:
    """An installation, its broker, and what their processes are told."""

    installation: Installation
    broker: Mosquitto
    environment: dict[str, str]
    ends: ExitStack

    def run(self, *module: str) -> None:
        """Start a process, which ends with the house."""
        log = self.broker.home / f"{module[-1]}.log"
        self.ends.callback(let_go, kept([sys.executable, "-m", *module], log, CLONE, self.environment))


@contextmanager
def house(server: Server) -> Iterator[House]:
    """An installation without sensors and without processes; gone afterwards."""
    with passing(server) as there, throwaway_home() as home, ExitStack() as ends:
        broker = Mosquitto(home, free_port())
        broker.start()
        ends.callback(broker.kill)
        told = {"BIOBANK_HOME": str(home), "BIOBANK_MQTT_URL": broker.broker.url, "BIOBANK_SITE": SITE}
        yield House(there, broker, there.environment | told | {"PYTHONUNBUFFERED": "1"}, ends)


@dataclass
class Site:
    """A house with sensors, worker and ingest, and the next counter that no round has used."""

    house: House
    sensors: list[bytes]
    ingest: "subprocess.Popen[bytes] | None" = None
    counter: int = 1
    memory: list[float] = field(default_factory=list)

    @property
    def admin_url(self) -> str:
        return self.house.installation.owner_url

    @property
    def way(self) -> Way:
        return Way(self.house.broker.port, self.house.broker.certificates)

    def start(self) -> None:
        """Start the ingest and wait until it hears the broker."""
        told = self.house.broker.home / "ingest.log"
        with told.open("wb") as log:
            command = [sys.executable, "-m", "devices.ingest"]
            self.ingest = subprocess.Popen(command, env=self.house.environment, cwd=CLONE, stdout=log)
        until(lambda: " connected" in told.read_text())
        time.sleep(0.5)

    def settle(self) -> None:
        """Wait until the worker has judged what was stored: it must not slow down what is measured next."""
        with psycopg.connect(self.admin_url, autocommit=True) as db:
            until(lambda: db.execute("SELECT EXISTS (SELECT FROM dirty_interval)").fetchone() == (False,), seconds=600)

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
def site(server: Server) -> Iterator[Site]:
    """Sensors with a device each, and the processes as an installation runs them; gone afterwards."""
    with house(server) as there:
        sensors = register(there.installation.owner_url, SENSORS)
        for name in (DEVICE, *map(streams.device, range(SENSORS))):
            there.broker.tls(name)
        there.run("biobank.cli", "work")
        with psycopg.connect(there.installation.owner_url) as db:
            db.execute("CREATE TABLE piped (line text)")
            db.execute("CREATE TABLE copied (LIKE reading INCLUDING ALL)")
        one = Site(there, [sensor.bytes for sensor in sensors.values()])
        there.ends.callback(one.stop)
        yield one
