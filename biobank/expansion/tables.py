"""Batches, cultures, feeds and counts: what the clean room does with one donation."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from biobank.db.columns import one_of
from biobank.expansion.rules import BatchPurpose, BatchState, CultureState


class Batch(SQLModel, table=True):
    """Everything made from one donation, never from two: its root is the donation, and a donation has one batch."""

    __table_args__ = (
        ForeignKeyConstraint(["id", "root_id"], ["material.id", "material.root_id"], name="fk_batch_material"),
        one_of("purpose", BatchPurpose),
        one_of("state", BatchState),
        UniqueConstraint("root_id"),
        UniqueConstraint("id", "root_id"),
        UniqueConstraint("id", "purpose"),
    )

    id: UUID = Field(primary_key=True)
    root_id: UUID = Field(foreign_key="donation.id")
    code: str = Field(sa_type=Text, unique=True)
    purpose: BatchPurpose = Field(sa_type=String)
    state: BatchState = Field(sa_type=String)
    facility_id: UUID = Field(foreign_key="facility.id")
    process_version: str = Field(sa_type=Text)
    specification_version: str = Field(sa_type=Text)
    opened_by: UUID = Field(foreign_key="person.id")
    opened_at: datetime


class CellCount(SQLModel, table=True):
    """One count, kept even when it was done again: at isolation (no culture) or at a harvest."""

    __tablename__ = "cell_count"
    __table_args__ = (
        ForeignKeyConstraint(["batch_id", "root_id"], ["batch.id", "batch.root_id"], name="fk_cell_count_batch"),
        ForeignKeyConstraint(
            ["culture_id", "root_id"], ["culture.id", "culture.root_id"], name="fk_cell_count_culture", use_alter=True
        ),
        CheckConstraint("total_cells > 0", name="total_cells"),
        CheckConstraint("viability_percent BETWEEN 0 AND 100", name="viability_percent"),
        CheckConstraint("viable_cells = floor(total_cells * viability_percent / 100)", name="viable_cells"),
        CheckConstraint("verified_by IS NULL OR verified_by <> counted_by", name="two_people"),
        UniqueConstraint("culture_id"),
        Index("uq_cell_count_isolation", "batch_id", unique=True, postgresql_where="culture_id IS NULL"),
    )

    id: UUID = Field(primary_key=True)
    batch_id: UUID
    root_id: UUID
    culture_id: UUID | None = None
    method: str = Field(sa_type=Text)
    total_cells: int = Field(sa_type=BigInteger)
    viability_percent: Decimal = Field(max_digits=5, decimal_places=2)
    viable_cells: int = Field(sa_type=BigInteger)
    doublings: Decimal | None = Field(default=None, max_digits=6, decimal_places=3)
    cumulative_doublings: Decimal | None = Field(default=None, max_digits=6, decimal_places=3)
    counted_by: UUID = Field(foreign_key="person.id")
    counted_at: datetime
    verified_by: UUID | None = Field(default=None, foreign_key="person.id")
    verified_at: datetime | None = None


class Culture(SQLModel, table=True):
    """The vessels of one passage, seeded from one count. ``area_cm2`` is that of all vessels together."""

    __table_args__ = (
        ForeignKeyConstraint(["id", "root_id"], ["material.id", "material.root_id"], name="fk_culture_material"),
        ForeignKeyConstraint(["batch_id", "root_id"], ["batch.id", "batch.root_id"], name="fk_culture_batch"),
        one_of("state", CultureState),
        CheckConstraint("passage >= 0", name="passage"),
        CheckConstraint("vessels > 0 AND area_cm2 > 0 AND cells_seeded > 0", name="seeded"),
        UniqueConstraint("id", "root_id"),
    )

    id: UUID = Field(primary_key=True)
    batch_id: UUID
    root_id: UUID
    code: str = Field(sa_type=Text, unique=True)
    passage: int
    state: CultureState = Field(sa_type=String)
    vessel: str = Field(sa_type=Text)
    vessels: int
    area_cm2: Decimal = Field(max_digits=8, decimal_places=2)
    cells_seeded: int = Field(sa_type=BigInteger)
    seeded_from: UUID = Field(foreign_key="cell_count.id")
    seeded_by: UUID = Field(foreign_key="person.id")
    seeded_at: datetime


class Feed(SQLModel, table=True):
    """A change of medium."""

    __table_args__ = (CheckConstraint("volume_ml > 0", name="volume_ml"),)

    id: UUID = Field(primary_key=True)
    culture_id: UUID = Field(foreign_key="culture.id")
    lot_id: UUID = Field(foreign_key="lot.id")
    volume_ml: Decimal = Field(max_digits=7, decimal_places=3)
    fed_by: UUID = Field(foreign_key="person.id")
    fed_at: datetime
