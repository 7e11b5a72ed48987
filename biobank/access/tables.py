"""People, their roles, their passwords and sessions, and what they signed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, LargeBinary, String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from biobank.act.people import Role, Side
from biobank.db.columns import one_of


class PersonRow(SQLModel, table=True):
    """A named person. The user name is never used again, even when the person has left."""

    __tablename__ = "person"
    __table_args__ = (one_of("side", Side), CheckConstraint("username ~ '^[a-z][a-z0-9._-]{1,39}$'", name="username"))

    id: UUID = Field(primary_key=True)
    username: str = Field(sa_type=Text, unique=True)
    name: str = Field(sa_type=Text)
    side: Side = Field(sa_type=String)
    enrolled_at: datetime
    ended_at: datetime | None = None


class RoleGrant(SQLModel, table=True):
    """A role that a person holds, at one place (code of a site or facility) or everywhere."""

    __tablename__ = "role_grant"
    __table_args__ = (one_of("role", Role), UniqueConstraint("person_id", "role", "place"))

    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.id")
    role: Role = Field(sa_type=String)
    place: str | None = Field(default=None, sa_type=Text)
    granted_at: datetime
    ended_at: datetime | None = None


class Credential(SQLModel, table=True):
    """What proves a person's identity. Only the desk's login reads it; the trail never records the hash."""

    id: UUID = Field(primary_key=True, foreign_key="person.id")
    password_hash: str = Field(sa_type=Text)
    changed_at: datetime


class LoginSession(SQLModel, table=True):
    """One signed-in session, known by the SHA-256 of its token."""

    __tablename__ = "login_session"

    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.id")
    token_sha256: bytes = Field(sa_type=LargeBinary, unique=True)
    started_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None


class SessionUse(SQLModel, table=True):
    """When a session was last used, to the minute. A technical table, outside the trail."""

    __tablename__ = "session_use"

    session_id: UUID = Field(primary_key=True, foreign_key="login_session.id")
    seen_at: datetime


class SignInFailure(SQLModel, table=True):
    """A proof of identity that failed: for whom (nobody where no account has that name), from where, and what was asked."""

    __tablename__ = "sign_in_failure"

    id: UUID = Field(primary_key=True)
    person_id: UUID | None = Field(default=None, foreign_key="person.id")
    source: str = Field(sa_type=Text)
    route: str = Field(sa_type=Text)
    failed_at: datetime


class AttemptCounter(SQLModel, table=True):
    """How often a proof failed for an account from a source; see `attempts`. A technical table, outside the trail."""

    __tablename__ = "attempt_counter"

    account: bytes = Field(sa_type=LargeBinary, primary_key=True)
    source: str = Field(sa_type=Text, primary_key=True)
    failures: int
    counted_at: datetime
    blocked_until: datetime | None = None
    known_at: datetime | None = None


class Signature(SQLModel, table=True):
    """An electronic signature: who, meaning and time, bound to the SHA-256 of exactly what was signed (21 CFR 11.50, 11.70)."""

    __table_args__ = (
        CheckConstraint("length(content_sha256) = 32", name="content_sha256"),
        CheckConstraint("length(btrim(meaning)) > 0", name="meaning"),
    )

    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.id")
    printed_name: str = Field(sa_type=Text)
    meaning: str = Field(sa_type=Text)
    record: str = Field(sa_type=Text)
    content_sha256: bytes = Field(sa_type=LargeBinary)
    signed_at: datetime
