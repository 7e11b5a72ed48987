"""Freezers that are too warm while nobody can say since when: the clock of a probe there is wrong, so that no excursion tells."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session, select

from biobank.act.acts import Act
from biobank.monitoring import hearing, queries
from biobank.monitoring.alarm_conditions import is_wrong
from biobank.monitoring.alarm_rules import AlarmKind, AlarmState
from biobank.monitoring.alarm_tables import Alarm, AlarmUnit
from biobank.monitoring.queries import Probe
from biobank.monitoring.rules import Limit
from biobank.monitoring.tables import Freezer, SensorKind

_STANDING = text(
    """
SELECT a.id, coalesce((SELECT min(e.at) FROM alarm_event e WHERE e.alarm_id = a.id AND e.at > (
         SELECT max(r.at) FROM alarm_event r WHERE r.alarm_id = a.id AND r.became = :returned)), a.began_at)
  FROM alarm a WHERE a.kind = :kind AND a.closed_at IS NULL AND a.returned_at IS NULL AND a.freezer_id IS NOT NULL ORDER BY a.id
"""
)
"""Since when it is warm now: an alarm that came again before anybody knew of it began with its first time."""


class Untimed(NamedTuple):
    """A freezer that is too warm since ``since``, as its alarm tells by our clock."""

    alarm: Alarm
    freezer: Freezer
    since: datetime


def warm(session: Session, now: datetime) -> list[Untimed]:
    """Such freezers, also those whose alarms somebody disabled, once that lasted longer than it may."""
    asked = {"kind": AlarmKind.TOO_WARM, "returned": AlarmState.RETURNED}
    found: list[Untimed] = []
    for alarm_id, since in session.connection().execute(_STANDING, asked):
        alarm = session.get_one(Alarm, alarm_id)
        freezer = session.get_one(Freezer, alarm.freezer_id)
        if now - since > timedelta(seconds=alarm.delay_s) and _is_untimed(session, freezer, now):
            found.append(Untimed(alarm, freezer, since))
    return found


def _is_untimed(session: Session, freezer: Freezer, now: datetime) -> bool:
    limit = queries.limit_of(queries.rules_of(session, freezer).at(now))
    return any(_is_warm_by_a_wrong_clock(session, probe, limit, now) for probe in queries.probes(session, freezer.id))


def _is_warm_by_a_wrong_clock(session: Session, probe: Probe, limit: Limit, now: datetime) -> bool:
    sensor, seen = probe.sensor, probe.seen
    gone = sensor.retired_at is not None and sensor.retired_at <= now
    if seen is None or gone or sensor.kind != SensorKind.TEMPERATURE:
        return False
    off, late = seen.received_at - seen.device_time, hearing.habit(session, sensor).at(now).late
    warm = seen.value_milli + probe.offsets.at(now) > limit.calm_milli
    return warm and is_wrong(off, late, suspect=seen.clock_suspect, behind=seen.clock_behind)


def units_of(session: Session, alarm: Alarm) -> Sequence[AlarmUnit]:
    """The units that were put on hold because of an alarm."""
    return session.exec(select(AlarmUnit).where(AlarmUnit.alarm_id == alarm.id)).all()


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
