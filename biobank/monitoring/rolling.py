"""What a batch of newly stored readings says at a glance: of each sensor its span of time, and its minutes.

Worked out from rows that this transaction stored and from no other, so that a reading counts once, however often it comes.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from psycopg import Connection

from biobank.monitoring.copying import Row, array

_MINUTE_MS = 60_000


class Minute(NamedTuple):
    """Readings of one sensor (its id in hexadecimal digits) and minute (which begins at ``at_ms``); values in thousandths."""

    sensor_id: str
    at_ms: int
    readings: int
    lowest: int
    highest: int
    total: int
    last: int
    last_ms: int


class Said(NamedTuple):
    """What one sensor said with a clock that can be right: from when to when (ms), and by the minute."""

    sensor_id: str
    span: tuple[int, int]
    minutes: list[Minute]


def said(rows: Sequence[Row]) -> Iterator[Said]:
    """What each sensor said in ``rows``, which are sorted. A reading of a wrong clock is in no span and no minute."""
    for sensor, group in groupby(rows, key=itemgetter(0)):
        right, sensor_id = [row for row in group if not row[5]], sensor.hex()
        if right:
            yield Said(sensor_id, (right[0][1], right[-1][1]), list(_minutes(sensor_id, right)))


def _minutes(sensor_id: str, rows: list[Row]) -> Iterator[Minute]:
    times, values, first = [row[1] for row in rows], [row[4] for row in rows], 0
    while first < len(rows):
        begins = times[first] - times[first] % _MINUTE_MS
        end = bisect_left(times, begins + _MINUTE_MS, first)
        within = values[first:end]
        yield Minute(sensor_id, begins, len(within), min(within), max(within), sum(within), within[-1], times[end - 1])
        first = end


def add_minutes(db: Connection, minutes: Sequence[Minute]) -> None:
    """Add newly stored readings to the minutes that are there."""
    if not minutes:
        return
    sql = (
        "INSERT INTO reading_minute AS m (sensor_id, at, readings, min_milli, max_milli, sum_milli, last_milli, last_at)"
        " SELECT n.sensor_id, timestamptz 'epoch' + n.at_ms * interval '1 millisecond', n.readings, n.lowest,"
        " n.highest, n.total, n.last, timestamptz 'epoch' + n.last_ms * interval '1 millisecond'"
        " FROM unnest(%s::uuid[], %s::bigint[], %s::int[], %s::int[], %s::int[], %s::bigint[], %s::int[], %s::bigint[])"
        " AS n (sensor_id, at_ms, readings, lowest, highest, total, last, last_ms)"
        " ON CONFLICT (sensor_id, at) DO UPDATE SET readings = m.readings + excluded.readings,"
        " min_milli = least(m.min_milli, excluded.min_milli), max_milli = greatest(m.max_milli, excluded.max_milli),"
        " sum_milli = m.sum_milli + excluded.sum_milli,"
        " last_milli = CASE WHEN excluded.last_at > m.last_at THEN excluded.last_milli ELSE m.last_milli END,"
        " last_at = greatest(m.last_at, excluded.last_at)"
    )
    db.execute(sql, [array(column) for column in zip(*minutes, strict=True)])
