"""Ten years of readings: the plot of one freezer over three of them, and the ledger of one unit, beside scans of raw partitions.

A unit lies for ten years in a freezer that is opened ten times a day; its probes are two of twenty, which speak as often as ten
years are filled by the readings asked for. Both ways are asked in turns, and must say the same.
"""

import json
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from statistics import median
from typing import LiteralString
from uuid import UUID

import psycopg

from biobank.act.acts import Acts
from biobank.act.people import WORKER
from biobank.clock import FixedClock
from biobank.cryostorage import ledgers
from biobank.cryostorage.tables import Unit
from biobank.cryostorage.warming import Cause
from biobank.monitoring.rules import degrees
from biobank.monitoring.schemas import PlotOf, TemperaturesOut
from biobank.monitoring.tables import Freezer
from tests.benchmarks.figures import figure
from tests.bodies import MILLION
from tests.database import Server, prepared
from tests.path import Lab
from tests.serving import answering, first_administrators, settings_of
from tests.telemetry import SITE, passing, register

BEGINS, YEARS, PLOTTED = datetime(2026, 3, 15, 9, tzinfo=UTC), timedelta(days=3652), timedelta(days=1095)
SENSORS, MOST, BYTES_EACH = 20, 100_000_000, 200
"""With its index, its share of the sums and the log of the database, a reading takes so many bytes while it is filled in."""
SMALL_DISK = 30_000_000
ROUNDS, STEPS = 5, 600
LEAST, LEDGER_MS = 10.0, 50.0

FILL: LiteralString = """
INSERT INTO reading (sensor_id, device_time, boot, counter, value_milli, clock_suspect, received_at)
SELECT s.id, t.at, 1, t.n + 1,
       CASE WHEN mod(floor(extract(epoch FROM t.at))::bigint, 1728000) < 3600 THEN -100000
            ELSE -185000 + mod(t.n * 7919, 20000) END,
       false, t.at + interval '1 second'
  FROM (SELECT n, date_trunc('milliseconds', %(begins)s::timestamptz + n * %(step)s::interval) AS at
          FROM generate_series(%(first)s::bigint, %(last)s::bigint) n) t, sensor s
"""
"""Every twenty days it is warm for an hour."""
SUM_UP: LiteralString = """
INSERT INTO reading_rollup
SELECT sensor_id, %(by)s::text, date_trunc(%(by)s::text, device_time, 'UTC'),
       count(*), min(value_milli), max(value_milli), sum(value_milli),
       (array_agg(value_milli ORDER BY device_time DESC))[1], max(device_time)
  FROM reading WHERE device_time >= %(from)s AND device_time < %(until)s GROUP BY 1, 3
ON CONFLICT (sensor_id, step, at) DO NOTHING
"""
AROUND: tuple[LiteralString, ...] = (
    """INSERT INTO warm_interval (sensor_id, started_at, ended_at, seen_at, peak_milli, threshold_c)
       SELECT s.id, i.started, i.ended, i.ended, -100000, c.threshold_c FROM warm_threshold c, sensor s, LATERAL (
         SELECT (SELECT min(device_time) FROM reading WHERE sensor_id = s.id AND device_time >= p) AS started,
                (SELECT min(device_time) FROM reading WHERE sensor_id = s.id AND device_time >= p + interval '1 hour') AS ended
           FROM generate_series(to_timestamp(ceil(extract(epoch FROM %(begins)s::timestamptz) / 1728000) * 1728000),
                                %(ends)s::timestamptz - interval '1 day', interval '20 days') p) i
        WHERE i.started < i.ended
          AND (SELECT value_milli FROM reading WHERE sensor_id = s.id AND device_time = i.started) > -150000""",
    """INSERT INTO heard_interval SELECT s.id, d - interval '20 days', d - interval '1 hour', d - interval '1 hour'
         FROM generate_series(%(begins)s::timestamptz + interval '20 days', %(ends)s, '20 days') d, sensor s""",
    """INSERT INTO lid_opening SELECT gen_random_uuid(), f.id, d, d + interval '60 seconds', p.id, d
         FROM generate_series(%(begins)s::timestamptz, %(ends)s::timestamptz - interval '1 day', '2 hours 24 minutes') d,
              freezer f, person p WHERE p.username = 'bo' AND f.code = %(freezer)s""",
    """INSERT INTO rack_pull SELECT gen_random_uuid(), f.id, 'R1', 'B9', u.id, d, d + interval '40 seconds', p.id, d
         FROM generate_series(%(begins)s::timestamptz, %(ends)s::timestamptz - interval '1 day', '1 day') d,
              freezer f, unit u, person p
        WHERE p.username = 'bo' AND f.code = %(freezer)s AND u.code = %(other)s""",
)
RAW_PLOT: LiteralString = """
SELECT sum(readings), min(low), max(high) FROM (
  SELECT count(*) AS readings, min(value_milli) AS low, max(value_milli) AS high
    FROM reading r JOIN sensor s ON s.id = r.sensor_id
   WHERE s.freezer_id = %(freezer)s AND device_time >= %(start)s AND device_time < %(end)s AND NOT clock_suspect
   GROUP BY r.sensor_id, floor(extract(epoch FROM device_time) / %(step)s)) b
"""
RAW_LEDGER: LiteralString = """
SELECT extract(epoch FROM sum(upper(one) - lower(one))) FROM (
  SELECT range_agg(tstzrange(at, next)) AS spans FROM (
    SELECT r.device_time AS at, value_milli, lead(r.device_time) OVER (PARTITION BY r.sensor_id ORDER BY r.device_time) AS next
      FROM reading r JOIN sensor s ON s.id = r.sensor_id
     WHERE s.freezer_id = %(freezer)s AND r.device_time >= %(begins)s AND NOT clock_suspect) told
   WHERE value_milli > -150000) w, unnest(w.spans) one
"""


@dataclass(frozen=True)
class History:
    """Ten years in a database: the freezer and the unit that are asked about."""

    owner_url: str
    acts: Acts
    freezer: UUID
    unit: UUID
    ends: datetime


@contextmanager
def history(server: Server, readings: int) -> Iterator[History]:
    """An installation with so many readings; gone afterwards."""
    clock = FixedClock(BEGINS)
    with passing(server) as there, answering(there, clock) as client:
        first_administrators(there.acts, settings_of(there))
        codes = _walk(Lab(client, clock))
        register(there.owner_url, SENSORS - 2, "elsewhere")
        clock.advance(YEARS)
        _fill(there.owner_url, readings, codes, clock.now())
        sql = "SELECT f.id, u.id FROM freezer f, unit u WHERE f.code = %(freezer)s AND u.code = %(unit)s"
        with psycopg.connect(there.owner_url) as db:
            [found] = db.execute(sql, codes).fetchall()
        yield History(there.owner_url, there.acts, *found, clock.now())


def _walk(lab: Lab) -> dict[str, str]:
    """A unit in its freezer, and another one that is fetched from beside it."""
    lab.load_study()
    lab.upload_list("B")
    freezer = lab.freezer()
    for where in ("top", "bottom"):
        lab.done("bo", f"/freezers/{freezer}/sensors", {"site": SITE, "device": "gw-1", "probe_position": where})
    one, other = lab.freeze(lab.isolated(lab.enrolled()), None, 2, MILLION)
    lab.place(one, lab.slots(freezer, 1)[0])
    return {"freezer": freezer, "unit": one, "other": other}


def _fill(owner_url: str, readings: int, codes: dict[str, str], ends: datetime) -> None:
    each = readings // SENSORS
    told = {"begins": BEGINS, "ends": ends, "step": YEARS / each}
    starts = [BEGINS.replace(year=BEGINS.year + number // 12, month=number % 12 + 1, day=1, hour=0) for number in range(2, 124)]
    with psycopg.connect(owner_url, autocommit=True) as db:
        for start in starts[::60]:  # the function makes at most 120 at once
            db.execute("SELECT monitoring_make_partitions(%s, 60)", [start.date()])
        for table in ("warm_interval", "lid_opening", "rack_pull"):
            db.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER".encode())

    def month(number: int) -> None:
        first, last = (max(-((BEGINS - at) // told["step"]), 0) for at in (starts[number], starts[number + 1]))
        with psycopg.connect(owner_url) as db:
            db.execute("SET LOCAL synchronous_commit = off")
            db.execute(FILL, told | {"first": first, "last": min(last, each) - 1})
            for by in ("hour", "day"):
                db.execute(SUM_UP, {"by": by, "from": starts[number], "until": starts[number + 1]})

    with ThreadPoolExecutor(2) as threads:
        for done, _ in enumerate(threads.map(month, range(len(starts) - 1)), 1):
            if done % 12 == 0:
                print(f"  {done // 12} of 10 years", flush=True)
    with psycopg.connect(owner_url, autocommit=True) as db:
        for statement in AROUND:
            db.execute(statement, told | codes)
        db.execute("VACUUM ANALYZE")


def main(readings: int = 0) -> int:
    """Measure on a durable server."""
    room = shutil.disk_usage(".").free
    with prepared(durable=True) as server:
        return measure(server, readings or (MOST if room > 2 * MOST * BYTES_EACH else SMALL_DISK))


def measure(server: Server, readings: int, rounds: int = ROUNDS) -> int:
    """Measure, print, and end with 0 only where both ways say the same and ours is so much faster."""
    began = time.perf_counter()
    with history(server, readings) as there:
        told: dict[str, object] = {"readings": readings, "filled_s": round(time.perf_counter() - began)}
        taken = [(*_timed(plot, there), *_timed(raw_plot, there), *_timed(ledger, there), *_timed(raw_ledger, there))
                 for _ in range(rounds)]  # fmt: skip
    agree = all(one[1] == one[3] and one[5] == one[7] for one in taken)
    names = ("plot", "raw_plot", "ledger", "raw_ledger")
    ms = {name: median(one[2 * place] for one in taken) for place, name in enumerate(names)}
    ratios = {name: ms[f"raw_{name}"] / ms[name] for name in ("plot", "ledger")}
    told |= {"ratios": {name: figure(ratio) for name, ratio in ratios.items()}}
    told |= {"ms": {name: figure(one) for name, one in ms.items()}, "agree": agree, "warm_s": taken[0][5]}
    print(json.dumps({"bench": "history", "ratio": figure(min(ratios.values())), "least": LEAST, **told}))
    return 0 if agree and min(ratios.values()) >= LEAST and ms["ledger"] <= LEDGER_MS else 1


def _timed(ask: Callable[[History], object], there: History) -> tuple[float, object]:
    began = time.perf_counter()
    answer = ask(there)
    return (time.perf_counter() - began) * 1000, answer


def plot(there: History) -> object:
    """How many readings are drawn over three years, and their extremes."""
    with there.acts.look(WORKER) as session:
        freezer, start = session.get_one(Freezer, there.freezer), there.ends - PLOTTED
        drawn = TemperaturesOut.of(session, freezer, PlotOf(start=start, end=there.ends, steps=STEPS))
    steps = [step for one in drawn.series for step in one.steps]
    return sum(one.readings for one in steps), min(one.lowest_c for one in steps), max(one.highest_c for one in steps)


def raw_plot(there: History) -> object:
    """The same from the readings themselves, of whole days as the plot draws them."""
    start = (there.ends - PLOTTED).replace(hour=0)
    asked = {"freezer": there.freezer, "start": start, "end": there.ends, "step": PLOTTED.total_seconds() / STEPS}
    with psycopg.connect(there.owner_url) as db:
        [(readings, low, high)] = db.execute(RAW_PLOT, asked).fetchall()
    return readings, degrees(low), degrees(high)


def ledger(there: History) -> object:
    """For how long (s) the unit was above −150 °C, as its probes told."""
    with there.acts.look(WORKER) as session:
        found = ledgers.ledger(session, session.get_one(Unit, there.unit), there.ends)
    return found.lines[0].by_cause[Cause.MEASURED]


def raw_ledger(there: History) -> object:
    """The same from the readings themselves."""
    with psycopg.connect(there.owner_url) as db:
        [(seconds,)] = db.execute(RAW_LEDGER, {"freezer": there.freezer, "begins": BEGINS}).fetchall()
    return ceil(seconds)
