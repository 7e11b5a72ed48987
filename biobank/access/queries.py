"""Finding people, their credentials, their rights and their sessions; all as the desk's login."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from biobank.access.policy import Policy
from biobank.act.people import Person, Role, Side
from biobank.act.rights import Caller, Grant
from biobank.db.glances import Glances

_PERSON = """
SELECT p.id, p.username, p.name, p.side, p.human_id, c.password_hash, coalesce(c.temporary, false) AS temporary,
       c.verified_at,
       array_agg(DISTINCT g.role) FILTER (WHERE g.ended_at IS NULL AND g.role IS NOT NULL) AS roles,
       array_agg(DISTINCT g.place) FILTER (WHERE g.ended_at IS NULL AND g.place IS NOT NULL) AS places
  FROM person p LEFT JOIN role_grant g ON g.person_id = p.id LEFT JOIN credential c ON c.id = p.id
"""
_GROUP = " GROUP BY p.id, c.id ORDER BY p.username"
_BY_NAME = text(_PERSON + "WHERE p.username = :username AND p.ended_at IS NULL AND p.side <> 'system'" + _GROUP)
_ALL = text(_PERSON + "WHERE p.ended_at IS NULL AND p.side <> 'system'" + _GROUP)
_FAILURES = text(
    "SELECT p.username, f.source, f.route, f.failed_at FROM sign_in_failure f LEFT JOIN person p ON p.id = f.person_id"
    " ORDER BY f.failed_at DESC, f.id LIMIT 200"
)
_POLICY = text(
    "SELECT number, minimum_length, needs_classes, expires_after_days, blocked_words, trained_roles, delegated_roles,"
    " review_every_days FROM access_policy ORDER BY number DESC LIMIT 1"
)
_STANDING = text(
    "SELECT p.username, g.role, g.place, g.granted_at, g.trained_until, g.delegated_until, g.reviewed_at"
    "  FROM role_grant g JOIN person p ON p.id = g.person_id WHERE g.ended_at IS NULL AND p.ended_at IS NULL"
    " ORDER BY coalesce(g.reviewed_at, g.granted_at), p.username, g.role, g.place"
)
_RIGHTS = """
       min(rule.trained_roles) AS trained_roles, min(rule.delegated_roles) AS delegated_roles,
       array_agg(g.role ORDER BY g.id) FILTER (WHERE g.id IS NOT NULL) AS roles,
       array_agg(g.place ORDER BY g.id) FILTER (WHERE g.id IS NOT NULL) AS places,
       array_agg(g.trained_until ORDER BY g.id) FILTER (WHERE g.id IS NOT NULL) AS trained,
       array_agg(g.delegated_until ORDER BY g.id) FILTER (WHERE g.id IS NOT NULL) AS delegated
"""
_RULE = " LEFT JOIN (SELECT * FROM access_policy ORDER BY number DESC LIMIT 1) rule ON true "
_BY_TOKEN = f"""
SELECT s.token_sha256 AS key, p.id, p.username, p.name, p.side, p.human_id, s.id AS session_id,
       s.expires_at, s.by_badge, u.seen_at,
       coalesce(bool_or(c.temporary), false) AS temporary, min(c.changed_at) AS changed_at,
       min(rule.expires_after_days) AS expires_after_days, {_RIGHTS}
  FROM login_session s JOIN session_use u ON u.session_id = s.id JOIN person p ON p.id = s.person_id
  LEFT JOIN credential c ON c.id = p.id LEFT JOIN role_grant g ON g.person_id = p.id AND g.ended_at IS NULL {_RULE}
 WHERE s.token_sha256 = ANY(%(keys)s) AND s.ended_at IS NULL AND p.ended_at IS NULL GROUP BY p.id, s.id, u.seen_at
"""
_AT_WORK = text(f"""
SELECT p.id, p.username, p.name, p.side, p.human_id, {_RIGHTS}
  FROM person p
  LEFT JOIN role_grant g ON g.person_id = p.id AND g.granted_at <= :at AND (g.ended_at IS NULL OR g.ended_at > :at) {_RULE}
 WHERE p.username = :username AND p.side <> 'system' AND (p.ended_at IS NULL OR p.ended_at > :at) GROUP BY p.id
""")
_BY_API_TOKEN = """
SELECT t.token_sha256 AS key, t.id AS token_id, t.routes, t.expires_at, p.id, p.username, p.name, p.side,
       array_agg(g.role ORDER BY g.id) AS roles, array_agg(g.place ORDER BY g.id) AS places
  FROM api_token t JOIN person p ON p.id = t.person_id JOIN role_grant g ON g.person_id = p.id AND g.ended_at IS NULL
 WHERE t.token_sha256 = ANY(%(keys)s) AND t.ended_at IS NULL AND p.ended_at IS NULL GROUP BY t.id, p.id
"""
_DEFAULT = Policy()


@dataclass(frozen=True)
class Account:
    """A person with what proves who they are. ``password_hash`` is None for whoever never signs in."""

    person: Person
    password_hash: str | None
    temporary: bool
    verified_at: datetime | None
    human_id: UUID | None


@dataclass(frozen=True)
class Moment:
    """When something is asked: in real time, since when an unused session is over (one begun by badge), by the record's clock."""

    now: datetime
    idle_since: datetime
    idle_at_bench_since: datetime
    at: datetime


def by_username(db: Connection, username: str) -> Account | None:
    """Somebody who works here."""
    row = db.execute(_BY_NAME, {"username": username}).first()
    return Account(_person(row), row.password_hash, row.temporary, row.verified_at, row.human_id) if row else None


async def by_token(glances: Glances, token_sha256: bytes, moment: Moment) -> Caller | None:
    """Who has this running session, with the rights of this moment: asked at every request, never kept."""
    row = await glances.first(_BY_TOKEN, token_sha256)
    if row is None or row.expires_at <= moment.now:
        return None
    if row.seen_at <= (moment.idle_at_bench_since if row.by_badge else moment.idle_since):
        return None
    grants = _grants(row, moment.at)
    person = _holding(row, grants)
    old = row.expires_after_days is not None and row.changed_at + timedelta(days=row.expires_after_days) < moment.at
    return Caller(person, row.session_id, row.seen_at, grants, row.temporary or old, row.human_id is not None)


async def by_api_token(glances: Glances, token_sha256: bytes, moment: Moment) -> Caller | None:
    """Which instrument has this token."""
    row = await glances.first(_BY_API_TOKEN, token_sha256)
    if row is None or row.expires_at <= moment.at:
        return None
    grants = tuple(Grant(Role(role), place) for role, place in zip(row.roles, row.places, strict=True))
    return Caller(_holding(row, grants), row.token_id, moment.now, grants, only=frozenset(row.routes))


def at_work(db: Connection, username: str, at: datetime) -> tuple[Person, tuple[Grant, ...], bool] | None:
    """Who worked here under this name at that time, with the rights of then, and whether it is known which human they are."""
    row = db.execute(_AT_WORK, {"username": username, "at": at}).first()
    if row is None:
        return None
    grants = _grants(row, at)
    return _holding(row, grants), grants, row.human_id is not None


def _holding(row: Any, grants: tuple[Grant, ...]) -> Person:
    places = frozenset(grant.place for grant in grants if grant.place)
    return Person(row.id, row.username, row.name, Side(row.side), frozenset(grant.role for grant in grants), places)


def _grants(row: Any, at: datetime) -> tuple[Grant, ...]:
    needs_training = _DEFAULT.trained_roles if row.trained_roles is None else row.trained_roles
    needs_delegation = _DEFAULT.delegated_roles if row.delegated_roles is None else row.delegated_roles
    return tuple(
        Grant(
            Role(role),
            place,
            role not in needs_training or (trained is not None and trained > at),
            role not in needs_delegation or (delegated is not None and delegated > at),
        )
        for role, place, trained, delegated in zip(
            row.roles or (), row.places or (), row.trained or (), row.delegated or (), strict=True
        )
    )


def person(db: Connection, username: str) -> Person:
    """Somebody who works here, of whom that is known."""
    return _person(db.execute(_BY_NAME, {"username": username}).one())


def policy(db: Connection) -> Policy:
    """The policy in force."""
    row = db.execute(_POLICY).first()
    if row is None:
        return _DEFAULT
    told = dict(row._mapping) | {"blocked_words": frozenset(row.blocked_words)}
    told |= {name: frozenset(map(Role, told[name])) for name in ("trained_roles", "delegated_roles")}
    return Policy(**told)


def standing(db: Connection) -> list[Row[Any]]:
    """Every right that somebody holds, the longest unreviewed first."""
    return list(db.execute(_STANDING))


def failures(db: Connection) -> list[Row[Any]]:
    """The newest proofs of identity that failed."""
    return list(db.execute(_FAILURES))


def everybody(db: Connection) -> list[Person]:
    """Everybody who works here, by user name."""
    return [_person(row) for row in db.execute(_ALL)]


def _person(row: Row[Any]) -> Person:
    roles = frozenset(Role(role) for role in row.roles or ())
    return Person(row.id, row.username, row.name, Side(row.side), roles, frozenset(row.places or ()))
