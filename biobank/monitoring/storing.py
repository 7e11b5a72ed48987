"""Storing readings: each exactly once, in one transaction with everything that follows from it.

Plain psycopg on the ingest's own login: this is the one place where a row costs microseconds. Callers are the ingest
and, with the same rules, any import of a logger's file.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

import numpy as np
from psycopg import Connection

from biobank.monitoring import copying, gaps, rolling, rows
from biobank.monitoring.rows import Rows
from biobank.monitoring.rules import Refused, SensorState, plausible

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST = 500
"""Characters of a topic or a detail that are kept: an index of PostgreSQL holds 2,704 bytes (nbtree, BTMaxItemSize)."""


class Source(NamedTuple):
    """Where readings came from: the topic and the very bytes."""

    topic: str
    payload: bytes


class Report(NamedTuple):
    """What one device reported of one sensor: readings as `triples` packs them, at least one; ``oldest`` as in the payload.

    What is not ``live`` was said when its readings were taken, as the file of a logger, and not as it arrives.
    """

    source: Source
    device: str
    sensor: str
    boot: int
    oldest: int | None
    readings: bytes
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


_KNOWN = """
SELECT s.code, s.id, s.device, s.state, least(s.registered_at, w.first_at) FROM sensor s
  LEFT JOIN sensor_waiting w ON (w.site, w.device, w.code) = (s.site, s.device, s.code) WHERE s.site = %s AND s.code = ANY(%s)
"""
"""What a sensor said while it waited to be registered, its device says again."""


class _Known(NamedTuple):
    id: bytes
    device: str
    state: str
    known_at: datetime


class _Batch:
    """One batch on its way into the database."""

    def __init__(self, db: Connection, ingest: Ingest, now: datetime) -> None:
        self.db, self.ingest, self.now = db, ingest, now
        self.reports: list[Report] = []
        self.keys: list[tuple[bytes, int]] = []  # of each report, its sensor and boot
        self.plausible_ms: list[tuple[int, int]] = []  # of each report, the first and the last time
        self.ahead = np.empty(0, rows.ROW)
        self.refusals: list[Refusal] = []
        self.unknown: set[tuple[str, str]] = set()
        self.outcome = Stored()

    def admit(self, reports: Iterable[Report]) -> None:
        """Take the reports of sensors that are registered, approved and reported by their own device, and refuse the others."""
        codes = list({report.sensor for report in reports})
        found = self.db.execute(_KNOWN, [self.ingest.site, codes])
        known = {code: _Known(sensor_id.bytes, *told) for code, sensor_id, *told in found}
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
                self.reports.append(report)
                self.keys.append((sensor.id, report.boot))
                earliest, latest = plausible(self.now, sensor.known_at if report.live else None)
                self.plausible_ms.append((in_ms(earliest), in_ms(latest)))

    def insert(self, states: gaps.States) -> Rows:
        """Store what is new by its counter, judge what was there before, and return what this transaction stored, in order."""
        told = rows.of_reports(self.keys, [one.readings for one in self.reports])
        if not len(told):
            return told
        earliest_ms, latest_ms = np.array(self.plausible_ms)[told["report"]].T
        told["suspect"] = (told["time_ms"] < earliest_ms) | (told["time_ms"] > latest_ms)
        place = {key: number for number, key in enumerate(states)}
        arrived = [state.arrived for state in states.values()]
        new, ahead = rows.new(told, [place[key] for key in self.keys], [one.oldest for one in self.reports], arrived)
        self.ahead = told[ahead]
        fresh, again = rows.in_order(told[new]), told[~new]
        later = rows.repeated(fresh)
        first = np.delete(fresh, later)
        stored = copying.insert(self.db, first, self.now) if len(first) else new[:0]
        self._compare(np.concatenate([fresh[later], first[~stored], again]))
        return first[stored]

    def _compare(self, known: Rows) -> None:
        """The first value of a millisecond is kept; another one, or a used counter at another time, is refused."""
        there = copying.values_at(self.db, known)
        told = known[["report", "boot", "counter", "value_milli"]].tolist()
        for (number, boot, counter, value), stored_value in zip(told, there, strict=True):
            if stored_value == value:
                self.outcome.known += 1
                continue
            report = self.reports[number]
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
        batch.admit(reports)
        states = gaps.load(db, set(batch.keys))
        stored = batch.insert(states)
        with db.pipeline():  # one way there and back for all that needs no answer
            gaps.save(db, states, now)
            if len(stored):
                _follow(batch, stored)
            _see(batch, stored)
            _keep(batch)
            _note_unknown(batch)
    batch.outcome.new, batch.outcome.refused = len(stored), len(batch.refusals)
    batch.outcome.receipts = _receipts(batch, states)
    return batch.outcome


def _make_room(db: Connection, reports: Iterable[Report], now: datetime) -> None:
    """Make the partitions of past months that late readings need; those of this month and the next are made ahead.

    In a transaction of its own: it locks what the worker reads, and the worker locks marks that this batch will move.
    """
    earliest, this_month = in_ms(plausible(now)[0]), in_ms(now.replace(day=1, hour=0, minute=0, second=0, microsecond=0))
    times = rows.times(report.readings for report in reports)
    late = times[(earliest <= times) & (times < this_month)].astype("M8[ms]").astype("M8[M]")
    for month in np.unique(late).astype("M8[D]").tolist():
        db.execute("SELECT monitoring_make_partitions(%s, 1)", [month])


def begin_act(db: Connection, ingest: Ingest, now: datetime) -> None:
    """Begin the act under which this transaction writes into the trail."""
    act = "SELECT audit.begin_act(%s, 'store_readings', %s, 'system', %s, %s, NULL)"
    db.execute(act, [ingest.new_id(), ingest.person_id, now, now])


def _follow(batch: _Batch, stored: Rows) -> None:
    """Everything that follows from newly stored rows: the batch in the trail, minutes, and what the worker must judge."""
    db, ingest, now, times = batch.db, batch.ingest, batch.now, stored["time_ms"]
    begin_act(db, ingest, now)
    db.execute(
        "INSERT INTO reading_batch (id, site, stored_at, readings, from_time, to_time, sha256)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        [ingest.new_id(), ingest.site, now, len(stored), _at(times.min()), _at(times.max()), copying.digest(stored)],
    )
    right = stored[~stored["suspect"]]
    if not len(right):
        return
    rolling.add_minutes(db, right)
    starts = rows.begins(right["rank"])
    lasts = right[rows.ends(starts, len(right))]
    db.execute(
        "INSERT INTO dirty_interval (id, sensor_id, from_time, to_time, marked_at, taken)"
        " SELECT id, sensor_id, first, last, %s, false"
        " FROM unnest(%s::uuid[], %s::uuid[], %s::timestamptz[], %s::timestamptz[]) AS n (id, sensor_id, first, last)"
        " ON CONFLICT (sensor_id, taken) DO UPDATE SET from_time = least(dirty_interval.from_time, excluded.from_time),"
        " to_time = greatest(dirty_interval.to_time, excluded.to_time)",
        [
            now,
            copying.array(ingest.new_id() for _ in starts),
            copying.ids(lasts),
            copying.times(right[starts]),
            copying.times(lasts),
        ],
    )


def _see(batch: _Batch, stored: Rows) -> None:
    """Remember the last that each sensor said, and which told an impossible time; what one repeats is no news of it."""
    if len(batch.ahead):
        live = np.array([one.live for one in batch.reports])[batch.ahead["report"]]
        last = rows.heard_last(batch.ahead, live)
        copying.mark_seen(batch.db, batch.ahead[last], live[last], batch.now)
    if stored["suspect"].any():
        copying.mark_suspect(batch.db, stored[stored["suspect"]], batch.now)


def _keep(batch: _Batch) -> None:
    """Keep what was refused, with its bytes; the same message again only counts."""
    ingest, now = batch.ingest, batch.now
    with batch.db.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO refused_message (id, site, topic, sha256, payload, reason, detail, times, first_at, last_at)"
            " VALUES (%s, %s, %s, sha256(%s), %s, %s, %s, 1, %s, %s) ON CONFLICT (topic, sha256, reason)"
            " DO UPDATE SET times = refused_message.times + 1, last_at = excluded.last_at",
            [
                (ingest.new_id(), ingest.site, _held(topic), payload, payload, reason, _held(detail), now, now)
                for (topic, payload), reason, detail in batch.refusals
            ],
        )


def _held(told: str) -> str:
    """What was said, as a record and its index hold it: a message that could not even be refused would come for ever."""
    return told[:_LONGEST].replace("\0", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode()


def _note_unknown(batch: _Batch) -> None:
    """Note which sensors arrived that nobody registered; they wait to be approved."""
    with batch.db.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO sensor_waiting (id, site, device, code, first_at, last_at) VALUES (%s, %s, %s, %s, %s, %s)"
            " ON CONFLICT (site, device, code) DO UPDATE SET last_at = excluded.last_at",
            [(batch.ingest.new_id(), batch.ingest.site, *whose, batch.now, batch.now) for whose in sorted(batch.unknown)],
        )


def _receipts(batch: _Batch, states: gaps.States) -> list[Receipt]:
    due = {(one.device, one.sensor, one.boot): key for one, key in zip(batch.reports, batch.keys, strict=True)}
    return [Receipt(*whose, states[key].arrived.receipted) for whose, key in due.items()]


def _at(time_ms: np.int64) -> datetime:
    return EPOCH + timedelta(milliseconds=int(time_ms))


def in_ms(at: datetime) -> int:
    """A time as devices tell it: whole milliseconds since 1970 UTC."""
    return (at - EPOCH) // timedelta(milliseconds=1)
