"""The Single European Code: donation identification sequence and product identification sequence (Dir. 2006/86/EC, Annex VII).

It is for tissues and cells distributed for human application. A medicinal product made of them (ATMP) carries none: what
goes into it is told by the donation sequence alone. The code has no check character, so it is scanned, never typed.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from labels.wrong import UnknownCode

LENGTH = 40
NO_EXPIRY = "00000000"
PREFIX = "SEC:"
DONATION = re.compile(r"(?P<country>[A-Z]{2})(?P<establishment>[0-9A-Z]{6})(?P<donation>[0-9A-Z]{13})")
PRODUCT = re.compile(r"(?P<coding>[ABE])(?P<product>[0-9A-Z]{7})(?P<split>[0-9A-Za-z]{3})(?P<expiry>[0-9]{8})")


class Coding(StrEnum):
    """Whose product codes are meant."""

    ISBT128 = "A"
    EUROCODE = "B"
    EUTC = "E"


class NoCodeForMedicines(ValueError):
    """A medicinal product carries no Single European Code; its documents carry the donation sequence."""


@dataclass(frozen=True)
class DonationSequence:
    """Where a donation came from: country, tissue establishment, and the establishment's number; 21 characters."""

    country: str
    establishment: str
    donation: str

    def __post_init__(self) -> None:
        if DONATION.fullmatch(self.data) is None:
            raise UnknownCode(self.data, "a donation sequence is a country, an establishment of six and a number of thirteen")

    @classmethod
    def of(cls, country: str, establishment: str, donation: str) -> "DonationSequence":
        """From what a site writes: zeros are put in front where something is shorter. Raises UnknownCode."""
        return cls(country, establishment.rjust(6, "0"), donation.rjust(13, "0"))

    @property
    def data(self) -> str:
        """Twenty-one characters."""
        return f"{self.country}{self.establishment}{self.donation}"


@dataclass(frozen=True)
class ProductSequence:
    """Which product, which part of it, and until when; 19 characters. Small letters of ISBT 128 divisions are kept."""

    coding: Coding
    product: str
    split: str
    expires: date | None = None

    def __post_init__(self) -> None:
        if PRODUCT.fullmatch(self.data) is None:
            raise UnknownCode(self.data, "a product sequence is A, B or E, a code of seven, a split of three and a day")

    @classmethod
    def of_isbt128(cls, product: str, division: str, expires: date | None) -> "ProductSequence":
        """From a product code of five characters and its division, such as 'A0', 'Ac' or '003'. Raises UnknownCode."""
        return cls(Coding.ISBT128, product.rjust(7, "0"), division.rjust(3, "0"), expires)

    @property
    def data(self) -> str:
        """Nineteen characters."""
        expiry = self.expires.isoformat().replace("-", "") if self.expires else NO_EXPIRY
        return f"{self.coding}{self.product}{self.split}{expiry}"


@dataclass(frozen=True)
class SingleEuropeanCode:
    """Both sequences; 40 characters, never changed once given."""

    donation: DonationSequence
    product: ProductSequence

    @property
    def data(self) -> str:
        """Forty characters, as a symbol holds them."""
        return self.donation.data + self.product.data

    @property
    def shown(self) -> str:
        """For people's eyes: after SEC, the sequences apart (Art. 10a)."""
        return f"{PREFIX} {self.donation.data} {self.product.data}"


def accompanying(donation: DonationSequence, product: ProductSequence | None, *, medicinal: bool) -> str:
    """What is printed for something that leaves: both sequences, or for a medicinal product the donation's alone.

    Raises NoCodeForMedicines for a medicinal product with a product sequence, and UnknownCode for other material without.
    """
    if medicinal and product is not None:
        raise NoCodeForMedicines("a medicinal product carries no Single European Code, only the donation sequence")
    if product is None:
        if not medicinal:
            raise UnknownCode(donation.data, "what is distributed for human application needs the product sequence too")
        return donation.data
    return SingleEuropeanCode(donation, product).shown


def parse(text: str) -> SingleEuropeanCode:
    """Read the forty characters, or the printed form. Raises UnknownCode."""
    plain = re.sub(r"\s", "", text.removeprefix(PREFIX))
    if len(plain) != LENGTH:
        raise UnknownCode(text, f"a Single European Code has {LENGTH} characters, this has {len(plain)}")
    return SingleEuropeanCode(parse_donation(plain[:21]), _product(plain[21:]))


def parse_donation(text: str) -> DonationSequence:
    """Read the 21 characters of a donation sequence. Raises UnknownCode."""
    found = DONATION.fullmatch(text)
    if found is None:
        raise UnknownCode(text, "a donation sequence is a country, an establishment of six and a number of thirteen")
    return DonationSequence(**found.groupdict())


def _product(text: str) -> ProductSequence:
    found = PRODUCT.fullmatch(text)
    if found is None:
        raise UnknownCode(text, "a product sequence is A, B or E, a code of seven, a split of three and a day")
    coding, product, split, expiry = found.groups()
    return ProductSequence(Coding(coding), product, split, _day(text, expiry))


def _day(text: str, expiry: str) -> date | None:
    if expiry == NO_EXPIRY:
        return None
    try:
        return date(int(expiry[:4]), int(expiry[4:6]), int(expiry[6:]))
    except ValueError as impossible:
        raise UnknownCode(text, f"{expiry} is no day of the calendar") from impossible
