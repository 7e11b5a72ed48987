"""What no login of the application can do to the trail and to records, whatever SQL it sends."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from random import Random
from uuid import uuid4

import psycopg
import pytest

from biobank.act.people import Side
from biobank.audit.exempt import EXEMPT
from biobank.audit.sealer import seal
from biobank.db.roles import Login
from tests.database import NOW, Connection, Database, begin_preparing

pytestmark = pytest.mark.every_postgresql

REVIEWED = Path(__file__).with_name("reviewed_grants.txt")
WITHOUT_TRAIL = {
    "public.alembic_version": "written by migrations, as the owner",
    "public.code_counter": "technical; every code it gives stands in a record",
    "public.idempotency_key": "technical; forgotten after 30 days",
    "public.print_job": "technical; the print itself stands in label_print",
    "public.printer_status": "technical; what a printer said of itself when it was last asked",
    "public.reading": "high volume; sealed by the batch, in reading_batch",
    "public.reading_pdefault": "a partition of reading",
    "public.reading_minute": "worked out from readings",
    "public.reading_minute_pdefault": "a partition of reading_minute",
    "public.reading_gap": "worked out from readings",
    "public.dirty_interval": "a queue of work on readings",
    "public.ledger_due": "a queue of work on ledgers",
    "public.refused_message": "what came over the air and was no reading",
    "public.sensor_seen": "worked out from readings",
    "public.sensor_counter": "worked out from readings",
    "public.heartbeat": "technical; when a process last gave a sign of life",
    "public.sensor_waiting": "what came over the air and is no sensor yet; whoever approves it is in the trail",
    "public.warm_threshold": "technical; for which temperatures warm times are worked out",
    "public.reading_rollup": "worked out from readings",
    "public.rollup_due": "a queue of work on readings",
    "public.threshold_due": "a queue of work on readings",
    "public.warm_interval": "worked out from readings",
    "public.limit_interval": "worked out from readings",
    "public.lid_interval": "worked out from readings",
    "public.heard_interval": "worked out from readings",
    "public.attempt_counter": "technical; every failure it counts is in sign_in_failure",
    "public.factor_use": "technical; which code was used last, so that none is used twice",
    "public.session_use": "technical; when a session was last used, while its beginning and end are in the trail",
}
"""The reviewed exemptions from the trail, each with why; a new table is either here or under the triggers."""

TRAIL = ("audit.act", "audit.entry", "audit.sealed_entry", "audit.leaf", "audit.kind", "audit.horizon")
TABLES = """
SELECT n.nspname || '.' || c.relname AS name,
       array_agg(t.tgname ORDER BY t.tgname) FILTER (WHERE t.tgenabled = 'A' AND t.tgname IN ('audit_row', 'audit_truncate'))
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_trigger t ON t.tgrelid = c.oid
 WHERE c.relkind IN ('r', 'p') AND n.nspname IN ('public', 'sealed') GROUP BY 1 ORDER BY 1
"""
GRANTS = """
WITH schemas AS (SELECT oid, nspname, nspacl FROM pg_namespace WHERE nspname IN ('public', 'audit', 'sealed')),
acls AS (
  SELECT 'SCHEMA ' || nspname AS what, nspacl AS acl FROM schemas
  UNION ALL SELECT s.nspname || '.' || c.relname, c.relacl FROM pg_class c JOIN schemas s ON s.oid = c.relnamespace
  UNION ALL SELECT s.nspname || '.' || c.relname || ' (' || a.attname || ')', a.attacl
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN schemas s ON s.oid = c.relnamespace WHERE NOT attisdropped
  UNION ALL SELECT s.nspname || '.' || p.proname, p.proacl FROM pg_proc p JOIN schemas s ON s.oid = p.pronamespace)
SELECT DISTINCT g.grantee::regrole::text || ' ' || g.privilege_type || ' ' || what
    || CASE WHEN g.is_grantable THEN ' *' ELSE '' END
  FROM acls, aclexplode(acl) g WHERE g.grantee = ANY (%s::regrole[])
"""
OPEN_TO_ALL = """
SELECT p.oid::regprocedure::text FROM pg_proc p
 WHERE p.pronamespace = ANY (ARRAY['public', 'audit', 'sealed']::regnamespace[])
   AND has_function_privilege('public', p.oid, 'EXECUTE')
   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
UNION ALL
SELECT c.oid::regclass::text FROM pg_class c, aclexplode(c.relacl) g
 WHERE c.relnamespace = ANY (ARRAY['public', 'audit', 'sealed']::regnamespace[]) AND g.grantee = 0
"""
LOGINS = [login.value for login in Login]


def refusal(db: Connection, statement: str, *values: object) -> str | None:
    """The SQLSTATE with which ``statement`` is refused; None where it is not."""
    try:
        db.execute(statement, values)
    except psycopg.Error as error:
        return error.sqlstate
    return None


@contextmanager
def each_alone(db: Connection) -> Iterator[Connection]:
    with db:
        db.autocommit = True
        yield db


def records(database: Database) -> list[str]:
    return [name for name, _ in database.rows(TABLES) if name not in WITHOUT_TRAIL]


@pytest.mark.parametrize("login", Login)
def test_no_login_rewrites_the_trail_or_a_record(database: Database, login: Login) -> None:
    attacks = [
        "DELETE FROM {}",
        "TRUNCATE {}",
        "TRUNCATE {} CASCADE",
        "ALTER TABLE {} DISABLE TRIGGER ALL",
        "ALTER TABLE {} DISABLE TRIGGER audit_truncate",
        "DROP TABLE {} CASCADE",
        "CREATE RULE nothing AS ON INSERT TO {} DO INSTEAD NOTHING",
    ]
    with each_alone(database.connect(login)) as db:
        for table in (*TRAIL, *records(database)):
            key = {"audit.kind": "code", "audit.leaf": "number", "audit.horizon": "single"}.get(table, "id")
            for attack in (*attacks, f"UPDATE {{}} SET {key} = {key}"):
                assert refusal(db, attack.format(table)) == "42501", attack.format(table)
        for table in TRAIL:
            assert refusal(db, f"INSERT INTO {table} DEFAULT VALUES") == "42501", table


@pytest.mark.parametrize("login", Login)
def test_no_login_silences_triggers_or_makes_objects(database: Database, login: Login) -> None:
    with each_alone(database.connect(login)) as db:
        for attack in (
            "SET session_replication_role = replica",
            "ALTER ROLE CURRENT_USER SET session_replication_role = replica",
            "CREATE TABLE mine (x integer)",
            "CREATE TABLE audit.mine (x integer)",
            "CREATE SCHEMA mine",
            "CREATE FUNCTION mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
            "CREATE OR REPLACE FUNCTION audit.refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
            "ALTER FUNCTION audit.record() SECURITY INVOKER",
            "DROP FUNCTION audit.record() CASCADE",
            "SELECT nextval('audit.entry_id')",
            "SELECT setval('audit.entry_id', 1)",
        ):
            assert refusal(db, attack) == "42501", attack


def test_an_append_only_table_stays_so_for_its_owner_and_for_the_superuser(database: Database) -> None:
    seal(database.engines.of(Login.WORKER), NOW)
    for role in ("biobank_owner", "postgres"):
        with each_alone(database.admin()) as db:
            db.execute("SET session_replication_role = replica")
            db.execute(f"SET ROLE {role}")
            assert refusal(db, "UPDATE audit.entry SET body = '{}'") == "BB005"
            assert refusal(db, "DELETE FROM audit.entry") == "BB005"
            assert refusal(db, "UPDATE audit.act SET reason = 'another'") == "BB005"
            assert refusal(db, "DELETE FROM audit.leaf") == "BB005"
            for table in (*TRAIL, *records(database)):
                assert refusal(db, f"TRUNCATE {table} CASCADE") == "BB004", table


def test_what_the_superuser_writes_stands_in_the_trail_too(database: Database) -> None:
    with database.admin() as db:
        db.execute("SET session_replication_role = replica")
        begin_preparing(db)
        db.execute("UPDATE person SET name = 'Somebody Else' WHERE username = 'facility'")
    [(login,)] = database.rows("SELECT body::jsonb ->> 'login' FROM audit.entry WHERE body::jsonb ->> 'operation' = 'UPDATE'")
    assert login == "postgres"


def test_every_table_is_under_the_triggers_or_on_the_reviewed_list(database: Database) -> None:
    without = {name for name, triggers in database.rows(TABLES) if triggers != ["audit_row", "audit_truncate"]}
    assert without == set(WITHOUT_TRAIL)


def test_the_logins_hold_exactly_the_reviewed_grants(database: Database) -> None:
    there = {grant for (grant,) in database.rows(GRANTS, LOGINS)}
    reviewed = set(REVIEWED.read_text().splitlines())
    assert sorted(there - reviewed) == [], "granted, but not reviewed"
    assert sorted(reviewed - there) == [], "reviewed, but no longer granted"


def test_nothing_of_ours_is_open_to_everybody(database: Database) -> None:
    assert database.rows(OPEN_TO_ALL) == []
    assert (
        database.rows(
            "SELECT datname FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) g"
            " WHERE g.grantee = 0 AND datname = current_database()"
        )
        == []
    )


def test_logins_own_nothing_and_belong_to_nobody(database: Database) -> None:
    owned = "SELECT classid::regclass::text, objid FROM pg_shdepend WHERE deptype = 'o' AND refobjid = ANY (%s::regrole[])"
    assert database.rows(owned, LOGINS) == []
    joined = (
        "SELECT roleid::regrole::text, member::regrole::text FROM pg_auth_members WHERE %s::regrole[] && ARRAY[roleid, member]"
    )
    assert database.rows(joined.replace("ARRAY[roleid, member]", "ARRAY[roleid, member]::regrole[]"), LOGINS) == []
    mighty = "rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls OR rolinherit"
    assert database.rows(f"SELECT rolname FROM pg_roles WHERE rolname = ANY (%s) AND ({mighty})", LOGINS) == []
    assert database.rows("SELECT rolcanlogin FROM pg_roles WHERE rolname = 'biobank_owner'") == [(False,)]


def write(database: Database, seed: int) -> None:
    """Twelve transactions of one writer, some slow, every fourth undone."""
    chance, begin = Random(seed), "SELECT audit.begin_act(%s, 'receive_lot', %s, 'facility', %s, %s, NULL)"
    insert = "INSERT INTO material (id, scope, kind, code, root_id, registered_at) VALUES (%s, 'facility', 'lot', %s, %s, %s)"
    with database.connect(Login.FACILITY) as db:
        for number in range(12):
            db.execute(begin, [uuid4(), database.people[Side.FACILITY].id, NOW, NOW])
            for part in range(chance.randint(1, 3)):
                lot = uuid4()
                db.execute(insert, [lot, f"L-{seed}-{number}-{part}", lot, NOW])
                db.execute("SELECT pg_sleep(%s)", [chance.choice((0, 0, 0.02))])
            (db.rollback if number % 4 == 3 else db.commit)()


def test_the_sealer_misses_no_entry_and_doubles_none(database: Database) -> None:
    writers, rounds = 16, 0
    worker = database.engines.of(Login.WORKER)
    with ThreadPoolExecutor(writers) as pool:
        running = [pool.submit(write, database, seed) for seed in range(writers)]
        while not all(one.done() for one in running):
            rounds += seal(worker, NOW) > 0
        for one in running:
            one.result()
    seal(worker, NOW)
    assert rounds > 1, "the sealer never worked beside a writer"
    entries = dict(database.rows("SELECT id, body FROM audit.entry UNION ALL SELECT id, body FROM audit.sealed_entry"))
    leaves = database.rows("SELECT number, entry_id, hash FROM audit.leaf ORDER BY number")
    assert [number for number, _, _ in leaves] == list(range(len(leaves)))
    of_entries = {entry: leaf for _, entry, leaf in leaves if entry is not None}
    assert sorted(of_entries) == sorted(entries)
    for entry, leaf in of_entries.items():
        assert leaf == hashlib.sha256(b"\x00" + entries[entry].encode()).digest()


def test_the_verifier_knows_the_same_exemptions() -> None:
    assert set(EXEMPT) == {name for name in WITHOUT_TRAIL if not name.endswith("_pdefault")}
