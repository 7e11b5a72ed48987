"""Sealing beside writers: no lock of the sealer or the signer makes an act wait."""

from uuid import uuid4

import pytest
from sqlalchemy import text

from biobank.act.people import Side
from biobank.audit import keys
from biobank.audit.sealer import seal
from biobank.db.roles import Login
from tests.database import NOW, Connection, Database

pytestmark = pytest.mark.every_postgresql

BEGIN = "SELECT audit.begin_act(%s, 'receive_lot', %s, 'facility', %s, %s, NULL)"
INSERT = "INSERT INTO material (id, scope, kind, code, root_id, registered_at) VALUES (%s, 'facility', 'lot', %s, %s, %s)"
CONFLICTS = """
SELECT relation::regclass::text, mode FROM pg_locks
 WHERE pid = %s AND locktype = 'relation' AND mode NOT IN ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock')
"""


def act(db: Connection, database: Database) -> None:
    """An act that would rather fail than wait."""
    db.execute("SET LOCAL lock_timeout = '1ms'")
    lot = uuid4()
    db.execute(BEGIN, [uuid4(), database.people[Side.FACILITY].id, NOW, NOW])
    db.execute(INSERT, [lot, str(lot), lot, NOW])
    db.commit()


def test_no_writer_waits_for_a_sealer_that_is_still_at_work(database: Database) -> None:
    with database.connect(Login.FACILITY) as writer:
        act(writer, database)
        with database.engines.of(Login.WORKER).begin() as sealer:
            sealer.execute(text("SELECT audit.seal(:now, false)"), {"now": NOW})
            pid = sealer.execute(text("SELECT pg_backend_pid()")).scalar_one()
            assert database.rows(CONFLICTS, pid) == []
            for _ in range(20):
                act(writer, database)


def test_no_writer_waits_for_a_head_or_a_new_key(database: Database) -> None:
    with database.connect(Login.FACILITY) as writer, database.engines.of(Login.WORKER).begin() as signing:
        signing.execute(keys.LOCK)
        for _ in range(20):
            act(writer, database)


def test_no_sealer_waits_for_a_writer(database: Database) -> None:
    with database.connect(Login.FACILITY) as slow, database.connect(Login.FACILITY) as quick:
        slow.execute(BEGIN, [unfinished := uuid4(), database.people[Side.FACILITY].id, NOW, NOW])
        act(quick, database)
        with database.engines.of(Login.WORKER).begin() as sealer:
            sealer.execute(text("SET LOCAL lock_timeout = '1ms'"))
            assert sealer.execute(text("SELECT audit.seal(:now, false)"), {"now": NOW}).scalar_one() > 0
        slow.commit()
    assert database.rows("SELECT 1 FROM audit.leaf WHERE act_id = %s", unfinished) == []
    seal(database.engines.of(Login.WORKER), NOW)
    assert len(database.rows("SELECT 1 FROM audit.leaf WHERE act_id = %s", unfinished)) == 1


@pytest.mark.parametrize("tables", [("audit.entry", "audit.act", "audit.sealed_entry")])
def test_what_writers_write_refers_to_nothing_that_the_sealer_locks(database: Database, tables: tuple[str, ...]) -> None:
    sql = "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint WHERE contype = 'f'"
    pairs = database.rows(sql + " AND connamespace = 'audit'::regnamespace")
    sealing = {"audit.leaf", "audit.horizon", "audit.head"}
    assert [pair for pair in pairs if set(pair) & sealing and set(pair) & set(tables)] == []
