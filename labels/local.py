"""Profile LOCAL: codes that need nobody's licence, for things (LX…), kits and participants.

None of them starts with '=' or '&', which are reserved for ISBT 128.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from labels.checks import check_character
from labels.wrong import UnknownCode, WrongCheckCharacter

PREFIX = "LX"
KIT_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without 0, O, 1 and I, which hands and eyes confuse
KIT_LENGTH = 8

LOCAL_FORM = re.compile(r"LX([0-9A-Z]{2})([A-Z])([0-9]{2})([0-9]{6})[0-9A-Z*]")
KIT_FORM = re.compile(rf"[{KIT_ALPHABET}]{{{KIT_LENGTH}}}[0-9A-Z]")
PARTICIPANT_FORM = re.compile(r"([A-Z]{2})-([0-9]{2})-([0-9]{3})-[0-9A-Z*]")


class CodeKind(StrEnum):
    """What a local code names; the letter stands in the code."""

    DONATION = "D"
    BATCH = "B"
    CULTURE = "C"
    UNIT = "U"
    SAMPLE = "S"
    TRANSPORT_BOX = "T"
    LOT = "L"
    EQUIPMENT = "E"
    FREEZER = "F"
    RACK = "K"
    BOX = "X"
    POSITION = "P"
    FREEZING_RUN = "R"
    PREPARATION = "Y"
    DEVIATION = "V"
    BADGE = "N"
    ASPIRATE = "A"
    BEDSIDE_FORM = "M"
    FACILITY_FORM = "W"


@dataclass(frozen=True)
class LocalCode:
    """A thing with a code of this site; `code` is the whole of it, check character included."""

    site: str
    kind: CodeKind
    year2: int
    sequence: int
    code: str


@dataclass(frozen=True)
class KitNumber:
    """A kit; `code` is its number with the check character. The number says nothing of what is inside."""

    code: str


@dataclass(frozen=True)
class ParticipantCode:
    """A participant of a study, by pseudonymous number."""

    study: str
    site: str
    number: int
    code: str


Parsed = LocalCode | KitNumber | ParticipantCode


def build(site: str, kind: CodeKind, year: int, sequence: int) -> str:
    """The 14 characters of a local code, such as LX01D26000123L, for a year of this century.

    Raises ValueError for a site that is not two capital letters or digits, a year outside 2000-2099, or a sequence
    outside 0-999999.
    """
    if not re.fullmatch(r"[0-9A-Z]{2}", site):
        raise ValueError(f"a site is two capital letters or digits, not {site!r}")
    if not 2000 <= year <= 2099:
        raise ValueError(f"year {year} cannot be told from its last two digits")
    if not 0 <= sequence <= 999_999:
        raise ValueError(f"sequence {sequence} has no place in six digits")
    body = f"{PREFIX}{site}{kind.value}{year % 100:02}{sequence:06}"
    return body + check_character(body)


def parse(text: str) -> LocalCode:
    """Read a local code exactly as printed. Raises UnknownCode or WrongCheckCharacter."""
    form = LOCAL_FORM.fullmatch(text)
    if form is None:
        raise UnknownCode(text, f"a local code is {PREFIX}, site, kind, year, six digits and a check character")
    site, letter, year2, sequence = form.groups()
    if letter not in set(CodeKind):
        raise UnknownCode(text, f"{letter} is no kind of thing that has a code")
    _verify(text, text[:-1])
    return LocalCode(site, CodeKind(letter), int(year2), int(sequence), text)


def kit_number(draw: Callable[[int], int]) -> str:
    """A new kit number with its check character, nine characters such as B7K2Q9XMG.

    `draw(n)` gives a random whole number from 0 to n-1. A number whose check character is '*' is drawn again, so that
    a kit number is only letters and digits.
    """
    while True:
        number = "".join(KIT_ALPHABET[draw(len(KIT_ALPHABET))] for _ in range(KIT_LENGTH))
        check = check_character(number)
        if check != "*":
            return number + check


def parse_kit_number(text: str) -> KitNumber:
    """Read a kit number exactly as printed. Raises UnknownCode or WrongCheckCharacter."""
    if KIT_FORM.fullmatch(text) is None:
        raise UnknownCode(text, "a kit number is eight letters or digits without 0, O, 1 and I, and a check character")
    _verify(text, text[:-1])
    return KitNumber(text)


def participant_code(study: str, site: str, number: int) -> str:
    """A participant's code, such as SM-01-003-J: study prefix, site, number, check character over all three.

    Raises ValueError for a prefix that is not two capital letters, a site that is not two digits, or a number outside
    1-999.
    """
    if not re.fullmatch(r"[A-Z]{2}", study):
        raise ValueError(f"a study prefix is two capital letters, not {study!r}")
    if not re.fullmatch(r"[0-9]{2}", site):
        raise ValueError(f"a clinical site is two digits, not {site!r}")
    if not 1 <= number <= 999:
        raise ValueError(f"participant number {number} is not between 1 and 999")
    return f"{study}-{site}-{number:03}-{check_character(f'{study}{site}{number:03}')}"


def parse_participant_code(text: str) -> ParticipantCode:
    """Read a participant's code exactly as printed. Raises UnknownCode or WrongCheckCharacter."""
    form = PARTICIPANT_FORM.fullmatch(text)
    if form is None or form[3] == "000":
        raise UnknownCode(text, "a participant's code is written like SM-01-003 and a check character")
    study, site, number = form.groups()
    _verify(text, study + site + number)
    return ParticipantCode(study, site, int(number), text)


def parse_any(text: str) -> Parsed:
    """Read whatever was scanned or typed, and tell which code it is. Raises UnknownCode or WrongCheckCharacter.

    Space around it is dropped. Small letters are taken as capitals (Caps Lock, hasty typing), which is safe because
    no code here has small letters; nothing outside ASCII is touched, because 'ß' would become two letters.
    """
    read = text.strip()
    if read.startswith(("=", "&")):
        raise UnknownCode(text, "this is an ISBT 128 data structure, not a code of this site")
    code = read.upper() if read.isascii() else read
    if LOCAL_FORM.fullmatch(code):
        return parse(code)
    if PARTICIPANT_FORM.fullmatch(code):
        return parse_participant_code(code)
    if KIT_FORM.fullmatch(code):
        return parse_kit_number(code)
    raise UnknownCode(text, "neither a local code (LX…), nor a kit number, nor a participant's code")


def _verify(text: str, body: str) -> None:
    expected = check_character(body)
    if text[-1] != expected:
        raise WrongCheckCharacter(text, expected)
