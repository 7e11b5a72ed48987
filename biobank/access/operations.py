"""Enrolling people, signing in and out."""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import text
from sqlmodel import select

from biobank.access import passwords, queries, rules
from biobank.access.schemas import PersonIn
from biobank.access.tables import Credential, LoginSession, PersonRow, RoleGrant
from biobank.act.acts import Act, Acts
from biobank.act.kinds import Kind
from biobank.act.people import PREPARER_OF_DATABASE, Person
from biobank.db.roles import Login


def enrol(act: Act, order: PersonIn) -> Person:
    """A new person with roles and a password. Raises UserNameTaken, RoleOfOtherSide, WeakPassword."""
    rules.check_roles(order.side, order.roles)
    if act.session.exec(select(PersonRow.id).where(PersonRow.username == order.username)).first():
        raise rules.UserNameTaken(username=order.username)
    kept = passwords.hashed(order.password.get_secret_value())
    person = act.add(
        PersonRow(id=act.new_id(), username=order.username, name=order.name, side=order.side, enrolled_at=act.recorded_at)
    )
    act.add(Credential(id=person.id, password_hash=kept, changed_at=act.recorded_at))
    for role in sorted(order.roles):
        act.add(RoleGrant(id=act.new_id(), person_id=person.id, role=role, place=order.place, granted_at=act.recorded_at))
    places = frozenset({order.place} if order.place else ())
    return Person(person.id, person.username, person.name, order.side, order.roles, places)


def enrol_first(acts: Acts, order: PersonIn) -> None:
    """The first administrator, whom nobody can enrol: an act of the preparation of the database."""
    with acts.begin(PREPARER_OF_DATABASE, Kind.ENROL_PERSON, login=Login.DESK) as act:
        enrol(act, order)


def sign_in(acts: Acts, username: str, password: str, now: datetime, lasts: timedelta) -> tuple[Person, str]:
    """Begin a session at ``now``, real time, and give its token, told once.

    Raises WrongSignIn, the same for a wrong name and a wrong password.
    """
    with acts.engines.of(Login.DESK).connect() as db:
        found = queries.by_username(db, username)
    person, kept = found or (None, None)
    if not passwords.matches(kept, password) or person is None:
        raise rules.WrongSignIn
    token = secrets.token_urlsafe(32)
    with acts.begin(person, Kind.SIGN_IN, login=Login.DESK) as act:
        act.add(
            LoginSession(
                id=uuid4(),
                person_id=person.id,
                token_sha256=digest(token),
                started_at=now,
                expires_at=now + lasts,
            )
        )
    return person, token


def sign_out(acts: Acts, person: Person, token: str, now: datetime) -> None:
    """End the session of ``token`` at ``now``, real time; it is worth nothing from then on."""
    with acts.begin(person, Kind.SIGN_OUT, login=Login.DESK) as act:
        ended = text("UPDATE login_session SET ended_at = :now WHERE token_sha256 = :token AND ended_at IS NULL")
        act.session.connection().execute(ended, {"now": now, "token": digest(token)})


def digest(token: str) -> bytes:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).digest()
