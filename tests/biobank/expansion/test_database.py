"""What the database keeps of the clean room, whatever SQL the facility's login sends."""

import threading
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql

from biobank.act.kinds import Kind
from biobank.db.roles import Login
from tests.bodies import MILLION
from tests.path import Lab
from tests.scripting import Connection, address, as_facility
from tests.telemetry import Installation

pytestmark = pytest.mark.every_postgresql


@pytest.fixture
def count(lab: Lab, installation: Installation) -> UUID:
    """The count at the isolation of a batch: 28.8 million viable cells."""
    lab.isolated(lab.enrolled())
    found: UUID = installation.one("SELECT id FROM cell_count")
    return found


def seed(db: Connection, count: UUID, cells: int, code: str) -> None:
    """A culture as a script would write it, past every rule of the program."""
    identity = uuid4()
    db.execute(
        "INSERT INTO material (id, scope, kind, code, root_id, registered_at)"
        " SELECT %s, 'facility', 'culture', %s, root_id, now() FROM cell_count WHERE id = %s",
        [identity, code, count],
    )
    db.execute(
        "INSERT INTO culture (id, batch_id, root_id, code, passage, state, vessel, vessels, area_cm2, cells_seeded,"
        " seeded_from, seeded_by, seeded_at)"
        " SELECT %s, batch_id, root_id, %s, 0, 'growing', 'T', 1, 1, %s, id, counted_by, now() FROM cell_count WHERE id = %s",
        [identity, code, cells, count],
    )


def test_no_more_cells_are_seeded_than_were_counted(installation: Installation, count: UUID) -> None:
    with as_facility(installation, Kind.SEED) as db:
        seed(db, count, 20 * MILLION, "C1")
        with pytest.raises(psycopg.Error) as refused:
            seed(db, count, 8_800_001, "C2")
        db.rollback()
    assert refused.value.sqlstate == "BB012"
    assert installation.one("SELECT count(*) FROM culture") == 0


def test_two_transactions_that_lock_nothing_share_no_cell(installation: Installation, count: UUID) -> None:
    """The second waits for the first, then counts what it left."""
    outcome: list[str | None] = []

    def second() -> None:
        try:
            with as_facility(installation, Kind.SEED) as db:
                seed(db, count, 15 * MILLION, "C2")
            outcome.append(None)
        except psycopg.Error as error:
            outcome.append(error.sqlstate)

    with as_facility(installation, Kind.SEED) as db:
        seed(db, count, 15 * MILLION, "C1")
        racing = threading.Thread(target=second)
        racing.start()
        racing.join(0.5)
        assert racing.is_alive(), "the second has to wait for the count"
    racing.join(20)
    assert outcome == ["BB012"]
    assert installation.rows("SELECT code FROM culture") == [("C1",)]


def test_a_count_is_one_and_true_and_verified_by_another(installation: Installation, count: UUID) -> None:
    again = (
        "INSERT INTO cell_count SELECT gen_random_uuid(), batch_id, root_id, NULL, method, 10, 50, {}, NULL, NULL,"
        " counted_by, counted_at, NULL, NULL FROM cell_count"
    )
    with as_facility(installation, Kind.SEED) as db:
        for statement, constraint in (
            ("UPDATE cell_count SET verified_by = counted_by, verified_at = now()", "ck_cell_count_two_people"),
            (again.format(6), "ck_cell_count_viable_cells"),
            (again.format(5), "uq_cell_count_isolation"),
        ):
            with pytest.raises(psycopg.IntegrityError) as refused, db.transaction():
                db.execute(statement)
            assert refused.value.diag.constraint_name == constraint


def test_nothing_recorded_in_the_clean_room_is_rewritten(installation: Installation, count: UUID) -> None:
    with as_facility(installation, Kind.SEED) as db:
        for statement in (
            "UPDATE cell_count SET total_cells = 1",
            "UPDATE batch SET purpose = 'drug'",
            "UPDATE batch SET root_id = root_id",
            "UPDATE culture SET cells_seeded = 1",
            "DELETE FROM cell_count",
            "DELETE FROM batch",
            "UPDATE feed SET volume_ml = 1",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), db.transaction():
                db.execute(statement)


@pytest.mark.parametrize("login", [Login.BEDSIDE, Login.DESK, Login.INGEST, Login.PRINTING])
def test_no_other_login_reads_the_clean_room(installation: Installation, login: Login) -> None:
    with psycopg.connect(address(installation, login)) as db:
        for table in ("batch", "culture", "cell_count", "feed", "freezing_run", "unit", "placement", "storage_position"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), db.transaction():
                db.execute(sql.SQL("SELECT FROM {}").format(sql.Identifier(table)))
