"""Alarms, what became of them, who disabled them until when, and by what rules they are judged."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from biobank.db.columns import one_of
from biobank.monitoring.alarm_rules import AlarmKind, AlarmState


class Disabled(StrEnum):
    """How somebody disables alarms: for a moment, or while something is repaired."""

    SHELVED = "shelved"
    OUT_OF_SERVICE = "out_of_service"


class AlarmSetting(SQLModel, table=True):
    """By what the alarms of a freezer are judged from ``set_at`` on; the latest number counts, each is signed."""

    __tablename__ = "alarm_setting"
    __table_args__ = (
        CheckConstraint("number > 0", name="number"),
        CheckConstraint(
            "silence_s BETWEEN 10 AND 86400 AND frozen_s BETWEEN 60 AND 604800 AND rise_s BETWEEN 10 AND 86400"
            " AND drift_s BETWEEN 1 AND 86400 AND delay_s BETWEEN 0 AND 86400",
            name="seconds",
        ),
        CheckConstraint("rise_c BETWEEN 0.1 AND 250 AND disagreement_c BETWEEN 0.1 AND 250", name="degrees"),
        CheckConstraint(
            "level_low_percent BETWEEN 0 AND 100 AND forecast_s BETWEEN 60 AND 604800 AND slope_s BETWEEN 60 AND 604800",
            name="level",
        ),
        CheckConstraint("repeat_s BETWEEN 60 AND 86400", name="repeat_s"),
        UniqueConstraint("freezer_id", "number"),
    )

    id: UUID = Field(primary_key=True)
    freezer_id: UUID = Field(foreign_key="freezer.id")
    number: int
    silence_s: int
    frozen_s: int
    rise_c: Decimal = Field(sa_type=Numeric(6, 2))
    rise_s: int
    disagreement_c: Decimal = Field(sa_type=Numeric(6, 2))
    drift_s: int
    delay_s: int
    level_low_percent: Decimal = Field(sa_type=Numeric(5, 2))
    forecast_s: int
    slope_s: int
    repeat_s: int
    set_at: datetime
    signature_id: UUID = Field(foreign_key="signature.id", unique=True)


class SensorLimit(SQLModel, table=True):
    """The limits of one sensor in its unit, from ``set_at`` on; the latest number counts, each is signed."""

    __tablename__ = "sensor_limit"
    __table_args__ = (
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("hysteresis >= 0", name="hysteresis"),
        CheckConstraint("delay_s BETWEEN 0 AND 86400", name="delay_s"),
        CheckConstraint("num_nonnulls(low, high) > 0 AND low + hysteresis < high - hysteresis", name="bounds"),
        UniqueConstraint("sensor_id", "number"),
    )

    id: UUID = Field(primary_key=True)
    sensor_id: UUID = Field(foreign_key="sensor.id")
    number: int
    low: Decimal | None = Field(default=None, sa_type=Numeric(9, 3))
    high: Decimal | None = Field(default=None, sa_type=Numeric(9, 3))
    hysteresis: Decimal = Field(sa_type=Numeric(9, 3))
    delay_s: int
    set_at: datetime
    signature_id: UUID = Field(foreign_key="signature.id", unique=True)


class SensorInterval(SQLModel, table=True):
    """How often one sensor speaks at least, how old the newest that it says may be when it arrives, and how often it measures at
    least (None: as often as it speaks), from ``set_at`` on; the latest number counts, each is signed.
    """

    __tablename__ = "sensor_interval"
    __table_args__ = (
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("every_s BETWEEN 10 AND 7948800", name="every_s"),
        CheckConstraint("late_s BETWEEN 0 AND 86400", name="late_s"),
        CheckConstraint("measures_s BETWEEN 1 AND every_s", name="measures_s"),
        UniqueConstraint("sensor_id", "number"),
    )

    id: UUID = Field(primary_key=True)
    sensor_id: UUID = Field(foreign_key="sensor.id")
    number: int
    every_s: int
    set_at: datetime
    signature_id: UUID = Field(foreign_key="signature.id", unique=True)
    late_s: int
    measures_s: int | None = None


class Alarm(SQLModel, table=True):
    """Something that is not as it should be, since ``began_at``; an alarm once that lasted ``delay_s``, from ``raised_at`` on.

    One row is open for each kind and subject: the code of a freezer or sensor, a device with its site, or a site. It is
    closed when all is well again and somebody knew of it; the next time makes a new one. Without a facility it is
    everybody's of the facility's side.
    """

    __table_args__ = (
        one_of("kind", AlarmKind),
        one_of("state", AlarmState),
        CheckConstraint("closed_at IS NULL OR state = 'normal'", name="closed"),
        CheckConstraint("(acknowledged_at IS NULL) = (acknowledged_by IS NULL)", name="acknowledgement"),
        CheckConstraint("state <> 'acknowledged' OR acknowledged_by IS NOT NULL", name="acknowledged"),
        CheckConstraint(
            "state IN ('normal', 'shelved', 'suppressed_by_design', 'out_of_service') OR raised_at IS NOT NULL", name="raised"
        ),
        CheckConstraint("delay_s >= 0", name="delay_s"),
        Index("uq_alarm_open", "kind", "subject", unique=True, postgresql_where="closed_at IS NULL"),
        Index("ix_alarm_freezer_id", "freezer_id", "began_at"),
    )

    id: UUID = Field(primary_key=True)
    number: int = Field(unique=True)
    kind: AlarmKind = Field(sa_type=String)
    subject: str = Field(sa_type=Text)
    freezer_id: UUID | None = Field(default=None, foreign_key="freezer.id")
    facility_code: str | None = Field(default=None, sa_type=Text)
    state: AlarmState = Field(sa_type=String)
    words: str = Field(sa_type=Text)
    delay_s: int
    began_at: datetime
    raised_at: datetime | None = None
    returned_at: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: UUID | None = Field(default=None, foreign_key="person.id")
    closed_at: datetime | None = None
    cause_id: UUID | None = Field(default=None, foreign_key="alarm.id")


class AlarmUnit(SQLModel, table=True):
    """A unit lay where it was too warm while nobody could say since when: the hold that was put on it, and the deviation."""

    __tablename__ = "alarm_unit"
    __table_args__ = (UniqueConstraint("alarm_id", "unit_id"),)

    id: UUID = Field(primary_key=True)
    alarm_id: UUID = Field(foreign_key="alarm.id")
    unit_id: UUID = Field(foreign_key="material.id")
    hold_id: UUID = Field(foreign_key="hold.id")
    deviation_id: UUID = Field(foreign_key="deviation.id")
    recorded_at: datetime


class AlarmEvent(SQLModel, table=True):
    """An alarm became what it then was; the database writes this with every change of a state."""

    __tablename__ = "alarm_event"
    __table_args__ = (one_of("became", AlarmState), Index("ix_alarm_event_alarm_id", "alarm_id", "at"))

    id: UUID = Field(primary_key=True)
    alarm_id: UUID = Field(foreign_key="alarm.id")
    became: AlarmState = Field(sa_type=String)
    at: datetime
    person_id: UUID = Field(foreign_key="person.id")


class AlarmDisabling(SQLModel, table=True):
    """Somebody disabled the alarms of a freezer and its sensors, or one kind of them, until ``until_at``; then they are armed
    again by themselves.
    """

    __tablename__ = "alarm_disabling"
    __table_args__ = (
        one_of("kind", AlarmKind),
        one_of("how", Disabled),
        CheckConstraint("until_at > disabled_at AND until_at <= disabled_at + interval '31 days'", name="until"),
        CheckConstraint("length(btrim(reason)) >= 5", name="reason"),
        CheckConstraint("(rearmed_at IS NULL) = (rearmed_by IS NULL)", name="rearmed"),
        Index("ix_alarm_disabling_freezer_id", "freezer_id", "until_at"),
    )

    id: UUID = Field(primary_key=True)
    freezer_id: UUID = Field(foreign_key="freezer.id")
    kind: AlarmKind | None = Field(default=None, sa_type=String)
    how: Disabled = Field(sa_type=String)
    reason: str = Field(sa_type=Text)
    disabled_by: UUID = Field(foreign_key="person.id")
    disabled_at: datetime
    until_at: datetime
    rearmed_at: datetime | None = None
    rearmed_by: UUID | None = Field(default=None, foreign_key="person.id")


class Heartbeat(SQLModel, table=True):
    """When a process last gave a sign of life, in real time, and how many messages waited in it; no site for the worker."""

    process: str = Field(primary_key=True, sa_type=Text)
    site: str = Field(primary_key=True, sa_type=Text)
    at: datetime
    waiting: int
