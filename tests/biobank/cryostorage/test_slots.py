"""No slot ever holds two units and no unit lies in two: with many hands at once, and with raw SQL."""

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from fastapi.testclient import TestClient

from biobank.act.kinds import Kind
from biobank.app import make_app
from biobank.clock import FixedClock
from biobank.settings import Settings
from tests.biobank.cryostorage.conftest import slots_of, unit_of
from tests.path import MILLION, Lab, refused
from tests.scripting import Connection, as_facility
from tests.telemetry import Installation

WRITERS, BATCHES = 32, 8
PLACERS = ("tom", "tina", "bo")
TOGETHER = """
SELECT count(*) FROM placement a JOIN placement b ON a.id < b.id
   AND (a.position_id = b.position_id OR a.unit_id = b.unit_id)
   AND tstzrange(a.placed_at, a.removed_at) && tstzrange(b.placed_at, b.removed_at)
"""
"""Pairs of stays that share a moment and a slot, or a moment and a unit."""
TRAIL = (
    "SELECT e.table_name, count(*)::int, count(DISTINCT e.act_id)::int FROM audit.entry e WHERE e.id > %s GROUP BY 1 ORDER BY 1"
)


@pytest.fixture
def busy(client: TestClient, installation: Installation, clock: FixedClock) -> Iterator[Lab]:
    """The application as it is served: as many connections as threads, so that many acts run at once."""
    told = installation.environment
    settings = Settings(database_url=told["DATABASE_URL"], credentials=told["BIOBANK_CREDENTIALS"], pool_size=40, clock="system")
    with TestClient(make_app(settings, clock), raise_server_exceptions=False) as many:
        lab = Lab(many, clock)
        lab.load_study()
        lab.upload_list(*["B"] * BATCHES)
        yield lab


def at_once(lab: Lab, wanted: list[tuple[str, str]]) -> list[tuple[str, int, str]]:
    """Lay units into slots (unit, position), all at the same moment; who (unit), status and code or position."""
    for who in PLACERS:
        lab.as_(who)
    ready = threading.Barrier(len(wanted))

    def lay(number: int, unit: str, position: str) -> tuple[str, int, str]:
        ready.wait(20)
        answer = lab.post(PLACERS[number % len(PLACERS)], f"/units/{unit}/placement", {"position": position})
        told = answer.json()
        return unit, answer.status_code, told["position"] if answer.is_success else told["code"]

    with ThreadPoolExecutor(len(wanted)) as hands:
        return [done.result() for done in [hands.submit(lay, number, *one) for number, one in enumerate(wanted)]]


def test_of_32_writers_one_gets_the_slot_and_the_others_change_nothing(busy: Lab, installation: Installation) -> None:
    batches = [busy.isolated(busy.enrolled()) for _ in range(BATCHES)]
    units = [unit for batch in batches for unit in busy.freeze(batch, None, WRITERS // BATCHES, MILLION)]
    [slot] = busy.slots(busy.freezer(), 1)
    for who in PLACERS:
        busy.as_(who)
    before = installation.one("SELECT max(id) FROM audit.entry")
    answers = at_once(busy, [(unit, slot) for unit in units])
    assert Counter((status, told) for _, status, told in answers) == {(200, slot): 1, (409, "slot_taken"): WRITERS - 1}
    [winner] = [unit for unit, status, _ in answers if status == 200]
    assert installation.rows(
        "SELECT u.code, p.code, l.removed_at FROM placement l JOIN unit u ON u.id = l.unit_id"
        " JOIN storage_position p ON p.id = l.position_id"
    ) == [(winner, slot, None)]
    assert dict(installation.rows("SELECT state, count(*)::int FROM unit GROUP BY 1")) == {"stored": 1, "frozen": WRITERS - 1}
    assert installation.rows(TRAIL, before) == [
        ("audit.refusal", WRITERS - 1, WRITERS - 1),
        ("public.custody_event", 1, 1),
        ("public.placement", 1, 1),
        ("public.unit", 1, 1),
    ]
    refusals = installation.rows("SELECT facts FROM audit.refusal WHERE code = 'slot_taken'")
    assert refusals == [({"position": slot, "unit": winner},)] * (WRITERS - 1)


def test_a_unit_carried_to_32_slots_at_once_lies_in_one(busy: Lab, installation: Installation) -> None:
    [unit] = busy.freeze(busy.isolated(busy.enrolled()), None, 1, MILLION)
    freezer = busy.freezer()
    slots = busy.slots(freezer, WRITERS)
    answers = at_once(busy, [(unit, slot) for slot in slots])
    assert {status for _, status, _ in answers} == {200}, "each is a move after the one before"
    assert installation.one("SELECT count(*) FROM placement WHERE removed_at IS NULL") == 1
    assert installation.one(TOGETHER) == 0
    assert slots_of(busy, freezer) == dict.fromkeys(slots) | {unit_of(busy, unit)["position"]: unit}


def test_two_units_are_not_swapped_through_each_other(busy: Lab, installation: Installation) -> None:
    """Each waits for the other's slot; neither dies of it, and neither gets it."""
    one, other = (busy.freeze(busy.isolated(busy.enrolled()), None, 1, MILLION)[0] for _ in range(2))
    here, there = busy.slots(busy.freezer(), 2)
    busy.place(one, here)
    busy.place(other, there)
    for _ in range(5):
        busy.wait(minutes=1)
        answers = at_once(busy, [(one, there), (other, here)])
        assert {(status, told) for _, status, told in answers} == {(409, "slot_taken")}
    assert (unit_of(busy, one)["position"], unit_of(busy, other)["position"]) == (here, there)
    assert installation.one(TOGETHER) == 0


# --------------------------------------------------------------------------------------------------------- past the program


@pytest.fixture
def stored(lab: Lab, batch: str, freezer: str) -> tuple[str, str, str, str]:
    """Two units, the first laid into the first of two slots."""
    one, other = lab.freeze(batch, None, 2, MILLION)
    here, there = lab.slots(freezer, 2)
    lab.place(one, here)
    return one, other, here, there


def lay(db: Connection, unit: str, position: str, placed_at: str, removed_at: str | None = None) -> None:
    """A stay as a script would write it, past every rule of the program."""
    db.execute(
        "INSERT INTO placement (id, unit_id, position_id, placed_by, placed_at, removed_at)"
        " SELECT %s, u.id, p.id, l.placed_by, %s, %s FROM unit u, storage_position p, placement l"
        "  WHERE u.code = %s AND p.code = %s LIMIT 1",
        [uuid4(), placed_at, removed_at, unit, position],
    )


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
        assert refusal.value.sqlstate == "BB013"


def test_no_more_cells_are_frozen_than_were_left(installation: Installation, stored: tuple[str, ...]) -> None:
    """28.8 million were counted and two million are frozen; a script freezes the rest, and then one cell more."""
    freeze = (
        "WITH made AS (INSERT INTO material (id, scope, kind, code, root_id, registered_at)"
        "  SELECT gen_random_uuid(), 'facility', 'unit', %(code)s, root_id, now() FROM freezing_run RETURNING id, root_id)"
        " INSERT INTO unit (id, batch_id, root_id, run_id, code, state, viable_cells, volume_ml)"
        "  SELECT made.id, r.batch_id, made.root_id, r.id, %(code)s, 'frozen', %(cells)s, 1.5 FROM made, freezing_run r"
    )
    with as_facility(installation, Kind.FREEZE) as db:
        db.execute(freeze, {"code": "U8", "cells": 26_800_000})
        with pytest.raises(psycopg.Error) as refusal:
            db.execute(freeze, {"code": "U9", "cells": 1})
        assert refusal.value.sqlstate == "BB012"
        db.rollback()


def test_a_backdated_move_does_not_meet_what_lay_there(lab: Lab, stored: tuple[str, ...], installation: Installation) -> None:
    one, other, here, there = stored
    lab.wait(hours=3)
    left_at = lab.clock.now()
    lab.place(one, there)
    lab.wait(hours=3)
    for minutes, status in ((-1, 409), (0, 200)):
        at = (left_at + timedelta(minutes=minutes)).isoformat()
        answer = lab.post("bo", f"/units/{other}/placement", {"position": here, "occurred_at": at})
        assert answer.status_code == status, answer.text
        if status == 409:
            refused(answer, 409, "slot_taken")
    assert installation.one(TOGETHER) == 0
