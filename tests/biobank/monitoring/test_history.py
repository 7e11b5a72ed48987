"""Readings summed up by the hour and the day are those of all readings at once, in whatever order they came."""

import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from sqlmodel import Session

from biobank import judging
from biobank.act.people import WORKER
from biobank.db.roles import Login
from biobank.monitoring import history, points, storing
from biobank.monitoring.storing import Report, Source
from biobank.monitoring.tables import Sensor
from biobank.monitoring.triples import pack
from tests.telemetry import Installation

START = datetime(2026, 3, 10, 22, 30, tzinfo=UTC)
NOW = datetime(2026, 3, 20, tzinfo=UTC)
SUMS = (
    "SELECT at, readings, min_milli, max_milli, sum_milli, last_milli, last_at FROM reading_rollup"
    " WHERE sensor_id = %s AND step = %s ORDER BY at"
)


def summed(told: dict[datetime, int], by: timedelta) -> list[tuple[Any, ...]]:
    """What the sums must be."""
    within: dict[datetime, list[tuple[datetime, int]]] = defaultdict(list)
    for at, value in sorted(told.items()):
        within[datetime.fromtimestamp(at.timestamp() // by.total_seconds() * by.total_seconds(), UTC)].append((at, value))
    return [
        (at, len(all_), min(v for _, v in all_), max(v for _, v in all_), sum(v for _, v in all_), all_[-1][1], all_[-1][0])
        for at, all_ in within.items()
    ]


def test_late_readings_leave_the_same_sums_and_long_plots_read_them(installation: Installation) -> None:
    draw = random.Random(4)
    told = {START + timedelta(seconds=s): draw.randint(-170_000, -100_000) for s in draw.sample(range(3 * 86_400), 400)}
    sensor = installation.sensors["S000"]
    arriving = list(enumerate(told.items(), 1))
    draw.shuffle(arriving)
    with psycopg.connect(installation.ingest_url, autocommit=True) as db:
        for batch in range(4):
            triples = [(n, int(at.timestamp() * 1000), value) for n, (at, value) in arriving[batch * 100 :][:100]]
            report = Report(Source("topic", b""), "d000", "S000", 1, None, pack(triples))
            storing.store(db, installation.ingest, [report], [], NOW + timedelta(seconds=batch))
            judging.evaluate(installation.acts)
            if batch != 1:
                assert history.sum_up(installation.acts) == 1
    assert installation.rows(SUMS, sensor, "hour") == summed(told, timedelta(hours=1))
    assert installation.rows(SUMS, sensor, "day") == summed(told, timedelta(days=1))
    assert history.sum_up(installation.acts) == 0
    with installation.acts.look(WORKER, Login.WORKER) as session:
        plotted = _plot(session, installation)
    assert sum(step.readings for step in plotted) == len(told)
    assert (min(step.low_milli for step in plotted), max(step.high_milli for step in plotted)) == (
        min(told.values()),
        max(told.values()),
    )
    assert {step.at.time() for step in plotted} == {datetime.min.time()}


def _plot(session: Session, installation: Installation) -> list[points.Bucket]:
    sensor = session.get_one(Sensor, installation.sensors["S000"])
    return points.plot(session, sensor, START, START + timedelta(days=1000), 600)
