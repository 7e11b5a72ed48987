"""The memory of the ingest while it stores for minutes what devices with lasting connections publish as fast as it can store."""

import time
from shutil import disk_usage

import psycopg

from tests.benchmarks import fleet
from tests.benchmarks.site import PROCESSES, Site
from tests.benchmarks.streams import SENSORS
from tests.waiting import until

READINGS_PER_MESSAGE = 20
LEAST_FREE = 10 * 2**30
"""Bytes."""
MOST_GROWN = 1.1


def lasting(there: Site, minutes: float) -> list[dict[str, int]]:
    """Full rate for as long: what each minute stored (per second), and the most memory (MiB) of ingest and gateway in it."""
    there.start()
    published, stored = (PROCESSES.Value("q", there.counter - 1) for _ in range(2))
    ready, over = PROCESSES.Event(), PROCESSES.Event()
    arguments = (there.way, READINGS_PER_MESSAGE, published, stored, ready, over)
    publisher = PROCESSES.Process(daemon=True, target=fleet.go_on_publishing, args=arguments)
    publisher.start()
    assert ready.wait(60)
    said: list[dict[str, int]] = []
    with psycopg.connect(there.admin_url, autocommit=True) as db:
        ends = time.monotonic() + minutes * 60
        there.most_mib()
        while (began := time.monotonic()) < ends:
            before, goes_on_until = stored.value, min(began + 60, ends)
            while time.monotonic() < goes_on_until:
                time.sleep(0.02)
                stored.value = _stored(db)
                _keep_room(there, db)
            per_second = (stored.value - before) * SENSORS / (time.monotonic() - began)
            said.append({"per_second": round(per_second), "mib": round(there.most_mib())})
            print(f"  minute {len(said)}: {said[-1]}", flush=True)
        over.set()
        publisher.join()
        until(lambda: _stored(db) == published.value, seconds=120)
    there.stop()
    there.counter = published.value + 1
    return said


def is_flat(minutes: list[dict[str, int]]) -> bool:
    """Whether no minute took more memory than the first one by more than a tenth."""
    return all(one["mib"] <= MOST_GROWN * minutes[0]["mib"] for one in minutes)


def _stored(db: psycopg.Connection) -> int:
    """The counter up to which every sensor is stored."""
    found = db.execute("SELECT coalesce(min(highest), 0) FROM sensor_counter").fetchone()
    assert found is not None
    return int(found[0])


def _keep_room(there: Site, db: psycopg.Connection) -> None:
    """Where the disk is nearly full, take the readings away: those of twenty minutes are 80 GB. How far each sensor came stays
    known. Who stores or judges readings meanwhile is waited for, and waits: the rate of that minute shows it.
    """
    if disk_usage(there.house.broker.home).free < LEAST_FREE:
        parts = db.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'reading'::regclass").fetchall()
        for (part,) in parts:
            db.execute(f"TRUNCATE {part}")
