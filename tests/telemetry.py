"""A database with registered sensors: the harness of the tests of ingest and monitoring."""

import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import make_url

from biobank.act.acts import Acts
from biobank.act.kinds import coded
from biobank.act.people import INGEST
from biobank.act.randomness import Randomness
from biobank.clock import FixedClock
from biobank.db.embedded import EmbeddedPostgres
from biobank.db.engines import Engines
from biobank.db.prepare import ensure_database, prepare
from biobank.db.roles import Login
from biobank.monitoring.storing import Ingest

SITE = "oslo"
TEMPLATE = "telemetry_template"


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


def register(owner_url: str, count: int) -> dict[str, UUID]:
    """One freezer and ``count`` approved sensors, as the server's owner."""
    now, freezer = datetime.now(UTC), uuid4()
    sensors = {f"S{number:03}": uuid4() for number in range(count)}
    with psycopg.connect(owner_url) as db:
        act = "SELECT audit.begin_act(%s, 'prepare_database', %s, 'system', %s, %s, NULL)"
        db.execute(act, [uuid4(), INGEST.id, now, now])
        db.execute("INSERT INTO freezer VALUES (%s, 'F1', 'Freezer 1', 'GMP', -150, 60, 5, %s)", [freezer, now])
        for code, sensor in sensors.items():
            device = code.replace("S", "d")
            values = [sensor, code, freezer, SITE, device, now]
            db.execute("INSERT INTO sensor VALUES (%s,%s,%s,'temperature',%s,%s,'top',0,'approved',%s)", values)
    return sensors


@dataclass(frozen=True)
class Server:
    """A PostgreSQL with the migrated template, and the file of its logins' passwords."""

    admin_url: str
    credentials: Path

    def url(self, database: str) -> str:
        """The server's owner at ``database``."""
        return make_url(self.admin_url).set(database=database).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = Path(tempfile.mkdtemp(prefix="telemetry-", dir="/tmp"))
    home.chmod(0o755)
    credentials = tmp_path_factory.mktemp("credentials") / "credentials.json"
    with EmbeddedPostgres(home).start(fast=True) as postgres:
        prepare(postgres.admin_url, f"postgresql://server/{TEMPLATE}", credentials, coded(), datetime.now(UTC))
        yield Server(postgres.admin_url, credentials)
    shutil.rmtree(home)


@pytest.fixture
def installation(server: Server) -> Iterator[Installation]:
    name = f"telemetry_{uuid4().hex[:8]}"
    ensure_database(server.admin_url, name, TEMPLATE)
    passwords = json.loads(server.credentials.read_text())
    sensors = register(server.url(name), 20)
    address = make_url(server.admin_url).set(username=None, password=None, database=name)
    engines = Engines(str(address), passwords, pool_size=2)
    acts = Acts(engines, FixedClock(datetime(2026, 3, 15, 12, tzinfo=UTC)), Randomness(b"test"))
    ingest_url = engines.url(Login.INGEST).set(drivername="postgresql").render_as_string(hide_password=False)
    environment = {**os.environ, "DATABASE_URL": str(address), "BIOBANK_CREDENTIALS": str(server.credentials)}
    yield Installation(server.url(name), ingest_url, environment, Ingest(SITE, INGEST.id), acts, sensors)
    engines.dispose()
    with psycopg.connect(server.url("postgres"), autocommit=True) as db:
        db.execute(f"DROP DATABASE {name} WITH (FORCE)")
