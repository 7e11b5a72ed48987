"""The database knows the same states as the rules, and its triggers stop what the rules would never allow."""

import re
from uuid import uuid4

import psycopg
import pytest

from biobank.cryostorage.rules import NEXT, UnitState
from biobank.states import machines
from tests.database import Connection, Database, begin_preparing
from tests.states import state_columns

pytestmark = pytest.mark.every_postgresql

CHECKS = "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = ANY (%s)"
STEPS = "SELECT tgrelid::regclass::text, tgargs FROM pg_trigger WHERE tgname = 'next_state'"
UNIT = """
INSERT INTO unit (id, batch_id, root_id, run_id, code, container, state, viable_cells, volume_ml)
VALUES (%(id)s, %(id)s, %(id)s, %(id)s, %(code)s, 'vial', %(state)s, 1, 1)
"""


def test_every_check_of_a_state_names_the_states_of_the_rules(database: Database) -> None:
    known = {machine.states.__name__: {str(state) for state in machine.states} for machine in machines()}
    columns = state_columns()
    checks = dict(database.rows(CHECKS, [f"ck_{table}_state" for table in columns]))
    assert checks.keys() == columns.keys()
    for table, states in columns.items():
        assert set(re.findall("'([a-z_]+)'", checks[table])) == known[states.__name__], table


def test_every_step_that_a_trigger_allows_is_one_of_the_rules(database: Database) -> None:
    known = {machine.states.__name__: machine.next for machine in machines()}
    columns = state_columns()
    guarded = dict(database.rows(STEPS))
    assert columns.keys() - guarded.keys() == {"reading_gap", "sensor"}, "telemetry, which no act of a person walks"
    for table, arguments in guarded.items():
        allowed = {f"{one}>{after}" for one, following in known[columns[table].__name__].items() for after in following}
        assert set(bytes(arguments).decode().strip("\0").split("\0")) == allowed, table


def unit_in(db: Connection, state: UnitState) -> dict[str, object]:
    """A unit with nothing around it, written where neither keys nor triggers look."""
    made = {"id": uuid4(), "code": str(uuid4()), "state": state}
    db.execute("SET session_replication_role = replica")
    begin_preparing(db)
    db.execute(UNIT, made)
    db.commit()
    db.execute("SET session_replication_role = origin")
    db.commit()
    return made


def refusal(db: Connection, statement: str, *values: object) -> str | None:
    """The SQLSTATE with which a statement is refused; None where it is not."""
    try:
        db.execute(statement, values)
    except psycopg.Error as error:
        db.rollback()
        return error.sqlstate
    return None


@pytest.mark.parametrize("before", list(UnitState))
def test_a_unit_goes_where_the_rules_let_it_and_never_back_to_the_cold(database: Database, before: UnitState) -> None:
    for after in UnitState:
        with database.admin() as db:
            unit = unit_in(db, before)
            begin_preparing(db)
            refused = refusal(db, "UPDATE unit SET state = %s WHERE id = %s", after, unit["id"])
        allowed = after in NEXT[before] | {before}
        assert refused == (None if allowed else "BB037"), f"{before} to {after}"
