"""Kits as the bedside sees them, and what became of each. No column may depend on the arm."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlmodel import Field, SQLModel

from biobank.db.columns import one_of
from biobank.dispensing.rules import KitState


class Kit(SQLModel, table=True):
    """One dose of one participant and period. All clocks run from the planned window, the same in both arms."""

    __table_args__ = (
        one_of("state", KitState),
        CheckConstraint("window_at < available_at AND available_at < expires_at", name="clocks"),
        CheckConstraint("fill_volume_ml > 0", name="fill_volume_ml"),
        Index("uq_kit_of_visit", "participant_id", "period", unique=True, postgresql_where="state <> 'void'"),
    )

    id: UUID = Field(primary_key=True, foreign_key="material.id")
    number: str = Field(sa_type=Text, unique=True)
    participant_id: UUID = Field(foreign_key="participant.id")
    period: int
    state: KitState = Field(sa_type=String)
    window_at: datetime
    available_at: datetime
    expires_at: datetime
    fill_volume_ml: Decimal = Field(max_digits=6, decimal_places=2)


class Administration(SQLModel, table=True):
    """A kit was given: volume, time, and by whom."""

    __table_args__ = (CheckConstraint("given_ml >= 0 AND remains_ml >= 0", name="volumes"),)

    id: UUID = Field(primary_key=True)
    kit_id: UUID = Field(foreign_key="kit.id", unique=True)
    given_ml: Decimal = Field(max_digits=6, decimal_places=2)
    remains_ml: Decimal = Field(max_digits=6, decimal_places=2)
    given_by: UUID = Field(foreign_key="person.id")
    given_at: datetime


class RemainsAccount(SQLModel, table=True):
    """What was left of a kit, and how it was destroyed, seen by a second person."""

    __tablename__ = "remains_account"
    __table_args__ = (CheckConstraint("destroyed_ml >= 0", name="destroyed_ml"),)

    id: UUID = Field(primary_key=True)
    kit_id: UUID = Field(foreign_key="kit.id", unique=True)
    destroyed_ml: Decimal = Field(max_digits=6, decimal_places=2)
    accounted_by: UUID = Field(foreign_key="person.id")
    accounted_at: datetime
