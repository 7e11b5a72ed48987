"""What was set otherwise: the settings of the installation that bear on records, and the clock of a demonstration."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Text, UniqueConstraint
from sqlmodel import Field, SQLModel


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
