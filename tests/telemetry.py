"""A database with registered sensors: the harness of the tests of ingest and monitoring."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import make_url

from biobank.act.acts import Acts
from biobank.act.people import INGEST
from biobank.act.randomness import Randomness
from biobank.clock import FixedClock
from biobank.db.engines import Engines
from biobank.db.prepare import ensure_database
from biobank.db.roles import Login
from biobank.monitoring.storing import Ingest
from tests.database import NOW, TEMPLATE, Server, Servers, begin_preparing

SITE = "oslo"


@dataclass
class Installation:
    """One database with its logins, and sensors S000, S001 … of devices d000, d001 …"""

    database: str
    owner_url: str
    ingest_url: str
    environment: dict[str, str]
    ingest: Ingest
    acts: Acts
    sensors: dict[str, UUID]

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the owner of the server reads, independently of the program."""
        with psycopg.connect(self.owner_url) as db:
            return db.execute(sql, values).fetchall()

    def one(self, sql: str, *values: Any) -> Any:
        """The single value of a single row."""
        return self.rows(sql, *values)[0][0]


def register(owner_url: str, count: int, device: str = "") -> dict[str, UUID]:
    """One freezer and ``count`` approved sensors, each of its own device or all of ``device``, as the server's owner."""
    now, freezer = datetime.now(UTC), uuid4()
    sensors = {f"S{number:03}": uuid4() for number in range(count)}
    with psycopg.connect(owner_url) as db:
        begin_preparing(db, now)
        db.execute("INSERT INTO freezer VALUES (%s, 'F1', 'Freezer 1', 'GMP', -150, 60, 5, %s, 'freezer')", [freezer, now])
        for code, sensor in sensors.items():
            values = [sensor, code, freezer, SITE, device or code.replace("S", "d"), now]
            db.execute("INSERT INTO sensor VALUES (%s,%s,%s,'temperature',%s,%s,'top',0,'approved',%s)", values)
    return sensors


@contextmanager
def installed(server: Server, template: str, sensors: dict[str, UUID]) -> Iterator[Installation]:
    """An installation on a clone of ``template``, which stays."""
    name = f"telemetry_{uuid4().hex[:8]}"
    ensure_database(server.admin_url, name, template)
    address = make_url(server.admin_url).set(username=None, password=None, database=name)
    engines = Engines(str(address), server.passwords, pool_size=2)
    acts = Acts(engines, FixedClock(NOW), Randomness(b"test"))
    ingest_url = engines.url(Login.INGEST).set(drivername="postgresql").render_as_string(hide_password=False)
    environment = {**os.environ, "DATABASE_URL": str(address), "BIOBANK_CREDENTIALS": str(server.credentials)}
    yield Installation(name, server.url(name), ingest_url, environment, Ingest(SITE, INGEST.id), acts, sensors)
    engines.dispose()


@contextmanager
def passing(server: Server, template: str = TEMPLATE, sensors: dict[str, UUID] | None = None) -> Iterator[Installation]:
    """An installation on a clone of ``template``, which is gone afterwards."""
    with installed(server, template, sensors or {}) as one:
        yield one
    server.drop(one.database)


@pytest.fixture
def installation(servers: Servers, engine_kind: str, start: Any) -> Iterator[Installation]:
    """An installation of the test's own, on the server of the run; ``start`` says what is there already (tests.starts)."""
    with passing(servers.of(engine_kind), start.database, start.found["sensors"]) as one:
        yield one
