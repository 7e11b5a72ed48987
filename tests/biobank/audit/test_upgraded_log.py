"""A database from before heads were signed: its acts get their leaves, and what it was is verified from the first head on."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from biobank.act.coded import coded
from biobank.audit import keys
from biobank.db.prepare import ensure_database, migrate
from tests.database import NOW, Servers
from tests.sealed_log import Log, opened

pytestmark = pytest.mark.every_postgresql

DUMP = Path(__file__).parents[2] / "migrations" / "at_0018.sql"
TOM = UUID("00000000-0000-4000-8000-0000000000a4")
BEGIN = "SELECT audit.begin_act(%s, 'open_deviation', %s, 'facility', %s, %s, NULL)"


@pytest.fixture
def old(servers: Servers, engine_kind: str, tmp_path: Path) -> Iterator[Log]:
    """A database of migration 0018 with a row of every kind, brought to the newest."""
    server, name = servers.of(engine_kind), f"old_{uuid4().hex[:12]}"
    ensure_database(server.admin_url, name)
    with psycopg.connect(server.url(name)) as db:
        db.execute("SET client_min_messages = error")
        db.execute(DUMP.read_bytes())
    migrate(server.admin_url, name, coded(), NOW)
    log = opened(server, name, tmp_path)
    yield log
    log.close()
    server.drop(name)


def test_an_older_log_is_sealed_signed_and_verified(old: Log) -> None:
    keys.make(old.acts, old.signing)
    old.sign()
    report = old.verify()
    assert report.findings == []
    assert report.heads == 1
    assert report.acts == old.one("SELECT count(*) FROM audit.act") > 3


def test_what_is_written_after_a_restore_is_sealed_though_transactions_are_counted_anew(old: Log) -> None:
    keys.make(old.acts, old.signing)
    old.sign()
    old.spoil("UPDATE audit.horizon SET sealed_below = '9000000000', acts_below = '9000000000'")
    with psycopg.connect(old.server.url(old.name)) as db:
        db.execute(BEGIN, [act := uuid4(), TOM, NOW, NOW])
        db.execute("UPDATE unit SET state = 'destroyed' WHERE code = 'U-2'")
    old.sign()
    assert old.one("SELECT count(*) FROM audit.leaf WHERE act_id = %s", act) == 1
    [(entry,)] = old.rows("SELECT id FROM audit.entry WHERE act_id = %s", act)
    assert old.one("SELECT count(*) FROM audit.leaf WHERE entry_id = %s", entry) == 1
