"""Readings into their table by binary COPY, and the hash over exactly what was copied."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import numpy as np
from psycopg import Connection
from psycopg.errors import UniqueViolation

from biobank.monitoring.rows import Flags, Rows

COLUMNS = "sensor_id, device_time, boot, counter, value_milli, clock_suspect, received_at"
_INTO_PLACE = f"COPY reading ({COLUMNS}) FROM STDIN (FORMAT BINARY)"
_ASIDE = f"COPY pg_temp.reading_arriving ({COLUMNS}) FROM STDIN (FORMAT BINARY)"
_HEADER, _TRAILER = b"PGCOPY\n\xff\r\n\x00" + bytes(8), b"\xff\xff"
_POSTGRES_EPOCH_MS = 946_684_800_000  # 2000-01-01, from which PostgreSQL counts
_POSTGRES_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_AT_ONCE = 5_000

_FIELDS = (("sensor", "V16"), ("at", ">i8"), ("boot", ">i8"), ("counter", ">i8"), ("value_milli", ">i4"), ("suspect", "?"),
           ("received", ">i8"))  # fmt: skip
_COPIED = np.dtype([("fields", ">i2"), *(part for name, kind in _FIELDS for part in ((f"size of {name}", ">i4"), (name, kind)))])
"""A row as binary COPY takes it: the number of fields, then the length and the value of each."""
_LEAF = np.dtype([("sensor", "V16"), ("time_ms", ">i8"), *_FIELDS[2:-1]])
"""A row in the fingerprint of its batch."""


def insert(db: Connection, rows: Rows, received_at: datetime) -> Flags:
    """Store ``rows`` (in order, each key once); which of them were not there before.

    Optimistic: straight into the table; only where one was there before, once more by way of a temporary table.
    """
    try:
        with db.transaction():
            _copy(db, _INTO_PLACE, rows, received_at)
    except UniqueViolation:
        return _insert_missing(db, rows, received_at)
    return np.ones(len(rows), bool)


def values_at(db: Connection, rows: Rows) -> list[int | None]:
    """For each row the value that is stored of its sensor and millisecond, where there is one."""
    if not len(rows):
        return []
    sql = (
        "SELECT r.value_milli FROM unnest(%s::uuid[], %s::timestamptz[]) WITH ORDINALITY AS k (sensor_id, at, place)"
        " LEFT JOIN reading r ON r.sensor_id = k.sensor_id AND r.device_time = k.at ORDER BY k.place"
    )
    return [value for (value,) in db.execute(sql, [ids(rows), times(rows)])]


def times(rows: Rows) -> str:
    """Their times as an array: written out, since PostgreSQL multiplies an interval as a float, which holds no year 9999."""
    return array(np.datetime_as_string(rows["time_ms"].astype("M8[ms]"), timezone="UTC"))


def array(values: Iterable[object]) -> str:
    """Numbers, truth values or hexadecimal ids as PostgreSQL writes an array; the driver's own way looks each over for quotes."""
    return f"{{{','.join(map(str, values))}}}"


def digest(rows: Rows) -> bytes:
    """SHA-256 over readings in the order of sensor and time: the fingerprint of one stored batch."""
    leaves = np.empty(len(rows), _LEAF)
    for name in _LEAF.fields or ():
        leaves[name] = rows[name]
    return hashlib.sha256(leaves.tobytes()).digest()


def mark_seen(db: Connection, rows: Rows, live: Flags, now: datetime) -> None:
    """Remember what each sensor said last, and whether it says so live, as it arrives; else it was heard when it was taken, and
    replaces nothing that was heard since.

    A device is behind where its time went back, or does not come nearer to ours although it is away by more than two minutes:
    one that empties its buffer tells more time than passes.
    """
    sql = (
        "INSERT INTO sensor_seen AS s (sensor_id, received_at, device_time, boot, value_milli, clock_suspect, clock_behind)"
        " SELECT sensor_id, CASE WHEN live THEN %s ELSE least(told, %s) END, told, boot, value, suspect, false"
        " FROM unnest(%s::uuid[], %s::timestamptz[], %s::bigint[], %s::int[], %s::boolean[], %s::boolean[])"
        " AS n (sensor_id, told, boot, value, suspect, live)"
        " ON CONFLICT (sensor_id) DO UPDATE SET received_at = excluded.received_at, device_time = excluded.device_time,"
        " boot = excluded.boot, value_milli = excluded.value_milli, clock_suspect = excluded.clock_suspect,"
        " clock_behind = excluded.boot = s.boot AND NOT excluded.clock_suspect AND NOT s.clock_suspect"
        " AND (excluded.device_time <= s.device_time OR s.received_at - s.device_time > interval '2 minutes'"
        " AND excluded.device_time - s.device_time < 2 * (excluded.received_at - s.received_at))"
        " WHERE excluded.received_at >= s.received_at"
    )
    columns = *(rows[name] for name in ("boot", "value_milli", "suspect")), live
    db.execute(sql, [now, now, ids(rows), times(rows), *(array(column.tolist()) for column in columns)])


def mark_suspect(db: Connection, rows: Rows, now: datetime) -> None:
    """Note that the sensors of these rows told an impossible time."""
    db.execute("UPDATE sensor_seen SET suspect_at = %s WHERE sensor_id = ANY (%s::uuid[])", [now, ids(rows)])


def ids(rows: Rows) -> str:
    """The sensors' ids as an array."""
    return array(sensor.hex() for sensor in rows["sensor"].tolist())


def _copy(db: Connection, statement: str, rows: Rows, received_at: datetime) -> None:
    with db.cursor() as cursor, cursor.copy(statement) as copy:
        for part in packed(rows, received_at):
            copy.write(part)


def _insert_missing(db: Connection, rows: Rows, received_at: datetime) -> Flags:
    db.execute("CREATE TEMPORARY TABLE IF NOT EXISTS reading_arriving (LIKE reading) ON COMMIT DELETE ROWS")
    _copy(db, _ASIDE, rows, received_at)
    stored = db.execute(
        f"INSERT INTO reading ({COLUMNS})"
        f" SELECT {COLUMNS} FROM pg_temp.reading_arriving ORDER BY sensor_id, device_time"
        " ON CONFLICT DO NOTHING RETURNING sensor_id, (extract(epoch FROM device_time) * 1000)::bigint"
    ).fetchall()
    keys = {(sensor.bytes, time_ms) for sensor, time_ms in stored}
    return np.array([key in keys for key in rows[["sensor", "time_ms"]].tolist()], bool)


def packed(rows: Rows, received_at: datetime) -> Iterator[bytes]:
    """The rows as binary COPY takes them, part by part."""
    since = received_at - _POSTGRES_EPOCH
    out = np.empty(len(rows), _COPIED)
    out["fields"] = len(_FIELDS)
    for name, kind in _FIELDS:
        out[f"size of {name}"] = np.dtype(kind).itemsize
        if name in (rows.dtype.names or ()):
            out[name] = rows[name]
    out["at"] = (rows["time_ms"] - _POSTGRES_EPOCH_MS) * 1000
    out["received"] = (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
    yield _HEADER
    for first in range(0, len(rows), _AT_ONCE):
        yield out[first : first + _AT_ONCE].tobytes()
    yield _TRAILER
