"""Readings into their table by binary COPY, and the hash over exactly what was copied."""

import hashlib
import struct
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.errors import UniqueViolation

COLUMNS = "sensor_id, device_time, boot, counter, value_milli, clock_suspect, received_at"
_HEADER, _TRAILER = b"PGCOPY\n\xff\r\n\x00" + bytes(8), b"\xff\xff"
_COPY_ROW = struct.Struct(">hi16siqiqiqiii?iq")  # number of fields, then length and value of each
_LEAF = struct.Struct(">16sqqqi?")
_POSTGRES_EPOCH_MS = 946_684_800_000  # 2000-01-01, from which PostgreSQL counts
_POSTGRES_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


class Row(NamedTuple):
    """One reading on its way into the table; time in ms since 1970 UTC, value in thousandths of the sensor's unit."""

    sensor_id: UUID
    time_ms: int
    boot: int
    counter: int
    value_milli: int
    clock_suspect: bool


def insert(db: Connection, rows: Sequence[Row], received_at: datetime) -> list[Row]:
    """Store ``rows`` (sorted, each key once) and return those that were not there before.

    Optimistic: straight into the table; only where one was there before, once more by way of a temporary table.
    """
    if not rows:
        return []
    data = _packed(rows, received_at)
    try:
        with (
            db.transaction(),
            db.cursor() as cursor,
            cursor.copy(f"COPY reading ({COLUMNS}) FROM STDIN (FORMAT BINARY)") as copy,
        ):
            copy.write(data)
    except UniqueViolation:
        return _insert_missing(db, rows, data)
    return list(rows)


def values_at(db: Connection, keys: Collection[tuple[UUID, int]]) -> dict[tuple[UUID, int], int]:
    """The stored values of these sensors and milliseconds, where there are any."""
    if not keys:
        return {}
    wanted = sorted(keys, key=lambda key: (key[0].bytes, key[1]))
    sql = (
        "SELECT k.sensor_id, k.time_ms, r.value_milli"
        " FROM unnest(%s::uuid[], %s::bigint[]) AS k (sensor_id, time_ms) JOIN reading r ON r.sensor_id = k.sensor_id"
        " AND r.device_time = timestamptz 'epoch' + k.time_ms * interval '1 millisecond'"
    )
    found = db.execute(sql, [[sensor for sensor, _ in wanted], [time_ms for _, time_ms in wanted]])
    return {(sensor, time_ms): value for sensor, time_ms, value in found}


def digest(rows: Iterable[Row]) -> bytes:
    """SHA-256 over readings in the order of sensor and time: the fingerprint of one stored batch."""
    ordered = sorted(rows, key=lambda row: (row.sensor_id.bytes, row.time_ms))
    leaves = (_LEAF.pack(row.sensor_id.bytes, *row[1:]) for row in ordered)
    return hashlib.sha256(b"".join(leaves)).digest()


def mark_seen(db: Connection, rows: Iterable[Row], received_at: datetime) -> None:
    """Remember what each sensor said last; a late reading does not replace a newer one, a wrong clock never a right
    one.
    """
    sql = (
        "INSERT INTO sensor_seen (sensor_id, received_at, device_time, boot, value_milli, clock_suspect)"
        " VALUES (%s, %s, timestamptz 'epoch' + %s * interval '1 millisecond', %s, %s, %s)"
        " ON CONFLICT (sensor_id) DO UPDATE SET received_at = excluded.received_at, device_time = excluded.device_time,"
        " boot = excluded.boot, value_milli = excluded.value_milli, clock_suspect = excluded.clock_suspect"
        " WHERE (NOT excluded.clock_suspect, excluded.device_time)"
        " >= (NOT sensor_seen.clock_suspect, sensor_seen.device_time)"
    )
    with db.cursor() as cursor:
        cursor.executemany(
            sql,
            [(row.sensor_id, received_at, row.time_ms, row.boot, row.value_milli, row.clock_suspect) for row in rows],
        )


def _insert_missing(db: Connection, rows: Sequence[Row], data: bytes) -> list[Row]:
    db.execute("CREATE TEMPORARY TABLE IF NOT EXISTS reading_arriving (LIKE reading) ON COMMIT DELETE ROWS")
    with (
        db.cursor() as cursor,
        cursor.copy(f"COPY pg_temp.reading_arriving ({COLUMNS}) FROM STDIN (FORMAT BINARY)") as copy,
    ):
        copy.write(data)
    stored = db.execute(
        f"INSERT INTO reading ({COLUMNS})"
        f" SELECT {COLUMNS} FROM pg_temp.reading_arriving ORDER BY sensor_id, device_time"
        " ON CONFLICT DO NOTHING RETURNING sensor_id, (extract(epoch FROM device_time) * 1000)::bigint"
    ).fetchall()
    keys = set(stored)
    return [row for row in rows if (row.sensor_id, row.time_ms) in keys]


def _packed(rows: Sequence[Row], received_at: datetime) -> bytes:
    since = received_at - _POSTGRES_EPOCH
    received = (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
    pack = _COPY_ROW.pack
    body = [
        pack(
            7,
            16,
            sensor.bytes,
            8,
            (time_ms - _POSTGRES_EPOCH_MS) * 1000,
            8,
            boot,
            8,
            counter,
            4,
            value,
            1,
            suspect,
            8,
            received,
        )
        for sensor, time_ms, boot, counter, value, suspect in rows
    ]
    return b"".join((_HEADER, *body, _TRAILER))
