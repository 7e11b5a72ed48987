"""Freezing runs, units, positions, and which unit lay where from when to when."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlmodel import Field, SQLModel

from biobank.cryostorage.rules import Container, UnitState
from biobank.db.columns import one_of


class Position(SQLModel, table=True):
    """One slot of a box in a rack of a freezer."""

    __tablename__ = "storage_position"
    __table_args__ = (UniqueConstraint("freezer_id", "rack", "box", "slot"),)

    id: UUID = Field(primary_key=True)
    code: str = Field(sa_type=Text, unique=True)
    freezer_id: UUID = Field(foreign_key="freezer.id")
    rack: str = Field(sa_type=Text)
    box: str = Field(sa_type=Text)
    slot: str = Field(sa_type=Text)


class StoragePlace(SQLModel, table=True):
    """A rack of a freezer, or a box in it, under the code on its label."""

    __tablename__ = "storage_place"
    __table_args__ = (UniqueConstraint("freezer_id", "rack", "box", postgresql_nulls_not_distinct=True),)

    id: UUID = Field(primary_key=True, foreign_key="material.id")
    freezer_id: UUID = Field(foreign_key="freezer.id")
    rack: str = Field(sa_type=Text)
    box: str | None = Field(default=None, sa_type=Text)


class FreezingRun(SQLModel, table=True):
    """One run of the controlled-rate freezer for one batch, of cells of one count."""

    __tablename__ = "freezing_run"
    __table_args__ = (ForeignKeyConstraint(["batch_id", "root_id"], ["batch.id", "batch.root_id"], name="fk_freezing_run_batch"),)

    id: UUID = Field(primary_key=True)
    batch_id: UUID
    root_id: UUID
    program: str = Field(sa_type=Text)
    frozen_from: UUID = Field(foreign_key="cell_count.id")
    frozen_by: UUID = Field(foreign_key="person.id")
    frozen_at: datetime


class Unit(SQLModel, table=True):
    """One frozen bag or vial with its count before freezing."""

    __table_args__ = (
        ForeignKeyConstraint(["id", "root_id"], ["material.id", "material.root_id"], name="fk_unit_material"),
        ForeignKeyConstraint(["batch_id", "root_id"], ["batch.id", "batch.root_id"], name="fk_unit_batch"),
        one_of("container", Container),
        one_of("state", UnitState),
        CheckConstraint("viable_cells > 0 AND volume_ml > 0", name="contents"),
    )

    id: UUID = Field(primary_key=True)
    batch_id: UUID
    root_id: UUID
    run_id: UUID = Field(foreign_key="freezing_run.id")
    code: str = Field(sa_type=Text, unique=True)
    container: Container = Field(sa_type=String)
    state: UnitState = Field(sa_type=String)
    viable_cells: int = Field(sa_type=BigInteger)
    volume_ml: Decimal = Field(max_digits=7, decimal_places=3)


class Placement(SQLModel, table=True):
    """A unit lay at a position during ``[placed_at, removed_at)``; no slot ever held two, and no unit lay in two."""

    __table_args__ = (
        CheckConstraint("removed_at IS NULL OR removed_at >= placed_at", name="interval"),
        ExcludeConstraint(
            ("position_id", "="),
            (text("tstzrange(placed_at, removed_at)"), "&&"),
            using="gist",
            name="ex_placement_position",
        ),
        ExcludeConstraint(
            ("unit_id", "="), (text("tstzrange(placed_at, removed_at)"), "&&"), using="gist", name="ex_placement_unit"
        ),
        Index("uq_placement_open_position", "position_id", unique=True, postgresql_where="removed_at IS NULL"),
    )

    id: UUID = Field(primary_key=True)
    unit_id: UUID = Field(foreign_key="unit.id")
    position_id: UUID = Field(foreign_key="storage_position.id")
    placed_by: UUID = Field(foreign_key="person.id")
    placed_at: datetime
    removed_at: datetime | None = None
