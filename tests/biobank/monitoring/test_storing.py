"""Storing readings in a real database: each once, the first value kept, gaps and wrong clocks seen."""

import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from random import Random

import psycopg
import pytest

from biobank.monitoring import storing
from biobank.monitoring.rules import Refused
from biobank.monitoring.storing import Refusal, Report, Source, Stored
from biobank.monitoring.triples import pack
from tests.database import begin_preparing
from tests.telemetry import Installation

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
BASE = int(datetime(2026, 3, 15, 11, tzinfo=UTC).timestamp() * 1000)


class Bench:
    """Stores reports one batch at a time, a second apart."""

    def __init__(self, installation: Installation, db: psycopg.Connection) -> None:
        self.installation, self.db, self.now = installation, db, NOW

    def store(self, *reports: Report) -> Stored:
        self.now += timedelta(seconds=1)
        return storing.store(self.db, self.installation.ingest, reports, [], self.now)

    def values(self) -> list[tuple[int, int]]:
        sql = "SELECT counter, value_milli FROM reading ORDER BY device_time"
        return [(counter, value) for counter, value in self.installation.rows(sql)]

    def refused(self) -> list[tuple[str, str, int]]:
        return [tuple(row) for row in self.installation.rows("SELECT reason, detail, times FROM refused_message ORDER BY 1")]


@pytest.fixture
def bench(installation: Installation) -> Iterator[Bench]:
    with psycopg.connect(installation.ingest_url, autocommit=True) as db:
        db.execute("SELECT monitoring_make_partitions('2026-02-01', 2)")
        yield Bench(installation, db)


def report(*triples: tuple[int, int, int], sensor: str = "S000", boot: int = 1, oldest: int | None = None) -> Report:
    device = sensor.replace("S", "d")
    source = Source(f"biobank/v1/oslo/{device}/readings", repr((sensor, boot, triples)).encode())
    return Report(source, device, sensor, boot, oldest, pack(triples))


def test_the_same_message_twice_is_stored_once(bench: Bench) -> None:
    message = report((1, BASE, -150_000), (2, BASE + 1000, -150_001))
    assert bench.store(message, message).new == 2
    again = bench.store(message)
    assert (again.new, again.known, again.refused, again.receipts[0].counter) == (0, 2, 0, 2)
    assert bench.values() == [(1, -150_000), (2, -150_001)]


def test_the_first_value_of_a_millisecond_is_kept_and_another_one_refused(bench: Bench) -> None:
    bench.store(report((1, BASE, -150_000)))
    bench.store(report((2, BASE, -120_000)))
    bench.store(report((2, BASE, -120_000)))
    assert bench.values() == [(1, -150_000)]
    assert bench.refused() == [("conflicting_value", "S000 boot 1 counter 2", 2)]


def test_each_of_a_batch_is_held_against_what_is_stored_of_its_millisecond(bench: Bench) -> None:
    bench.store(report((1, BASE, -150_000)))
    told = [report((counter, BASE, value)) for counter, value in ((2, -20_000), (3, -20_000), (4, -20_000), (5, -150_000))]
    assert [bench.store(*told[:2]).known, bench.store(*told[2:]).known] == [0, 1]
    assert bench.values() == [(1, -150_000)]
    assert sorted(bench.refused()) == [("conflicting_value", f"S000 boot 1 counter {number}", 1) for number in (2, 3, 4)]


def test_a_reading_of_the_last_year_of_all_is_known_when_it_comes_again(bench: Bench) -> None:
    last = report((1, 253_402_300_799_999, -150_000))
    assert bench.store(last).new == 1
    assert (bench.store(last).known, bench.refused()) == (1, [])
    seen = "SELECT device_time = '9999-12-31 23:59:59.999Z' FROM sensor_seen"
    assert bench.installation.one(seen)


def test_a_counter_used_twice_at_another_time_is_refused_across_partitions(bench: Bench) -> None:
    february = BASE - 30 * 86_400_000
    bench.store(report((1, BASE, -150_000)))
    bench.store(report((1, february, -150_000)))
    assert bench.values() == [(1, -150_000)]
    assert bench.refused() == [("conflicting_counter", "S000 boot 1 counter 1", 1)]


def test_one_time_is_one_key_in_every_partition(bench: Bench) -> None:
    times = [BASE, BASE - 30 * 86_400_000, 0]
    first = report(*[(number + 1, time, -150_000) for number, time in enumerate(times)])
    restarted = report(*[(number + 1, time, -150_000) for number, time in enumerate(times)], boot=2)
    assert bench.store(first).new == 3
    again = bench.store(restarted)
    assert (again.new, again.known, again.receipts[0].counter) == (0, 3, 3)
    partitions = bench.installation.rows("SELECT DISTINCT tableoid::regclass::text FROM reading ORDER BY 1")
    assert partitions == [("reading_p2026_02",), ("reading_p2026_03",), ("reading_pdefault",)]


def test_new_and_known_readings_in_one_batch_are_told_apart(bench: Bench) -> None:
    bench.store(report((1, BASE, -150_000)))
    mixed = bench.store(report((1, BASE, -150_000), (2, BASE + 1000, -150_000), boot=2))
    assert (mixed.new, mixed.known) == (1, 1)


def test_a_gap_is_found_holds_the_receipt_back_and_closes(bench: Bench) -> None:
    bench.store(report((1, BASE, -150_000)))
    assert bench.store(report((4, BASE + 3000, -150_000))).receipts[0].counter == 1
    sql = "SELECT first_counter, last_counter, state FROM reading_gap"
    assert bench.installation.rows(sql) == [(2, 3, "missing")]
    assert bench.store(report((2, BASE + 1000, -150_000), (3, BASE + 2000, -150_000))).receipts[0].counter == 4
    assert bench.installation.rows(sql) == []


def test_what_a_device_no_longer_holds_is_lost_and_said_so(bench: Bench) -> None:
    bench.store(report((1, BASE, -150_000)))
    assert bench.store(report((4, BASE + 3000, -150_000), oldest=4)).receipts[0].counter == 4
    rows = bench.installation.rows("SELECT first_counter, last_counter, state FROM reading_gap")
    assert rows == [(2, 3, "lost")]


@pytest.mark.parametrize("wrong", [0, BASE + 400 * 86_400_000])
def test_a_reading_of_1970_or_the_future_is_stored_flagged_and_judged_by_nobody(bench: Bench, wrong: int) -> None:
    bench.store(report((1, wrong, -20_000)))
    rows = bench.installation.rows("SELECT tableoid::regclass::text, clock_suspect FROM reading")
    assert rows == [("reading_pdefault", True)]
    assert bench.installation.one("SELECT count(*) FROM dirty_interval") == 0


def test_readings_mark_their_interval_dirty_and_the_sensor_seen(bench: Bench) -> None:
    bench.store(report((1, BASE, -150_000), (3, BASE + 60_000, -149_000)))
    assert bench.installation.rows("SELECT to_time - from_time FROM dirty_interval") == [(timedelta(minutes=1),)]
    bench.store(report((2, BASE + 30_000, -148_000)))
    assert bench.installation.rows("SELECT value_milli, clock_behind FROM sensor_seen") == [(-149_000, False)]


def test_a_device_is_behind_where_its_time_goes_back_or_comes_no_nearer_and_not_while_it_empties_its_buffer(bench: Bench) -> None:
    hour = 3_600_000
    behind = []
    for number, told in enumerate((0, hour, 2, 1_002, 31_002, 31_502, 30_000, 3 * hour, 3 * hour + 500), start=1):
        bench.store(report((number, BASE + told, -150_000)))
        behind.append(bench.installation.one("SELECT clock_behind FROM sensor_seen"))
    assert behind == [False, False, True, True, False, True, True, False, False]


def test_what_a_file_tells_was_heard_when_it_was_taken_and_replaces_nothing_newer(bench: Bench) -> None:
    told = [(1, BASE + 60_000, -151_000), (2, BASE, -150_000), (3, BASE + 400 * 86_400_000, -20_000)]
    bench.store(report(*told[:1])._replace(live=False), *(report(one)._replace(live=False) for one in told[1:]))
    seen = "SELECT received_at, value_milli FROM sensor_seen"
    assert bench.installation.rows(seen) == [(NOW - timedelta(minutes=59), -151_000)]
    bench.store(report((1, BASE + 3_000_000, -152_000), boot=2))
    bench.store(report((4, BASE + 3_300_000, -153_000))._replace(live=False))
    assert bench.installation.one("SELECT value_milli FROM sensor_seen") == -152_000


def test_late_readings_of_past_months_have_a_partition_of_their_month(bench: Bench) -> None:
    long_ago = int(datetime(2021, 7, 31, 23, 59, tzinfo=UTC).timestamp() * 1000)
    assert bench.store(report((1, long_ago, -150_000), (2, long_ago + 120_000, -150_000))).new == 2
    for table in ("reading", "reading_minute"):
        partitions = bench.installation.rows(f"SELECT tableoid::regclass::text FROM {table} ORDER BY 1")
        assert partitions == [(f"{table}_p2021_07",), (f"{table}_p2021_08",)]


@pytest.mark.parametrize("live", [True, False], ids=("as it arrives", "from a file"))
def test_what_a_device_says_of_long_before_its_sensor_was_registered_has_a_wrong_time(bench: Bench, live: bool) -> None:
    registered, day = NOW - timedelta(days=3), 86_400_000
    with psycopg.connect(bench.installation.owner_url) as db:
        begin_preparing(db, NOW)
        db.execute("UPDATE sensor SET registered_at = %s WHERE code = 'S000'", [registered])
    first = int(registered.timestamp() * 1000) - day
    told = [(1, first - 1, -20_000), (2, first, -150_000), (3, BASE, -150_000)]
    bench.store(report((1, first - 1, -20_000), sensor="S001"), report(*told)._replace(live=live))
    suspect = "SELECT clock_suspect FROM reading r JOIN sensor s ON s.id = sensor_id WHERE code = %s ORDER BY device_time"
    assert bench.installation.rows(suspect, "S000") == [(live,), (False,), (False,)]
    noted = "SELECT suspect_at IS NOT NULL FROM sensor_seen n JOIN sensor s ON s.id = sensor_id ORDER BY code"
    assert bench.installation.rows(noted) == [(live,), (False,)]
    marked = "SELECT from_time FROM dirty_interval JOIN sensor s ON s.id = sensor_id WHERE code = 'S000'"
    assert bench.installation.one(marked) == registered - timedelta(days=1, milliseconds=0 if live else 1)
    assert bench.installation.rows(suspect, "S001") == [(False,)], "by our clock it will only be registered"


def test_what_a_device_says_again_that_waited_to_be_registered_has_a_right_time(bench: Bench) -> None:
    came, last = NOW - timedelta(days=3), BASE - 3 * 86_400_000
    bench.now = came
    bench.store(report((1, last, -150_000))._replace(sensor="S999"))
    with psycopg.connect(bench.installation.owner_url) as db:
        begin_preparing(db, NOW)
        db.execute("UPDATE sensor SET code = 'S999', registered_at = %s WHERE code = 'S000'", [NOW])
    bench.now = NOW
    bench.store(report((1, last, -150_000), (2, last - 86_400_000, -150_000))._replace(sensor="S999"))
    assert bench.installation.rows("SELECT clock_suspect FROM reading ORDER BY device_time") == [(True,), (False,)]


MINUTES = "SELECT at, readings, min_milli, max_milli, sum_milli, last_milli, last_at FROM reading_minute ORDER BY sensor_id, at"
FROM_RAW = (
    "SELECT date_bin('1 minute', device_time, timestamptz 'epoch') AS at, count(*), min(value_milli), max(value_milli),"
    " sum(value_milli), (array_agg(value_milli ORDER BY device_time DESC))[1], max(device_time)"
    " FROM reading WHERE NOT clock_suspect GROUP BY sensor_id, 1 ORDER BY sensor_id, 1"
)


def test_minutes_are_exact_whatever_the_order_and_however_often_readings_come(bench: Bench) -> None:
    draw = Random(4)
    values = [(n, BASE + n * 7_000, draw.randrange(-170_000, -120_000)) for n in range(1, 120)]
    parts = [values[first : first + 9] for first in range(0, len(values), 9)]
    parts += draw.sample(parts, 6)
    draw.shuffle(parts)
    for part in parts:
        bench.store(report(*part), report(*part, sensor="S001"), report((1, 0, -1), sensor="S002"))
    assert bench.installation.rows(MINUTES) == bench.installation.rows(FROM_RAW)
    assert bench.installation.one("SELECT sum(readings) FROM reading_minute") == 2 * len(values)


def test_a_stored_batch_stands_in_the_trail_with_the_hash_of_its_readings(bench: Bench) -> None:
    bench.store(report((1, BASE, -150_000), (2, BASE + 1000, -150_001)))
    sensor = bench.installation.sensors["S000"].bytes
    leaf = struct.Struct(">16sqqqi?")  # sensor, time (ms), boot, counter, thousandths, whether the clock is suspect
    leaves = leaf.pack(sensor, BASE, 1, 1, -150_000, False) + leaf.pack(sensor, BASE + 1000, 1, 2, -150_001, False)
    assert bytes(bench.installation.one("SELECT sha256 FROM reading_batch")) == sha256(leaves).digest()
    trail = "SELECT body::jsonb ->> 'kind' FROM audit.entry WHERE table_name = 'public.reading_batch'"
    assert bench.installation.rows(trail) == [("store_readings",)]


def test_a_reading_that_came_before_its_partition_moves_into_it(bench: Bench) -> None:
    april = int(datetime(2026, 4, 2, tzinfo=UTC).timestamp() * 1000)
    bench.store(report((1, april, -150_000)))
    bench.db.execute("SELECT monitoring_make_partitions('2026-04-01', 1)")
    assert bench.installation.rows("SELECT tableoid::regclass::text FROM reading") == [("reading_p2026_04",)]


def test_a_sensor_that_nobody_approved_is_refused(bench: Bench) -> None:
    with psycopg.connect(bench.installation.owner_url) as db:
        act = "SELECT audit.begin_act(gen_random_uuid(), 'register_sensor', %s, 'system', now(), now(), NULL)"
        db.execute(act, [bench.installation.ingest.person_id])
        db.execute("UPDATE sensor SET state = 'waiting' WHERE code = 'S000'")
    stored = bench.store(report((1, BASE, -150_000)))
    assert (stored.new, stored.receipts, bench.refused()[0][0]) == (0, [], "waiting_sensor")


@pytest.mark.parametrize(
    "forbidden",
    [
        "UPDATE reading SET value_milli = 0",
        "DELETE FROM reading",
        "TRUNCATE reading",
        "DELETE FROM reading_batch",
        "SELECT limit_c FROM freezer",
        "SELECT * FROM excursion",
        "DELETE FROM refused_message",
        "CREATE TABLE public.mine (id int)",
    ],
)
def test_the_ingest_may_not_touch_what_it_stored(bench: Bench, forbidden: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        bench.db.execute(forbidden)


def test_a_message_is_refused_whatever_stands_in_its_topic_and_its_words(bench: Bench) -> None:
    for wrong in ("\0", "\ud800"):
        refusal = Refusal(Source(f"biobank/{wrong}", wrong.encode(errors="replace")), Refused.WRONG_PAYLOAD, f"no sensor {wrong}")
        assert storing.store(bench.db, bench.installation.ingest, [], [refusal], NOW).refused == 1
    kept = set(bench.installation.rows("SELECT topic, payload, detail FROM refused_message"))
    assert kept == {("biobank/\ufffd", b"\0", "no sensor \ufffd"), ("biobank/?", b"?", "no sensor ?")}


@pytest.mark.parametrize(
    "beyond",
    [
        "INSERT INTO heartbeat (process, site, at, waiting) VALUES ('work', '', now(), 0)",
        "SELECT monitoring_make_partitions('9000-01-01', 1)",
        "SELECT name FROM person",
    ],
)
def test_the_ingest_gives_its_own_sign_of_life_alone_and_reads_no_name(bench: Bench, beyond: str) -> None:
    with psycopg.connect(bench.installation.owner_url) as db:
        db.execute("INSERT INTO heartbeat (process, site, at, waiting) VALUES ('notify', '', '2026-01-01Z', 0)")
    with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.InvalidParameterValue)):
        bench.db.execute(beyond)
    assert bench.db.execute("UPDATE heartbeat SET at = now() WHERE process <> 'ingest'").rowcount == 0


def test_a_message_is_refused_however_long_its_topic_is(bench: Bench) -> None:
    noise = "".join(map(str, Random(1).choices("abcdefgh0123456789ÆØÅ", k=65_000)))
    there = Refusal(Source(f"biobank/{noise}", b"x"), Refused.WRONG_PAYLOAD, noise)
    assert storing.store(bench.db, bench.installation.ingest, [], [there], NOW).refused == 1
    topic = bench.installation.one("SELECT topic FROM refused_message")
    assert topic == there.source.topic[:500]
