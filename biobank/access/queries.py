"""Finding people, their credentials and their sessions; all as the desk's login."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from biobank.act.people import Person, Role, Side
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
_BY_TOKEN = """
SELECT p.id, p.username, p.name, p.side, array_agg(DISTINCT g.role) FILTER (WHERE g.role IS NOT NULL) AS roles,
       array_agg(DISTINCT g.place) FILTER (WHERE g.place IS NOT NULL) AS places
  FROM login_session s JOIN person p ON p.id = s.person_id LEFT JOIN role_grant g ON g.person_id = p.id AND g.ended_at IS NULL
 WHERE s.token_sha256 = %(token)s AND s.ended_at IS NULL AND s.expires_at > %(now)s AND p.ended_at IS NULL GROUP BY p.id
"""


def by_username(db: Connection, username: str) -> tuple[Person, str | None] | None:
    """The person and the hash of their password."""
    row = db.execute(_BY_NAME, {"username": username}).first()
    return (_person(row), row.password_hash) if row else None


async def by_token(glances: Glances, token_sha256: bytes, now: datetime) -> Person | None:
    """The person of a running session with the roles that they have at this moment: asked at every request, never kept."""
    row = await glances.first(_BY_TOKEN, {"token": token_sha256, "now": now})
    return _person(row) if row else None


def everybody(db: Connection) -> list[Person]:
    """Everybody who works here, by user name."""
    return [_person(row) for row in db.execute(_ALL)]


def _person(row: Row[Any]) -> Person:
    roles = frozenset(Role(role) for role in row.roles or ())
    return Person(row.id, row.username, row.name, Side(row.side), roles, frozenset(row.places or ()))
