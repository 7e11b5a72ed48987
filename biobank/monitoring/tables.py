"""Freezers with their rules, sensors with their calibrations, and the times when it was too warm."""

from datetime import date, datetime
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
    text,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlmodel import Field, SQLModel

from biobank.db.columns import one_of
from biobank.monitoring.rules import SensorState


class SensorKind(StrEnum):
    """What a sensor measures; its readings are in thousandths of that kind's unit (``UNITS``)."""

    TEMPERATURE = "temperature"
    LEVEL = "level"
    WEIGHT = "weight"
    LID = "lid"
    MAINS = "mains"
    OXYGEN = "oxygen"
    CARBON_DIOXIDE = "carbon_dioxide"
    HUMIDITY = "humidity"


UNITS: dict[SensorKind, str] = {
    SensorKind.TEMPERATURE: "°C",
    SensorKind.LEVEL: "%",
    SensorKind.WEIGHT: "kg",
    SensorKind.LID: "open",
    SensorKind.MAINS: "on",
    SensorKind.OXYGEN: "%",
    SensorKind.CARBON_DIOXIDE: "%",
    SensorKind.HUMIDITY: "%",
}
"""The unit of each kind. A lid (or door) that is open and mains that are on are 1, else 0; a level is per cent of full."""


class FreezerKind(StrEnum):
    """What sensors stand in. In a room nothing lies; one for proofs of the alarms stands for no real one."""

    FREEZER = "freezer"
    INCUBATOR = "incubator"
    ROOM = "room"
    PROOF = "proof"


NOTHING_LIES = frozenset({FreezerKind.ROOM, FreezerKind.PROOF})
"""They have no positions, so that no material is ever too warm in them; the database refuses both."""


class Freezer(SQLModel, table=True):
    """A freezer (or what else of ``kind`` sensors stand in), and the rule by which its temperature is an excursion.

    Too warm is above ``limit_c``; it counts when it lasts longer than ``delay_s``, and ends at ``limit_c -
    hysteresis_c``. This is the rule with which it was registered; later ones stand in ``freezer_rule``.
    """

    __table_args__ = (
        one_of("kind", FreezerKind),
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
    kind: FreezerKind = Field(sa_type=String)


class FreezerRule(SQLModel, table=True):
    """The rule of a freezer from ``valid_from`` on, signed; never for what was before it was recorded."""

    __tablename__ = "freezer_rule"
    __table_args__ = (
        CheckConstraint("version > 1", name="version"),
        CheckConstraint("limit_c BETWEEN -273 AND 60", name="limit_c"),
        CheckConstraint("delay_s BETWEEN 0 AND 86400", name="delay_s"),
        CheckConstraint("hysteresis_c BETWEEN 0 AND 50", name="hysteresis_c"),
        CheckConstraint("valid_from >= recorded_at", name="valid_from"),
        UniqueConstraint("freezer_id", "version"),
        UniqueConstraint("freezer_id", "valid_from"),
    )

    id: UUID = Field(primary_key=True)
    freezer_id: UUID = Field(foreign_key="freezer.id")
    version: int
    limit_c: Decimal = Field(sa_type=Numeric(6, 2))
    delay_s: int
    hysteresis_c: Decimal = Field(sa_type=Numeric(5, 2))
    valid_from: datetime
    recorded_at: datetime
    signature_id: UUID = Field(foreign_key="signature.id")


class Sensor(SQLModel, table=True):
    """A probe in a freezer, read by one device of one site, until it is taken out.

    ``offset_c`` is added to what it says, in the unit of its kind, until the first of its calibrations counts.
    """

    __table_args__ = (
        one_of("kind", SensorKind),
        one_of("state", SensorState),
        CheckConstraint("offset_c BETWEEN -20 AND 20", name="offset_c"),
        CheckConstraint("retired_at >= registered_at", name="retired_at"),
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
    retired_at: datetime | None = None


class SensorCalibration(SQLModel, table=True):
    """What a calibration found: from ``valid_from`` on, ``offset_milli`` is added to what the sensor says; ``due_on`` is the
    day of the next one.
    """

    __tablename__ = "sensor_calibration"
    __table_args__ = (
        CheckConstraint("offset_milli BETWEEN -1000000 AND 1000000", name="offset_milli"),
        CheckConstraint("due_on >= (valid_from AT TIME ZONE 'UTC')::date", name="due_on"),
        CheckConstraint("valid_from <= recorded_at", name="valid_from"),
        UniqueConstraint("sensor_id", "valid_from"),
    )

    id: UUID = Field(primary_key=True)
    sensor_id: UUID = Field(foreign_key="sensor.id")
    offset_milli: int
    valid_from: datetime
    due_on: date
    certificate: str = Field(sa_type=Text)
    recorded_at: datetime


class SensorWaiting(SQLModel, table=True):
    """A sensor that nobody registered, and whose readings are refused until somebody approves it."""

    __tablename__ = "sensor_waiting"
    __table_args__ = (UniqueConstraint("site", "device", "code"),)

    id: UUID = Field(primary_key=True)
    site: str = Field(sa_type=Text)
    device: str = Field(sa_type=Text)
    code: str = Field(sa_type=Text)
    first_at: datetime
    last_at: datetime


class WarmThreshold(SQLModel, table=True):
    """A temperature above which the time of each unit is counted."""

    __tablename__ = "warm_threshold"

    threshold_c: Decimal = Field(sa_type=Numeric(6, 2), primary_key=True)


class ThresholdDue(SQLModel, table=True):
    """What a sensor said from then on is to be held against every threshold once more: one of them is new."""

    __tablename__ = "threshold_due"

    sensor_id: UUID = Field(primary_key=True, foreign_key="sensor.id")
    since: datetime


class _Warm(SQLModel):
    """A probe told more than a limit during ``[started_at, ended_at)``; while that is null it goes on, and is known up to
    ``seen_at``. Worked out from readings, and anew where late ones arrive.
    """

    sensor_id: UUID = Field(primary_key=True, foreign_key="sensor.id")
    started_at: datetime = Field(primary_key=True)
    ended_at: datetime | None = None
    seen_at: datetime
    peak_milli: int


def _apart(table: str, *also: str) -> tuple[CheckConstraint, ExcludeConstraint]:
    """Two times of one sensor, and of the same in these other columns, never overlap."""
    same = ((name, "=") for name in ("sensor_id", *also))
    span = text("tstzrange(started_at, ended_at)"), "&&"
    never_both = ExcludeConstraint(*same, span, using="gist", name=f"ex_{table}_sensor_id")
    return CheckConstraint("ended_at > started_at", name="span"), never_both


class WarmInterval(_Warm, table=True):
    """A probe told more than ``threshold_c``."""

    __tablename__ = "warm_interval"
    __table_args__ = _apart("warm_interval", "threshold_c")

    threshold_c: Decimal = Field(sa_type=Numeric(6, 2), primary_key=True, foreign_key="warm_threshold.threshold_c")


class LimitInterval(_Warm, table=True):
    """A probe told more than the rule of its freezer allowed, for however short a time; what outlasts the delay is an
    excursion.
    """

    __tablename__ = "limit_interval"
    __table_args__ = _apart("limit_interval")


class LidInterval(_Warm, table=True):
    """The lid or door of a freezer was open, as its own sensor tells."""

    __tablename__ = "lid_interval"
    __table_args__ = _apart("lid_interval")


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
