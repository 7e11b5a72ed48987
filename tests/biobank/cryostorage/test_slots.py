"""No slot ever holds two units and no unit lies in two, however many hands reach at once."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from fastapi.testclient import TestClient

from biobank.act.kinds import Kind
from biobank.app import make_app
from biobank.clock import FixedClock
from biobank.settings import Settings
from tests.biobank.cryostorage.conftest import TOGETHER, lay, slots_of, unit_of
from tests.bodies import MILLION
from tests.path import Lab
from tests.scripting import Connection, as_facility
from tests.serving import INSIDE
from tests.telemetry import Installation
from tests.waiting import until

WRITERS, BATCHES = 32, 8
PLACERS = ("tom", "tina", "bo")
TRAIL = (
    "SELECT e.table_name, count(*)::int, count(DISTINCT e.act_id)::int FROM audit.entry e WHERE e.id > %s GROUP BY 1 ORDER BY 1"
)


@pytest.fixture
def busy(client: TestClient, installation: Installation, clock: FixedClock) -> Iterator[Lab]:
    """The application as it is served: as many connections as threads, so that many acts run at once."""
    told = installation.environment
    settings = Settings(database_url=told["DATABASE_URL"], credentials=told["BIOBANK_CREDENTIALS"], pool_size=40, inside=INSIDE)
    with TestClient(make_app(settings, clock), raise_server_exceptions=False) as many:
        lab = Lab(many, clock)
        lab.load_study()
        lab.upload_list(*["B"] * BATCHES)
        yield lab


Told = list[tuple[str, int, str]]
"""Of each try: the unit, the status, and the position or the code of the refusal."""


def at_once(lab: Lab, wanted: list[tuple[str, str]], shoot: Callable[[], None] = lambda: None) -> Told:
    """Lay units into slots (unit, position), all at the same moment; ``shoot`` is called when all are on their way."""
    for who in PLACERS:
        lab.as_(who)
    ready = threading.Barrier(len(wanted))

    def place(number: int, unit: str, position: str) -> tuple[str, int, str]:
        ready.wait(20)
        answer = lab.post(PLACERS[number % len(PLACERS)], f"/units/{unit}/placement", {"position": position})
        told = answer.json()
        return unit, answer.status_code, told["position"] if answer.is_success else told["code"]

    with ThreadPoolExecutor(len(wanted)) as hands:
        sent = [hands.submit(place, number, *one) for number, one in enumerate(wanted)]
        shoot()
        return [done.result() for done in sent]


@contextmanager
def being_filled(installation: Installation, unit: str, slot: str) -> Iterator[Connection]:
    """Somebody is just laying a unit into a slot, and ends it or gives it up with the connection."""
    with as_facility(installation, Kind.STORE_UNIT) as db:
        lay(db, unit, slot, "2026-03-15T09:00Z")
        yield db


def when_all_wait(installation: Installation, writers: int, then: Callable[[], None]) -> Callable[[], None]:
    """Do ``then`` once the acts of all writers wait in the database."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"

    def wait() -> None:
        until(lambda: installation.one(waiting) == writers)
        then()

    return wait


def test_of_32_writers_one_gets_the_slot_and_the_others_change_nothing(busy: Lab, installation: Installation) -> None:
    batches = [busy.isolated(busy.enrolled()) for _ in range(BATCHES)]
    units = [unit for batch in batches for unit in busy.freeze(batch, None, WRITERS // BATCHES, MILLION)]
    [slot] = busy.slots(busy.freezer(), 1)
    for who in PLACERS:
        busy.as_(who)
    before = installation.one("SELECT max(id) FROM audit.entry")
    with being_filled(installation, units[0], slot) as db:
        given_up = when_all_wait(installation, WRITERS, db.rollback)
        answers = at_once(busy, [(unit, slot) for unit in units], given_up)
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


def test_whoever_comes_while_a_slot_is_being_filled_is_told_what_lies_there(busy: Lab, installation: Installation) -> None:
    first, *others = (busy.freeze(busy.isolated(busy.enrolled()), None, 1, MILLION)[0] for _ in range(4))
    [slot] = busy.slots(busy.freezer(), 1)
    with being_filled(installation, first, slot) as db:
        done = when_all_wait(installation, len(others), db.commit)
        answers = at_once(busy, [(unit, slot) for unit in others], done)
    assert {(status, told) for _, status, told in answers} == {(409, "slot_taken")}


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
