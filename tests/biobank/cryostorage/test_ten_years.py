"""A unit that lay for ten years in a busy freezer room has its ledger by indices, whatever lies in other freezers."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import text

from biobank.act.people import WORKER
from biobank.cryostorage import intervals, ledgers
from biobank.cryostorage.tables import Unit
from biobank.cryostorage.warming import GENERAL_KNOWLEDGE
from tests.bodies import MILLION
from tests.path import Lab
from tests.telemetry import Installation

YEARS = timedelta(days=3650)
A_DAY = {
    "lid_opening": (
        "INSERT INTO lid_opening SELECT gen_random_uuid(), f.id, d, d + interval '60 seconds', p.id, d"
        "  FROM generate_series(%(since)s::timestamptz, %(until)s, '1 day') d, freezer f, person p WHERE p.username = 'bo'"
    ),
    "rack_pull": (
        "INSERT INTO rack_pull SELECT gen_random_uuid(), f.id, 'R' || n, 'B9', u.id, d, d + interval '40 seconds', p.id, d"
        "  FROM generate_series(%(since)s::timestamptz, %(until)s, '1 day') d, generate_series(1, 2) n, freezer f, unit u,"
        "       person p WHERE p.username = 'bo' AND u.code = %(other)s"
    ),
    "warm_interval": (
        "INSERT INTO warm_interval (sensor_id, started_at, ended_at, seen_at, peak_milli, threshold_c)"
        " SELECT s.id, d, d + interval '1 hour', d + interval '1 hour', -100000, -150"
        "  FROM generate_series(%(since)s::timestamptz, %(until)s, '20 days') d, sensor s"
    ),
    "heard_interval": (
        "INSERT INTO heard_interval SELECT s.id, d, d + interval '23 hours', d + interval '23 hours'"
        "  FROM generate_series(%(since)s::timestamptz, %(until)s, '1 day') d, sensor s"
    ),
}
"""An opening of each freezer a day, a pull of each of two racks, an hour in which nothing was heard, and an hour above −150 °C
every twenty days.
"""


@pytest.fixture
def unit(lab: Lab, batch: str, freezer: str, installation: Installation) -> str:
    """One that lay for ten years in one of four freezers, of which everything happens to it and nothing is told in a trail."""
    one, other = lab.freeze(batch, None, 2, MILLION)
    lab.place(one, lab.slots(freezer, 1)[0])
    for number in (2, 3, 4):
        lab.freezer(f"Nitrogen {number}")
    for code in (one["code"] for one in lab.told("quinn", "/freezers") if one["facility"] == "gmp-1"):
        lab.done("bo", f"/freezers/{code}/sensors", {"site": "oslo", "device": "gw-1", "probe_position": "top"})
    since = lab.clock.now()
    lab.wait(days=YEARS.days)
    with psycopg.connect(installation.owner_url) as db:
        for table, statement in A_DAY.items():
            db.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER".encode())
            db.execute(statement.encode(), {"since": since, "until": lab.clock.now() - timedelta(hours=2), "other": other})
            db.execute(f"ANALYZE {table}".encode())
    return one


FOUND_BY = (
    ("lid_opening", "ix_lid_opening_freezer_id"),
    ("rack_pull", "ix_rack_pull_span"),
    ("warm_interval", "_warm_interval"),
    ("heard_interval", "pk_heard_interval"),
)
"""The tables of which a part is read, and the index by which that part is found."""

EACH_DAY = (40 * 50 + 20 * 10) // 100
"""Seconds: for 40 of them the rack was out, and for the 20 after them the lid alone was open."""


def planned(installation: Installation, unit: UUID, until: datetime) -> str:
    """How the database goes about adding up a unit's warmth."""
    asked = intervals.asked(unit, until, GENERAL_KNOWLEDGE, [Decimal(-150)], [])
    with installation.acts.look(WORKER) as session:
        return "\n".join(session.connection().execute(text(f"EXPLAIN {intervals.SUMS}"), asked).scalars())


def test_ten_years_are_counted_to_the_second_and_found_by_indices(lab: Lab, unit: str, installation: Installation) -> None:
    identity = installation.one("SELECT id FROM unit WHERE code = %s", unit)
    plan = planned(installation, identity, lab.clock.now())
    for table, index in FOUND_BY:
        assert index in plan, plan
        assert f"Seq Scan on {table}" not in plan, plan
    with installation.acts.look(WORKER) as session:
        ledger = ledgers.ledger(session, session.get_one(Unit, identity), lab.clock.now())
    coldest = ledger.lines[0]
    warm_days = len(range(0, YEARS.days, 20))
    assert (coldest.above_c, coldest.seconds) == (-150, warm_days * 3600 + (YEARS.days - warm_days) * EACH_DAY)
    assert ledger.unknown_s == YEARS.days * 3600
