"""Storing readings: each exactly once, in one transaction with everything that follows from it.

Plain psycopg on the ingest's own login: this is the one place where a row costs microseconds. Callers are the ingest
and, with the same rules, any import of a logger's file.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

from psycopg import Connection

from biobank.monitoring import copying, gaps, rolling
from biobank.monitoring.copying import Row
from biobank.monitoring.counters import Arrived
from biobank.monitoring.rules import Refused, SensorState, plausible

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Source(NamedTuple):
    """Where readings came from: the topic and the very bytes."""

    topic: str
    payload: bytes


class Triple(NamedTuple):
    """One reading as reported: counter since the start, device time (ms since 1970 UTC), value in thousandths."""

    counter: int
    time_ms: int
    value_milli: int


class Report(NamedTuple):
    """What one device reported of one sensor; ``oldest`` as in the payload. What is not ``live`` was said when its readings were
    taken, as the file of a logger, and not as it arrives.
    """

    source: Source
    device: str
    sensor: str
    boot: int
    oldest: int | None
    readings: Sequence[tuple[int, int, int]]
    live: bool = True


class Refusal(NamedTuple):
    """A message that is kept but not stored as readings, and why."""

    source: Source
    reason: Refused
    detail: str


class Receipt(NamedTuple):
    """Everything up to ``counter`` of this sensor and boot is stored, or kept among the refused."""

    device: str
    sensor: str
    boot: int
    counter: int


@dataclass
class Stored:
    """What became of a batch: numbers of readings stored now, stored before, and messages refused; and the receipts
    due.
    """

    new: int = 0
    known: int = 0
    refused: int = 0
    receipts: list[Receipt] = field(default_factory=list)


class Ingest(NamedTuple):
    """Who stores: the site, the named system person, and where identifiers come from."""

    site: str
    person_id: UUID
    new_id: Callable[[], UUID] = uuid4


class _Known(NamedTuple):
    id: bytes
    device: str
    state: str


class _News(NamedTuple):
    """What the rows that one transaction stored say: how many, from when to when, their fingerprint, and sensor by sensor."""

    readings: int
    first: datetime
    last: datetime
    sha256: bytes
    said: list[rolling.Said]


class _Batch:
    """One batch on its way into the database."""

    def __init__(self, db: Connection, ingest: Ingest, now: datetime) -> None:
        self.db, self.ingest, self.now = db, ingest, now
        self.earliest_ms, self.latest_ms = map(in_ms, plausible(now))
        self.fresh: dict[tuple[bytes, int], tuple[Row, Report]] = {}
        self.said: dict[bytes, tuple[Row, Report]] = {}
        self.again: list[tuple[Row, Report]] = []
        self.refusals: list[Refusal] = []
        self.unknown: set[tuple[str, str]] = set()
        self.outcome = Stored()

    def admit(self, reports: Iterable[Report]) -> list[tuple[bytes, Report]]:
        """Reports of sensors that are registered, approved and reported by their own device; the others are refused."""
        codes = list({report.sensor for report in reports})
        sql = "SELECT code, id, device, state FROM sensor WHERE site = %s AND code = ANY(%s)"
        found = self.db.execute(sql, [self.ingest.site, codes])
        known = {code: _Known(sensor_id.bytes, device, state) for code, sensor_id, device, state in found}
        admitted = []
        for report in reports:
            sensor = known.get(report.sensor)
            if sensor is None:
                self.refusals.append(Refusal(report.source, Refused.UNKNOWN_SENSOR, report.sensor))
                self.unknown.add((report.device, report.sensor))
            elif sensor.device != report.device:
                self.refusals.append(Refusal(report.source, Refused.WRONG_DEVICE, f"{report.sensor} belongs to another device"))
            elif sensor.state != SensorState.APPROVED:
                self.refusals.append(Refusal(report.source, Refused.WAITING_SENSOR, report.sensor))
            else:
                admitted.append((sensor.id, report))
        return admitted

    def sort(self, sensor: bytes, report: Report, arrived: Arrived) -> None:
        """Tell the readings that are new by their counter from those that were here before."""
        boot, earliest, latest, newest = report.boot, self.earliest_ms, self.latest_ms, None
        for counter, time_ms, value in report.readings:
            pair = (sensor, time_ms, boot, counter, value, not earliest <= time_ms <= latest), report
            if counter == arrived.highest + 1:
                arrived.highest, newest = counter, pair  # what `take` does with the usual one, in a tenth of the time
            elif arrived.awaits(counter):
                arrived.take(counter)
                newest = pair if counter == arrived.highest else newest
            else:
                self.again.append(pair)
                continue
            first = self.fresh.setdefault((sensor, time_ms), pair)
            if first is not pair:
                self._compare(*pair, first[0][4])
        if newest is not None and (report.live or self._later(newest[0])):
            self.said[sensor] = newest
        if report.oldest is not None:
            arrived.give_up_below(report.oldest)

    def _later(self, row: Row) -> bool:
        """Whether a row of a file was told after what else this batch says of its sensor; a wrong clock is before a right one."""
        other = self.said.get(row[0])
        return other is None or (not row[5], row[1]) >= (not other[0][5], other[0][1])

    def insert(self) -> _News | None:
        """Copy in what is new, judge what was there before, and tell what this transaction stored, where it stored something."""
        rows = sorted(row for row, _ in self.fresh.values())
        stored, news = copying.insert(self.db, rows, self.now, _news) if rows else ([], None)
        late = self.again
        if len(stored) < len(rows):
            keys = {row[:2] for row in stored}
            late = [pair for key, pair in self.fresh.items() if key not in keys] + late
        there = copying.values_at(self.db, {row[:2] for row, _ in late})
        for row, report in late:
            self._compare(row, report, there.get(row[:2]))
        self.outcome.new = len(stored)
        return news

    def _compare(self, row: Row, report: Report, stored_value: int | None) -> None:
        """The first value of a millisecond is kept; another one, or a used counter at another time, is refused."""
        _, _, boot, counter, value, _ = row
        if stored_value == value:
            self.outcome.known += 1
            return
        reason = Refused.CONFLICTING_COUNTER if stored_value is None else Refused.CONFLICTING_VALUE
        self.refusals.append(Refusal(report.source, reason, f"{report.sensor} boot {boot} counter {counter}"))


def store(db: Connection, ingest: Ingest, reports: Iterable[Report], refusals: Iterable[Refusal], now: datetime) -> Stored:
    """Store a batch in one transaction; when this returns it is committed, and messages may be acknowledged.

    Raises psycopg.OperationalError where the database is away; then nothing is stored and nothing may be acknowledged.
    """
    reports = list(reports)
    _make_room(db, reports, now)
    with db.transaction():
        batch = _Batch(db, ingest, now)
        batch.refusals += refusals
        admitted = batch.admit(reports)
        states = gaps.load(db, {(sensor_id, report.boot) for sensor_id, report in admitted})
        for sensor_id, report in admitted:
            batch.sort(sensor_id, report, states[sensor_id, report.boot].arrived)
        news = batch.insert()
        with db.pipeline():  # one way there and back for all that needs no answer
            gaps.save(db, states, now)
            if news is not None:
                _follow(batch, news)
            copying.mark_seen(db, [(row, report.live) for row, report in batch.said.values()], now)
            _keep(batch)
            _note_unknown(batch)
    batch.outcome.refused = len(batch.refusals)
    batch.outcome.receipts = _receipts(admitted, states)
    return batch.outcome


def _make_room(db: Connection, reports: Iterable[Report], now: datetime) -> None:
    """Make the partitions of past months that late readings need; those of this month and the next are made ahead.

    In a transaction of its own: it locks what the worker reads, and the worker locks marks that this batch will move.
    """
    earliest, this_month = in_ms(plausible(now)[0]), in_ms(now.replace(day=1, hour=0, minute=0, second=0, microsecond=0))
    late = [time_ms for report in reports for _, time_ms, _ in report.readings if earliest <= time_ms < this_month]
    for month in sorted({_at(time_ms).date().replace(day=1) for time_ms in late}):
        db.execute("SELECT monitoring_make_partitions(%s, 1)", [month])


def begin_act(db: Connection, ingest: Ingest, now: datetime) -> None:
    """Begin the act under which this transaction writes into the trail."""
    act = "SELECT audit.begin_act(%s, 'store_readings', %s, 'system', %s, %s, NULL)"
    db.execute(act, [ingest.new_id(), ingest.person_id, now, now])


def _news(stored: Sequence[Row]) -> _News | None:
    """What newly stored rows say; nothing where there are none."""
    if not stored:
        return None
    times = [row[1] for row in stored]
    return _News(len(stored), _at(min(times)), _at(max(times)), copying.digest(stored), list(rolling.said(stored)))


def _follow(batch: _Batch, news: _News) -> None:
    """Everything that follows from newly stored rows: the batch in the trail, minutes, and what the worker must judge."""
    db, ingest, now, said = batch.db, batch.ingest, batch.now, news.said
    begin_act(db, ingest, now)
    db.execute(
        "INSERT INTO reading_batch (id, site, stored_at, readings, from_time, to_time, sha256)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        [ingest.new_id(), ingest.site, now, news.readings, news.first, news.last, news.sha256],
    )
    rolling.add_minutes(db, [minute for one in said for minute in one.minutes])
    spans = [(ingest.new_id(), one.sensor_id, *one.span) for one in said]
    if spans:
        db.execute(
            "INSERT INTO dirty_interval (id, sensor_id, from_time, to_time, marked_at, taken)"
            " SELECT id, sensor_id, timestamptz 'epoch' + first * interval '1 millisecond',"
            " timestamptz 'epoch' + last * interval '1 millisecond', %s, false"
            " FROM unnest(%s::uuid[], %s::uuid[], %s::bigint[], %s::bigint[]) AS n (id, sensor_id, first, last)"
            " ON CONFLICT (sensor_id, taken) DO UPDATE SET from_time = least(dirty_interval.from_time, excluded.from_time),"
            " to_time = greatest(dirty_interval.to_time, excluded.to_time)",
            [now, *(copying.array(column) for column in zip(*spans, strict=True))],
        )


def _keep(batch: _Batch) -> None:
    """Keep what was refused, with its bytes; the same message again only counts."""
    ingest, now = batch.ingest, batch.now
    with batch.db.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO refused_message (id, site, topic, sha256, payload, reason, detail, times, first_at, last_at)"
            " VALUES (%s, %s, %s, sha256(%s), %s, %s, %s, 1, %s, %s) ON CONFLICT (topic, sha256, reason)"
            " DO UPDATE SET times = refused_message.times + 1, last_at = excluded.last_at",
            [
                (ingest.new_id(), ingest.site, source.topic, source.payload, source.payload, reason, detail, now, now)
                for source, reason, detail in batch.refusals
            ],
        )


def _note_unknown(batch: _Batch) -> None:
    """Note which sensors arrived that nobody registered; they wait to be approved."""
    with batch.db.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO sensor_waiting (id, site, device, code, first_at, last_at) VALUES (%s, %s, %s, %s, %s, %s)"
            " ON CONFLICT (site, device, code) DO UPDATE SET last_at = excluded.last_at",
            [(batch.ingest.new_id(), batch.ingest.site, *whose, batch.now, batch.now) for whose in sorted(batch.unknown)],
        )


def _receipts(admitted: list[tuple[bytes, Report]], states: gaps.States) -> list[Receipt]:
    due = {(report.device, report.sensor, report.boot): sensor_id for sensor_id, report in admitted}
    return [Receipt(*whose, states[sensor, whose[2]].arrived.receipted) for whose, sensor in due.items()]


def _at(time_ms: int) -> datetime:
    return EPOCH + timedelta(milliseconds=time_ms)


def in_ms(at: datetime) -> int:
    """A time as devices tell it: whole milliseconds since 1970 UTC."""
    return (at - EPOCH) // timedelta(milliseconds=1)
