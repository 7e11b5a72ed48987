"""Sessions are kept by the server: it ends them, and no browser prolongs them by itself.

A session ends at sign-out, after its longest time, when nobody used it for the idle time, with the person, and with their
password. All times here are real time, wherever a simulated clock stands.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text

from biobank.access import queries
from biobank.access.tables import LoginSession, SessionUse
from biobank.act.acts import Act, Acts
from biobank.act.kinds import Kind
from biobank.act.people import Person
from biobank.act.rights import Caller
from biobank.db.roles import Login

TOKEN_MARK = "bbt_"
"""How the tokens of instruments begin, so that whoever finds one knows what it is."""
NOTED_EVERY = timedelta(minutes=1)
"""How exactly the last use of a session is known: writing it down at every request would cost more than the request."""

_USED = text("UPDATE session_use SET seen_at = :now WHERE session_id = :id AND seen_at < :now")
_END = text("UPDATE login_session SET ended_at = :now WHERE token_sha256 = :token AND ended_at IS NULL")
_END_OTHERS = text(
    "UPDATE login_session SET ended_at = :now WHERE person_id = :person AND ended_at IS NULL AND id IS DISTINCT FROM :kept"
)


@dataclass(frozen=True)
class Lasting:
    """How long a session lasts: at most, and unused."""

    longest: timedelta
    idle: timedelta
    idle_at_bench: timedelta = timedelta(minutes=10)
    """A session that a badge began, at a terminal that several people use."""


def begin(act: Act, person: Person, now: datetime, lasting: Lasting, *, by_badge: bool = False) -> str:
    """Begin a session of ``person``; its token is told once, the database keeps a digest of it."""
    token = secrets.token_urlsafe(32)
    session = act.add(
        LoginSession(
            id=act.new_id(),
            person_id=person.id,
            token_sha256=digest(token),
            started_at=now,
            expires_at=now + lasting.longest,
            by_badge=by_badge,
        )
    )
    act.add(SessionUse(session_id=session.id, seen_at=now))
    return token


async def find(acts: Acts, token: str, now: datetime, lasting: Lasting) -> Caller | None:
    """Whose session ``token`` is, with the roles that they hold at this moment; None where it ended, by itself or otherwise."""
    if not token:
        return None
    moment = queries.Moment(now, now - lasting.idle, now - lasting.idle_at_bench, acts.clock.now())
    if token.startswith(TOKEN_MARK):
        return await queries.by_api_token(acts.engines.glances(Login.DESK), digest(token), moment)
    return await queries.by_token(acts.engines.glances(Login.DESK), digest(token), moment)


def wants_noting(caller: Caller, now: datetime) -> bool:
    """Whether the last use that is known of a session lies so far back that this one is written down."""
    return now - caller.seen_at >= NOTED_EVERY


def note(acts: Acts, session_id: UUID, now: datetime) -> None:
    """Write down that a session was used at ``now``. A technical row: beginning and end of a session stand in the trail."""
    with acts.engines.of(Login.DESK).begin() as db:
        db.execute(_USED, {"now": now, "id": session_id})


def end(acts: Acts, person: Person, token: str, now: datetime) -> None:
    """End the session of ``token``; it is worth nothing from then on."""
    with acts.begin(person, Kind.SIGN_OUT, login=Login.DESK) as act:
        end_one(act, token, now)


def end_one(act: Act, token: str, now: datetime) -> None:
    """End the session of ``token``, where there is one that goes on."""
    act.session.connection().execute(_END, {"now": now, "token": digest(token)})


def end_all(act: Act, person_id: UUID, now: datetime, kept: UUID | None = None) -> None:
    """End every session of a person but ``kept``."""
    act.session.connection().execute(_END_OTHERS, {"now": now, "person": person_id, "kept": kept})


def digest(token: str) -> bytes:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).digest()
