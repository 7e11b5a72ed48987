"""Summing up readings by the hour and the day, for plots of months and years.

Every hour and day in which readings arrived is worked out anew, hours from the minutes that are rolled up as readings are
stored, days from hours, so that late data leave the same sums as data in order.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, select

from biobank.act.acts import Acts
from biobank.db.roles import Login
from biobank.monitoring.history_tables import RollupDue

_ANEW = """
ON CONFLICT (sensor_id, step, at) DO UPDATE SET readings = excluded.readings, min_milli = excluded.min_milli,
  max_milli = excluded.max_milli, sum_milli = excluded.sum_milli, last_milli = excluded.last_milli, last_at = excluded.last_at
"""
_HOURS = text(f"""
INSERT INTO reading_rollup (sensor_id, step, at, readings, min_milli, max_milli, sum_milli, last_milli, last_at)
SELECT sensor_id, 'hour', date_trunc('hour', at, 'UTC') AS full_hour, sum(readings), min(min_milli), max(max_milli),
       sum(sum_milli), (array_agg(last_milli ORDER BY last_at DESC))[1], max(last_at)
  FROM reading_minute
 WHERE sensor_id = :sensor AND at >= date_trunc('hour', CAST(:start AS timestamptz), 'UTC')
   AND at < date_trunc('hour', CAST(:end AS timestamptz), 'UTC') + interval '1 hour'
 GROUP BY 1, 3 {_ANEW}
""")
_DAYS = text(f"""
INSERT INTO reading_rollup (sensor_id, step, at, readings, min_milli, max_milli, sum_milli, last_milli, last_at)
SELECT sensor_id, 'day', date_trunc('day', at, 'UTC') AS midnight, sum(readings), min(min_milli), max(max_milli),
       sum(sum_milli), (array_agg(last_milli ORDER BY last_at DESC))[1], max(last_at)
  FROM reading_rollup
 WHERE sensor_id = :sensor AND step = 'hour' AND at >= date_trunc('day', CAST(:start AS timestamptz), 'UTC')
   AND at < date_trunc('day', CAST(:end AS timestamptz), 'UTC') + interval '1 day'
 GROUP BY 1, 3 {_ANEW}
""")


def mark(session: Session, sensor_id: UUID, start: datetime, end: datetime) -> None:
    """Readings arrived between these moments, and are summed up later."""
    new = insert(RollupDue).values(sensor_id=sensor_id, from_time=start, to_time=end)
    wider = {
        "from_time": func.least(RollupDue.from_time, new.excluded.from_time),
        "to_time": func.greatest(RollupDue.to_time, new.excluded.to_time),
    }
    session.connection().execute(new.on_conflict_do_update(index_elements=["sensor_id"], set_=wider))


def sum_up(acts: Acts) -> int:
    """Sum up what arrived, sensor by sensor; returns of how many sensors."""
    engine = acts.engines.of(Login.WORKER)
    with Session(engine) as session:
        due = session.exec(select(RollupDue.sensor_id)).all()
    for sensor_id in due:
        with Session(engine) as session, session.begin():
            one = session.get_one(RollupDue, sensor_id)
            told = {"sensor": sensor_id, "start": one.from_time, "end": one.to_time}
            session.connection().execute(_HOURS, told)
            session.connection().execute(_DAYS, told)
            session.delete(one)
    return len(due)
