"""What a password must be, which roles need training and delegation, and how often rights are reviewed: configuration.

Standards disagree (21 CFR 11.300(b) asks for ageing, OWASP ASVS 5.0 6.2.5 and 6.2.10 forbid forced change and composition), so
each installation signs its own profile. The defaults follow ASVS.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from biobank.act.people import Role
from biobank.errors import BadInput

HANDS_ON = frozenset(
    {
        Role.TREATING,
        Role.ASSESSOR,
        Role.PHARMACIST,
        Role.COURIER,
        Role.TECHNICIAN,
        Role.BIOBANK_MANAGER,
        Role.PREPARER,
        Role.QA,
        Role.QP,
        Role.SPONSOR_RELEASER,
    }
)
"""Whose steps are stopped by an expired training (21 CFR 11.10(i))."""
BY_INVESTIGATOR = frozenset({Role.TREATING, Role.ASSESSOR, Role.PHARMACIST})
"""To whom the investigator delegates in writing (ICH E6(R3) 2.3)."""

COMMON = """
 password passwort passord passwd pass motdepasse parola welcome welcome1 willkommen velkommen letmein login admin
administrator root user guest test default changeme secret qwerty qwertz azerty qwer asdf zxcv abcd iloveyou monkey dragon
football baseball superman batman trustno sunshine princess master shadow michael jennifer summer winter spring autumn
january february march april monday tuesday wednesday thursday friday saturday sunday hello whatever freedom starwars
computer internet samsung google biobank hospital clinic trial study patient participant laboratory pharmacy oslo bergen
"""
"""Words that guessers try first, and those of this very system (ASVS 6.2.4, 6.1.2); a password of nothing else is refused."""
_RUNS = ("abcdefghijklmnopqrstuvwxyz" * 2, "0123456789" * 8, "qwertyuiopasdfghjklzxcvbnm" * 3, "1q2w3e4r5t6y7u8i9o0p" * 4)
_LEET = str.maketrans("0134578@$!", "oieastbasi")
_LEAST_ELSE, _LEAST_DIFFERENT, _LEAST_NAME = 5, 5, 4


class WeakPassword(BadInput):
    """The password is too short."""

    code = "weak_password"


class PlainPassword(BadInput):
    """The policy asks for several classes of characters."""

    code = "plain_password"


class GuessablePassword(BadInput):
    """The password is among the first that somebody would try."""

    code = "guessable_password"


@dataclass(frozen=True)
class Policy:
    """A version of the profile; number 0 is what holds before anybody signed one."""

    number: int = 0
    minimum_length: int = 12
    needs_classes: bool = False
    expires_after_days: int | None = None
    blocked_words: frozenset[str] = frozenset()
    trained_roles: frozenset[Role] = HANDS_ON
    delegated_roles: frozenset[Role] = BY_INVESTIGATOR
    review_every_days: int = 180


def check_password(password: str, policy: Policy, own: Iterable[str] = (), field: str = "password") -> None:
    """``own`` are the person's user name and name. Raises WeakPassword, PlainPassword, GuessablePassword."""
    if len(password) < policy.minimum_length:
        raise WeakPassword(field=field, least=policy.minimum_length)
    classes = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^a-zA-Z0-9]")
    if policy.needs_classes and not all(re.search(one, password) for one in classes):
        raise PlainPassword(field=field)
    plain = password.casefold()
    if len(set(plain)) < _LEAST_DIFFERENT or any(plain in run or plain[::-1] in run for run in _RUNS):
        raise GuessablePassword(field=field, why="it is a row of the same or of neighbouring characters")
    names = {part for name in own for part in re.split(r"[^\w]+", name.casefold()) if len(part) >= _LEAST_NAME}
    if any(name in plain for name in names):
        raise GuessablePassword(field=field, why="it holds your name")
    words = frozenset(COMMON.split()) | {word.casefold() for word in policy.blocked_words}
    if any(_made_of(words, one) for one in (plain, plain.translate(_LEET))):
        raise GuessablePassword(field=field, why="it is made of words that are tried first")


def _made_of(words: frozenset[str], password: str) -> bool:
    left = password
    for word in sorted(words, key=len, reverse=True):
        left = left.replace(word, "")
    return left != password and len(re.sub(r"[\W\d_]", "", left)) < _LEAST_ELSE and len(left) < _LEAST_ELSE * 2
