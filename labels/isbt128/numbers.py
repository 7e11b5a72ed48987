"""The numbers that a facility issues under its own facility number and licence: donations, chains of identity, products.

Reading somebody else's number needs no licence; issuing one does, and a licence is the site's own affair: none is kept here.
"""

import re
from dataclasses import dataclass
from typing import Self

from labels.checks import check_character, check_value
from labels.isbt128.structures import FIN, Structure
from labels.wrong import UnknownCode, WrongCheckCharacter

PLAIN_FLAGS = "00"
CHECKED_FLAGS = 60  # Type 3 flags: this and the value of the check character
CHAIN = "CH"
SHOWN_DIN = re.compile(rf"({FIN})([0-9]{{2}})([0-9]{{6}})")


class NotLicensed(ValueError):
    """ISBT 128 numbers are issued only under the site's own facility number and a licence that it recorded."""


@dataclass(frozen=True)
class Facility:
    """A site that may issue ISBT 128 numbers: its facility identification number and the reference of its licence."""

    number: str
    licence: str

    def __post_init__(self) -> None:
        if not re.fullmatch(FIN, self.number):
            raise NotLicensed(f"{self.number!r} is no facility identification number: one is like A9999")
        if not self.licence.strip():
            raise NotLicensed(f"no ISBT 128 licence is recorded for facility {self.number}")


@dataclass(frozen=True)
class Din(Structure):
    """Structure 001: a donation identification number. Its thirteen characters are the number; the flags say of their use."""

    facility: str
    year: str
    sequence: str
    flags: str = PLAIN_FLAGS

    NUMBER, LENGTH = "001", 16
    FORM = re.compile(rf"=(?P<facility>{FIN})(?P<year>[0-9]{{2}})(?P<sequence>[0-9]{{6}})(?P<flags>[0-9]{{2}})")
    WRITTEN = "=, a facility number, year, six digits and two flags"

    def __post_init__(self) -> None:
        super().__post_init__()
        flags = int(self.flags)
        if flags >= CHECKED_FLAGS and flags != CHECKED_FLAGS + check_value(self.number):
            raise WrongCheckCharacter(self.data, str(CHECKED_FLAGS + check_value(self.number)))

    @classmethod
    def issue(cls, facility: Facility | None, year: int, sequence: int) -> Self:
        """A new number of the site's own. Raises NotLicensed, and ValueError outside 2000-2099 and 0-999999."""
        return cls(*_own(facility, year), _six_digits(sequence))

    @classmethod
    def typed(cls, text: str) -> Self:
        """Read from its eye-readable form with the check character. Raises UnknownCode, WrongCheckCharacter."""
        found = SHOWN_DIN.fullmatch(_checked(text, 13, "a donation number is thirteen characters and a check character"))
        if found is None:
            raise UnknownCode(text, "a donation number is a facility number, a year of two digits and six digits")
        return cls(*found.groups())

    @property
    def number(self) -> str:
        """The thirteen characters that identify the donation."""
        return f"{self.facility}{self.year}{self.sequence}"

    @property
    def check(self) -> str:
        """The check character K, printed in a box beside the number and never part of a symbol."""
        return check_character(self.number)

    @property
    def shown(self) -> str:
        """For people's eyes, without K."""
        return f"{self.facility} {self.year} {self.sequence}"

    def checked(self) -> "Din":
        """The same number with flags that carry the check value (Type 3)."""
        return Din(self.facility, self.year, self.sequence, str(CHECKED_FLAGS + check_value(self.number)))

    @property
    def data(self) -> str:
        """= and fifteen characters."""
        return f"={self.number}{self.flags}"


@dataclass(frozen=True)
class ChainOfIdentity(Structure):
    """Structure 040: links the collections of one patient for one therapy; given before the first of them."""

    facility: str
    year: str
    sequence: str

    NUMBER, LENGTH = "040", 17
    FORM = re.compile(rf"&/{CHAIN}(?P<facility>{FIN})(?P<year>[0-9]{{2}})(?P<sequence>[0-9A-Z]{{6}})")
    WRITTEN = f"&/{CHAIN}, a facility number, year and six capital letters or digits"

    @classmethod
    def issue(cls, facility: Facility | None, year: int, sequence: int) -> Self:
        """A new chain of the site's own. Raises NotLicensed, and ValueError outside 2000-2099 and 0-999999."""
        return cls(*_own(facility, year), _six_digits(sequence))

    @classmethod
    def typed(cls, text: str) -> Self:
        """Read from its eye-readable form with the check character. Raises UnknownCode, WrongCheckCharacter."""
        return cls.parse("&/" + _checked(text, 15, "a chain of identity is fifteen characters and a check character"))

    @property
    def number(self) -> str:
        """The fifteen characters."""
        return f"{CHAIN}{self.facility}{self.year}{self.sequence}"

    @property
    def check(self) -> str:
        """The check character over all fifteen (our reading of ST-001 §7.5)."""
        return check_character(self.number)

    @property
    def shown(self) -> str:
        """For people's eyes, without K."""
        return f"{CHAIN} {self.facility} {self.year} {self.sequence}"

    @property
    def data(self) -> str:
        """&/ and fifteen characters."""
        return f"&/{self.number}"


@dataclass(frozen=True)
class ProductIdentifier(Structure):
    """The unique identifier of one product (MPHO): who made it, what, of which donation, which part. It stands in messages."""

    facility: str
    product: str
    donation: str
    division: str

    NUMBER, LENGTH = "MPHO", 29
    FORM = re.compile(
        rf"(?P<facility>{FIN})(?P<product>[A-Z][0-9A-Z]{{4}})(?P<donation>{FIN}[0-9]{{8}})(?P<division>[0-9A-Z]{{6}})"
    )
    WRITTEN = "a facility number, a product code, a donation number and a division of six characters"

    @property
    def data(self) -> str:
        """Twenty-nine characters; no identifier stands before them."""
        return f"{self.facility}{self.product}{self.donation}{self.division}"


def _own(facility: Facility | None, year: int) -> tuple[str, str]:
    if facility is None:
        raise NotLicensed("this site has recorded no ISBT 128 facility number and licence")
    if not 2000 <= year <= 2099:
        raise ValueError(f"year {year} cannot be told from its last two digits")
    return facility.number, f"{year % 100:02}"


def _six_digits(sequence: int) -> str:
    if not 0 <= sequence <= 999_999:
        raise ValueError(f"sequence {sequence} has no place in six digits")
    return f"{sequence:06}"


def _checked(text: str, length: int, written: str) -> str:
    """The number before its check character, spaces dropped."""
    plain = text.replace(" ", "")
    if len(plain) != length + 1 or not plain.isascii() or not plain[:-1].isalnum() or plain.upper() != plain:
        raise UnknownCode(text, written)
    expected = check_character(plain[:-1])
    if plain[-1] != expected:
        raise WrongCheckCharacter(text, expected)
    return plain[:-1]
