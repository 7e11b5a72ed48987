"""Preparing a dose: one session per kit, in both arms by the same hands; thaw, recount and fill where it holds cells."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, String, Text
from sqlmodel import Field, SQLModel

from biobank.db.columns import one_of
from biobank.preparation.rules import PreparationState


class Preparation(SQLModel, table=True):
    """The session in which one kit is prepared."""

    __table_args__ = (one_of("state", PreparationState),)

    id: UUID = Field(primary_key=True)
    kit_id: UUID = Field(foreign_key="kit.id", unique=True)
    state: PreparationState = Field(sa_type=String)
    opened_by: UUID = Field(foreign_key="person.id")
    opened_at: datetime
    low_dose_reason: str | None = Field(default=None, sa_type=Text)
    ready_signature_id: UUID | None = Field(default=None, foreign_key="signature.id")
    low_dose_signature_id: UUID | None = Field(default=None, foreign_key="signature.id")


class Thaw(SQLModel, table=True):
    """A unit taken out of storage for one preparation, or for a test; it never goes back. A position was scanned or is null."""

    id: UUID = Field(primary_key=True)
    unit_id: UUID = Field(foreign_key="unit.id", unique=True)
    preparation_id: UUID | None = Field(default=None, foreign_key="preparation.id")
    position_id: UUID | None = Field(default=None, foreign_key="storage_position.id")
    thawed_by: UUID = Field(foreign_key="person.id")
    thawed_at: datetime


class Recount(SQLModel, table=True):
    """The count after thawing; done again, the earlier one stays and the latest counts."""

    __table_args__ = (CheckConstraint("viable_cells_per_ml > 0 AND volume_ml > 0", name="counted"),)

    id: UUID = Field(primary_key=True)
    preparation_id: UUID = Field(foreign_key="preparation.id")
    viable_cells_per_ml: int = Field(sa_type=BigInteger)
    viability_percent: Decimal = Field(max_digits=5, decimal_places=2)
    volume_ml: Decimal = Field(max_digits=7, decimal_places=3)
    method: str = Field(sa_type=Text)
    counted_by: UUID = Field(foreign_key="person.id")
    counted_at: datetime


class Fill(SQLModel, table=True):
    """What was drawn and made up to the fixed fill volume. ``drawn_ml`` is zero where the kit holds saline."""

    __table_args__ = (CheckConstraint("drawn_ml >= 0 AND delivered_viable_cells >= 0", name="drawn"),)

    id: UUID = Field(primary_key=True)
    preparation_id: UUID = Field(foreign_key="preparation.id", unique=True)
    lot_id: UUID = Field(foreign_key="lot.id")
    drawn_ml: Decimal = Field(max_digits=6, decimal_places=2)
    delivered_viable_cells: int = Field(sa_type=BigInteger)
    filled_by: UUID = Field(foreign_key="person.id")
    filled_at: datetime
