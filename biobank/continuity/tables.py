"""Pads of numbered forms, and what became of each form."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from biobank.continuity.rules import FormState
from biobank.custody.tables import Scope
from biobank.db.columns import one_of


class PaperPad(SQLModel, table=True):
    """Forms that were issued together to one place; closed when each of them is accounted for."""

    __tablename__ = "paper_pad"
    __table_args__ = (
        one_of("side", Scope),
        CheckConstraint("sheets BETWEEN 1 AND 100", name="sheets"),
        CheckConstraint("(closed_by IS NULL) = (closed_at IS NULL)", name="closed"),
        UniqueConstraint("side", "number"),
        UniqueConstraint("id", "side"),
    )

    id: UUID = Field(primary_key=True)
    side: Scope = Field(sa_type=String)
    number: int
    place: str = Field(sa_type=Text)
    sheets: int
    issued_by: UUID = Field(foreign_key="person.id")
    issued_at: datetime
    closed_by: UUID | None = Field(default=None, foreign_key="person.id")
    closed_at: datetime | None = None


class PaperForm(SQLModel, table=True):
    """One form. What was entered from it is one act, by its identifier in the trail; ``done_by`` did it on paper."""

    __tablename__ = "paper_form"
    __table_args__ = (
        ForeignKeyConstraint(["pad_id", "side"], ["paper_pad.id", "paper_pad.side"], name="fk_paper_form_pad"),
        one_of("state", FormState),
        CheckConstraint(
            "(state = 'entered') = (act_id IS NOT NULL) AND (state = 'entered') = (done_by IS NOT NULL)", name="entered"
        ),
        CheckConstraint("(state = 'void') = (void_reason IS NOT NULL)", name="void"),
        CheckConstraint("length(btrim(void_reason)) >= 5 AND void_reason ~ '\\w\\w'", name="reason"),
        UniqueConstraint("side", "code"),
        UniqueConstraint("act_id"),
        UniqueConstraint("pad_id", "number"),
    )

    id: UUID = Field(primary_key=True)
    pad_id: UUID
    side: Scope = Field(sa_type=String)
    number: int
    code: str = Field(sa_type=Text)
    state: FormState = Field(sa_type=String)
    done_by: UUID | None = Field(default=None, foreign_key="person.id")
    act_id: UUID | None = None
    void_reason: str | None = Field(default=None, sa_type=Text)
