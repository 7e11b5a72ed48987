"""Readings as they arrived, what was counted and refused of them, and what the worker must judge."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlmodel import BigInteger, Field, SQLModel

from biobank.db.columns import one_of
from biobank.monitoring.rules import GapState, Refused


class Reading(SQLModel, table=True):
    """One measurement as it arrived, before any calibration offset; the first one of a sensor and a millisecond
    counts.

    The value is a whole number of thousandths of the sensor's unit (m°C): exact like a numeric, half its size, and
    copied in without conversion. There is no foreign key, because its check would cost a lookup per reading; the
    ingest looks the sensor up once per batch. ``clock_suspect``: the device's clock cannot be right, so no excursion
    is computed from it.
    """

    __table_args__ = (
        PrimaryKeyConstraint("sensor_id", "device_time"),
        {"postgresql_partition_by": "RANGE (device_time)"},
    )

    sensor_id: UUID
    device_time: datetime = Field(sa_type=TIMESTAMP(timezone=True, precision=3))
    boot: int = Field(sa_type=BigInteger)
    counter: int = Field(sa_type=BigInteger)
    value_milli: int
    clock_suspect: bool
    received_at: datetime


class ReadingMinute(SQLModel, table=True):
    """Readings of one sensor and minute, without those of a suspect clock; values in thousandths, before any calibration.

    Each reading is added in the transaction that stores it, so that a minute is exact also when readings come late.
    """

    __tablename__ = "reading_minute"
    __table_args__ = (
        PrimaryKeyConstraint("sensor_id", "at"),
        CheckConstraint("mod(extract(epoch FROM at), 60) = 0", name="at"),
        CheckConstraint("readings > 0", name="readings"),
        CheckConstraint("last_at >= at AND last_at < at + interval '1 minute'", name="last_at"),
        {"postgresql_partition_by": "RANGE (at)"},
    )

    sensor_id: UUID
    at: datetime
    readings: int
    min_milli: int
    max_milli: int
    sum_milli: int = Field(sa_type=BigInteger)
    last_milli: int
    last_at: datetime


class ReadingBatch(SQLModel, table=True):
    """What one transaction of the ingest stored, with a hash over exactly those readings.

    Readings carry no trigger, for speed; this row is in the trail instead, and names a reading that was changed,
    added or removed afterwards: its readings are those of the site received at ``stored_at``.
    """

    __tablename__ = "reading_batch"
    __table_args__ = (
        CheckConstraint("length(sha256) = 32", name="sha256"),
        CheckConstraint("readings > 0", name="readings"),
        UniqueConstraint("site", "stored_at"),
    )

    id: UUID = Field(primary_key=True)
    site: str = Field(sa_type=Text)
    stored_at: datetime
    readings: int
    from_time: datetime
    to_time: datetime
    sha256: bytes = Field(sa_type=LargeBinary)


class SensorSeen(SQLModel, table=True):
    """When a sensor was last heard, and what it said last as its device counts; ``clock_behind`` where the device is known to be
    behind our clock; ``suspect_at`` is when it last told an impossible time, among others or not.
    """

    __tablename__ = "sensor_seen"

    sensor_id: UUID = Field(primary_key=True, foreign_key="sensor.id")
    received_at: datetime
    device_time: datetime
    boot: int = Field(sa_type=BigInteger)
    value_milli: int
    clock_suspect: bool
    clock_behind: bool
    suspect_at: datetime | None = None


class SensorCounter(SQLModel, table=True):
    """The highest counter that arrived since one start of a sensor's device; what is absent below it stands in
    ``reading_gap``.
    """

    __tablename__ = "sensor_counter"

    sensor_id: UUID = Field(primary_key=True, foreign_key="sensor.id")
    boot: int = Field(primary_key=True, sa_type=BigInteger)
    highest: int = Field(sa_type=BigInteger)


class ReadingGap(SQLModel, table=True):
    """Counters that did not arrive, first to last; the row goes when they do."""

    __tablename__ = "reading_gap"
    __table_args__ = (
        one_of("state", GapState),
        CheckConstraint("first_counter BETWEEN 1 AND last_counter", name="span"),
        Index("ix_reading_gap_found_at", "found_at"),
    )

    sensor_id: UUID = Field(primary_key=True, foreign_key="sensor.id")
    boot: int = Field(primary_key=True, sa_type=BigInteger)
    first_counter: int = Field(primary_key=True, sa_type=BigInteger)
    last_counter: int = Field(sa_type=BigInteger)
    state: GapState = Field(sa_type=String)
    found_at: datetime


class HeardInterval(SQLModel, table=True):
    """A sensor was heard from ``started_at`` until ``seen_at``: no two readings lie further apart than was allowed when the
    first of them was taken. Its next one arrives by ``due_at``; where later ones came, it had to be measured by then. None with a
    wrong clock counts.
    """

    __tablename__ = "heard_interval"
    __table_args__ = (CheckConstraint("started_at <= seen_at AND seen_at <= due_at", name="span"),)

    sensor_id: UUID = Field(primary_key=True, foreign_key="sensor.id")
    started_at: datetime = Field(primary_key=True)
    seen_at: datetime
    due_at: datetime


class DirtyInterval(SQLModel, table=True):
    """Readings arrived in this time of this sensor and nobody has judged them yet; a queue for the worker.

    A sensor has one row that grows, and one that the worker took to judge it.
    """

    __tablename__ = "dirty_interval"
    __table_args__ = (CheckConstraint("from_time <= to_time", name="span"), UniqueConstraint("sensor_id", "taken"))

    id: UUID = Field(primary_key=True)
    sensor_id: UUID = Field(foreign_key="sensor.id")
    from_time: datetime
    to_time: datetime
    marked_at: datetime
    taken: bool


class RefusedMessage(SQLModel, table=True):
    """A message that was not stored, or not wholly, with its bytes; a repetition only counts up."""

    __tablename__ = "refused_message"
    __table_args__ = (
        one_of("reason", Refused),
        CheckConstraint("times > 0", name="times"),
        UniqueConstraint("topic", "sha256", "reason"),
        Index("ix_refused_message_last_at", "last_at"),
    )

    id: UUID = Field(primary_key=True)
    site: str = Field(sa_type=Text)
    topic: str = Field(sa_type=Text)
    sha256: bytes = Field(sa_type=LargeBinary)
    payload: bytes = Field(sa_type=LargeBinary)
    reason: Refused = Field(sa_type=String)
    detail: str = Field(sa_type=Text)
    times: int = Field(sa_type=BigInteger)
    first_at: datetime
    last_at: datetime
