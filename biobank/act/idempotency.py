"""A write that is sent twice happens once: the key is claimed in the act's own transaction.

Same key and same body get the first answer; another body is a conflict. Refusals are not kept, nor are the answers of acts
that sign or break a code: repeating those is a conflict.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text
from sqlmodel import Session

from biobank.errors import Conflict

KEPT_DAYS = 30


class KeyReused(Conflict):
    """The idempotency key was used for something else."""

    code = "idempotency_key_reused"


class AlreadyDone(Conflict):
    """This very act was done before, and its answer is not repeated."""

    code = "already_done"


@dataclass(frozen=True)
class Claim:
    """A key as the client sent it, with the route and an HMAC of the body (without credentials)."""

    key: str
    route: str
    body_hmac: bytes


class Replay(Exception):
    """The act was done before; ``answer`` is the JSON that it was answered with."""

    def __init__(self, answer: str) -> None:
        self.answer = answer
        super().__init__("answered before")


_CLAIM = text(
    "INSERT INTO idempotency_key (login, person_id, key, route, body_hmac, claimed_at)"
    " VALUES (session_user, :person, :key, :route, :hmac, :now) ON CONFLICT DO NOTHING RETURNING 1"
)
_FIRST = text(
    "SELECT route, body_hmac, answer FROM idempotency_key WHERE login = session_user AND person_id = :person AND key = :key"
)
_KEEP = text("UPDATE idempotency_key SET answer = :answer WHERE login = session_user AND person_id = :person AND key = :key")

_FORGET = text("UPDATE idempotency_key SET answer = NULL WHERE login = session_user AND strpos(answer, :words) > 0")


def claim(session: Session, person_id: UUID, wanted: Claim, now: datetime) -> None:
    """Claim ``wanted`` for this transaction; a second client with the same key waits here for the first.

    Raises Replay, KeyReused, AlreadyDone.
    """
    connection = session.connection()
    values = {"person": person_id, "key": wanted.key, "route": wanted.route, "hmac": wanted.body_hmac, "now": now}
    if connection.execute(_CLAIM, values).first():
        return
    first = connection.execute(_FIRST, {"person": person_id, "key": wanted.key}).one()
    if first.route != wanted.route or bytes(first.body_hmac) != wanted.body_hmac:
        raise KeyReused(key=wanted.key)
    if first.answer is None:
        raise AlreadyDone
    raise Replay(first.answer)


def keep(session: Session, person_id: UUID, claimed: Claim, answer: str) -> None:
    """Store the answer beside the key."""
    session.connection().execute(_KEEP, {"answer": answer, "person": person_id, "key": claimed.key})


def forget(session: Session, words: str) -> None:
    """Keep no answer of this login any more in which these words stand; whoever repeats its key is told that it was done."""
    as_told = json.dumps(words, ensure_ascii=False)[1:-1]
    session.connection().execute(_FORGET, {"words": as_told})


def purge(db: Connection, before: datetime) -> int:
    """Forget keys claimed before ``before``; a technical table, so rows may go. Returns how many went."""
    return db.execute(text("DELETE FROM idempotency_key WHERE claimed_at < :before"), {"before": before}).rowcount
