"""A PostgreSQL per worker of the test run, and a database of its own for every test, with the real logins.

`@pytest.mark.every_postgresql` runs a test on the wheel's PostgreSQL and on Debian's PostgreSQL 15.
"""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import make_url

from biobank.act.acts import Acts
from biobank.act.coded import coded
from biobank.act.people import PREPARER_OF_DATABASE, WORKER, Person, Role, Side
from biobank.act.randomness import Randomness
from biobank.clock import FixedClock
from biobank.db.embedded import EmbeddedPostgres
from biobank.db.engines import Engines
from biobank.db.homes import throwaway_home
from biobank.db.prepare import ensure_database, ensure_secrets, prepare
from biobank.db.roles import Login
from tests.needs import program

WHEEL, DEBIAN = "wheel", "postgresql-15"
TEMPLATE = "template_prepared"
MEMORY, ENOUGH_BYTES = Path("/dev/shm"), 4 * 2**30
"""Hundreds of databases of a thousand files each are made and dropped: in memory, where there is enough of it."""
LITTLE_LOG = ("max_wal_size=256MB",)
NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
_ROLES = {Side.BEDSIDE: Role.PHARMACIST, Side.FACILITY: Role.TECHNICIAN, Side.DESK: Role.ADMINISTRATOR}
Connection = psycopg.Connection[tuple[Any, ...]]


def begin_preparing(db: Connection, at: datetime = NOW) -> UUID:
    """Begin an act of the database's preparer, in which a test writes rows by SQL; its id."""
    act, begin = uuid4(), "SELECT audit.begin_act(%s, 'prepare_database', %s, 'system', %s, %s, NULL)"
    db.execute(begin, [act, PREPARER_OF_DATABASE.id, at, at])
    return act


@dataclass(frozen=True)
class Server:
    """A running PostgreSQL with a prepared template, the passwords of its logins, and one person of each side."""

    admin_url: str = field(repr=False)
    passwords: dict[str, str] = field(repr=False)
    people: dict[Side, Person]
    credentials: Path

    def url(self, database: str) -> str:
        """The address of the superuser at ``database``."""
        return make_url(self.admin_url).set(database=database).render_as_string(hide_password=False)

    def drop(self, database: str) -> None:
        """Remove a database, whoever is still connected to it."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as db:
            db.execute(f"DROP DATABASE {database} WITH (FORCE)".encode())


@dataclass(frozen=True)
class Database:
    """A prepared database that no other test sees."""

    name: str
    server: Server
    engines: Engines
    clock: FixedClock
    acts: Acts
    people: dict[Side, Person]

    def admin(self) -> Connection:
        """A connection of the superuser: what is there, independently of the program's rights."""
        return psycopg.connect(self.server.url(self.name))

    def connect(self, login: Login) -> Connection:
        """A connection with the real password of ``login``."""
        url = self.engines.url(login).set(drivername="postgresql")
        return psycopg.connect(url.render_as_string(hide_password=False))

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the superuser reads."""
        with self.admin() as db:
            return db.execute(sql, values).fetchall()


class Servers:
    """The servers of one test run, each started when first asked for."""

    def __init__(self, ends: ExitStack) -> None:
        self._ends = ends
        self._started: dict[str, Server] = {}

    def of(self, kind: str) -> Server:
        """The server of ``kind``, WHEEL or DEBIAN."""
        if kind not in self._started:
            self._started[kind] = self._ends.enter_context(prepared(kind))
        return self._started[kind]


@contextmanager
def prepared(kind: str = WHEEL, *, durable: bool = False) -> Iterator[Server]:
    """A server of ``kind`` with a prepared template, ``durable`` as that of an installation is; gone afterwards."""
    settings: tuple[str, ...] = () if durable else LITTLE_LOG
    with (
        throwaway_home(None if durable else _shelf()) as home,
        EmbeddedPostgres(home, binaries=_binaries(kind), settings=settings).start(fast=not durable) as postgres,
    ):
        credentials = home / "credentials.json"
        prepare(postgres.admin_url, f"postgresql://server/{TEMPLATE}", credentials, coded(), NOW)
        server = Server(postgres.admin_url, ensure_secrets(credentials), _people(), credentials)
        _seed(server)
        yield server


def _shelf() -> Path | None:
    return MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH_BYTES else None


def _binaries(kind: str) -> Path | None:
    found = program(kind) if kind != WHEEL else None
    return Path(found).parent if found else None


def _people() -> dict[Side, Person]:
    hired = {
        side: Person(uuid4(), side.value, f"{side.title()} Person", side, frozenset({role})) for side, role in _ROLES.items()
    }
    return hired | {Side.SYSTEM: WORKER}


def _seed(server: Server) -> None:
    with psycopg.connect(server.url(TEMPLATE)) as db:
        begin_preparing(db)
        for side in _ROLES:
            one = server.people[side]
            person = "INSERT INTO person (id, username, name, side, enrolled_at) VALUES (%s, %s, %s, %s, %s)"
            db.execute(person, [one.id, one.username, one.name, one.side.value, NOW])


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line("markers", "every_postgresql: run on the wheel's PostgreSQL and on Debian's PostgreSQL 15")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run marked tests on both servers."""
    if "engine_kind" in metafunc.fixturenames and metafunc.definition.get_closest_marker("every_postgresql"):
        kinds = [WHEEL, pytest.param(DEBIAN, marks=pytest.mark.needs(DEBIAN))]
        metafunc.parametrize("engine_kind", kinds, indirect=True)


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """Every server that this process of the test run started; they end with it."""
    with ExitStack() as ends:
        yield Servers(ends)


@pytest.fixture
def engine_kind(request: pytest.FixtureRequest) -> str:
    """Which PostgreSQL the test runs on."""
    return str(getattr(request, "param", WHEEL))


@pytest.fixture
def server(servers: Servers, engine_kind: str) -> Server:
    """The server of this process of the test run."""
    return servers.of(engine_kind)


@pytest.fixture
def database(servers: Servers, engine_kind: str) -> Iterator[Database]:
    """A database of the test's own, cloned from the prepared one; it stands also where a folder has another `server`."""
    server = servers.of(engine_kind)
    name = f"test_{uuid4().hex[:12]}"
    ensure_database(server.admin_url, name, TEMPLATE)
    address = make_url(server.admin_url).set(username=None, password=None, database=name)
    engines = Engines(str(address), server.passwords, pool_size=4)
    clock = FixedClock(NOW)
    yield Database(name, server, engines, clock, Acts(engines, clock, Randomness(b"test")), server.people)
    engines.dispose()
    server.drop(name)
