"""Who is reached how, who is on duty, and the messages that must go out."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from biobank.db.columns import one_of
from biobank.notices.rules import NoticeState, Way


class Contact(SQLModel, table=True):
    """Somebody at a facility who is told of alarms, until ``ended_at``."""

    __table_args__ = (
        CheckConstraint("ended_at >= registered_at", name="ended_at"),
        UniqueConstraint("facility_code", "name"),
    )

    id: UUID = Field(primary_key=True)
    facility_code: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    registered_at: datetime
    ended_at: datetime | None = None


class ContactWay(SQLModel, table=True):
    """One way to reach a contact; the next one in order is taken where one fails."""

    __tablename__ = "contact_way"
    __table_args__ = (
        one_of("way", Way),
        CheckConstraint("number > 0", name="number"),
        UniqueConstraint("contact_id", "number"),
    )

    id: UUID = Field(primary_key=True)
    contact_id: UUID = Field(foreign_key="contact.id")
    number: int
    way: Way = Field(sa_type=String)
    address: str = Field(sa_type=Text)


class Duty(SQLModel, table=True):
    """A contact is on duty from ``starts_at`` until before ``ends_at`` (for good where null), and told of what nobody
    acknowledged ``after_s`` seconds after it was raised.
    """

    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_at"),
        CheckConstraint("after_s BETWEEN 0 AND 86400", name="after_s"),
        Index("ix_duty_contact_id", "contact_id"),
    )

    id: UUID = Field(primary_key=True)
    contact_id: UUID = Field(foreign_key="contact.id")
    after_s: int
    starts_at: datetime
    ends_at: datetime | None = None


class Notice(SQLModel, table=True):
    """A message to a contact about one or more alarms; taken with SKIP LOCKED when it is due.

    One way that takes it is enough, but for that of a proof of the alarms: it goes out by every way, and alone.
    """

    __table_args__ = (
        one_of("state", NoticeState),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent"),
        CheckConstraint("tries >= 0", name="tries"),
        Index("ix_notice_queued", "due_at", postgresql_where="state = 'queued'"),
        Index("ix_notice_proof_id", "proof_id", postgresql_where="proof_id IS NOT NULL"),
    )

    id: UUID = Field(primary_key=True)
    contact_id: UUID = Field(foreign_key="contact.id")
    state: NoticeState = Field(sa_type=String)
    made_at: datetime
    due_at: datetime
    tries: int
    sent_at: datetime | None = None
    proof_id: UUID | None = Field(default=None, foreign_key="alarm_proof.id")


class NoticeLine(SQLModel, table=True):
    """A notice tells of this alarm, for which nobody has been there since it was raised then, because of this duty, for the
    ``turn``-th time again; of each once.
    """

    __tablename__ = "notice_line"
    __table_args__ = (
        CheckConstraint("turn >= 0", name="turn"),
        UniqueConstraint("alarm_id", "duty_id", "raised_at", "turn", name="uq_notice_line_alarm_id_duty_id_raised_at_turn"),
        Index("ix_notice_line_notice_id", "notice_id"),
    )

    id: UUID = Field(primary_key=True)
    notice_id: UUID = Field(foreign_key="notice.id")
    alarm_id: UUID = Field(foreign_key="alarm.id")
    duty_id: UUID = Field(foreign_key="duty.id")
    raised_at: datetime
    kind: str = Field(sa_type=Text)
    words: str = Field(sa_type=Text)
    turn: int


class NoticeAttempt(SQLModel, table=True):
    """A notice was handed to a way, which took it (no ``trouble``) or did not."""

    __tablename__ = "notice_attempt"
    __table_args__ = (
        one_of("way", Way),
        Index("ix_notice_attempt_notice_id", "notice_id"),
    )

    id: UUID = Field(primary_key=True)
    notice_id: UUID = Field(foreign_key="notice.id")
    way: Way = Field(sa_type=String)
    at: datetime
    trouble: str | None = Field(default=None, sa_type=Text)
