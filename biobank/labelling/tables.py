"""The label ledger and the queue of print jobs."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKeyConstraint, Index, LargeBinary, String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from biobank.custody.tables import Scope
from biobank.db.columns import one_of
from biobank.labelling.rules import JobState, LabelState


class LabelPrint(SQLModel, table=True):
    """One print of one label: number, who, when, why, and the hash of its content."""

    __tablename__ = "label_print"
    __table_args__ = (
        ForeignKeyConstraint(["material_id", "scope"], ["material.id", "material.scope"], name="fk_label_print_material"),
        one_of("state", LabelState),
        CheckConstraint("copy_number = 1 OR length(btrim(reason)) >= 5", name="reprint_reason"),
        UniqueConstraint("scope", "number"),
        UniqueConstraint("scope", "material_id", "layout", "copy_number"),
    )

    id: UUID = Field(primary_key=True)
    scope: Scope = Field(sa_type=String)
    number: int
    material_id: UUID
    layout: str = Field(sa_type=Text)
    fields: dict[str, str] = Field(sa_type=JSON)
    payload: str = Field(sa_type=Text)
    content_sha256: bytes = Field(sa_type=LargeBinary)
    copy_number: int
    reason: str | None = Field(default=None, sa_type=Text)
    state: LabelState = Field(sa_type=String)
    printed_by: UUID = Field(foreign_key="person.id")
    printed_at: datetime


class PrintJob(SQLModel, table=True):
    """A print waiting for a printer; taken with SKIP LOCKED."""

    __tablename__ = "print_job"
    __table_args__ = (
        one_of("state", JobState),
        Index("ix_print_job_queued", "queued_at", postgresql_where="state = 'queued'"),
    )

    id: UUID = Field(primary_key=True)
    label_print_id: UUID = Field(foreign_key="label_print.id")
    printer: str = Field(sa_type=Text)
    state: JobState = Field(sa_type=String)
    queued_at: datetime
    changed_at: datetime
