"""The log of a freezer: what was done with it and read off it by hand, line by line."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, String, Text
from sqlmodel import Field, SQLModel

from biobank.db.columns import one_of


class LogKind(StrEnum):
    """What a line of a freezer's log is about."""

    FILL = "fill"
    READING = "reading"
    SERVICE = "service"
    DECONTAMINATION = "decontamination"
    RESERVE = "reserve"


TELLS: dict[LogKind, str] = {
    LogKind.FILL: "level_percent",
    LogKind.READING: "temperature_c",
    LogKind.SERVICE: "note",
    LogKind.DECONTAMINATION: "note",
    LogKind.RESERVE: "reserve_slots",
}
"""What a line of each kind says at least: the level after filling, the temperature read, what was done, how many slots are
kept free for what lies in a freezer that fails.
"""


class FreezerLog(SQLModel, table=True):
    """One line: filled with nitrogen, read by hand, serviced, decontaminated, or its reserve set."""

    __tablename__ = "freezer_log"
    __table_args__ = (
        one_of("kind", LogKind),
        *(CheckConstraint(f"kind <> '{kind}' OR {field} IS NOT NULL", name=f"{kind}_tells") for kind, field in TELLS.items()),
        CheckConstraint("kind = 'reserve' OR reserve_slots IS NULL", name="reserve"),
        CheckConstraint("temperature_c BETWEEN -273 AND 60", name="temperature_c"),
        CheckConstraint("level_percent BETWEEN 0 AND 100", name="level_percent"),
        CheckConstraint("reserve_slots >= 0", name="reserve_slots"),
        Index("ix_freezer_log_freezer_id", "freezer_id", "kind", "occurred_at"),
    )

    id: UUID = Field(primary_key=True)
    freezer_id: UUID = Field(foreign_key="freezer.id")
    kind: LogKind = Field(sa_type=String)
    occurred_at: datetime
    temperature_c: Decimal | None = Field(default=None, sa_type=Numeric(6, 2))
    level_percent: Decimal | None = Field(default=None, sa_type=Numeric(5, 2))
    reserve_slots: int | None = None
    note: str | None = Field(default=None, sa_type=Text)
    recorded_by: UUID = Field(foreign_key="person.id")
    recorded_at: datetime
