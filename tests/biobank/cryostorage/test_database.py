"""What the database keeps of storage, whatever SQL the facility's login sends."""

import threading

import psycopg
import pytest

from biobank.act.kinds import Kind
from tests.biobank.cryostorage.conftest import TOGETHER, lay
from tests.bodies import MILLION
from tests.path import Lab
from tests.scripting import as_facility
from tests.telemetry import Installation

pytestmark = pytest.mark.every_postgresql


@pytest.fixture
def stored(lab: Lab, batch: str, freezer: str) -> tuple[str, str, str, str]:
    """Two units, the first laid into the first of two slots."""
    one, other = lab.freeze(batch, None, 2, MILLION)
    here, there = lab.slots(freezer, 2)
    lab.place(one, here)
    return one, other, here, there


def test_no_stay_overlaps_another(installation: Installation, stored: tuple[str, ...]) -> None:
    one, other, here, there = stored
    with as_facility(installation, Kind.STORE_UNIT) as db:
        for unit, position, placed_at, removed_at, constraints in (
            (other, here, "2026-03-16T09:00Z", None, {"ex_placement_position", "uq_placement_open_position"}),
            (other, here, "2026-03-14T09:00Z", "2026-03-15T09:00:01Z", {"ex_placement_position"}),
            (other, here, "2026-03-16T09:00Z", "2026-03-17T09:00Z", {"ex_placement_position"}),
            (one, there, "2026-03-16T09:00Z", None, {"ex_placement_unit"}),
            (one, there, "2026-03-16T09:00Z", "2026-03-17T09:00Z", {"ex_placement_unit"}),
            (other, there, "2026-03-16T09:00Z", "2026-03-15T09:00Z", {"ck_placement_interval"}),
        ):
            with pytest.raises(psycopg.Error) as refusal, db.transaction():
                lay(db, unit, position, placed_at, removed_at)
            assert refusal.value.diag.constraint_name in constraints, refusal.value
    assert installation.one("SELECT count(*) FROM placement") == 1


def test_a_slot_is_free_again_from_the_moment_its_unit_left(installation: Installation, stored: tuple[str, ...]) -> None:
    one, other, here, there = stored
    with as_facility(installation, Kind.STORE_UNIT) as db:
        db.execute("UPDATE placement SET removed_at = '2026-03-16T09:00Z'")
        lay(db, other, here, "2026-03-16T09:00Z")
        lay(db, one, there, "2026-03-16T09:00Z")
    assert installation.one(TOGETHER) == 0


def test_two_transactions_that_lock_nothing_do_not_share_a_slot(installation: Installation, stored: tuple[str, ...]) -> None:
    """The second waits for the first, and is refused when it is done."""
    one, other, _, free = stored
    outcome: list[str | None] = []

    def second() -> None:
        try:
            with as_facility(installation, Kind.STORE_UNIT) as db:
                lay(db, other, free, "2026-03-16T10:00Z")
            outcome.append(None)
        except psycopg.Error as error:
            outcome.append(error.sqlstate)

    with as_facility(installation, Kind.STORE_UNIT) as db:
        db.execute("UPDATE placement SET removed_at = '2026-03-16T09:00Z'")
        lay(db, one, free, "2026-03-16T09:00Z")
        racing = threading.Thread(target=second)
        racing.start()
        racing.join(0.5)
        assert racing.is_alive(), "the second has to wait for the slot"
    racing.join(20)
    assert outcome[0] in ("23P01", "23505")
    assert installation.one(TOGETHER) == 0


def test_nothing_recorded_of_storage_is_rewritten(installation: Installation, stored: tuple[str, ...]) -> None:
    with as_facility(installation, Kind.STORE_UNIT) as db:
        for statement in (
            "UPDATE placement SET position_id = position_id",
            "UPDATE placement SET placed_at = now()",
            "DELETE FROM placement",
            "UPDATE unit SET viable_cells = 1",
            "DELETE FROM unit",
            "UPDATE freezing_run SET program = 'another'",
            "DELETE FROM storage_position",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), db.transaction():
                db.execute(statement)


def test_a_slot_keeps_its_place_though_its_row_may_be_locked(installation: Installation, stored: tuple[str, ...]) -> None:
    with as_facility(installation, Kind.STORE_UNIT) as db:
        db.execute("SELECT FROM storage_position FOR UPDATE")
        with pytest.raises(psycopg.Error):
            db.execute("UPDATE storage_position SET rack = 'R9'")
        db.rollback()
    assert installation.rows("SELECT DISTINCT rack FROM storage_position") == [("R1",)]


def test_a_thawed_unit_never_goes_back_also_not_by_sql(installation: Installation, stored: tuple[str, ...]) -> None:
    with as_facility(installation, Kind.THAW_UNIT) as db:
        db.execute("UPDATE unit SET state = 'thawed' WHERE code = %s", [stored[0]])
    for state in ("stored", "frozen"):
        with as_facility(installation, Kind.STORE_UNIT) as db, pytest.raises(psycopg.Error) as refusal:
            db.execute("UPDATE unit SET state = %s WHERE code = %s", [state, stored[0]])
        assert refusal.value.sqlstate == "BB037"


def test_no_more_cells_are_frozen_than_were_left(installation: Installation, stored: tuple[str, ...]) -> None:
    """28.8 million were counted and two million are frozen; a script freezes the rest, and then one cell more."""
    freeze = (
        "WITH made AS (INSERT INTO material (id, scope, kind, code, root_id, registered_at)"
        "  SELECT gen_random_uuid(), 'facility', 'unit', %(code)s, root_id, now() FROM freezing_run RETURNING id, root_id)"
        " INSERT INTO unit (id, batch_id, root_id, run_id, code, container, state, viable_cells, volume_ml)"
        "  SELECT made.id, r.batch_id, made.root_id, r.id, %(code)s, 'vial', 'frozen', %(cells)s, 1.5 FROM made, freezing_run r"
    )
    with as_facility(installation, Kind.FREEZE) as db:
        db.execute(freeze, {"code": "U8", "cells": 26_800_000})
        with pytest.raises(psycopg.Error) as refusal:
            db.execute(freeze, {"code": "U9", "cells": 1})
        assert refusal.value.sqlstate == "BB012"
        db.rollback()
