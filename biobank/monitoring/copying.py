"""Readings into their table by binary COPY, and the hash over exactly what was copied."""

import hashlib
import struct
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from psycopg import Connection
from psycopg.errors import UniqueViolation

COLUMNS = "sensor_id, device_time, boot, counter, value_milli, clock_suspect, received_at"
_INTO_PLACE = f"COPY reading ({COLUMNS}) FROM STDIN (FORMAT BINARY)"
_ASIDE = f"COPY pg_temp.reading_arriving ({COLUMNS}) FROM STDIN (FORMAT BINARY)"
_HEADER, _TRAILER = b"PGCOPY\n\xff\r\n\x00" + bytes(8), b"\xff\xff"
_COPY_ROW = struct.Struct(">hi16siqiqiqiii?iq")  # number of fields, then length and value of each
_LEAF = struct.Struct(">16sqqqi?")
_POSTGRES_EPOCH_MS = 946_684_800_000  # 2000-01-01, from which PostgreSQL counts
_POSTGRES_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_AT_ONCE = 2_000


Row = tuple[bytes, int, int, int, int, bool]
"""One reading on its way into the table: the sensor's id as bytes, time in ms since 1970 UTC, boot, counter, value in
thousandths of the sensor's unit, whether the clock is suspect. A plain tuple, which sorts by sensor and time and costs least.
"""


Looked = TypeVar("Looked")


def insert(
    db: Connection, rows: Sequence[Row], received_at: datetime, look_over: Callable[[Sequence[Row]], Looked]
) -> tuple[Sequence[Row], Looked]:
    """Store ``rows`` (sorted, each key once); those that were not there before, and what ``look_over`` says of them.

    Optimistic: straight into the table, and looked over while the database puts them there; only where one was there before,
    once more by way of a temporary table.
    """
    try:
        with db.transaction():
            return rows, _copy(db, _INTO_PLACE, rows, received_at, look_over)
    except UniqueViolation:
        stored = _insert_missing(db, rows, received_at)
    return stored, look_over(stored)


def values_at(db: Connection, keys: Collection[tuple[bytes, int]]) -> dict[tuple[bytes, int], int]:
    """The stored values of these sensors and milliseconds, where there are any."""
    if not keys:
        return {}
    wanted = sorted(keys)
    columns = [array(sensor.hex() for sensor, _ in wanted), array(time_ms for _, time_ms in wanted)]
    sql = (
        "SELECT k.sensor_id, k.time_ms, r.value_milli"
        " FROM unnest(%s::uuid[], %s::bigint[]) AS k (sensor_id, time_ms) JOIN reading r ON r.sensor_id = k.sensor_id"
        " AND r.device_time = timestamptz 'epoch' + k.time_ms * interval '1 millisecond'"
    )
    return {(sensor.bytes, time_ms): value for sensor, time_ms, value in db.execute(sql, columns)}


def array(values: Iterable[object]) -> str:
    """Numbers, truth values or hexadecimal ids as PostgreSQL writes an array; the driver's own way looks each over for quotes."""
    return f"{{{','.join(map(str, values))}}}"


def digest(rows: Iterable[Row]) -> bytes:
    """SHA-256 over readings in the order of sensor and time: the fingerprint of one stored batch."""
    pack = _LEAF.pack
    return hashlib.sha256(b"".join([pack(*row) for row in sorted(rows)])).digest()


def mark_seen(db: Connection, rows: Sequence[tuple[Row, bool]], now: datetime) -> None:
    """Remember what each sensor said last, and whether it says so live, as it arrives; else it was heard when it was taken, and
    replaces nothing that was heard since.

    A device is behind where its time went back, or does not come nearer to ours although it is away by more than two minutes:
    one that empties its buffer tells more time than passes.
    """
    if not rows:
        return
    sql = (
        "INSERT INTO sensor_seen AS s (sensor_id, received_at, device_time, boot, value_milli, clock_suspect, clock_behind)"
        " SELECT sensor_id, CASE WHEN live THEN %s ELSE least(told, %s) END, told, boot, value, suspect, false"
        " FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[], %s::int[], %s::boolean[], %s::boolean[])"
        " AS n (sensor_id, time_ms, boot, value, suspect, live),"
        " LATERAL (SELECT timestamptz 'epoch' + time_ms * interval '1 millisecond' AS told) t"
        " ON CONFLICT (sensor_id) DO UPDATE SET received_at = excluded.received_at, device_time = excluded.device_time,"
        " boot = excluded.boot, value_milli = excluded.value_milli, clock_suspect = excluded.clock_suspect,"
        " clock_behind = excluded.boot = s.boot AND NOT excluded.clock_suspect AND NOT s.clock_suspect"
        " AND (excluded.device_time <= s.device_time OR s.received_at - s.device_time > interval '2 minutes'"
        " AND excluded.device_time - s.device_time < 2 * (excluded.received_at - s.received_at))"
        " WHERE excluded.received_at >= s.received_at"
    )
    sensors, times, boots, _, values, suspect = zip(*(row for row, _ in rows), strict=True)
    columns = (sensor.hex() for sensor in sensors), times, boots, values, suspect, (live for _, live in rows)
    db.execute(sql, [now, now, *map(array, columns)])


def _copy(
    db: Connection, statement: str, rows: Sequence[Row], received_at: datetime, look_over: Callable[[Sequence[Row]], Looked]
) -> Looked:
    """While the database takes one part, the next is packed; while it takes the last, the rows are looked over."""
    with db.cursor() as cursor, cursor.copy(statement) as copy:
        for part in packed(rows, received_at):
            copy.write(part)
        return look_over(rows)


def _insert_missing(db: Connection, rows: Sequence[Row], received_at: datetime) -> list[Row]:
    db.execute("CREATE TEMPORARY TABLE IF NOT EXISTS reading_arriving (LIKE reading) ON COMMIT DELETE ROWS")
    _copy(db, _ASIDE, rows, received_at, len)
    stored = db.execute(
        f"INSERT INTO reading ({COLUMNS})"
        f" SELECT {COLUMNS} FROM pg_temp.reading_arriving ORDER BY sensor_id, device_time"
        " ON CONFLICT DO NOTHING RETURNING sensor_id, (extract(epoch FROM device_time) * 1000)::bigint"
    ).fetchall()
    keys = {(sensor.bytes, time_ms) for sensor, time_ms in stored}
    return [row for row in rows if row[:2] in keys]


def packed(rows: Sequence[Row], received_at: datetime) -> Iterator[bytes]:
    """The rows as binary COPY takes them, part by part."""
    since = received_at - _POSTGRES_EPOCH
    received = (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
    pack, ago = _COPY_ROW.pack, _POSTGRES_EPOCH_MS
    yield _HEADER
    for first in range(0, len(rows), _AT_ONCE):
        part = [
            pack(7, 16, sensor, 8, (time_ms - ago) * 1000, 8, boot, 8, counter, 4, value, 1, suspect, 8, received)
            for sensor, time_ms, boot, counter, value, suspect in rows[first : first + _AT_ONCE]
        ]
        yield b"".join(part)
    yield _TRAILER
