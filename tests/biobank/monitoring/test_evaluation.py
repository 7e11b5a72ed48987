"""Judging in a real database, in whatever order the readings come: the result is that of all readings at once."""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise

import psycopg
import pytest

from biobank import work
from biobank.act.kinds import Kind
from biobank.act.people import WORKER
from biobank.monitoring import following, points, queries, storing
from biobank.monitoring.evaluation import READINGS_AT_ONCE, Judged, settle, weigh
from biobank.monitoring.rules import Dated, Limit, Point, excursions, warm_times
from biobank.monitoring.storing import Report, Source
from biobank.monitoring.tables import Sensor
from biobank.monitoring.triples import pack
from tests.database import begin_preparing
from tests.telemetry import Installation

START = datetime(2026, 3, 15, 11, tzinfo=UTC)
LIMIT = Limit(-150_000, timedelta(seconds=60), 5_000)
Timeline = list[tuple[datetime, datetime | None]]


def at(second: int) -> datetime:
    return START + timedelta(seconds=second)


class Ward:
    """A freezer with two probes, judged as the worker would."""

    def __init__(self, installation: Installation, db: psycopg.Connection) -> None:
        self.installation, self.db = installation, db
        self.batches, self.counters = 0, {"S000": 0, "S001": 0, "S002": 0}

    def report(self, sensor: str, *points: tuple[int, int], received: int = 3600) -> None:
        """Store readings (second, m°C) of a sensor, which came in the second ``received``."""
        self.batches += 1
        triples = []
        for second, value in points:
            self.counters[sensor] += 1
            triples.append((self.counters[sensor], int(at(second).timestamp() * 1000), value))
        source = Source("topic", repr(triples).encode())
        report = Report(source, sensor.replace("S", "d"), sensor, 1, None, pack(triples))
        now = at(received) + timedelta(seconds=self.batches)
        storing.store(self.db, self.installation.ingest, [report], [], now)

    def judge(self, at_once: int = READINGS_AT_ONCE) -> list[Judged]:
        """Judge everything that waits, so many readings at once; what is said in the end."""
        judged: list[Judged] = []
        with self.installation.acts.begin(WORKER, Kind.EVALUATE_READINGS) as act:
            queries.take_dirty(act.session)
            while waiting := queries.dirty(act.session):
                judged = [each for dirty in waiting for each in settle(act, weigh(act.session, dirty, at_once))]
        return judged

    def heard(self) -> dict[str, list[tuple[datetime, datetime, datetime]]]:
        """From when to when each sensor was heard, and by when it is due again."""
        sql = "SELECT code, started_at, seen_at, due_at FROM heard_interval h JOIN sensor s ON s.id = h.sensor_id ORDER BY 1, 2"
        return {code: [one[1:] for one in each] for code, each in groupby(self.installation.rows(sql), lambda one: str(one[0]))}

    def speaks_every(self, sensor: str, seconds: int, since: int, measures: int | None = None) -> None:
        """Sign from a second on how often a sensor speaks and measures, past every rule of the program."""
        sql = (
            "INSERT INTO sensor_interval SELECT gen_random_uuid(), id, 1 + (SELECT count(*) FROM sensor_interval), %s, %s,"
            " gen_random_uuid(), 7, %s FROM sensor WHERE code = %s"
        )
        with psycopg.connect(self.installation.owner_url) as db:
            db.execute("ALTER TABLE sensor_interval DISABLE TRIGGER ALL")
            db.execute(sql, [seconds, at(since), measures, sensor])

    def may_be_silent(self, seconds: int, since: int) -> None:
        """Sign the same from a second on of every sensor of the freezer of which nothing is signed by itself."""
        sql = (
            "INSERT INTO alarm_setting (id, freezer_id, number, silence_s, frozen_s, rise_c, rise_s, disagreement_c, drift_s,"
            " delay_s, level_low_percent, forecast_s, slope_s, repeat_s, set_at, signature_id)"
            " SELECT gen_random_uuid(), id, 1, %s, 21600, 10, 600, 10, 120, 300, 20, 43200, 21600, 900, %s, gen_random_uuid()"
            " FROM freezer"
        )
        with psycopg.connect(self.installation.owner_url) as db:
            db.execute("ALTER TABLE alarm_setting DISABLE TRIGGER ALL")
            db.execute(sql, [seconds, at(since)])

    def calibrated(self, sensor: str, since: int, offset_milli: int) -> None:
        """Have an offset added from a second on, past every rule of the program."""
        sql = "INSERT INTO sensor_calibration SELECT gen_random_uuid(), id, %s, %s, %s, 'C1', %s FROM sensor WHERE code = %s"
        with psycopg.connect(self.installation.owner_url) as db:
            db.execute("ALTER TABLE sensor_calibration DISABLE TRIGGER ALL")
            db.execute(sql, [offset_milli, at(since), at(since).date(), at(since), sensor])

    def known(self) -> list[tuple[datetime, datetime | None, int]]:
        """The excursions that stand: start, end and peak (m°C)."""
        sql = "SELECT started_at, ended_at, (peak_c * 1000)::int FROM excursion WHERE withdrawn_at IS NULL ORDER BY 1"
        return [(start, end, peak) for start, end, peak in self.installation.rows(sql)]


@pytest.fixture
def ward(installation: Installation) -> Iterator[Ward]:
    with psycopg.connect(installation.ingest_url, autocommit=True) as db:
        yield Ward(installation, db)


def test_a_warm_freezer_becomes_one_excursion_that_grows_and_ends(ward: Ward) -> None:
    ward.report("S000", (0, -160_000), (60, -140_000))
    assert ward.judge() == []
    ward.report("S000", (121, -139_000))
    (judged,) = ward.judge()
    assert (ward.known(), judged.until) == ([(at(60), None, -139_000)], at(121))
    ward.report("S000", (180, -130_000))
    ward.judge()
    ward.report("S000", (240, -160_000))
    ward.judge()
    assert ward.known() == [(at(60), at(240), -130_000)]
    assert ward.installation.one("SELECT count(*) FROM excursion") == 1
    assert ward.installation.one("SELECT count(*) FROM dirty_interval") == 0


def test_every_state_of_an_excursion_stands_in_the_trail_under_the_name_of_the_worker(ward: Ward) -> None:
    ward.report("S000", (0, -140_000), (121, -139_000))
    ward.judge()
    ward.report("S000", (180, -160_000))
    ward.judge()
    sql = (
        "SELECT body::jsonb ->> 'operation', body::jsonb ->> 'actor', body::jsonb ->> 'kind' FROM audit.entry"
        " WHERE table_name = 'public.excursion' ORDER BY id"
    )
    who = (str(WORKER.id), "evaluate_readings")
    assert ward.installation.rows(sql) == [("INSERT", *who), ("UPDATE", *who)]


def test_a_late_reading_that_shows_calm_withdraws_the_excursion_and_keeps_it(ward: Ward) -> None:
    ward.report("S000", (0, -140_000), (100, -160_000))
    ward.judge()
    ward.report("S000", (50, -160_000))
    assert ward.judge() == []
    assert ward.known() == []
    rows = ward.installation.rows("SELECT started_at, ended_at, superseded_by FROM excursion")
    assert rows == [(at(0), at(100), None)]


def test_a_late_reading_that_splits_an_excursion_leaves_two_of_one_line(ward: Ward) -> None:
    ward.report("S000", (0, -140_000), (100, -141_000), (200, -160_000))
    ward.judge()
    ward.report("S000", (99, -160_000))
    assert len(ward.judge()) == 2
    assert ward.known() == [(at(0), at(99), -140_000), (at(100), at(200), -141_000)]
    assert ward.installation.one("SELECT count(DISTINCT first_id) FROM excursion") == 1


def test_a_late_reading_that_joins_two_excursions_replaces_both(ward: Ward) -> None:
    ward.report("S000", (0, -140_000), (100, -160_000), (110, -140_000), (300, -160_000))
    ward.judge()
    ward.report("S001", (90, -145_000), (200, -160_000))
    (judged,) = ward.judge()
    assert ward.known() == [(at(0), at(300), -140_000)]
    replaced = ward.installation.rows("SELECT DISTINCT superseded_by FROM excursion WHERE withdrawn_at IS NOT NULL")
    assert replaced == [(judged.excursion.id,)]


def test_a_reading_of_a_clock_that_ran_ahead_is_judged_by_nobody_also_when_its_time_has_come(ward: Ward) -> None:
    ward.report("S000", (5000, -140_000), (5100, -140_000))
    ward.report("S000", (4990, -160_000), (5200, -160_000), received=5300)
    ward.judge()
    assert ward.known() == []


def test_a_calibration_offset_counts(ward: Ward) -> None:
    with psycopg.connect(ward.installation.owner_url) as db:
        act = "SELECT audit.begin_act(gen_random_uuid(), 'register_sensor', %s, 'system', now(), now(), NULL)"
        db.execute(act, [WORKER.id])
        db.execute("UPDATE sensor SET offset_c = 2.5 WHERE code = 'S000'")
    ward.report("S000", (0, -152_000), (100, -160_000))
    ward.judge()
    assert ward.known() == [(at(0), at(100), -149_500)]


def test_a_part_of_the_past_is_worked_out_also_before_anybody_judged_that_the_sensor_was_taken_out(ward: Ward) -> None:
    minutes = range(0, 601, 60)
    ward.report("S000", *((second, -160_000) for second in minutes))
    ward.judge()
    with psycopg.connect(ward.installation.owner_url) as db:
        begin_preparing(db, START)
        db.execute("UPDATE sensor SET registered_at = %s, retired_at = %s WHERE code = 'S000'", [at(0), at(300)])
        due = "INSERT INTO threshold_due SELECT id, %s FROM sensor WHERE code = 'S000'"
        db.execute(due, [at(30) - following.CATCH_UP])
    work.catch_up(ward.installation.acts)
    assert ward.heard() == {"S000": [(at(0), at(600), at(600))]}
    with psycopg.connect(ward.installation.owner_url) as db:
        mark = "INSERT INTO dirty_interval SELECT gen_random_uuid(), id, retired_at, %s, %s, false FROM sensor WHERE"
        db.execute(f"{mark} code = 'S000'", [at(3600), at(3600)])
    ward.judge()
    assert ward.heard() == {"S000": [(at(0), at(300), at(300))]}


def heard(seconds: list[int], silence: Callable[[int], int], wait: int = 0) -> list[tuple[datetime, datetime, datetime]]:
    """The same of readings in order of time, all at once; the next after the last one may arrive so much later."""
    broken = [place for place, (one, next_) in enumerate(pairwise(seconds), 1) if next_ - one > silence(one)]
    parts = [seconds[first:last] for first, last in pairwise([0, *broken, len(seconds)])]
    return [(at(part[0]), at(part[-1]), at(part[-1] + silence(part[-1]) + wait * (part is parts[-1]))) for part in parts]


@pytest.mark.parametrize("seed", range(25))
def test_the_order_in_which_readings_arrive_does_not_matter(ward: Ward, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    draw = random.Random(seed)
    monkeypatch.setattr(points, "PAGE", draw.choice((2, 3, 5)))
    ward.speaks_every("S000", 15, since=-1)
    ward.speaks_every("S000", 200, since=300, measures=40)
    ward.may_be_silent(20, since=200)
    probes: dict[str, list[tuple[int, int]]] = {}
    for sensor in ("S000", "S001"):
        seconds = sorted(draw.sample(range(600), 40))
        warm = draw.random()
        probes[sensor] = [(s, draw.choice((-160_000, -152_000, -148_000, -140_000)[: 2 + 2 * (draw.random() < warm)]))
                          for s in seconds]  # fmt: skip
    probes["S002"] = [(s, draw.choice((0, 1000))) for s in sorted(draw.sample(range(600), 40))]
    with psycopg.connect(ward.installation.owner_url) as db:
        begin_preparing(db, START)
        db.execute("UPDATE sensor SET kind = 'lid' WHERE code = 'S002'")
    parts = [(sensor, part) for sensor, points in probes.items() for part in points]
    draw.shuffle(parts)
    while parts:
        sensor, size = parts[0][0], draw.randint(1, 8)
        taken = [part for part in parts if part[0] == sensor][:size]
        parts = [part for part in parts if part not in taken]
        ward.report(sensor, *(point for _, point in taken))
        if draw.random() < 0.7:
            ward.judge(draw.choice((1, 2, 5, READINGS_AT_ONCE)))
    ward.judge()
    lid_said = probes.pop("S002")
    lid = warm_times((Point(at(s), v) for s, v in lid_said), Dated(Limit(500, timedelta(0), 0)))
    opened = ward.installation.rows("SELECT started_at, ended_at FROM lid_interval ORDER BY 1")
    assert opened == [(one.start, one.end) for one in lid]
    limits = Dated(LIMIT)
    told = [[Point(at(s), v) for s, v in points] for points in probes.values()]
    assert ward.heard() == {
        "S000": heard([s for s, _ in probes["S000"]], lambda s: 15 if s < 300 else 40, wait=160 + 7),
        "S001": heard([s for s, _ in probes["S001"]], lambda s: 900 if s < 200 else 20),
        "S002": heard([s for s, _ in lid_said], lambda s: 900 if s < 200 else 20),
    }
    all_at_once = excursions((warm for points in told for warm in warm_times(points, limits)), limits)
    assert ward.known() == [(warm.start, warm.end, warm.peak_milli) for warm in all_at_once]


def held(since: list[tuple[int, int]], second: int) -> int:
    """What held in a second."""
    return next(value for first, value in reversed(since) if first <= second)


@pytest.mark.parametrize("seed", range(5))
def test_what_is_taken_together_leaves_what_it_leaves_one_by_one(ward: Ward, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(points, "PAGE", 3)
    draw, second = random.Random(seed), 0
    said: list[tuple[int, int]] = []
    every, offset = [(-1, 30)], [(-1, 0)]
    while second < 6_000:
        lowest, pause = draw.choice((-165_000, -158_000, -149_000, -100_000)), draw.choice((9, 10, 11, 25))
        for _ in range(draw.randint(6, 15)):
            second += draw.choice((pause, pause, pause, 40))
            said.append((second, lowest + draw.randrange(6_000)))
        changing, values = draw.choice(((every, (12, 30)), (offset, (0, 4_000))))
        changing.append((second - draw.randint(0, 60), draw.choice(values)))
    for since, seconds in every:
        ward.speaks_every("S000", 60, since, measures=seconds)
    for since, milli in offset:
        ward.calibrated("S000", since, milli)
    ward.report("S000", *said, received=9_000)
    ward.judge()
    assert ward.heard() == {"S000": heard([s for s, _ in said], lambda s: held(every, s), wait=60 - every[-1][1] + 7)}
    told = [Point(at(s), v + held(offset, s)) for s, v in said]
    by_limit = "SELECT started_at, ended_at, peak_milli FROM limit_interval ORDER BY 1"
    by_threshold = "SELECT started_at, ended_at, peak_milli FROM warm_interval WHERE threshold_c = -150 ORDER BY 1"
    for sql, limit in ((by_limit, LIMIT), (by_threshold, Limit(-150_000, timedelta(0), 0))):
        assert ward.installation.rows(sql) == [(one.start, one.end, one.peak_milli) for one in warm_times(told, Dated(limit))]


def test_many_readings_are_judged_in_portions_each_as_if_the_others_had_not_come_yet(ward: Ward) -> None:
    draw, limits, at_once = random.Random(5), Dated(LIMIT), 7
    said = [(s, draw.choice((-160_000, -140_000, -130_000))) for s in range(0, 600, 20)]
    ward.report("S000", *said)
    ward.report("S001", (100, -160_000))
    for done in range(at_once, len(said) + at_once, at_once):
        with ward.installation.acts.begin(WORKER, Kind.EVALUATE_READINGS) as act:
            queries.take_dirty(act.session)
            (waiting,) = queries.dirty(act.session)
            settle(act, weigh(act.session, waiting, at_once))
        known = excursions(warm_times([Point(at(s), v) for s, v in said[:done]], limits), limits)
        assert ward.known() == [(warm.start, warm.end, warm.peak_milli) for warm in known]
    assert ward.installation.one("SELECT count(*) FROM dirty_interval") == 0


def test_what_is_followed_again_stops_where_it_is_calm_as_it_was_known(ward: Ward) -> None:
    ward.report("S000", *((s, -140_000 if s % 100 == 0 else -160_000) for s in range(0, 1_000, 20)))
    ward.judge()
    with ward.installation.acts.look(WORKER) as session:
        probe = session.get_one(Sensor, ward.installation.sensors["S000"])
        assert following.follow(session, probe, Dated(LIMIT), at(0), at(1_000), 10) == ([], 10, at(200))
