"""A database with registered sensors: the harness of the tests of ingest and monitoring."""

import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from biobank.act.acts import Acts
from biobank.act.people import Person, Side
from biobank.act.randomness import Randomness
from biobank.clock import FixedClock
from biobank.db.engines import Engines
from biobank.monitoring.storing import Ingest

SITE = "oslo"
WORKER = Person(uuid4(), "worker", "Worker", Side.SYSTEM, frozenset())


@dataclass
class Installation:
    """One database with its logins, and sensors S000, S001 … of devices d000, d001 …"""

    owner_url: str
    ingest_url: str
    environment: dict[str, str]
    ingest: Ingest
    acts: Acts
    sensors: dict[str, UUID] = field(default_factory=dict)

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the owner of the server reads, independently of the program."""
        with psycopg.connect(self.owner_url) as db:
            return db.execute(sql, values).fetchall()

    def one(self, sql: str, *values: Any) -> Any:
        """The single value of a single row."""
        return self.rows(sql, *values)[0][0]


def until(done: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait until ``done``; fail after ``seconds``."""
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.02)


def register(owner_url: str, count: int) -> tuple[UUID, dict[str, UUID]]:
    """The system person of the ingest, one freezer and ``count`` approved sensors, as the server's owner."""
    now, person, freezer = datetime.now(UTC), uuid4(), uuid4()
    sensors = {f"S{number:03}": uuid4() for number in range(count)}
    with psycopg.connect(owner_url) as db:
        act = "SELECT audit.begin_act(%s, 'prepare_database', %s, 'system', %s, %s, NULL)"
        db.execute(act, [uuid4(), person, now, now])
        db.execute("INSERT INTO person VALUES (%s, 'ingest', 'Ingest', 'system', %s)", [person, now])
        db.execute("INSERT INTO person VALUES (%s, 'worker', 'Worker', 'system', %s)", [WORKER.id, now])
        db.execute("INSERT INTO freezer VALUES (%s, 'F1', 'Freezer 1', 'GMP', -150, 60, 5, %s)", [freezer, now])
        for code, sensor in sensors.items():
            device = code.replace("S", "d")
            values = [sensor, code, freezer, SITE, device, now]
            db.execute("INSERT INTO sensor VALUES (%s,%s,%s,'temperature',%s,%s,'top',0,'approved',%s)", values)
    return person, sensors


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    admin = os.environ["TELE_ADMIN"]
    name = f"tele_{uuid4().hex[:8]}"
    credentials = Path(os.environ["TELE_CREDENTIALS"])
    with psycopg.connect(f"{admin}/postgres", autocommit=True) as db:
        db.execute(f"CREATE DATABASE {name} TEMPLATE tele")
        db.execute(f"GRANT CONNECT, TEMPORARY ON DATABASE {name} TO biobank_ingest, biobank_worker, biobank_facility")
    person, sensors = register(f"{admin}/{name}", 20)
    host = admin.rpartition("@")[2]
    passwords = json.loads(credentials.read_text())
    password = passwords["biobank_ingest"]
    engines = Engines(f"postgresql://{host}/{name}", passwords, pool_size=2)
    acts = Acts(engines, FixedClock(datetime(2026, 3, 15, 12, tzinfo=UTC)), Randomness(b"test"))
    environment = {**os.environ, "DATABASE_URL": f"postgresql://{host}/{name}", "BIOBANK_CREDENTIALS": str(credentials)}
    ingest = Ingest(SITE, person)
    yield Installation(
        f"{admin}/{name}", f"postgresql://biobank_ingest:{password}@{host}/{name}", environment, ingest, acts, sensors
    )
    engines.dispose()
    with psycopg.connect(f"{admin}/postgres", autocommit=True) as db:
        db.execute(f"DROP DATABASE {name} WITH (FORCE)")
