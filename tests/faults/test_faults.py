"""A short run of everything that goes wrong, against real processes; and that the comparison itself sees what is wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NamedTuple

import psycopg
import pytest

from tests.database import begin_preparing
from tests.faults.__main__ import endured, ledger_of
from tests.faults.checking import Ledger, Verdict, verdict
from tests.faults.plan import drawn
from tests.faults.site import Site, site

pytestmark = pytest.mark.needs("mosquitto")

SEED, KILLS, DEVICES, INTERVAL_S = 1356, 7, 6, 0.05
"""The seed of a plan that kills every part, cuts and half closes roads, restarts the database and puts a clock."""


class Lived(NamedTuple):
    """A site after its plan, what its devices know, and what was found."""

    there: Site
    ledger: Ledger
    found: Verdict


@pytest.fixture(scope="module")
def lived() -> Iterator[Lived]:
    plan = drawn(SEED, KILLS, DEVICES)
    with site(DEVICES, SEED, INTERVAL_S, wrong_clock=plan.wrong_clock, own_disk=False) as there:
        found = endured(there, plan)
        yield Lived(there, ledger_of(there, plan), found)


@contextmanager
def tampered(lived: Lived, *changes: str) -> Iterator[psycopg.Connection[Any]]:
    """The database as its superuser changed it, behind every guard; as it was, afterwards."""
    with psycopg.connect(lived.there.admin_url) as db:
        db.execute("SET session_replication_role = replica")
        begin_preparing(db)
        for change in changes:
            assert db.execute(change.encode()).rowcount == 1
        yield db
        db.rollback()


def test_whatever_is_killed_cut_or_put_nothing_is_lost_or_doubled_and_every_alarm_is_raised(lived: Lived) -> None:
    assert all(part.kills for part in lived.there.parts.values())
    assert lived.found.good, lived.found
    assert lived.found.sent == lived.found.receipted == lived.found.stored > 100
    assert {kind for kind, _ in lived.ledger.alarms_due()} == {"too_warm", "wrong_time", "silent"}
    assert lived.found.excursions > 0
    assert lived.there.person.answered == lived.found.lines > 0


ANY = "(sensor_id, device_time) = (SELECT sensor_id, device_time FROM reading WHERE NOT clock_suspect AND boot = 1 LIMIT 1)"


def test_a_lost_reading_is_noticed(lived: Lived) -> None:
    with tampered(lived, f"DELETE FROM reading WHERE {ANY}") as db:
        found = verdict(db, lived.ledger)
    assert (found.lost, found.lost_receipted, found.doubled, found.good) == (1, 1, 0, False)


def test_a_doubled_reading_is_noticed(lived: Lived) -> None:
    twice = (
        "INSERT INTO reading (sensor_id, device_time, boot, counter, value_milli, clock_suspect, received_at)"
        " SELECT sensor_id, device_time + interval '8 milliseconds', boot, counter, value_milli, clock_suspect, received_at"
        f" FROM reading WHERE {ANY}"
    )
    with tampered(lived, twice) as db:
        found = verdict(db, lived.ledger)
    assert (found.lost, found.doubled, found.good) == (0, 1, False)


def test_an_altered_reading_is_noticed(lived: Lived) -> None:
    with tampered(lived, f"UPDATE reading SET value_milli = value_milli + 1 WHERE {ANY}") as db:
        found = verdict(db, lived.ledger)
    assert (found.lost, found.altered, found.good) == (0, 1, False)


@pytest.mark.parametrize("kind", ["too_warm", "wrong_time", "silent"])
def test_a_missed_alarm_is_noticed(lived: Lived, kind: str) -> None:
    due = [one for one in sorted(lived.ledger.alarms_due()) if one[0] == kind]
    never = f"UPDATE alarm SET raised_at = NULL, state = 'normal' WHERE kind = '{kind}' AND subject = '{due[0][1]}'"
    with tampered(lived, never) as db:
        found = verdict(db, lived.ledger)
    assert (found.missed, found.good) == ([due[0]], False)


def test_an_excursion_that_is_a_moment_too_short_is_noticed(lived: Lived) -> None:
    shorter = (
        "UPDATE excursion SET started_at = started_at + interval '1 millisecond'"
        " WHERE id = (SELECT id FROM excursion WHERE withdrawn_at IS NULL LIMIT 1)"
    )
    with tampered(lived, shorter) as db:
        found = verdict(db, lived.ledger)
    assert (len(found.wrong_excursions), found.good) == (2, False)


def test_a_minute_that_sums_up_a_reading_twice_is_noticed(lived: Lived) -> None:
    one = "(sensor_id, at) = (SELECT sensor_id, at FROM reading_minute LIMIT 1)"
    with tampered(lived, f"UPDATE reading_minute SET readings = readings + 1 WHERE {one}") as db:
        found = verdict(db, lived.ledger)
    assert (found.missummed, found.good) == (1, False)


def test_what_somebody_did_through_the_api_is_missed_where_it_is_not_there(lived: Lived) -> None:
    with psycopg.connect(lived.there.admin_url) as db:
        found = verdict(db, replace(lived.ledger, lines=[*lived.ledger.lines, "line that nobody wrote"]))
    assert (found.lines_lost, found.lines_doubled, found.good) == (1, 0, False)


def test_a_reading_that_still_waits_for_its_receipt_is_not_forgotten(lived: Lived) -> None:
    freezer = next(iter(lived.ledger.freezers.values()))
    measured = freezer.measured.pop()
    freezer.measured.append(measured)
    freezer.buffer.append(measured)
    with psycopg.connect(lived.there.admin_url) as db:
        assert not verdict(db, lived.ledger).good
    freezer.buffer.clear()
