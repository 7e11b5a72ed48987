"""Lots of what goes into a product or a placebo."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from biobank.db.columns import one_of


class LotKind(StrEnum):
    """What a lot is for."""

    SALINE = "saline"
    MEDIUM = "medium"
    CRYOPROTECTANT = "cryoprotectant"
    REAGENT = "reagent"


class Lot(SQLModel, table=True):
    """One received lot; its material is its own root."""

    __table_args__ = (one_of("kind", LotKind), UniqueConstraint("kind", "supplier", "supplier_lot"))

    id: UUID = Field(primary_key=True, foreign_key="material.id")
    code: str = Field(sa_type=Text, unique=True)
    kind: LotKind = Field(sa_type=String)
    name: str = Field(sa_type=Text)
    supplier: str = Field(sa_type=Text)
    supplier_lot: str = Field(sa_type=Text)
    expires_at: datetime
    received_at: datetime
    received_by: UUID = Field(foreign_key="person.id")
