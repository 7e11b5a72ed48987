"""The second factor: a time-based code of an authenticator (RFC 6238), asked for outside of the configured networks.

The secret is told once and kept encrypted; a code is good once, and its neighbours of thirty seconds before and after are too.
"""

import hashlib
import hmac
import secrets
from datetime import datetime
from uuid import UUID

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, text

from biobank.access import rules
from biobank.access.tables import FactorUse, SecondFactor
from biobank.act.acts import Act

_STEP_S, _NONCE = 30, 12
_KEPT = text("SELECT sealed, confirmed_at FROM second_factor WHERE id = :person")
_USE = text("UPDATE factor_use SET last_step = :step WHERE person_id = :person AND last_step < :step")


def begin(act: Act, key: bytes) -> str:
    """A new secret of the acting person, in place of any other; it counts when a code of it was given. Told once."""
    secret = pyotp.random_base32()
    sealed = _sealed(key, act.person.id, secret)
    known = act.session.get(SecondFactor, act.person.id)
    if known is None:
        act.add(SecondFactor(id=act.person.id, sealed=sealed))
        act.add(FactorUse(person_id=act.person.id, last_step=0))
    else:
        known.sealed, known.confirmed_at = sealed, None
    return secret


def confirm(act: Act, key: bytes, code: str, now: datetime) -> None:
    """The acting person has the secret: they gave a code of it. Raises WrongCode."""
    if not _is_right(act.session.connection(), key, act.person.id, code, now, unconfirmed=True):
        raise rules.WrongCode(field="code")
    act.session.get_one(SecondFactor, act.person.id).confirmed_at = act.recorded_at


def is_right(db: Connection, key: bytes, person_id: UUID, code: str, now: datetime) -> bool:
    """Whether this is a code of the person's that was not used before; it is used with this."""
    return _is_right(db, key, person_id, code, now, unconfirmed=False)


def _is_right(db: Connection, key: bytes, person_id: UUID, code: str, now: datetime, *, unconfirmed: bool) -> bool:
    kept = db.execute(_KEPT, {"person": person_id}).first()
    if kept is None or (kept.confirmed_at is None) != unconfirmed:
        return False
    code_at = pyotp.TOTP(_opened(key, person_id, kept.sealed)).generate_otp
    this = int(now.timestamp()) // _STEP_S
    step = next((one for one in (this - 1, this, this + 1) if hmac.compare_digest(code_at(one), code)), 0)
    return step > 0 and db.execute(_USE, {"person": person_id, "step": step}).rowcount == 1


def _sealed(key: bytes, person_id: UUID, secret: str) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(_factor_key(key)).encrypt(nonce, secret.encode(), person_id.bytes)


def _opened(key: bytes, person_id: UUID, sealed: bytes) -> str:
    try:
        return AESGCM(_factor_key(key)).decrypt(sealed[:_NONCE], sealed[_NONCE:], person_id.bytes).decode()
    except InvalidTag as error:
        raise RuntimeError("a second factor was sealed with another instance key, or for somebody else") from error


def _factor_key(key: bytes) -> bytes:
    return hmac.digest(key, b"second factor", hashlib.sha256)
