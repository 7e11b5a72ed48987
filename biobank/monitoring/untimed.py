"""Freezers that are too warm while nobody can say since when: the clock of a probe there is wrong, so that no excursion tells."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session, col, select

from biobank.act.acts import Act
from biobank.monitoring.alarm_rules import AlarmKind
from biobank.monitoring.alarm_tables import Alarm, AlarmUnit
from biobank.monitoring.tables import SensorKind

_WRONG = text(
    """
SELECT a.id FROM alarm a
 WHERE a.kind = :kind AND a.closed_at IS NULL AND a.returned_at IS NULL AND a.began_at + a.delay_s * interval '1 second' <= :now
   AND EXISTS (
     SELECT FROM sensor s JOIN sensor_seen n ON n.sensor_id = s.id
      WHERE s.freezer_id = a.freezer_id AND s.kind = :measures AND (s.retired_at IS NULL OR s.retired_at > :now)
        AND (n.clock_suspect OR (n.clock_behind AND n.device_time NOT BETWEEN n.received_at - interval '1 second' * coalesce(
               (SELECT i.late_s FROM sensor_interval i WHERE i.sensor_id = s.id ORDER BY i.number DESC LIMIT 1), 0)
             AND n.received_at)))
"""
)


def warm(session: Session, now: datetime) -> Sequence[Alarm]:
    """The alarms of such freezers, also those that somebody disabled."""
    asked = {"kind": AlarmKind.TOO_WARM, "measures": SensorKind.TEMPERATURE, "now": now}
    found = session.connection().execute(_WRONG, asked).scalars().all()
    return session.exec(select(Alarm).where(col(Alarm.id).in_(found)).order_by(col(Alarm.number))).all()


def held(session: Session, alarm: Alarm) -> set[UUID]:
    """The units that were put on hold because of an alarm."""
    return set(session.exec(select(AlarmUnit.unit_id).where(AlarmUnit.alarm_id == alarm.id)))


def hold_unit(act: Act, alarm: Alarm, unit_id: UUID, hold_id: UUID, deviation_id: UUID) -> None:
    """Write down that a unit lay there, with its hold and deviation."""
    act.add(
        AlarmUnit(
            id=act.new_id(),
            alarm_id=alarm.id,
            unit_id=unit_id,
            hold_id=hold_id,
            deviation_id=deviation_id,
            recorded_at=act.recorded_at,
        )
    )
