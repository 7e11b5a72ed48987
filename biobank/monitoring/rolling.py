"""What a batch of newly stored readings says at a glance: its minutes.

Worked out from rows that this transaction stored and from no other, so that a reading counts once, however often it comes.
"""

import numpy as np
from psycopg import Connection

from biobank.monitoring.copying import array, ids
from biobank.monitoring.rows import Rows, begins, ends

_MINUTE_MS = 60_000


def add_minutes(db: Connection, rows: Rows) -> None:
    """Add newly stored readings, in order and of clocks that can be right, to the minutes that are there."""
    minutes, values = rows["time_ms"] // _MINUTE_MS, rows["value_milli"].astype("i8")
    starts = begins(rows["rank"], minutes)
    lasts = rows[ends(starts, len(rows))]
    columns = [
        minutes[starts] * _MINUTE_MS,
        np.diff(starts, append=len(rows)),
        np.minimum.reduceat(values, starts),
        np.maximum.reduceat(values, starts),
        np.add.reduceat(values, starts),
        lasts["value_milli"],
        lasts["time_ms"],
    ]
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
    db.execute(sql, [ids(lasts), *(array(column.tolist()) for column in columns)])
