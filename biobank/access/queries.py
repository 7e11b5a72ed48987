"""Finding people, their credentials and their sessions; all as the desk's login."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from biobank.act.people import Person, Role, Side
from biobank.act.rights import Caller, Grant
from biobank.db.glances import Glances

_PERSON = """
SELECT p.id, p.username, p.name, p.side, c.password_hash,
       array_agg(DISTINCT g.role) FILTER (WHERE g.ended_at IS NULL AND g.role IS NOT NULL) AS roles,
       array_agg(DISTINCT g.place) FILTER (WHERE g.ended_at IS NULL AND g.place IS NOT NULL) AS places
  FROM person p LEFT JOIN role_grant g ON g.person_id = p.id LEFT JOIN credential c ON c.id = p.id
"""
_GROUP = " GROUP BY p.id, c.password_hash ORDER BY p.username"
_BY_NAME = text(_PERSON + "WHERE p.username = :username AND p.ended_at IS NULL AND p.side <> 'system'" + _GROUP)
_ALL = text(_PERSON + "WHERE p.ended_at IS NULL AND p.side <> 'system'" + _GROUP)
_FAILURES = text(
    "SELECT p.username, f.source, f.route, f.failed_at FROM sign_in_failure f LEFT JOIN person p ON p.id = f.person_id"
    " ORDER BY f.failed_at DESC, f.id LIMIT 200"
)
_BY_TOKEN = """
SELECT s.token_sha256 AS key, s.expires_at, p.id, p.username, p.name, p.side, s.id AS session_id, u.seen_at,
       coalesce(array_agg(g.role || ' ' || coalesce(g.place, '')) FILTER (WHERE g.id IS NOT NULL), '{}') AS grants
  FROM login_session s JOIN session_use u ON u.session_id = s.id JOIN person p ON p.id = s.person_id
  LEFT JOIN role_grant g ON g.person_id = p.id AND g.ended_at IS NULL
 WHERE s.token_sha256 = ANY(%(keys)s) AND s.ended_at IS NULL AND p.ended_at IS NULL GROUP BY p.id, s.id, u.seen_at
"""


def by_username(db: Connection, username: str) -> tuple[Person, str | None] | None:
    """The person and the hash of their password."""
    row = db.execute(_BY_NAME, {"username": username}).first()
    return (_person(row), row.password_hash) if row else None


async def by_token(glances: Glances, token_sha256: bytes, now: datetime, idle_since: datetime) -> Caller | None:
    """Who has this running session, with the roles of this moment: asked at every request, never kept."""
    row = await glances.first(_BY_TOKEN, token_sha256)
    if row is None or row.expires_at <= now or row.seen_at <= idle_since:
        return None
    grants = tuple(_grant(one) for one in row.grants)
    roles = frozenset(grant.role for grant in grants)
    places = frozenset(grant.place for grant in grants if grant.place)
    return Caller(Person(row.id, row.username, row.name, Side(row.side), roles, places), row.session_id, row.seen_at, grants)


def _grant(told: str) -> Grant:
    role, _, place = told.partition(" ")
    return Grant(Role(role), place or None)


def person(db: Connection, username: str) -> Person:
    """Somebody who works here, of whom that is known."""
    return _person(db.execute(_BY_NAME, {"username": username}).one())


def failures(db: Connection) -> list[Row[Any]]:
    """The newest proofs of identity that failed."""
    return list(db.execute(_FAILURES))


def everybody(db: Connection) -> list[Person]:
    """Everybody who works here, by user name."""
    return [_person(row) for row in db.execute(_ALL)]


def _person(row: Row[Any]) -> Person:
    roles = frozenset(Role(role) for role in row.roles or ())
    return Person(row.id, row.username, row.name, Side(row.side), roles, frozenset(row.places or ()))
