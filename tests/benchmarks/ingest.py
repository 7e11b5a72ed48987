"""Readings per second from publish to commit beside what a user would pick instead, in turns, on the same broker and database.

Everything is on: TLS and access list, receipts, refusals, minutes, marks for the worker, and the worker that judges them. The
references are `mosquitto_sub | psql COPY`, which parses nothing and removes no double; a bare paho client that only counts; and a
binary COPY of the same rows, packed beforehand.
"""

import json
import multiprocessing
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import psycopg

from biobank.act.coded import coded
from biobank.db.embedded import EmbeddedPostgres, free_port, kept, let_go
from biobank.db.homes import throwaway_home
from biobank.db.prepare import prepare
from biobank.monitoring import triples
from biobank.monitoring.copying import COLUMNS, packed
from biobank.monitoring.rows import in_order, of_reports
from devices.batches import MOST_READINGS
from devices.places import CLONE
from tests.benchmarks import fleet, streams
from tests.benchmarks.streams import DEVICE, SENSORS, Way
from tests.database import begin_preparing
from tests.mosquitto import Mosquitto
from tests.telemetry import SITE, register
from tests.waiting import until

ROUNDS = 5
MESSAGES = {1: 180_000, 20: 40_000}
PER_SECOND, PACED_S = 5_000, 6.0
LEAST = {"one_beside_pipe": 0.5, "one_beside_paho": 0.5, "twenty_beside_pipe": 5.0, "twenty_beside_copy": 0.4, "echo_p99": 0.2}
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


def ours(there: Site, size: int) -> float:
    """Readings per second, from the first publish until all are committed."""
    count = MESSAGES[size]
    first, each = there.counter, count // SENSORS * size
    there.counter += each
    there.start()
    publisher, go = publishing(there, first, count, size)
    with psycopg.connect(there.admin_url, autocommit=True) as db:
        started = _go(go)
        wanted = (first + each - 1) * SENSORS
        until(lambda: db.execute("SELECT sum(highest) FROM sensor_counter").fetchone() == (wanted,), seconds=120)
        seconds = time.perf_counter() - started
    publisher.join()
    assert there.ingest is not None
    there.memory.append(_resident_mib(there.ingest.pid))
    there.stop()
    return count * size / seconds


def pipe(there: Site, size: int) -> float:
    """Lines per second through `mosquitto_sub | psql COPY`, until it has committed."""
    count = MESSAGES[size]
    publisher, go = publishing(there, 1, count, size)
    psql = streams.piped(there.way, "psql", there.admin_url, count)
    time.sleep(1)
    started = _go(go)
    assert psql.wait(120) == 0
    seconds = time.perf_counter() - started
    publisher.join()
    return count / seconds


def paho(there: Site, size: int) -> float:
    """Messages per second that a bare client hears."""
    count, ready, done = MESSAGES[size], PROCESSES.Event(), PROCESSES.Event()
    hearer = PROCESSES.Process(daemon=True, target=streams.bare_paho, args=(there.way, count, ready, done))
    hearer.start()
    assert ready.wait(30)
    publisher, go = publishing(there, 1, count, size)
    started = _go(go)
    assert done.wait(120)
    seconds = time.perf_counter() - started
    publisher.join()
    hearer.join()
    return count / seconds


def copy(there: Site, size: int) -> float:
    """Rows per second of a binary COPY in batches like ours, each committed, into an empty table like that of readings."""
    count, now = MESSAGES[size] * size, datetime.now(UTC)
    each = count // SENSORS
    times = range(1_790_000_000_000, 1_790_000_000_000 + each * streams.STEP_MS, streams.STEP_MS)
    readings = [triples.pack([(c, time_ms, -160_000)]) for c, time_ms in enumerate(times) for _ in there.sensors]
    rows = of_reports([(sensor, 1) for sensor in there.sensors] * each, readings)
    batches = [b"".join(packed(in_order(rows[start : start + MOST_READINGS]), now)) for start in range(0, count, MOST_READINGS)]
    with psycopg.connect(there.admin_url, autocommit=True) as db:
        db.execute("TRUNCATE copied")
        started = time.perf_counter()
        for batch in batches:
            with db.cursor().copy(f"COPY copied ({COLUMNS}) FROM STDIN (FORMAT BINARY)") as into:
                into.write(batch)
        return count / (time.perf_counter() - started)


def publishing(there: Site, first: int, count: int, size: int) -> tuple[Spawned, Any]:
    """A publisher that is connected and has its packets ready, and the event that lets it go."""
    ready, go = PROCESSES.Event(), PROCESSES.Event()
    publisher = PROCESSES.Process(daemon=True, target=fleet.publish, args=(there.way, first, count, size, ready, go))
    publisher.start()
    assert ready.wait(60)
    return publisher, go


def _go(event: Any) -> float:
    started = time.perf_counter()
    event.set()
    return started


def latencies(there: Site) -> tuple[list[float], list[float]]:
    """How long (s) receipts took at a steady pace, and how long echoes of a bare client."""
    first = there.counter
    there.counter += int(PER_SECOND * PACED_S) // SENSORS
    with psycopg.connect(there.admin_url) as db:
        begin_preparing(db, datetime.now(UTC))
        db.execute("UPDATE sensor SET device = %s", [DEVICE])
    there.start()
    receipts = _paced(there, first, receipts=True)
    there.stop()
    ready, done = PROCESSES.Event(), PROCESSES.Event()
    echo = PROCESSES.Process(daemon=True, target=streams.echo, args=(there.way, ready, done))
    echo.start()
    assert ready.wait(30)
    echoes = _paced(there, 1, receipts=False)
    done.set()
    echo.join()
    return receipts, echoes


def _paced(there: Site, first: int, *, receipts: bool) -> list[float]:
    with PROCESSES.Pool(1) as pool:
        waited: list[float] = pool.apply(streams.paced, (there.way, first, PER_SECOND, PACED_S, receipts))
    return waited


def lasting(there: Site, minutes: float) -> dict[str, object]:
    """Full rate for as long; the most memory (MiB) that the ingest and its gateway took in each minute."""
    there.start()
    assert there.ingest is not None
    ingest = there.ingest
    each, began = MESSAGES[20] // SENSORS * 20, time.monotonic()
    sizes: dict[int, float] = {}
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.1):
            minute = int((time.monotonic() - began) / 60)
            sizes[minute] = max(sizes.get(minute, 0.0), _resident_mib(ingest.pid))

    watching = threading.Thread(target=watch)
    watching.start()
    sent, ready = 0, publishing(there, there.counter, MESSAGES[20], 20)
    with psycopg.connect(there.admin_url, autocommit=True) as db:
        while time.monotonic() - began < minutes * 60:
            publisher, go = ready
            there.counter += each
            go.set()
            ready = publishing(there, there.counter, MESSAGES[20], 20)  # while what the last one sends is being stored
            wanted = ((there.counter - 1) * SENSORS,)
            until(lambda: db.execute("SELECT sum(highest) FROM sensor_counter").fetchone() == wanted, seconds=120)  # noqa: B023
            publisher.join()
            sent += MESSAGES[20] * 20
    over.set()
    watching.join()
    ready[0].terminate()
    there.stop()
    seconds = time.monotonic() - began
    return {"minutes": minutes, "per_second": round(sent / seconds), "mib": [round(size) for size in sizes.values()]}


WAYS: dict[str, tuple[Callable[[Site, int], float], int]] = {
    "ours_1": (ours, 1),
    "pipe_1": (pipe, 1),
    "paho_1": (paho, 1),
    "ours_20": (ours, 20),
    "copy_20": (copy, 20),
}


def main(minutes: float = 0) -> int:
    """Measure, print, and end with 0 only where every ratio holds."""
    rates: dict[str, list[float]] = {name: [] for name in WAYS}
    with site() as there:
        for number in range(ROUNDS):
            for name, (measure, size) in WAYS.items():
                there.settle()
                rates[name].append(measure(there, size))
            print(f"  round {number + 1}: " + ", ".join(f"{name} {said[-1]:.0f}/s" for name, said in rates.items()), flush=True)
        memory = lasting(there, minutes) if minutes else {"most_mib": round(max(there.memory))}
        receipts, echoes = (quantiles(waited, n=100) for waited in latencies(there))
    rate = {name: median(said) for name, said in rates.items()}
    ratios = {
        "one_beside_pipe": rate["ours_1"] / rate["pipe_1"],
        "one_beside_paho": rate["ours_1"] / rate["paho_1"],
        "twenty_beside_pipe": rate["ours_20"] / rate["pipe_1"],
        "twenty_beside_copy": rate["ours_20"] / rate["copy_20"],
        "echo_p99": echoes[98] / receipts[98],
    }
    told = {"bench": "ingest", "ratio": round(min(ratios[name] / LEAST[name] for name in ratios), 3), "least": LEAST}
    told |= {"ratios": {name: round(ratio, 3) for name, ratio in ratios.items()}}
    told |= {"per_second": {name: round(value) for name, value in rate.items()}, "memory": memory}
    told |= {
        name: {"p50_ms": _ms(waits[49]), "p99_ms": _ms(waits[98])} for name, waits in (("receipt", receipts), ("echo", echoes))
    }
    print(json.dumps(told))
    return 0 if all(ratios[name] >= LEAST[name] for name in ratios) else 1


def _resident_mib(pid: int) -> float:
    """Of a process and those that it started."""
    below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    pages = sum(int(Path(f"/proc/{one}/statm").read_text().split()[1]) for one in (pid, *below))
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)
