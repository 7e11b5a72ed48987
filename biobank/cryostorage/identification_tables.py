"""Units that were identified where they lie because nobody can read their label."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, Text
from sqlmodel import Field, SQLModel

from biobank.cryostorage.photos import MediaType
from biobank.db.columns import one_of


class UnitIdentification(SQLModel, table=True):
    """Two people found a unit by its typed code where it lies, and took a photo; this counts while it lies there."""

    __tablename__ = "unit_identification"
    __table_args__ = (
        one_of("media_type", MediaType),
        CheckConstraint("second_id <> identified_by", name="two_people"),
        CheckConstraint("sha256 = sha256(photo)", name="sha256"),
        CheckConstraint(
            "CASE media_type WHEN 'image/png' THEN substring(photo FOR 8) = '\\x89504e470d0a1a0a'::bytea"
            " ELSE substring(photo FOR 3) = '\\xffd8ff'::bytea END",
            name="photo",
        ),
        Index("ix_unit_identification_unit_id", "unit_id"),
    )

    id: UUID = Field(primary_key=True)
    unit_id: UUID = Field(foreign_key="unit.id")
    placement_id: UUID = Field(foreign_key="placement.id")
    sha256: bytes = Field(sa_type=LargeBinary, unique=True)
    media_type: MediaType = Field(sa_type=Text)
    photo: bytes = Field(sa_type=LargeBinary)
    identified_by: UUID = Field(foreign_key="person.id")
    second_id: UUID = Field(foreign_key="person.id")
    identified_at: datetime
