"""What was set otherwise (settings that bear on records, the clock of a demonstration), and which codes an act had typed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

import biobank.db.columns  # noqa: F401 - sets how constraints are named, before the first table is made


class SettingChange(SQLModel, table=True):
    """A setting with its value before and after; ``was`` is absent of the first. The highest number holds."""

    __tablename__ = "setting_change"
    __table_args__ = (
        CheckConstraint("(number = 1) = (was IS NULL) AND number > 0", name="first"),
        CheckConstraint("was IS DISTINCT FROM value", name="differs"),
        UniqueConstraint("name", "number", name="uq_setting_change_name"),
    )

    id: UUID = Field(primary_key=True)
    name: str = Field(sa_type=Text)
    number: int
    was: str | None = Field(default=None, sa_type=Text)
    value: str = Field(sa_type=Text)
    changed_at: datetime


class TypedCode(SQLModel, table=True):
    """A code that somebody typed into a field of an act, by the field's name in the body, where a scan was expected."""

    __tablename__ = "typed_code"
    __table_args__ = (CheckConstraint("field ~ '^[a-z0-9_.]{1,100}$'", name="field"),)

    id: UUID = Field(primary_key=True)
    act_id: UUID
    field: str = Field(sa_type=Text)
