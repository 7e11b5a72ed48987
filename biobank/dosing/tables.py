"""Dose plans: made in both arms, from a weight that is fresh enough."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint
from sqlmodel import Field, SQLModel


class DosePlan(SQLModel, table=True):
    """The target of one kit. ``units_to_thaw`` is null where the kit holds no cells."""

    __tablename__ = "dose_plan"
    __table_args__ = (
        CheckConstraint("target_viable_cells > 0 AND target_viable_cells <= cap_viable_cells", name="target"),
        CheckConstraint("target_viable_cells <= weight_kg * cells_per_kg", name="never_rounded_up"),
        CheckConstraint("units_to_thaw IS NULL OR units_to_thaw > 0", name="units_to_thaw"),
    )

    id: UUID = Field(primary_key=True)
    kit_id: UUID = Field(foreign_key="kit.id", unique=True)
    weight_id: UUID = Field(foreign_key="weight.id")
    weight_kg: Decimal = Field(max_digits=5, decimal_places=2)
    cells_per_kg: int = Field(sa_type=BigInteger)
    cap_viable_cells: int = Field(sa_type=BigInteger)
    target_viable_cells: int = Field(sa_type=BigInteger)
    units_to_thaw: int | None = None
    planned_by: UUID = Field(foreign_key="person.id")
    planned_at: datetime
