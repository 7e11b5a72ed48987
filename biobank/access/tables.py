"""People, their roles, their passwords and sessions, and what they signed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlmodel import Field, SQLModel

from biobank.act.people import Role, Side
from biobank.db.columns import one_of


class Human(SQLModel, table=True):
    """The human being behind one account or several, known by a keyed digest of an identity document; all are of one side."""

    __table_args__ = (
        one_of("side", Side),
        CheckConstraint("length(digest) = 32", name="digest"),
        UniqueConstraint("id", "side", name="uq_human_id_side"),
    )

    id: UUID = Field(primary_key=True)
    digest: bytes = Field(sa_type=LargeBinary, unique=True)
    side: Side = Field(sa_type=String)


class PersonRow(SQLModel, table=True):
    """A named person. The user name is never used again, even when the person has left."""

    __tablename__ = "person"
    __table_args__ = (
        one_of("side", Side),
        CheckConstraint("username ~ '^[a-z][a-z0-9._-]{1,39}$'", name="username"),
        ForeignKeyConstraint(["human_id", "side"], ["human.id", "human.side"], name="fk_person_human_id"),
    )

    id: UUID = Field(primary_key=True)
    username: str = Field(sa_type=Text, unique=True)
    name: str = Field(sa_type=Text)
    side: Side = Field(sa_type=String)
    enrolled_at: datetime
    ended_at: datetime | None = None
    human_id: UUID | None = None


class RoleGrant(SQLModel, table=True):
    """A role that a person holds, at one place (code of a site or facility) or everywhere, with what it needs to count."""

    __tablename__ = "role_grant"
    __table_args__ = (
        one_of("role", Role),
        Index(
            "uq_role_grant_standing",
            "person_id",
            "role",
            "place",
            unique=True,
            postgresql_where="ended_at IS NULL",
            postgresql_nulls_not_distinct=True,
        ),
    )

    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.id")
    role: Role = Field(sa_type=String)
    place: str | None = Field(default=None, sa_type=Text)
    granted_at: datetime
    ended_at: datetime | None = None
    trained_until: datetime | None = None
    delegated_until: datetime | None = None
    reviewed_at: datetime | None = None


class Credential(SQLModel, table=True):
    """What proves a person's identity. Only the desk's login reads it; the trail never records the hash.

    ``temporary``: the password was given, and is good for choosing one's own. ``given_by`` is who gave the first or last such
    password. ``verified_at`` is when somebody else saw who the person is; nobody signs without.
    """

    __table_args__ = (CheckConstraint("NOT temporary OR verified_at IS NULL", name="own_when_verified"),)

    id: UUID = Field(primary_key=True, foreign_key="person.id")
    password_hash: str = Field(sa_type=Text)
    changed_at: datetime
    temporary: bool = False
    given_by: UUID | None = Field(default=None, foreign_key="person.id")
    verified_at: datetime | None = None


class IdentityCheck(SQLModel, table=True):
    """Somebody saw, by a document, which human being an account belongs to (21 CFR 11.100(b))."""

    __tablename__ = "identity_check"
    __table_args__ = (CheckConstraint("verified_by <> person_id", name="two_people"),)

    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.id")
    human_id: UUID = Field(foreign_key="human.id")
    verified_by: UUID = Field(foreign_key="person.id")
    shown: str = Field(sa_type=Text)
    verified_at: datetime


class AccessPolicy(SQLModel, table=True):
    """A signed version of the rules for passwords, training, delegation and review; the highest number is in force."""

    __tablename__ = "access_policy"
    __table_args__ = (
        CheckConstraint("minimum_length BETWEEN 8 AND 64", name="minimum_length"),
        CheckConstraint("expires_after_days > 0", name="expires_after_days"),
        CheckConstraint("review_every_days > 0", name="review_every_days"),
    )

    id: UUID = Field(primary_key=True)
    number: int = Field(unique=True)
    minimum_length: int
    needs_classes: bool
    expires_after_days: int | None = None
    blocked_words: list[str] = Field(sa_type=ARRAY(Text))
    trained_roles: list[str] = Field(sa_type=ARRAY(Text))
    delegated_roles: list[str] = Field(sa_type=ARRAY(Text))
    review_every_days: int
    signature_id: UUID = Field(foreign_key="signature.id")
    set_at: datetime


class LoginSession(SQLModel, table=True):
    """One signed-in session, known by the SHA-256 of its token."""

    __tablename__ = "login_session"

    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.id")
    token_sha256: bytes = Field(sa_type=LargeBinary, unique=True)
    started_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None
    by_badge: bool = False


class SessionUse(SQLModel, table=True):
    """When a session was last used, to the minute. A technical table, outside the trail."""

    __tablename__ = "session_use"

    session_id: UUID = Field(primary_key=True, foreign_key="login_session.id")
    seen_at: datetime


class SecondFactor(SQLModel, table=True):
    """The encrypted secret of a person's authenticator; it counts once ``confirmed_at`` is there."""

    __tablename__ = "second_factor"

    id: UUID = Field(primary_key=True, foreign_key="person.id")
    sealed: bytes = Field(sa_type=LargeBinary)
    confirmed_at: datetime | None = None


class FactorUse(SQLModel, table=True):
    """The last thirty seconds of which a code was used, so that none is used twice. A technical table, outside the trail."""

    __tablename__ = "factor_use"

    person_id: UUID = Field(primary_key=True, foreign_key="second_factor.id")
    last_step: int = Field(sa_type=BigInteger)


class ApiToken(SQLModel, table=True):
    """A token of an instrument, good for some routes, known by its SHA-256."""

    __tablename__ = "api_token"
    __table_args__ = (CheckConstraint("cardinality(routes) > 0", name="routes"),)

    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.id")
    token_sha256: bytes = Field(sa_type=LargeBinary, unique=True)
    routes: list[str] = Field(sa_type=ARRAY(Text))
    given_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None


class Badge(SQLModel, table=True):
    """A badge that somebody scans at the bench, known by a keyed digest, with the hash of their PIN once they chose one."""

    __table_args__ = (
        Index("uq_badge_person_id", "person_id", unique=True, postgresql_where="ended_at IS NULL"),
        Index("uq_badge_badge_digest", "badge_digest", unique=True, postgresql_where="ended_at IS NULL"),
    )

    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.id")
    badge_digest: bytes = Field(sa_type=LargeBinary)
    pin_hash: str | None = Field(default=None, sa_type=Text)
    given_at: datetime
    ended_at: datetime | None = None


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
    username: str | None = Field(default=None, sa_type=Text)
    role: str | None = Field(default=None, sa_type=Text)
