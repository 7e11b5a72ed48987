"""Who an account belongs to: seen by another person before the account signs anything, and again after every given password."""

import hashlib
import hmac
import re
import secrets
from datetime import datetime
from uuid import UUID

from sqlmodel import select

from biobank.access import passwords, queries, rules, sessions
from biobank.access.operations import person_of
from biobank.access.policy import check_password
from biobank.access.tables import Credential, Human, IdentityCheck, PersonRow
from biobank.act.acts import Act
from biobank.act.rights import IdentityNotVerified

_GIVEN_LENGTH = 15


def digest_of(key: bytes, document: str) -> bytes:
    """What is kept of the number of an identity document, however it was spaced: nobody reads the number from it."""
    return hmac.digest(key, b"human " + re.sub(r"[\W_]", "", document).upper().encode(), hashlib.sha256)


def verify(act: Act, username: str, document_digest: bytes, shown: str) -> None:
    """The acting person saw who somebody is; that one may sign from now on.

    Raises NoSuchPerson, VerifiesTheirOwn, IdentityNotVerified, PasswordNotOwn, AnotherHuman.
    """
    person, credential = person_of(act, username), _credential(act, username)
    rules.check_may_verify(act.person.id, person.id, credential.given_by)
    check_verified(act, act.person.id)
    if credential.temporary:
        raise rules.PasswordNotOwn(username=username)
    seen(act, person, credential, act.person.id, document_digest, shown)


def seen(act: Act, person: PersonRow, credential: Credential, by: UUID, document_digest: bytes, shown: str) -> None:
    """Write down that ``by`` saw who ``person`` is. Raises AnotherHuman."""
    human = act.session.exec(select(Human).where(Human.digest == document_digest)).first()
    if human is None:
        human = act.add(Human(id=act.new_id(), digest=document_digest, side=person.side))
    if human.side != person.side or person.human_id not in (None, human.id):
        raise rules.AnotherHuman(username=person.username)
    person.human_id = human.id
    credential.verified_at = act.recorded_at
    act.session.flush()
    check = IdentityCheck(
        id=act.new_id(), person_id=person.id, human_id=human.id, verified_by=by, shown=shown, verified_at=act.recorded_at
    )
    act.add(check)


def check_verified(act: Act, person_id: UUID) -> None:
    """Only who was seen themselves sees others. Raises IdentityNotVerified."""
    own = act.session.get(Credential, person_id)
    if own is None or own.verified_at is None:
        raise IdentityNotVerified


def reset(act: Act, username: str, now: datetime) -> str:
    """Give a new password, good for choosing one's own; sessions and the right to sign end. It is told once.

    Raises NoSuchPerson, YourOwnRights.
    """
    person, credential = person_of(act, username), _credential(act, username)
    if person.id == act.person.id:
        raise rules.YourOwnRights
    given = secrets.token_urlsafe(_GIVEN_LENGTH)
    credential.password_hash = passwords.hashed(given)
    credential.changed_at, credential.temporary = act.recorded_at, True
    credential.given_by, credential.verified_at = act.person.id, None
    sessions.end_all(act, person.id, now)
    return given


def choose(act: Act, new: str, now: datetime, session_id: UUID) -> None:
    """A password of one's own, by whoever just proved the old one; every other session of theirs ends.

    Raises WeakPassword, PlainPassword, GuessablePassword, SamePassword.
    """
    person, credential = act.person, _credential(act, act.person.username)
    check_password(new, queries.policy(act.session.connection()), (person.username, person.name), "new")
    if passwords.matches(credential.password_hash, new):
        raise rules.SamePassword(field="new")
    credential.password_hash = passwords.hashed(new)
    credential.changed_at, credential.temporary = act.recorded_at, False
    sessions.end_all(act, person.id, now, session_id)


def _credential(act: Act, username: str) -> Credential:
    person = person_of(act, username)
    wanted = select(Credential).where(Credential.id == person.id).with_for_update()
    found = act.session.exec(wanted).first()
    if found is None:
        raise rules.NoSuchPerson(username=username)
    return found
