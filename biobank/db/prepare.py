"""Make roles and a database, bring it to the newest migration, and tell it the kinds of acts: `biobank db prepare`."""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from psycopg import Connection, connect, sql
from sqlalchemy import create_engine, make_url
from sqlalchemy.pool import NullPool

from biobank.db.lasting import write_private
from biobank.db.roles import OWNER, Login

_ROLES_LOCK = 7_405_001
"""Roles belong to the whole cluster; whoever makes them holds this advisory lock in the maintenance database."""

_SYNC_KIND = """
INSERT INTO audit.kind (code, needs_reason, on_paper, logins) VALUES (%s, %s, %s, %s)
ON CONFLICT (code) DO UPDATE SET logins = excluded.logins, on_paper = excluded.on_paper
 WHERE (audit.kind.logins, audit.kind.on_paper) IS DISTINCT FROM (excluded.logins, excluded.on_paper)
"""


_BEGIN = "SELECT audit.begin_act(%s, 'prepare_database', %s, 'system', %s, %s, NULL)"
_PERSON = "INSERT INTO person (id, username, name, side, enrolled_at) VALUES (%s, %s, %s, 'system', %s)"
_FIRST_PRINTERS = """
INSERT INTO printer (id, name, side, way, layouts, in_use, registered_at)
SELECT gen_random_uuid(), side, side, 'folder', '{}', true, %s FROM unnest(ARRAY['bedside', 'facility']) AS side
"""
_PRINTS_BEFORE = "ALTER TABLE print_job VALIDATE CONSTRAINT fk_print_job_printer"
"""Prints of a time when printers were folders and no rows name the first two."""


@dataclass(frozen=True)
class Coded:
    """What the application knows and the database repeats: the kinds of acts and the named system people."""

    kinds: list[tuple[str, bool, bool, list[str]]]
    """Code, whether it demands a written reason, whether it may be done on paper, and the logins that may begin it."""
    system_people: list[tuple[UUID, str, str]]
    """Identifier, user name, name; the first of them does the preparing."""


def ensure_secrets(file: Path) -> dict[str, str]:
    """The passwords of the logins and the instance key; made on first use, in a file that only its owner reads."""
    known: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    wanted = [login.value for login in Login]
    missing = [name for name in (*wanted, "instance_key") if name not in known]
    if missing:
        known |= {name: secrets.token_hex(32) for name in missing}
        file.parent.mkdir(parents=True, exist_ok=True)
        write_private(file.with_suffix(".new"), json.dumps(known, indent=1))
        file.with_suffix(".new").replace(file)
    return known


def ensure_roles(admin_url: str, passwords: dict[str, str]) -> None:
    """Make the owner and the logins where they are missing, and give every login its password."""
    with connect(_plain(admin_url, "postgres"), autocommit=True) as db:
        db.execute("SELECT pg_advisory_lock(%s)", [_ROLES_LOCK])
        there = {name for (name,) in db.execute("SELECT rolname FROM pg_roles")}
        if OWNER not in there:
            db.execute(sql.SQL("CREATE ROLE {} NOLOGIN NOINHERIT").format(sql.Identifier(OWNER)))
        for login in Login:
            verb = sql.SQL("ALTER" if login in there else "CREATE")
            db.execute(
                sql.SQL("{} ROLE {} LOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}").format(
                    verb, sql.Identifier(login), sql.Literal(passwords[login])
                )
            )
        db.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(OWNER)))


def ensure_database(admin_url: str, name: str, template: str | None = None) -> None:
    """Make database ``name`` where it is missing, owned by the owner, and open it to the logins and to nobody else."""
    with connect(_plain(admin_url, "postgres"), autocommit=True) as db:
        db.execute("SELECT pg_advisory_lock(%s)", [_ROLES_LOCK])
        if not db.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            db.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY {}").format(
                    sql.Identifier(name),
                    sql.Identifier(OWNER),
                    sql.Identifier(template or "template0"),
                    sql.Identifier("file_copy" if template else "wal_log"),  # what is large is copied by its files
                )
            )
        open_to_logins(db, name)


def open_to_logins(db: Connection, name: str) -> None:
    """Who may connect: rights on a database are not copied with a template."""
    database, logins = sql.Identifier(name), sql.SQL(", ").join(sql.Identifier(login) for login in Login)
    db.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    db.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, logins))
    db.execute(sql.SQL("GRANT TEMPORARY ON DATABASE {} TO {}").format(database, sql.Identifier(Login.INGEST)))


def migrate(admin_url: str, name: str, coded: Coded, now: datetime, *, demonstration: bool = False) -> None:
    """Bring the schema to the newest migration, as the owner, and write down kinds, system people and what the database is.

    Whether it is a demonstration is decided once, on an empty database, and never changed.
    """
    from biobank.db.newest import upgrade  # Alembic is large, and every process imports this module for the kinds of acts

    with connect(_plain(admin_url, name), autocommit=True) as db:
        db.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        db.execute(sql.SQL("ALTER SCHEMA public OWNER TO {}").format(sql.Identifier(OWNER)))
    engine = create_engine(make_url(admin_url).set(drivername="postgresql+psycopg", database=name), poolclass=NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"SET ROLE {OWNER}")
        connection.commit()
        upgrade(connection)
        connection.commit()
    engine.dispose()
    with connect(_plain(admin_url, name)) as db:
        db.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(OWNER)))
        _write_coded(db, coded, now, demonstration)


def _write_coded(db: Connection, coded: Coded, now: datetime, demonstration: bool) -> None:
    for kind in coded.kinds:
        db.execute(_SYNC_KIND, kind)
    known = {username for (username,) in db.execute("SELECT username FROM person WHERE side = 'system'")}
    missing = [person for person in coded.system_people if person[1] not in known]
    marked = db.execute("SELECT 1 FROM instance").fetchone()
    printers = db.execute("SELECT 1 FROM printer").fetchone()
    if missing or not marked or not printers:
        db.execute(_BEGIN, [uuid4(), coded.system_people[0][0], now, now])
    for person in missing:
        db.execute(_PERSON, [*person, now])
    if not printers:
        db.execute(_FIRST_PRINTERS, [now])
        db.execute(_PRINTS_BEFORE)
    if not marked:
        db.execute("INSERT INTO instance (id, demonstration, prepared_at) VALUES (true, %s, %s)", [demonstration, now])


def prepare(
    admin_url: str, database_url: str, credentials: Path, coded: Coded, now: datetime, *, demonstration: bool = False
) -> None:
    """Everything a fresh server or an older database needs before the application may start. Safe to repeat."""
    passwords = ensure_secrets(credentials)
    name = make_url(database_url).database or "biobank"
    ensure_roles(admin_url, passwords)
    ensure_database(admin_url, name)
    migrate(admin_url, name, coded, now, demonstration=demonstration)


def _plain(url: str, database: str) -> str:
    return make_url(url).set(drivername="postgresql", database=database).render_as_string(hide_password=False)
