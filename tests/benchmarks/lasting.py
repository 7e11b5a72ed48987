"""The memory of the ingest while it stores for minutes what devices with lasting connections publish as fast as it can store."""

import time
from typing import Any

import psycopg

from tests.benchmarks import fleet
from tests.benchmarks.site import PROCESSES, Site
from tests.benchmarks.streams import SENSORS
from tests.waiting import until

READINGS_PER_MESSAGE = 20


def lasting(there: Site, minutes: float) -> list[dict[str, int]]:
    """Full rate for as long: what each minute stored (per second), and the most memory (MiB) of ingest and gateway in it."""
    there.start()
    published, stored = (PROCESSES.Value("q", there.counter - 1) for _ in range(2))
    ready, over = PROCESSES.Event(), PROCESSES.Event()
    arguments = (there.way, READINGS_PER_MESSAGE, published, stored, ready, over)
    publisher = PROCESSES.Process(daemon=True, target=fleet.go_on_publishing, args=arguments)
    publisher.start()
    assert ready.wait(60)
    said = []
    with psycopg.connect(there.admin_url, autocommit=True) as db:
        ends = time.monotonic() + minutes * 60
        while (began := time.monotonic()) < ends:
            said.append(_watched(there, db, stored, min(began + 60, ends)))
            print(f"  minute {len(said)}: {said[-1]}", flush=True)
            _make_room(db)
        over.set()
        publisher.join()
        until(lambda: _stored(db) == published.value, seconds=120)
    there.stop()
    there.counter = published.value + 1
    return said


def _watched(there: Site, db: psycopg.Connection, stored: Any, ends: float) -> dict[str, int]:
    """Tell the publisher what is stored until ``ends``; at which rate it was, and the most memory meanwhile."""
    began, before, most = time.monotonic(), stored.value, 0.0
    while time.monotonic() < ends:
        time.sleep(0.02)
        most = max(most, there.resident_mib)
        stored.value = _stored(db)
    rate = (stored.value - before) * SENSORS / (time.monotonic() - began)
    return {"per_second": round(rate), "mib": round(most)}


def _stored(db: psycopg.Connection) -> int:
    """The counter up to which every sensor is stored."""
    found = db.execute("SELECT coalesce(min(highest), 0) FROM sensor_counter").fetchone()
    assert found is not None
    return int(found[0])


def _make_room(db: psycopg.Connection) -> None:
    """Take the readings away that are stored: those of twenty minutes would be 75 GB. How far each sensor came stays known."""
    parts = db.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'reading'::regclass").fetchall()
    for (part,) in parts:
        db.execute(f"TRUNCATE {part}")
