"""Readings summed up by the hour and the day."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, PrimaryKeyConstraint, String
from sqlmodel import BigInteger, Field, SQLModel

from biobank.db.columns import one_of


class Step(StrEnum):
    """How much time a sum covers, from its full hour or midnight on (UTC)."""

    HOUR = "hour"
    DAY = "day"


class ReadingRollup(SQLModel, table=True):
    """The readings of a sensor in one hour or day, as they arrived, before any calibration offset; none with a wrong clock.

    Their mean is ``sum_milli / readings``, exact.
    """

    __tablename__ = "reading_rollup"
    __table_args__ = (
        PrimaryKeyConstraint("sensor_id", "step", "at"),
        one_of("step", Step),
        CheckConstraint("readings > 0", name="readings"),
    )

    sensor_id: UUID = Field(foreign_key="sensor.id")
    step: Step = Field(sa_type=String)
    at: datetime
    readings: int
    min_milli: int
    max_milli: int
    sum_milli: int = Field(sa_type=BigInteger)
    last_milli: int
    last_at: datetime


class RollupDue(SQLModel, table=True):
    """Readings arrived in this time of this sensor and are not summed up yet."""

    __tablename__ = "rollup_due"
    __table_args__ = (CheckConstraint("from_time <= to_time", name="span"),)

    sensor_id: UUID = Field(primary_key=True, foreign_key="sensor.id")
    from_time: datetime
    to_time: datetime
