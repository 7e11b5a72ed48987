"""Deviations: something did not go as written, about one root."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, String, Text
from sqlmodel import Field, SQLModel

from biobank.db.columns import one_of
from biobank.deviations.rules import DeviationState


class Deviation(SQLModel, table=True):
    """A departure from procedure or specification; an open one blocks release of its root."""

    __table_args__ = (
        ForeignKeyConstraint(["material_id", "root_id"], ["material.id", "material.root_id"], name="fk_deviation_material"),
        one_of("state", DeviationState),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed"),
        CheckConstraint("closed_by IS NULL OR closed_by <> opened_by", name="two_people"),
        CheckConstraint("state = 'open' OR length(btrim(conclusion)) >= 5", name="conclusion"),
        Index("ix_deviation_open_root", "root_id", postgresql_where="state = 'open'"),
    )

    id: UUID = Field(primary_key=True)
    code: str = Field(sa_type=Text, unique=True)
    material_id: UUID
    root_id: UUID = Field(foreign_key="material.id")
    title: str = Field(sa_type=Text)
    description: str = Field(sa_type=Text)
    state: DeviationState = Field(sa_type=String)
    opened_by: UUID = Field(foreign_key="person.id")
    opened_at: datetime
    closed_by: UUID | None = Field(default=None, foreign_key="person.id")
    closed_at: datetime | None = None
    conclusion: str | None = Field(default=None, sa_type=Text)
