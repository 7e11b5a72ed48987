"""A real log, walked through HTTP once on each PostgreSQL and signed on the way; every test gets a copy of its own to spoil."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import make_url

from biobank import work
from biobank.act.acts import Acts
from biobank.act.randomness import Randomness
from biobank.app import make_app
from biobank.audit import keys, signer
from biobank.audit.commands import auditor
from biobank.audit.findings import Report
from biobank.audit.headsfile import NAME, HeadsFile
from biobank.audit.keyfile import KeyFile
from biobank.audit.keys import Signing
from biobank.audit.verifier import verify
from biobank.clock import FixedClock
from biobank.db.engines import Engines
from biobank.db.prepare import ensure_database
from biobank.db.roles import Login
from biobank.settings import Settings
from tests.database import TEMPLATE, Server, Servers
from tests.doses import DoseLab
from tests.serving import first_administrators

BEGINS = datetime(2026, 3, 15, 9, tzinfo=UTC)
TRAIL = ("entry", "sealed_entry", "act", "leaf", "head", "signing_key", "horizon")


@dataclass
class Log:
    """A database with its log, the key that signs it, and the heads that were exported."""

    server: Server
    name: str
    acts: Acts
    signing: Signing

    @property
    def address(self) -> str:
        """The auditor's."""
        return auditor(self.acts.engines)

    def sign(self) -> int:
        """Seal what there is, and sign a head over it."""
        work.seal(self.acts)
        return signer.sign(self.acts.engines.of(Login.WORKER), self.signing, self.acts.clock.now())

    def verify(self, *, outside: bool = True) -> Report:
        """Against the exported heads, or as if there were none."""
        file = self.signing.file if outside else HeadsFile(self.signing.file.path.with_name("none"))
        return verify(self.address, file.read())

    def said(self, *, outside: bool = True) -> str:
        """What a verification finds, in words."""
        return "\n".join(map(str, self.verify(outside=outside).findings))

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the superuser reads."""
        with psycopg.connect(self.server.url(self.name)) as db:
            return db.execute(sql.encode(), values).fetchall()

    def one(self, sql: str, *values: Any) -> Any:
        """The single value of a single row."""
        return self.rows(sql, *values)[0][0]

    def spoil(self, *statements: str) -> None:
        """What a superuser can do who stops at nothing: no trigger fires, no constraint holds."""
        with psycopg.connect(self.server.url(self.name)) as db:
            db.execute("SET session_replication_role = replica")
            for table in TRAIL:
                db.execute(f"ALTER TABLE audit.{table} DISABLE TRIGGER ALL".encode())
            for table, name in db.execute(_CONSTRAINTS).fetchall():
                db.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}".encode())
            for statement in statements:
                db.execute(statement.encode())
            for table, name in db.execute(_SILENCED, [[f"audit.{table}" for table in TRAIL]]).fetchall():
                db.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}".encode())

    def close(self) -> None:
        """Close every connection."""
        self.acts.engines.dispose()


_SILENCED = "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = ANY (%s::regclass[])"
_CONSTRAINTS = """
SELECT conrelid::regclass::text, quote_ident(conname) FROM pg_constraint
 WHERE connamespace = 'audit'::regnamespace AND contype IN ('c', 'f') ORDER BY contype = 'c'
"""


class Logs:
    """The logs of one test run, each walked when first asked for."""

    def __init__(self, servers: Servers, folder: Path) -> None:
        self._servers, self._folder = servers, folder
        self._walked: dict[str, Log] = {}

    def copy(self, kind: str, folder: Path) -> Log:
        """A copy of the log on the server of ``kind``, with its key and its exported heads in ``folder``."""
        if kind not in self._walked:
            self._walked[kind] = _walked(self._servers.of(kind), self._folder / kind)
            self._walked[kind].close()
        original = self._walked[kind]
        shutil.copytree(original.signing.keys.folder, folder / "keys")
        shutil.copytree(original.signing.file.path.parent, folder / "heads")
        return _log(original.server, original.name, folder)


def _log(server: Server, template: str, folder: Path) -> Log:
    name = f"log_{uuid4().hex[:12]}"
    ensure_database(server.admin_url, name, template)
    return opened(server, name, folder)


def opened(server: Server, name: str, folder: Path) -> Log:
    """The log of database ``name``, whose keys and heads are in ``folder``."""
    address = make_url(server.admin_url).set(username=None, password=None, database=name)
    engines = Engines(str(address), server.passwords, pool_size=4)
    signing = Signing(KeyFile(folder / "keys"), HeadsFile(folder / "heads" / NAME))
    return Log(server, name, Acts(engines, FixedClock(BEGINS), Randomness(b"test")), signing)


def _walked(server: Server, folder: Path) -> Log:
    log = _log(server, TEMPLATE, folder)
    keys.make(log.acts, log.signing)
    clock = log.acts.clock
    assert isinstance(clock, FixedClock)
    settings = Settings(
        database_url=str(log.acts.engines.url(Login.DESK).set(username=None, password=None)),
        credentials=server.credentials,
        pool_size=5,
        inside="testclient",
    )
    first_administrators(log.acts, settings)
    log.sign()
    with TestClient(make_app(settings, clock), raise_server_exceptions=False) as client:
        lab = DoseLab(client, clock)
        lab.load_study()
        lab.upload_list("A", "B")
        log.sign()
        participant = lab.enrolled()
        log.sign()
        lab.made(participant)
        log.sign()
        kit = lab.plan_dose(participant)["kit"]
        clock.advance(timedelta(minutes=1))
        log.sign()
        lab.prepared(kit, participant)
    log.sign()
    return log


@pytest.fixture(scope="session")
def logs(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Logs:
    """The logs of this process of the test run."""
    return Logs(servers, tmp_path_factory.mktemp("logs"))


@pytest.fixture
def log(logs: Logs, engine_kind: str, tmp_path: Path) -> Iterator[Log]:
    """A copy of a real log, to be spoilt."""
    log = logs.copy(engine_kind, tmp_path)
    yield log
    log.close()
    log.server.drop(log.name)
