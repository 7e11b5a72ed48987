"""What the migrations make is what the tables of the packages say."""

import re
from collections.abc import Iterator

import pytest
from alembic import command
from sqlalchemy import Connection, create_engine, make_url
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel

from biobank.db.newest import alembic_config
from tests.database import Database

CONSTRAINTS = """
SELECT conrelid::regclass::text, conname::text, pg_get_constraintdef(oid) FROM pg_constraint
 WHERE connamespace = 'public'::regnamespace AND contype <> 'n' AND NOT conrelid::regclass::text = ANY (%s)
"""
INDEXES = (
    "SELECT tablename::text, indexname::text, indexdef FROM pg_indexes WHERE schemaname = 'public' AND NOT tablename = ANY (%s)"
)
TECHNICAL = ["alembic_version", "code_counter", "idempotency_key", "instance", "reading_pdefault", "reading_minute_pdefault"]
"""Tables that no package maps: their migrations are all there is of them."""


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    url = make_url(database.server.url(database.name)).set(drivername="postgresql+psycopg")
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def catalogue(database: Database) -> set[tuple[str, ...]]:
    """Constraints and indices, without the brackets and casts that differ with the way a rule was first written."""
    rows = [*database.rows(CONSTRAINTS, TECHNICAL), *database.rows(INDEXES, TECHNICAL)]
    return {tuple(re.sub(r"[()]|::(text|character varying|numeric)(\[\])?", "", part) for part in row) for row in rows}


def test_a_new_migration_would_change_nothing(connection: Connection) -> None:
    command.check(alembic_config(connection))


def test_every_constraint_and_index_is_in_the_models_and_in_the_migrations(database: Database, connection: Connection) -> None:
    migrated = catalogue(database)
    connection.exec_driver_sql("DROP SCHEMA public, sealed CASCADE")
    connection.exec_driver_sql("CREATE SCHEMA public; CREATE EXTENSION btree_gist")
    SQLModel.metadata.create_all(connection)
    connection.commit()
    modelled = catalogue(database)
    assert len(modelled) > 200
    assert sorted(modelled - migrated) == [], "only in the models"
    assert sorted(migrated - modelled) == [], "only in the migrations"
