"""Passwords: Argon2id with the parameters that the OWASP Password Storage Cheat Sheet names first (19 MiB, 2 passes, 1 lane)."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from biobank.errors import BadInput

LEAST_CHARACTERS = 12
"""A default of this system; OWASP ASVS 5.0 6.2.1 asks for at least 8 and recommends 15."""

_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


class WeakPassword(BadInput):
    """The password is too short."""

    code = "weak_password"


def hashed(password: str) -> str:
    """The hash to keep. Raises WeakPassword."""
    if len(password) < LEAST_CHARACTERS:
        raise WeakPassword(field="password", least=LEAST_CHARACTERS)
    return _hasher.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Whether ``password`` is the one behind ``kept``; takes as long for somebody who does not exist (no enumeration by time)."""
    try:
        return _hasher.verify(kept or _nobody(), password) and kept is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    return _hasher.hash("the password of nobody at all")
