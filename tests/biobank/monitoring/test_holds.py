"""The worker holds exactly the units that lay in a freezer while it was too warm."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from uuid import UUID, uuid4

import psycopg
import pytest

from biobank import judging, work
from biobank.act.people import WORKER
from biobank.clock import FixedClock
from biobank.monitoring import storing
from biobank.monitoring.storing import Report, Source
from biobank.monitoring.triples import pack
from tests.database import begin_preparing
from tests.telemetry import Installation
from tests.waiting import until

START = datetime(2026, 3, 15, 11, tzinfo=UTC)
STAYS = {
    "there all the time": (-3600, None),
    "in during": (150, None),
    "out during": (-3600, 100),
    "out at the very start": (-3600, 60),
    "in at the very end": (240, None),
    "out one second after the start": (-3600, 61),
    "in one second before the end": (239, None),
    "in and out again": (130, 200),
    "long gone": (-3600, -60),
}
INSIDE = {name for name in STAYS if name not in ("out at the very start", "in at the very end", "long gone")}


def at(second: int) -> datetime:
    return START + timedelta(seconds=second)


@pytest.fixture
def units(installation: Installation) -> dict[UUID, str]:
    """A unit for each stay, one root for all; what a unit is made from is left out, so foreign keys are off for these rows."""
    names = {uuid4(): name for name in STAYS}
    root, freezer = uuid4(), installation.one("SELECT id FROM freezer")
    with psycopg.connect(installation.owner_url) as db:
        db.execute("SET session_replication_role = replica")
        begin_preparing(db, START)
        material = "INSERT INTO material VALUES (%s, %s, %s, %s, %s, %s)"
        db.execute(material, [root, "bedside", "donation", "DONATION", root, START])
        for number, (unit, name) in enumerate(names.items()):
            position, (came, went) = uuid4(), STAYS[name]
            db.execute(material, [unit, "facility", "unit", f"UNIT{number}", root, START])
            values = [unit, uuid4(), root, uuid4(), f"UNIT{number}"]
            db.execute("INSERT INTO unit VALUES (%s, %s, %s, %s, %s, 'stored', 20000000, 1.5, 'vial')", values)
            slot = [position, f"SLOT{number}", freezer, str(number)]
            db.execute("INSERT INTO storage_position VALUES (%s, %s, %s, '1', '1', %s)", slot)
            stay = [uuid4(), unit, position, WORKER.id, at(came), None if went is None else at(went)]
            db.execute("INSERT INTO placement VALUES (%s, %s, %s, %s, %s, %s)", stay)
    return names


def tell(installation: Installation, *points: tuple[int, int]) -> None:
    triples = [(second + 1, int(at(second).timestamp() * 1000), value) for second, value in points]
    report = Report(Source("topic", repr(triples).encode()), "d000", "S000", 1, None, pack(triples))
    with psycopg.connect(installation.ingest_url, autocommit=True) as db:
        storing.store(db, installation.ingest, [report], [], at(3600 + points[-1][0]))


def say(installation: Installation, clock: FixedClock, second: int, *told: tuple[int, int]) -> None:
    """In that second S000, S001 … say that it is so late (s), and how warm it is (m°C)."""
    clock.at = at(second)
    reports = []
    for number, (time, value) in enumerate(told):
        reading = second + 1, int(at(time).timestamp() * 1000), value
        source = Source("topic", repr((number, reading)).encode())
        reports.append(Report(source, f"d00{number}", f"S00{number}", 1, None, pack([reading])))
    with psycopg.connect(installation.ingest_url, autocommit=True) as db:
        storing.store(db, installation.ingest, reports, [], at(second))


def held(installation: Installation, names: dict[UUID, str]) -> list[str]:
    found = installation.rows("SELECT material_id FROM hold WHERE kind = 'excursion' AND lifted_at IS NULL")
    return sorted(names[unit] for (unit,) in found)


def test_exactly_the_units_inside_are_held_and_one_deviation_opened(installation: Installation, units: dict[UUID, str]) -> None:
    tell(installation, (0, -160_000), (60, -140_000), (180, -130_000), (240, -160_000))
    assert judging.evaluate(installation.acts) == 1
    assert held(installation, units) == sorted(INSIDE)
    assert installation.one("SELECT count(*) FROM deviation") == 1
    assert installation.one("SELECT count(*) FROM excursion_unit") == len(INSIDE)


@pytest.mark.parametrize("closed", [False, True])
def test_a_growing_excursion_holds_what_came_in_later_and_nothing_twice(
    installation: Installation, units: dict[UUID, str], closed: bool
) -> None:
    """Its deviation is about what came in later too, unless it is closed by then."""
    tell(installation, (0, -160_000), (60, -140_000), (121, -139_000))
    judging.evaluate(installation.acts)
    first = held(installation, units)
    assert "there all the time" in first
    assert "in during" not in first
    if closed:
        with psycopg.connect(installation.owner_url) as db:
            begin_preparing(db, at(130))
            other = "(SELECT min(id::text)::uuid FROM person WHERE id <> opened_by)"
            db.execute(f"UPDATE deviation SET state = 'closed', conclusion = 'short', closed_at = now(), closed_by = {other}")
    tell(installation, (180, -130_000), (240, -160_000))
    judging.evaluate(installation.acts)
    assert held(installation, units) == sorted(INSIDE)
    assert installation.one("SELECT count(*) FROM deviation") == 1 + closed


def test_a_short_warm_spell_holds_nothing(installation: Installation, units: dict[UUID, str]) -> None:
    tell(installation, (0, -160_000), (60, -140_000), (110, -160_000))
    judging.evaluate(installation.acts)
    assert held(installation, units) == []
    assert installation.one("SELECT count(*) FROM deviation") == 0


@pytest.mark.parametrize(
    ("clock", "since"), [(lambda second: second, None), (lambda second: second + 400, 0), (lambda _: -600, -600)],
    ids=("right", "ahead", "standing still"),
)  # fmt: skip
def test_where_a_clock_is_wrong_what_lies_in_the_warm_is_held_by_the_alarm(
    installation: Installation, units: dict[UUID, str], clock: Callable[[int], int], since: int | None
) -> None:
    acts = replace(installation.acts, clock=FixedClock(START))
    for second in range(0, 241, 30):
        say(installation, acts.clock, second, (clock(second), -140_000))
        work.watch(acts)
        judging.hold_untimed(acts)
        assert second >= 60 + (since or 0) or held(installation, units) == [], "it may be too warm for a minute"
    there = {name for name, (came, went) in STAYS.items() if since is not None and came < 240 and (went is None or went > since)}
    found = installation.rows("SELECT unit_id, title FROM alarm_unit JOIN deviation d ON d.id = deviation_id")
    assert sorted(units[unit] for unit, _ in found) == held(installation, units) == sorted(there)
    assert all("times not reliable" in title for _, title in found)


def test_nothing_is_held_by_the_alarm_where_no_wrong_clock_is_that_of_a_thermometer_there(
    installation: Installation, units: dict[UUID, str]
) -> None:
    """S000 is right and warm; S001 is in another freezer, S002 was taken out, S003 is a lid, S004 speaks as late as it may."""
    other = uuid4()
    with psycopg.connect(installation.owner_url) as db:
        begin_preparing(db, START)
        db.execute("INSERT INTO freezer VALUES (%s, 'F2', 'Freezer 2', 'GMP', -150, 60, 5, %s, 'freezer')", [other, START])
        db.execute("UPDATE sensor SET registered_at = %s", [at(-86_400)])
        db.execute("UPDATE sensor SET freezer_id = %s WHERE code = 'S001'", [other])
        db.execute("UPDATE sensor SET retired_at = %s WHERE code = 'S002'", [at(-60)])
        db.execute("UPDATE sensor SET kind = 'lid' WHERE code = 'S003'")
        db.execute("ALTER TABLE sensor_interval DISABLE TRIGGER ALL")
        db.execute(
            "INSERT INTO sensor_interval (id, sensor_id, number, every_s, set_at, signature_id, late_s)"
            " SELECT gen_random_uuid(), id, 1, 60, registered_at, gen_random_uuid(), 600 FROM sensor WHERE code = 'S004'"
        )
    acts = replace(installation.acts, clock=FixedClock(START))
    for second in range(0, 241, 60):
        wrong = second + 400
        say(installation, acts.clock, second, (second, -140_000), (wrong, -160_000), (wrong, -160_000), (wrong, 0),
            (second - 500, -160_000))  # fmt: skip
        work.watch(acts)
        judging.hold_untimed(acts)
    suspects = "SELECT code FROM sensor_seen JOIN sensor s ON s.id = sensor_id WHERE clock_suspect OR clock_behind ORDER BY 1"
    assert [code for (code,) in installation.rows(suspects)] == ["S001", "S002", "S003", "S004"]
    assert installation.rows("SELECT state FROM alarm WHERE kind = 'too_warm'") == [("unacknowledged",)]
    assert held(installation, units) == []


def test_a_calm_between_two_warm_times_of_one_alarm_is_left_out(installation: Installation, units: dict[UUID, str]) -> None:
    """It is warm from 0 to 120 s, and from 300 s on; it may be for a minute."""
    acts = replace(installation.acts, clock=FixedClock(START))
    for second in range(0, 421, 30):
        say(installation, acts.clock, second, (second + 400, -160_000 if 120 <= second < 300 else -140_000))
        work.watch(acts)
        judging.hold_untimed(acts)
        first = {"there all the time", "out during", "out at the very start", "out one second after the start"}
        then = {"in during", "in at the very end", "in one second before the end"}
        inside = (first if second > 60 else set()) | (then if second > 360 else set())
        assert set(held(installation, units)) == inside, second
    assert installation.one("SELECT count(*) FROM alarm WHERE kind = 'too_warm'") == 1


@pytest.mark.parametrize("wrong", [-140_000, -160_000], ids=("warm", "cold"))
def test_what_lies_where_readings_tell_the_times_too_is_held_once(
    installation: Installation, units: dict[UUID, str], wrong: int
) -> None:
    acts = replace(installation.acts, clock=FixedClock(START))
    for second in range(0, 301, 30):
        say(installation, acts.clock, second, (second, -140_000), (second + 400, wrong))
        work.watch(acts)
        judging.evaluate(acts)
        judging.hold_untimed(acts)
    assert set(held(installation, units)) == set(STAYS) - {"long gone"}
    assert installation.one("SELECT count(*) FROM hold") == len(STAYS) - 1
    assert installation.one("SELECT count(*) FROM deviation") == 1
    assert wrong > -150_000 or installation.one("SELECT count(*) FROM alarm_unit") == 0


def test_what_is_warm_again_while_its_alarm_is_shelved_is_held_where_a_clock_is_wrong(
    installation: Installation, units: dict[UUID, str]
) -> None:
    acts = replace(installation.acts, clock=FixedClock(START))
    for second, told, value in ((0, 0, -140_000), (60, 60, -140_000), (120, 520, -160_000)):
        say(installation, acts.clock, second, (told, value))
        work.watch(acts)
    judging.hold_untimed(acts)
    assert held(installation, units) == [], "it is cold"
    assert installation.one("SELECT state FROM alarm WHERE kind = 'too_warm'") == "returned_unacknowledged"
    with psycopg.connect(installation.owner_url) as db:
        act = begin_preparing(db, at(120))
        shelf = "INSERT INTO alarm_disabling SELECT %s, f.id, NULL, 'shelved', 'the door is repaired', a.actor_id, %s, %s"
        db.execute(f"{shelf} FROM freezer f, audit.act a WHERE a.id = %s", [uuid4(), at(120), at(3600), act])
    for second in (180, 241):
        say(installation, acts.clock, second, (second + 400, -140_000))
        work.watch(acts)
        judging.hold_untimed(acts)
    assert installation.rows("SELECT state, returned_at FROM alarm WHERE kind = 'too_warm'") == [("shelved", None)]
    assert "there all the time" in held(installation, units)


def test_the_worker_itself_holds_what_lies_where_a_clock_is_wrong(installation: Installation, units: dict[UUID, str]) -> None:
    acts, stop = replace(installation.acts, clock=FixedClock(START)), Event()
    say(installation, acts.clock, 0, (400, -140_000))
    worker = Thread(target=work.work, args=(acts, stop))
    worker.start()
    try:
        until(lambda: installation.one("SELECT count(*) FROM alarm WHERE kind = 'too_warm'") == 1)
        acts.clock.at = at(61)
        until(lambda: installation.one("SELECT count(*) FROM alarm_unit") > 0)
    finally:
        stop.set()
        worker.join()


def test_the_worker_seals_what_it_wrote(installation: Installation, units: dict[UUID, str]) -> None:
    tell(installation, (0, -160_000), (60, -140_000), (180, -130_000), (240, -160_000))
    judging.evaluate(installation.acts)
    assert work.seal(installation.acts) > 0
    assert installation.one("SELECT count(*) FROM audit.entry") == installation.one("SELECT count(entry_id) FROM audit.leaf")
    assert work.seal(installation.acts) == 0
