"""Finding people, their credentials and their sessions; all as the desk's login."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from biobank.act.people import Person, Role, Side

_PERSON = """
SELECT p.id, p.username, p.name, p.side, c.password_hash,
       array_agg(DISTINCT g.role) FILTER (WHERE g.ended_at IS NULL AND g.role IS NOT NULL) AS roles,
       array_agg(DISTINCT g.place) FILTER (WHERE g.ended_at IS NULL AND g.place IS NOT NULL) AS places
  FROM person p LEFT JOIN role_grant g ON g.person_id = p.id LEFT JOIN credential c ON c.id = p.id
"""
_GROUP = " GROUP BY p.id, c.password_hash ORDER BY p.username"
_BY_NAME = text(_PERSON + "WHERE p.username = :username AND p.ended_at IS NULL AND p.side <> 'system'" + _GROUP)
_ALL = text(_PERSON + "WHERE p.ended_at IS NULL AND p.side <> 'system'" + _GROUP)
_BY_TOKEN = text(
    _PERSON + "JOIN login_session s ON s.person_id = p.id AND s.ended_at IS NULL AND s.expires_at > :now"
    " WHERE s.token_sha256 = :token AND p.ended_at IS NULL" + _GROUP
)


def by_username(db: Connection, username: str) -> tuple[Person, str | None] | None:
    """The person and the hash of their password."""
    row = db.execute(_BY_NAME, {"username": username}).first()
    return (_person(row), row.password_hash) if row else None


def by_token(db: Connection, token_sha256: bytes, now: datetime) -> Person | None:
    """The person of a running session."""
    row = db.execute(_BY_TOKEN, {"token": token_sha256, "now": now}).first()
    return _person(row) if row else None


def everybody(db: Connection) -> list[Person]:
    """Everybody who works here, by user name."""
    return [_person(row) for row in db.execute(_ALL)]


def _person(row: Row[Any]) -> Person:
    roles = frozenset(Role(role) for role in row.roles or ())
    return Person(row.id, row.username, row.name, Side(row.side), roles, frozenset(row.places or ()))
