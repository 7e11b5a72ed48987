"""For how long raw readings are kept."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

LEAST_YEARS = 30
"""What cells were given to patients must be traced for at least as long (Regulation (EC) No 1394/2007, Article 15)."""


class RetentionRule(SQLModel, table=True):
    """So many years the readings of freezers that ever held patient material are kept, and those of others; null keeps all.

    Signed; the highest number holds.
    """

    __tablename__ = "retention_rule"
    __table_args__ = (
        CheckConstraint("number > 0", name="number"),
        CheckConstraint(f"patient_years >= {LEAST_YEARS}", name="patient_years"),
        CheckConstraint("other_years > 0", name="other_years"),
        UniqueConstraint("number"),
    )

    id: UUID = Field(primary_key=True)
    number: int
    patient_years: int
    other_years: int | None = None
    set_at: datetime
    signature_id: UUID = Field(foreign_key="signature.id")
