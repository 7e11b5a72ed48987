"""However rows are written, each stands in the trail with its old and new values: COPY, one statement for many, a migration."""

import json
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from biobank.act.people import Side
from biobank.db.roles import Login
from tests.database import NOW, Database, begin_preparing

pytestmark = pytest.mark.every_postgresql
MANY = 300
Connection = psycopg.Connection[tuple[Any, ...]]


def copy(db: Connection, named: str = "person") -> list[str]:
    """Many people in one COPY; their ids."""
    ids = [str(uuid4()) for _ in range(MANY)]
    with db.cursor().copy("COPY person (id, username, name, side, enrolled_at) FROM STDIN") as rows:
        for number, one in enumerate(ids):
            rows.write_row((one, f"{named}-{number}", f"Person {number}", "desk", NOW))
    return ids


def trail(database: Database, table: str, operation: str) -> dict[str, dict[str, Any]]:
    """Entries of a table, by row."""
    sql = "SELECT row_id, body FROM audit.entry WHERE table_name = %s AND body::jsonb ->> 'operation' = %s"
    return {row: json.loads(body) for row, body in database.rows(sql, f"public.{table}", operation)}


def test_every_row_of_a_copy_is_in_the_trail_and_without_an_act_there_is_none(database: Database) -> None:
    with database.connect(Login.DESK) as db:
        who = database.server.people[Side.DESK].id
        db.execute("SELECT audit.begin_act(%s, 'enrol_person', %s, 'desk', %s, %s, NULL)", [uuid4(), who, NOW, NOW])
        ids = copy(db)
    told = trail(database, "person", "INSERT")
    assert told.keys() >= set(ids)
    assert {told[one]["new"]["username"] for one in ids} == {f"person-{number}" for number in range(MANY)}
    with database.connect(Login.DESK) as db, pytest.raises(psycopg.Error) as caught:
        copy(db, "stranger")
    assert caught.value.sqlstate == "BB001"


def test_every_row_that_one_statement_changes_is_in_the_trail_with_both_values(database: Database) -> None:
    with database.admin() as db:
        begin_preparing(db)
        ids = copy(db)
    with database.admin() as db:
        begin_preparing(db)
        assert db.execute("UPDATE person SET name = 'Former ' || name WHERE username LIKE 'person-%'").rowcount == MANY
    told = trail(database, "person", "UPDATE")
    assert told.keys() == set(ids)
    assert all(one["new"]["name"] == f"Former {one['old']['name']}" for one in told.values())


def test_a_migration_that_changes_rows_names_its_act_or_changes_none(database: Database) -> None:
    change = "UPDATE person SET name = 'Renamed' WHERE username = 'facility'"
    with database.admin() as db:
        db.execute("SET ROLE biobank_owner")
        with pytest.raises(psycopg.Error) as caught:
            db.execute(change)
    assert caught.value.sqlstate == "BB001"
    with database.admin() as db:
        db.execute("SET ROLE biobank_owner")
        begin_preparing(db)
        db.execute(change)
    [told] = trail(database, "person", "UPDATE").values()
    assert (told["new"]["name"], told["role"], told["kind"]) == ("Renamed", "biobank_owner", "prepare_database")
