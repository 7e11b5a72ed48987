"""Readings per second from publish to commit beside what a user would pick instead, in turns, on the same broker and database.

Everything is on: TLS and access list, receipts, refusals, minutes, marks for the worker, and the worker that judges them. The
references are `mosquitto_sub | psql COPY`, which parses nothing and removes no double; a bare paho client that only counts; and a
binary COPY of the same rows, packed beforehand.
"""

import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from statistics import median, quantiles
from typing import Any, LiteralString

import psycopg

from biobank.monitoring import triples
from biobank.monitoring.copying import COLUMNS, packed
from biobank.monitoring.rows import in_order, of_reports
from devices.batches import MOST_READINGS
from tests.benchmarks import fleet, streams
from tests.benchmarks.figures import figure
from tests.benchmarks.lasting import is_flat, lasting
from tests.benchmarks.site import PROCESSES, Site, Spawned, site
from tests.benchmarks.streams import DEVICE, SENSORS
from tests.database import Server, begin_preparing, prepared
from tests.waiting import until

ROUNDS = 5
MESSAGES = {1: 180_000, 20: 40_000}
"""By how many readings a message has; always as many of each sensor."""
PER_SECOND, PACED_S = 5_000, 6.0
LEAST = {"one_beside_pipe": 0.5, "one_beside_paho": 0.5, "twenty_beside_pipe": 5.0, "twenty_beside_copy": 0.4, "echo_p99": 0.2}


def ours(there: Site, size: int, count: int) -> float:
    """Readings per second, from the first publish until all are committed."""
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
    there.memory.append(there.most_mib())
    there.stop()
    return count * size / seconds


def pipe(there: Site, size: int, count: int) -> float:
    """Lines per second through `mosquitto_sub | psql COPY`, until it has committed."""
    publisher, go = publishing(there, 1, count, size)
    psql = streams.piped(there.way, "psql", there.admin_url, count)
    time.sleep(1)
    started = _go(go)
    assert psql.wait(120) == 0
    seconds = time.perf_counter() - started
    publisher.join()
    return count / seconds


def paho(there: Site, size: int, count: int) -> float:
    """Messages per second that a bare client hears."""
    ready, done = PROCESSES.Event(), PROCESSES.Event()
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


def copy(there: Site, size: int, count: int) -> float:
    """Rows per second of a binary COPY in batches like ours, each committed, into an empty table like that of readings."""
    now, each = datetime.now(UTC), count // SENSORS * size
    times = range(1_790_000_000_000, 1_790_000_000_000 + each * streams.STEP_MS, streams.STEP_MS)
    readings = [triples.pack([(c, time_ms, -160_000)]) for c, time_ms in enumerate(times) for _ in there.sensors]
    rows = of_reports([(sensor, 1) for sensor in there.sensors] * each, readings)
    starts = range(0, len(rows), MOST_READINGS)
    batches = [b"".join(packed(in_order(rows[start : start + MOST_READINGS]), now)) for start in starts]
    with psycopg.connect(there.admin_url, autocommit=True) as db:
        db.execute("TRUNCATE copied")
        started = time.perf_counter()
        for batch in batches:
            with db.cursor().copy(f"COPY copied ({COLUMNS}) FROM STDIN (FORMAT BINARY)") as into:
                into.write(batch)
        return len(rows) / (time.perf_counter() - started)


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


def latencies(there: Site, seconds: float) -> tuple[list[float], list[float]]:
    """How long (s) receipts took at a steady pace, and how long echoes of a bare client."""
    there.settle()
    first = there.counter
    there.counter += int(PER_SECOND * seconds) // SENSORS
    _belong(there, f"'{DEVICE}'")  # whose one connection is paced
    there.start()
    receipts = _paced(there, first, seconds, receipts=True)
    there.stop()
    _belong(there, "replace(code, 'S', 'd')")
    ready, done = PROCESSES.Event(), PROCESSES.Event()
    echo = PROCESSES.Process(daemon=True, target=streams.echo, args=(there.way, ready, done))
    echo.start()
    assert ready.wait(30)
    echoes = _paced(there, 1, seconds, receipts=False)
    done.set()
    echo.join()
    return receipts, echoes


def _belong(there: Site, to: LiteralString) -> None:
    with psycopg.connect(there.admin_url) as db:
        begin_preparing(db, datetime.now(UTC))
        db.execute("UPDATE sensor SET device = " + to)


def _paced(there: Site, first: int, seconds: float, *, receipts: bool) -> list[float]:
    with PROCESSES.Pool(1) as pool:
        waited: list[float] = pool.apply(streams.paced, (there.way, first, PER_SECOND, seconds, receipts))
    return waited


WAYS: dict[str, tuple[Callable[[Site, int, int], float], int]] = {
    "ours_1": (ours, 1),
    "pipe_1": (pipe, 1),
    "paho_1": (paho, 1),
    "ours_20": (ours, 20),
    "copy_20": (copy, 20),
}


def main(minutes: float = 0) -> int:
    """Measure on a durable server."""
    with prepared(durable=True) as server:
        return measure(server, minutes=minutes)


def measure(
    server: Server, rounds: int = ROUNDS, messages: Mapping[int, int] = MESSAGES, paced_s: float = PACED_S, minutes: float = 0
) -> int:
    """Measure, print, and end with 0 only where every ratio holds and the memory of a long run is flat."""
    rates: dict[str, list[float]] = {name: [] for name in WAYS}
    with site(server) as there:
        for number in range(rounds):
            for name, (way, size) in WAYS.items():
                there.settle()
                rates[name].append(way(there, size, messages[size]))
            print(f"  round {number + 1}: " + ", ".join(f"{name} {said[-1]:.0f}/s" for name, said in rates.items()), flush=True)
        receipts, echoes = (quantiles(waited, n=100) for waited in latencies(there, paced_s))
        most_mib, memory = round(max(there.memory)), lasting(there, minutes) if minutes else []
    rate = {name: median(said) for name, said in rates.items()}
    ratios = {
        "one_beside_pipe": rate["ours_1"] / rate["pipe_1"],
        "one_beside_paho": rate["ours_1"] / rate["paho_1"],
        "twenty_beside_pipe": rate["ours_20"] / rate["pipe_1"],
        "twenty_beside_copy": rate["ours_20"] / rate["copy_20"],
        "echo_p99": echoes[98] / receipts[98],
    }
    told = {"bench": "ingest", "ratio": figure(min(ratios[name] / LEAST[name] for name in ratios)), "least": LEAST}
    told |= {"ratios": {name: figure(ratio) for name, ratio in ratios.items()}}
    told |= {"per_second": {name: round(value) for name, value in rate.items()}, "most_mib": most_mib}
    told |= {"minutes": memory, "flat": is_flat(memory)}
    told |= {
        name: {"p50_ms": _ms(waits[49]), "p99_ms": _ms(waits[98])} for name, waits in (("receipt", receipts), ("echo", echoes))
    }
    print(json.dumps(told))
    return 0 if all(ratios[name] >= LEAST[name] for name in ratios) and is_flat(memory) else 1


def _ms(seconds: float) -> float:
    return figure(seconds * 1000)
