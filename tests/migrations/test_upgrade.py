"""A database that stood at migration 0018, with a row of every kind, comes to the newest one and goes on working.

`at_0018.sql` was written by `pg_dump --inserts` of PostgreSQL 15 from a database that those migrations made; nobody edits it.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import make_url

from biobank.act.coded import coded
from biobank.audit.sealer import seal
from biobank.db.engines import Engines
from biobank.db.prepare import ensure_database, migrate
from biobank.db.roles import Login
from tests.database import NOW, Connection, Server, Servers

pytestmark = pytest.mark.every_postgresql

DUMP = Path(__file__).with_name("at_0018.sql")
OURS = "ARRAY['public', 'audit', 'sealed']::regnamespace[]"
TABLES = f"SELECT oid::regclass::text FROM pg_class WHERE relnamespace = ANY ({OURS}) AND relkind IN ('r', 'p')"
CHANGES = {"alembic_version", "audit.kind"}
"""What an upgrade itself rewrites: how far it came, and which login begins which kind of act."""

TOM = UUID("00000000-0000-4000-8000-0000000000a4")
BEGIN = "SELECT audit.begin_act(%s, %s, %s, 'facility', %s, %s, 'a reason that says something')"


@pytest.fixture
def old(servers: Servers, engine_kind: str) -> Iterator[tuple[Server, str]]:
    """A server, and the name of its database at migration 0018."""
    server, name = servers.of(engine_kind), f"old_{uuid4().hex[:12]}"
    ensure_database(server.admin_url, name)
    with psycopg.connect(server.url(name)) as db:
        db.execute("SET client_min_messages = error")
        db.execute(DUMP.read_bytes())
    yield server, name
    server.drop(name)


def contents(db: Connection) -> dict[str, list[dict[str, Any]]]:
    """Every table's rows."""
    tables = [name for (name,) in db.execute(TABLES)]
    return {name: [row for (row,) in db.execute(f"SELECT to_jsonb(t) FROM {name} t")] for name in tables}


def same(before: dict[str, Any], after: dict[str, Any]) -> bool:
    """Whether every column of ``before`` has its value in ``after``; a later migration may have added columns."""
    return all(after.get(column) == value for column, value in before.items())


def test_every_row_of_an_older_database_survives(old: tuple[Server, str]) -> None:
    server, name = old
    with psycopg.connect(server.url(name)) as db:
        before = contents(db)
    assert [table for table, rows in before.items() if not rows] == []
    migrate(server.admin_url, name, coded(), NOW)
    with psycopg.connect(server.url(name)) as db:
        after = contents(db)
    for table in before.keys() - CHANGES:
        lost = [row for row in before[table] if not any(same(row, one) for one in after[table])]
        assert lost == [], table


def test_an_upgraded_database_takes_acts_and_refuses_what_it_must(old: tuple[Server, str]) -> None:
    server, name = old
    migrate(server.admin_url, name, coded(), NOW)
    migrate(server.admin_url, name, coded(), NOW)
    url = make_url(server.url(name)).set(username=Login.FACILITY, password=server.passwords[Login.FACILITY])
    with psycopg.connect(url.render_as_string(hide_password=False)) as db:
        with pytest.raises(psycopg.Error, match="no act"), db.transaction():
            db.execute("UPDATE unit SET state = 'destroyed' WHERE code = 'U-2'")
        db.execute(BEGIN, [act := uuid4(), "open_deviation", TOM, NOW, NOW])
        db.execute("UPDATE unit SET state = 'destroyed' WHERE code = 'U-2'")
        db.commit()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            db.execute("SELECT * FROM sealed.allocation")
    with psycopg.connect(server.url(name)) as db:
        [(body,)] = db.execute("SELECT body FROM audit.entry WHERE act_id = %s", [act]).fetchall()
        assert (json.loads(body)["old"]["state"], json.loads(body)["new"]["state"]) == ("stored", "destroyed")
        with pytest.raises(psycopg.Error, match="only ever added to"):
            db.execute("UPDATE audit.entry SET body = '{}'")


def test_acts_begin_after_a_restore_though_their_transactions_have_old_numbers(old: tuple[Server, str]) -> None:
    server, name = old
    migrate(server.admin_url, name, coded(), NOW)
    with psycopg.connect(server.url(name)) as db:
        db.execute(
            "INSERT INTO audit.act"
            " SELECT gen_random_uuid(), (pg_current_xact_id()::text::bigint + n)::text::xid8, kind, needs_reason, actor_id, side,"
            " login, recorded_at, occurred_at, reason, began_at FROM audit.act, generate_series(1, 400) n"
            " WHERE id = '00000000-0000-4000-8000-0000000000f5'"
        )
        db.commit()
        db.execute(BEGIN, [uuid4(), "open_deviation", TOM, NOW, NOW])
        taken = "SELECT count(*) FROM audit.act WHERE xid = pg_current_xact_id()"
        assert db.execute(taken).fetchone() == (2,)
        db.execute("UPDATE unit SET state = 'destroyed' WHERE code = 'U-2'")
        with pytest.raises(psycopg.errors.UniqueViolation):
            db.execute(BEGIN, [uuid4(), "open_deviation", TOM, NOW, NOW])


def test_entries_restored_from_elsewhere_are_sealed_when_everything_is(old: tuple[Server, str]) -> None:
    server, name = old
    migrate(server.admin_url, name, coded(), NOW)
    address = make_url(server.url(name)).set(username=None, password=None)
    engines = Engines(str(address), server.passwords, pool_size=1)
    seal(engines.of(Login.WORKER), NOW, everything=True)
    engines.dispose()
    with psycopg.connect(server.url(name)) as db:
        entries = "(TABLE audit.entry UNION ALL TABLE audit.sealed_entry) e"
        unsealed = f"SELECT id FROM {entries} WHERE id NOT IN (SELECT entry_id FROM audit.leaf WHERE entry_id IS NOT NULL)"
        assert db.execute(unsealed).fetchall() == []
