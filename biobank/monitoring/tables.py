"""Freezers, their sensors, and the times when it was too warm."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Index,
    Numeric,
    String,
    Text,
    UniqueConstraint,
)
from sqlmodel import Field, SQLModel

from biobank.db.columns import one_of
from biobank.monitoring.rules import SensorState


class SensorKind(StrEnum):
    """What a sensor measures; its readings are in thousandths of that unit."""

    TEMPERATURE = "temperature"


class Freezer(SQLModel, table=True):
    """A freezer that holds patient material, and the rule by which its temperature is an excursion.

    Too warm is above ``limit_c``; it counts when it lasts longer than ``delay_s``, and ends at ``limit_c -
    hysteresis_c``.
    """

    __table_args__ = (
        CheckConstraint("limit_c BETWEEN -273 AND 60", name="limit_c"),
        CheckConstraint("delay_s BETWEEN 0 AND 86400", name="delay_s"),
        CheckConstraint("hysteresis_c BETWEEN 0 AND 50", name="hysteresis_c"),
        UniqueConstraint("facility_code", "name"),
    )

    id: UUID = Field(primary_key=True)
    code: str = Field(sa_type=Text, unique=True)
    name: str = Field(sa_type=Text)
    facility_code: str = Field(sa_type=Text)
    limit_c: Decimal = Field(sa_type=Numeric(6, 2))
    delay_s: int
    hysteresis_c: Decimal = Field(sa_type=Numeric(5, 2))
    registered_at: datetime


class Sensor(SQLModel, table=True):
    """A probe in a freezer, read by one device of one site. ``offset_c`` (from its calibration) is added to what it
    says.
    """

    __table_args__ = (
        one_of("kind", SensorKind),
        one_of("state", SensorState),
        CheckConstraint("offset_c BETWEEN -20 AND 20", name="offset_c"),
        Index("ix_sensor_freezer_id", "freezer_id"),
    )

    id: UUID = Field(primary_key=True)
    code: str = Field(sa_type=Text, unique=True)
    freezer_id: UUID = Field(foreign_key="freezer.id")
    kind: SensorKind = Field(sa_type=String)
    site: str = Field(sa_type=Text)
    device: str = Field(sa_type=Text)
    probe_position: str = Field(sa_type=Text)
    offset_c: Decimal = Field(sa_type=Numeric(6, 3))
    state: SensorState = Field(sa_type=String)
    registered_at: datetime


class Excursion(SQLModel, table=True):
    """A freezer was too warm from ``started_at`` until before ``ended_at`` (open while null), as the readings known
    then say.

    Late readings that change a result make a new row, and the former one names it; without a successor it is
    withdrawn. ``first_id`` is the first row of that line: holds and the deviation belong to the line, so that none is
    made twice.
    """

    __table_args__ = (
        CheckConstraint("ended_at > started_at", name="span"),
        CheckConstraint("superseded_by <> id", name="not_itself"),
        CheckConstraint("superseded_by IS NULL OR withdrawn_at IS NOT NULL", name="superseded"),
        Index("ix_excursion_current", "freezer_id", "started_at", postgresql_where="withdrawn_at IS NULL"),
    )

    id: UUID = Field(primary_key=True)
    freezer_id: UUID = Field(foreign_key="freezer.id")
    started_at: datetime
    ended_at: datetime | None = None
    peak_c: Decimal = Field(sa_type=Numeric(9, 3))
    limit_c: Decimal = Field(sa_type=Numeric(6, 2))
    delay_s: int
    hysteresis_c: Decimal = Field(sa_type=Numeric(5, 2))
    computed_at: datetime
    withdrawn_at: datetime | None = None
    superseded_by: UUID | None = Field(default=None, foreign_key="excursion.id")
    first_id: UUID = Field(foreign_key="excursion.id")


class ExcursionUnit(SQLModel, table=True):
    """A unit lay in the freezer during an excursion: the hold that was put on it, and the deviation about it."""

    __tablename__ = "excursion_unit"
    __table_args__ = (UniqueConstraint("excursion_id", "unit_id"),)

    id: UUID = Field(primary_key=True)
    excursion_id: UUID = Field(foreign_key="excursion.id")
    unit_id: UUID = Field(foreign_key="material.id")
    hold_id: UUID = Field(foreign_key="hold.id")
    deviation_id: UUID = Field(foreign_key="deviation.id")
    recorded_at: datetime
