"""What fails in the worker stops nothing else: other freezers are judged, alarms are raised, and the watchdog tells of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from uuid import uuid4

import psycopg
import pytest

from biobank import judging, work
from biobank.clock import SystemClock
from biobank.monitoring import storing
from biobank.monitoring.evaluation import READINGS_AT_ONCE
from biobank.monitoring.storing import Report, Source
from biobank.monitoring.triples import pack
from tests.database import begin_preparing
from tests.telemetry import SITE, Installation
from tests.waiting import until

CANNOT_BE_JUDGED = """
CREATE FUNCTION breaks() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'cannot be judged'; END $$;
CREATE TRIGGER breaks BEFORE DELETE ON dirty_interval FOR EACH ROW WHEN (OLD.sensor_id = %s) EXECUTE FUNCTION breaks();
"""
EXCURSIONS = "SELECT f.code FROM excursion e JOIN freezer f ON f.id = e.freezer_id ORDER BY 1"


@pytest.fixture
def broken(installation: Installation) -> Installation:
    """Two freezers are warm for ten minutes; what was read in F1 cannot be judged."""
    now, freezer = datetime.now(UTC), uuid4()
    with psycopg.connect(installation.owner_url, cursor_factory=psycopg.ClientCursor) as db:
        begin_preparing(db, now)
        db.execute("INSERT INTO freezer VALUES (%s, 'F2', 'Freezer 2', 'GMP', -150, 60, 5, %s, 'freezer')", [freezer, now])
        sensor = [uuid4(), "S900", freezer, SITE, "d900", now]
        db.execute("INSERT INTO sensor VALUES (%s,%s,%s,'temperature',%s,%s,'top',0,'approved',%s)", sensor)
        db.execute(CANNOT_BE_JUDGED, [installation.sensors["S000"]])
    told = [(n + 1, int((now - timedelta(minutes=10 - n)).timestamp() * 1000), -140_000) for n in range(10)]
    reports = [Report(Source("topic", code.encode()), f"d{code[1:]}", code, 1, None, pack(told)) for code in ("S000", "S900")]
    with psycopg.connect(installation.ingest_url, autocommit=True) as db:
        db.execute("SELECT monitoring_make_partitions(%s, 2)", [now.date().replace(day=1)])
        storing.store(db, installation.ingest, reports, [], now)
    return installation


def mend(installation: Installation) -> None:
    with psycopg.connect(installation.owner_url) as db:
        db.execute("DROP TRIGGER breaks ON dirty_interval")


def test_a_freezer_that_cannot_be_judged_keeps_its_mark_and_the_others_are_judged(broken: Installation) -> None:
    with pytest.raises(ExceptionGroup, match="1 of 2 freezers could not be judged"):
        judging.evaluate(broken.acts)
    assert broken.rows(EXCURSIONS) == [("F2",)]
    mend(broken)
    assert judging.evaluate(broken.acts) == 1
    assert broken.rows(EXCURSIONS) == [("F1",), ("F2",)]


def test_one_round_judges_portion_by_portion_until_nothing_waits(installation: Installation) -> None:
    now, many = datetime.now(UTC).replace(microsecond=0), 2 * READINGS_AT_ONCE + 1
    last = int(now.timestamp() * 1000)
    told = [(many - back, last - back, -160_000 if back else -140_000) for back in reversed(range(many))]
    with psycopg.connect(installation.ingest_url, autocommit=True) as db:
        db.execute("SELECT monitoring_make_partitions(%s, 2)", [now.date().replace(day=1)])
        storing.store(db, installation.ingest, [Report(Source("topic", b"all"), "d000", "S000", 1, None, pack(told))], [], now)
    assert judging.evaluate(installation.acts) == 1
    assert installation.one("SELECT count(*) FROM dirty_interval") == 0
    assert installation.one("SELECT started_at FROM limit_interval") == now


def test_alarms_are_raised_while_judging_fails_and_no_sign_of_life_is_given(broken: Installation) -> None:
    stop = Event()
    worker = Thread(target=work.work, args=(replace(broken.acts, clock=SystemClock()), stop))
    worker.start()
    try:
        warm = "SELECT count(*) FROM alarm WHERE kind = 'too_warm' AND state = 'unacknowledged'"
        until(lambda: broken.one(warm) == 2)
        until(lambda: broken.rows(EXCURSIONS) == [("F2",)])
        assert broken.one("SELECT count(*) FROM heartbeat") == 0
        mend(broken)
        until(lambda: broken.one("SELECT count(*) FROM heartbeat") == 1)
        assert broken.rows(EXCURSIONS) == [("F1",), ("F2",)]
    finally:
        stop.set()
        worker.join()
