"""Enrolling people, signing in, and ending a lock."""

from datetime import datetime

from sqlmodel import col, select

from biobank.access import attempts, passwords, queries, rules, sessions
from biobank.access.policy import check_password
from biobank.access.schemas import PersonIn
from biobank.access.tables import Credential, PersonRow
from biobank.act.acts import Act, Acts
from biobank.act.kinds import Kind
from biobank.act.people import Person, Side
from biobank.db.roles import Login


def enrol(act: Act, order: PersonIn, *, own: bool = False) -> PersonRow:
    """A new person with a password: one that they typed themselves (``own``), or one that is good for choosing their own.

    Raises UserNameTaken, RoleOfOtherSide, WeakPassword, PlainPassword, GuessablePassword.
    """
    rules.check_roles(order.side, order.roles)
    if act.session.exec(select(PersonRow.id).where(PersonRow.username == order.username)).first():
        raise rules.UserNameTaken(username=order.username)
    password = order.password.get_secret_value()
    check_password(password, queries.policy(act.session.connection()), (order.username, order.name))
    person = act.add(
        PersonRow(id=act.new_id(), username=order.username, name=order.name, side=order.side, enrolled_at=act.recorded_at)
    )
    kept = Credential(id=person.id, password_hash=passwords.hashed(password), changed_at=act.recorded_at, temporary=not own)
    kept.given_by = act.person.id
    act.add(kept)
    return person


def sign_in(
    acts: Acts, person: Person, now: datetime, lasting: sessions.Lasting, *, by_badge: bool = False, instead_of: str = ""
) -> str:
    """Begin a session of whoever proved who they are, at ``now``, real time; its token is told once.

    ``instead_of`` is the token that the same browser had so far; its session ends (ASVS 5.0 7.2.4).
    """
    with acts.begin(person, Kind.SIGN_IN, login=Login.DESK) as act:
        sessions.end_one(act, instead_of, now)
        return sessions.begin(act, person, now, lasting, by_badge=by_badge)


def unlock(act: Act, username: str, account: bytes) -> None:
    """Let an account be tried again from everywhere. Raises NoSuchPerson."""
    person_of(act, username)
    attempts.empty(act.session.connection(), account)


def person_of(act: Act, username: str) -> PersonRow:
    """Somebody who works here. Raises NoSuchPerson."""
    wanted = select(PersonRow).where(
        PersonRow.username == username, PersonRow.side != Side.SYSTEM, col(PersonRow.ended_at).is_(None)
    )
    found = act.session.exec(wanted).first()
    if found is None:
        raise rules.NoSuchPerson(username=username)
    return found
