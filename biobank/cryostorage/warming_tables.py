"""What warms units beside their freezers: open lids, pulled racks, transports; by what rule; and whose budget is spent."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary, Numeric, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

LONGEST_S = 14_400
"""What is recorded as one opening or one pull is no longer than that (s); a freezer that stood open longer was out of order."""


class LidOpening(SQLModel, table=True):
    """The lid or door of a freezer stood open during ``[opened_at, closed_at)``."""

    __tablename__ = "lid_opening"
    __table_args__ = (
        CheckConstraint(f"closed_at > opened_at AND closed_at <= opened_at + interval '{LONGEST_S} seconds'", name="span"),
        Index("ix_lid_opening_freezer_id", "freezer_id", "opened_at", postgresql_include=["closed_at"]),
    )

    id: UUID = Field(primary_key=True)
    freezer_id: UUID = Field(foreign_key="freezer.id")
    opened_at: datetime
    closed_at: datetime
    recorded_by: UUID = Field(foreign_key="person.id")
    recorded_at: datetime


class RackPull(SQLModel, table=True):
    """A rack was out of its freezer during ``[pulled_at, returned_at)`` for the sake of one unit in one of its boxes."""

    __tablename__ = "rack_pull"
    __table_args__ = (
        CheckConstraint(f"returned_at > pulled_at AND returned_at <= pulled_at + interval '{LONGEST_S} seconds'", name="span"),
        Index("ix_rack_pull_span", "freezer_id", "rack", text("tstzrange(pulled_at, returned_at)"), postgresql_using="gist"),
        Index("ix_rack_pull_unit_id", "unit_id"),
    )

    id: UUID = Field(primary_key=True)
    freezer_id: UUID = Field(foreign_key="freezer.id")
    rack: str = Field(sa_type=Text)
    box: str = Field(sa_type=Text)
    unit_id: UUID = Field(foreign_key="unit.id")
    pulled_at: datetime
    returned_at: datetime
    recorded_by: UUID = Field(foreign_key="person.id")
    recorded_at: datetime


class TransportLog(SQLModel, table=True):
    """What the logger of a transport wrote, byte by byte, with what was read in it. Readings further apart than ``gap_s`` tell
    nothing of what lies between them.
    """

    __tablename__ = "transport_log"
    __table_args__ = (
        CheckConstraint("ended_at > began_at", name="span"),
        CheckConstraint("unknown_s >= 0 AND gap_s > 0 AND readings > 1", name="read"),
        CheckConstraint("(coldest_c IS NULL) = (warmest_c IS NULL) AND coldest_c <= warmest_c", name="temperatures"),
        CheckConstraint("sha256 = sha256(file)", name="sha256"),
        UniqueConstraint("sha256"),
    )

    id: UUID = Field(primary_key=True)
    sha256: bytes = Field(sa_type=LargeBinary)
    file: bytes = Field(sa_type=LargeBinary)
    gap_s: int
    began_at: datetime
    ended_at: datetime
    readings: int
    coldest_c: Decimal | None = Field(default=None, sa_type=Numeric(6, 3))
    warmest_c: Decimal | None = Field(default=None, sa_type=Numeric(6, 3))
    unknown_s: int
    imported_by: UUID = Field(foreign_key="person.id")
    imported_at: datetime


class TransportedMaterial(SQLModel, table=True):
    """A donation or a unit travelled with a logger; held where nobody knows how warm it was on the way."""

    __tablename__ = "transported_material"
    __table_args__ = (
        ForeignKeyConstraint(
            ["material_id", "root_id"], ["material.id", "material.root_id"], name="fk_transported_material_material"
        ),
        UniqueConstraint("material_id", "log_id"),
        CheckConstraint("(hold_id IS NULL) = (deviation_id IS NULL)", name="held"),
    )

    id: UUID = Field(primary_key=True)
    log_id: UUID = Field(foreign_key="transport_log.id")
    material_id: UUID
    root_id: UUID
    hold_id: UUID | None = Field(default=None, foreign_key="hold.id")
    deviation_id: UUID | None = Field(default=None, foreign_key="deviation.id")


class WarmingRule(SQLModel, table=True):
    """What this installation charges and asks; the highest number holds. Of a time so near, per cent count up to a threshold."""

    __tablename__ = "warming_rule"
    __table_args__ = (
        CheckConstraint("number > 0", name="number"),
        CheckConstraint(
            "least(pulled_percent, box_percent, rack_percent, lid_percent) >= 0"
            " AND greatest(pulled_percent, box_percent, rack_percent, lid_percent) <= 100",
            name="percent",
        ),
        CheckConstraint("transport_gap_s BETWEEN 1 AND 86400", name="transport_gap_s"),
        CheckConstraint("manual_reading_hours BETWEEN 1 AND 744", name="manual_reading_hours"),
        UniqueConstraint("number"),
    )

    id: UUID = Field(primary_key=True)
    number: int
    pulled_percent: int
    pulled_up_to_c: Decimal = Field(sa_type=Numeric(6, 2))
    box_percent: int
    box_up_to_c: Decimal = Field(sa_type=Numeric(6, 2))
    rack_percent: int
    rack_up_to_c: Decimal = Field(sa_type=Numeric(6, 2))
    lid_percent: int
    lid_up_to_c: Decimal = Field(sa_type=Numeric(6, 2))
    transport_gap_s: int
    manual_reading_hours: int
    set_by: UUID = Field(foreign_key="person.id")
    set_at: datetime


class WarmingRuleThreshold(SQLModel, table=True):
    """A temperature above which a rule of warming has the time of each unit counted."""

    __tablename__ = "warming_rule_threshold"
    __table_args__ = (UniqueConstraint("rule_id", "threshold_c"),)

    id: UUID = Field(primary_key=True)
    rule_id: UUID = Field(foreign_key="warming_rule.id")
    threshold_c: Decimal = Field(sa_type=Numeric(6, 2), foreign_key="warm_threshold.threshold_c")


class SpentBudget(SQLModel, table=True):
    """A unit was above a threshold for as long as its process allows, or longer: once, with its hold and deviation."""

    __tablename__ = "spent_budget"
    __table_args__ = (
        CheckConstraint("seconds > 0 AND seconds >= budget_s AND budget_s >= 0", name="spent"),
        UniqueConstraint("unit_id"),
    )

    id: UUID = Field(primary_key=True)
    unit_id: UUID = Field(foreign_key="unit.id")
    above_c: Decimal = Field(sa_type=Numeric(6, 2))
    seconds: int
    budget_s: int
    hold_id: UUID = Field(foreign_key="hold.id")
    deviation_id: UUID = Field(foreign_key="deviation.id")
    recorded_at: datetime


class LedgerDue(SQLModel, table=True):
    """A unit of whose warmth something new is known, for the worker to look at; ``times`` grows when more is known meanwhile."""

    __tablename__ = "ledger_due"
    __table_args__ = (Index("ix_ledger_due_marked_at", "marked_at"),)

    unit_id: UUID = Field(primary_key=True, foreign_key="unit.id")
    marked_at: datetime
    times: int
