"""Badge and PIN at the bench, where passwords fail in gloves: good for entering and verifying, never for signing.

A signature takes user name and password whatever the session; so nothing that is signed can be done with a badge alone.
"""

import hashlib
import hmac
import re

from sqlalchemy import Connection, Row, text
from sqlmodel import col, select

from biobank.access import passwords, rules
from biobank.access.operations import person_of
from biobank.access.tables import Badge
from biobank.act.acts import Act
from biobank.act.people import Side

_OWNER = text(
    "SELECT p.username, b.pin_hash FROM badge b JOIN person p ON p.id = b.person_id"
    " WHERE b.badge_digest = :badge AND b.ended_at IS NULL AND p.ended_at IS NULL"
)
_RUNS = "01234567890123456789"


def give(act: Act, username: str, badge_digest: bytes) -> None:
    """Give somebody a badge in place of any other; a PIN is chosen anew. Raises NoSuchPerson, BadgeKnown, NoBadgeHere."""
    person = person_of(act, username)
    if person.side == Side.DESK:
        raise rules.NoBadgeHere
    if act.session.exec(select(Badge).where(Badge.badge_digest == badge_digest, col(Badge.ended_at).is_(None))).first():
        raise rules.BadgeKnown
    if known := _of(act, person.id):
        known.ended_at = act.recorded_at
        act.session.flush()
    act.add(Badge(id=act.new_id(), person_id=person.id, badge_digest=badge_digest, given_at=act.recorded_at))


def choose_pin(act: Act, key: bytes, pin: str) -> None:
    """The acting person's PIN, by whoever just proved their password. Raises NoBadge, GuessablePin."""
    if (
        not re.fullmatch(r"[0-9]+", pin)
        or len(set(pin)) < 3
        or pin in _RUNS
        or pin[::-1] in _RUNS
        or re.fullmatch(r"(?:19|20)\d\d", pin)
    ):
        raise rules.GuessablePin(field="pin")
    known = _of(act, act.person.id)
    if known is None:
        raise rules.NoBadge
    known.pin_hash = passwords.hashed(_peppered(key, pin))


def owner(db: Connection, badge_digest: bytes) -> Row[tuple[str, str | None]] | None:
    """User name and hash of the PIN of whoever has this badge."""
    return db.execute(_OWNER, {"badge": badge_digest}).first()


def digest_of(key: bytes, badge: str) -> bytes:
    """What is kept of what a badge says."""
    return hmac.digest(key, b"badge " + badge.encode(), hashlib.sha256)


def matches(key: bytes, kept: str | None, pin: str) -> bool:
    """Whether this is the PIN; keyed, because so few digits are soon tried by whoever has a copy of the database."""
    return passwords.matches(kept, _peppered(key, pin))


def _peppered(key: bytes, pin: str) -> str:
    return hmac.digest(key, b"pin " + pin.encode(), hashlib.sha256).hex()


def _of(act: Act, person_id: object) -> Badge | None:
    wanted = select(Badge).where(Badge.person_id == person_id, col(Badge.ended_at).is_(None)).with_for_update()
    return act.session.exec(wanted).first()
