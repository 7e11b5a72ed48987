"""Redactions: lines that lie over free text."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from biobank.db.columns import one_of
from biobank.redaction.rules import Written


class Redaction(SQLModel, table=True):
    """Somebody who wrote none of it signed that a text is not shown any more, and why (ICH E6(R3) 4.2.2(b))."""

    __table_args__ = (
        one_of("written", Written),
        CheckConstraint("length(btrim(reason)) >= 5 AND reason ~ '\\w\\w'", name="reason"),
        UniqueConstraint("written", "row_id", name="uq_redaction_written"),
    )

    id: UUID = Field(primary_key=True)
    written: Written = Field(sa_type=String)
    row_id: UUID
    reason: str = Field(sa_type=Text)
    redacted_by: UUID = Field(foreign_key="person.id")
    redacted_at: datetime
    signature_id: UUID = Field(foreign_key="signature.id", unique=True)
