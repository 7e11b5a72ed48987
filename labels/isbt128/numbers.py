"""The numbers that a facility issues under its own facility number and licence: donations, chains of identity, products.

Reading a number needs no licence, so that what was issued can always be read; issuing one does, and a licence is the site's
own affair: none is kept here.
"""

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date
from string import ascii_lowercase, ascii_uppercase
from typing import ClassVar, Self

from labels.checks import check_character, check_value
from labels.isbt128.products import UNDIVIDED, WITH_COLLECTION, ProductCode
from labels.isbt128.structures import FIN, Structure
from labels.wrong import UnknownCode, WrongCheckCharacter

PLAIN_FLAGS = "00"
CHECKED_FLAGS = 60  # Type 3 flags: this and the value of the check character
CHAIN = "CH"
SHOWN_DIN = re.compile(rf"({FIN})([0-9]{{2}})([0-9]{{6}})")
SHOWN_PART = re.compile(rf"({FIN})([0-9]{{2}})([0-9]{{6}})([A-Z])([0A-Z])")
DIVISIONS = [first + second for first in ascii_uppercase for second in ascii_lowercase]


class NotLicensed(ValueError):
    """ISBT 128 numbers are issued only under the site's own facility number and a licence that it recorded and that is valid."""


class NumbersUsedUp(ValueError):
    """No number is left of those that the site may give."""


@dataclass(frozen=True, kw_only=True)
class Facility:
    """A site that may issue ISBT 128 numbers: its facility identification number, the reference of its licence, the days from
    which and until which it issues under them, and the code under which its frozen units are registered, if they are.

    ``unit`` is a product description code and the type of collection; ``first`` and ``last`` bound the sequence numbers of each
    year, where something else issues others under the same facility number.
    """

    number: str = ""
    licence: str = ""
    since: date
    valid_until: date
    unit: str | None = None
    first: int = 1
    last: int = 999_999

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    def __post_init__(self) -> None:
        if not re.fullmatch(FIN, self.number):
            raise NotLicensed(f"{self.number!r} is no facility identification number: one is like A9999")
        if not self.licence.strip():
            raise NotLicensed(f"no ISBT 128 licence is recorded for facility {self.number}")
        if not self.since <= self.valid_until:
            raise NotLicensed(f"the licence of facility {self.number} ends before numbers are issued under it")
        if not 1 <= self.first <= self.last <= 999_999:
            raise NumbersUsedUp("the sequence numbers of a year are within 1 to 999999")
        if self.unit is not None and ProductCode(self.unit[:5], self.unit[5:] + UNDIVIDED).product[0] not in WITH_COLLECTION:
            raise NotLicensed(f"{self.unit!r} is no product code with a type of collection, which a frozen unit has")

    def is_licensed(self, on: date) -> bool:
        """Whether numbers are issued on that day."""
        return self.since <= on <= self.valid_until


class Checked(ABC):
    """A number that people type with its check character, which is printed in a box beside it and never part of a symbol."""

    @property
    @abstractmethod
    def number(self) -> str:
        """The characters before the check character."""

    @property
    def check(self) -> str:
        """The check character over all of them; of others than donations that is our reading of ST-001 §7.5."""
        return check_character(self.number)

    @property
    def code(self) -> str:
        """As people type it: the number and its check character."""
        return self.number + self.check


@dataclass(frozen=True)
class Din(Checked, Structure):
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
    def issue(cls, facility: Facility | None, on: date, sequence: int) -> Self:
        """A new number of the site's own. Raises NotLicensed, NumbersUsedUp, and ValueError outside 2000-2099."""
        return cls(*_own(facility, on, sequence))

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
class Part(Checked):
    """One part of what a donation became, such as a frozen unit: a symbol says it by the division in its product code.

    People type the donation's number and the division, with one check character over both.
    """

    donation: Din
    division: str

    @classmethod
    def numbered(cls, donation: Din, number: int) -> Self:
        """The parts of a donation from 1 on: Aa, Ab and so on to Zz. Raises NumbersUsedUp."""
        if not 1 <= number <= len(DIVISIONS):
            raise NumbersUsedUp(f"a donation has no part {number}: two letters divide it into {len(DIVISIONS)}")
        return cls(donation, DIVISIONS[number - 1])

    @classmethod
    def typed(cls, text: str) -> Self:
        """Read from its eye-readable form with the check character. Raises UnknownCode, WrongCheckCharacter."""
        written = "a part of a donation is its thirteen characters, a division of two and a check character"
        found = SHOWN_PART.fullmatch(_checked(text.upper(), 15, written))
        if found is None:
            raise UnknownCode(text, written)
        *donation, first, second = found.groups()
        return cls(Din(*donation), first + second.lower())

    @property
    def number(self) -> str:
        """The fifteen characters, in capitals."""
        return f"{self.donation.number}{self.division.upper()}"

    @property
    def shown(self) -> str:
        """For people's eyes, without the check character."""
        return f"{self.donation.shown} {self.division}"

    def product(self, code: str) -> ProductCode:
        """The structure that says it in a symbol beside the donation's number; ``code`` is that of the facility for units."""
        return ProductCode(code[:5], code[5:] + self.division)


@dataclass(frozen=True)
class ChainOfIdentity(Checked, Structure):
    """Structure 040: links the collections of one patient for one therapy; given before the first of them."""

    facility: str
    year: str
    sequence: str

    NUMBER, LENGTH = "040", 17
    FORM = re.compile(rf"&/{CHAIN}(?P<facility>{FIN})(?P<year>[0-9]{{2}})(?P<sequence>[0-9A-Z]{{6}})")
    WRITTEN = f"&/{CHAIN}, a facility number, year and six capital letters or digits"

    @classmethod
    def issue(cls, facility: Facility | None, on: date, sequence: int) -> Self:
        """A new chain of the site's own. Raises NotLicensed, NumbersUsedUp, and ValueError outside 2000-2099."""
        return cls(*_own(facility, on, sequence))

    @classmethod
    def typed(cls, text: str) -> Self:
        """Read from its eye-readable form with the check character. Raises UnknownCode, WrongCheckCharacter."""
        return cls.parse("&/" + _checked(text, 15, "a chain of identity is fifteen characters and a check character"))

    @property
    def number(self) -> str:
        """The fifteen characters."""
        return f"{CHAIN}{self.facility}{self.year}{self.sequence}"

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


def _own(facility: Facility | None, on: date, sequence: int) -> tuple[str, str, str]:
    if facility is None:
        raise NotLicensed("this site has recorded no ISBT 128 facility number and licence")
    if not facility.is_licensed(on):
        raise NotLicensed(f"the licence of facility {facility.number} is for {facility.since} to {facility.valid_until}")
    if not 2000 <= on.year <= 2099:
        raise ValueError(f"year {on.year} cannot be told from its last two digits")
    if not facility.first <= sequence <= facility.last:
        raise NumbersUsedUp(f"sequence {sequence} is not among {facility.first} to {facility.last}")
    return facility.number, f"{on.year % 100:02}", f"{sequence:06}"


def _checked(text: str, length: int, written: str) -> str:
    """The number before its check character, spaces dropped."""
    plain = text.replace(" ", "")
    if len(plain) != length + 1 or not plain.isascii() or not plain[:-1].isalnum() or plain.upper() != plain:
        raise UnknownCode(text, written)
    expected = check_character(plain[:-1])
    if plain[-1] != expected:
        raise WrongCheckCharacter(text, expected)
    return plain[:-1]
