"""When alarms are proven, and what each proof showed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from biobank.db.columns import one_of
from biobank.monitoring.proof_rules import ProofState


class AlarmProofPlan(SQLModel, table=True):
    """When the alarms are proven by a freezer, from ``first_at`` on; the latest number counts, each is signed."""

    __tablename__ = "alarm_proof_plan"
    __table_args__ = (
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("every_days BETWEEN 1 AND 366", name="every_days"),
        CheckConstraint("tell_s BETWEEN 10 AND 86400", name="tell_s"),
        CheckConstraint("acknowledge_s BETWEEN 10 AND 86400", name="acknowledge_s"),
        UniqueConstraint("freezer_id", "number"),
    )

    id: UUID = Field(primary_key=True)
    freezer_id: UUID = Field(foreign_key="freezer.id")
    number: int
    first_at: datetime
    every_days: int
    tell_s: int
    acknowledge_s: int | None = None
    set_at: datetime
    signature_id: UUID = Field(foreign_key="signature.id", unique=True)


class AlarmProof(SQLModel, table=True):
    """A proof of the alarms, planned or begun by hand for a reason, and when each stage showed itself.

    The database takes none as told but where every way of everybody on duty took its notice, and none as passed that lacks
    a stage or was late.
    """

    __tablename__ = "alarm_proof"
    __table_args__ = (
        one_of("state", ProofState),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("length(btrim(reason)) >= 5", name="reason"),
        CheckConstraint("(planned_at IS NULL) = (reason IS NOT NULL)", name="by_hand"),
        CheckConstraint("planned_at <= began_at", name="planned_at"),
        CheckConstraint("began_at < tell_by AND tell_by < acknowledge_by", name="times"),
        CheckConstraint(
            "num_nulls(alarm_id, raised_at) <> 1 AND (raised_at IS NULL OR stored_at IS NOT NULL)"
            " AND (num_nonnulls(told_at, acknowledged_at) = 0 OR raised_at IS NOT NULL)",
            name="stages",
        ),
        CheckConstraint("(state = 'running') = (ended_at IS NULL) AND ended_at >= began_at", name="ended_at"),
        CheckConstraint("(state = 'failed') = (lacking IS NOT NULL)", name="lacking"),
        CheckConstraint(
            "state <> 'passed' OR published_at IS NOT NULL AND stored_at IS NOT NULL AND raised_at IS NOT NULL"
            " AND told_at IS NOT NULL AND told_at <= tell_by"
            " AND (acknowledge_by IS NULL OR acknowledged_at IS NOT NULL AND acknowledged_at <= acknowledge_by)",
            name="passed",
        ),
        UniqueConstraint("freezer_id", "number"),
        UniqueConstraint("freezer_id", "planned_at"),
        Index("uq_alarm_proof_running", "freezer_id", unique=True, postgresql_where="state = 'running'"),
    )

    id: UUID = Field(primary_key=True)
    freezer_id: UUID = Field(foreign_key="freezer.id")
    number: int
    planned_at: datetime | None = None
    reason: str | None = Field(default=None, sa_type=Text)
    began_by: UUID = Field(foreign_key="person.id")
    began_at: datetime
    tell_by: datetime
    acknowledge_by: datetime | None = None
    state: ProofState = Field(sa_type=String)
    published_at: datetime | None = None
    stored_at: datetime | None = None
    alarm_id: UUID | None = Field(default=None, foreign_key="alarm.id")
    raised_at: datetime | None = None
    told_at: datetime | None = None
    acknowledged_at: datetime | None = None
    ended_at: datetime | None = None
    lacking: str | None = Field(default=None, sa_type=Text)
