"""Enrolling people, signing in and out."""

from datetime import datetime

from sqlmodel import col, select

from biobank.access import attempts, passwords, rules, sessions
from biobank.access.schemas import PersonIn
from biobank.access.tables import Credential, PersonRow, RoleGrant
from biobank.act.acts import Act, Acts
from biobank.act.kinds import Kind
from biobank.act.people import PREPARER_OF_DATABASE, Person, Side
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


def sign_in(acts: Acts, person: Person, now: datetime, lasting: sessions.Lasting) -> str:
    """Begin a session of whoever proved who they are, at ``now``, real time; its token is told once."""
    with acts.begin(person, Kind.SIGN_IN, login=Login.DESK) as act:
        return sessions.begin(act, person, now, lasting)


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
