"""What every data structure has in common, and those that carry a single value (ST-001 §2.4).

A data structure is an identifier of two or more characters and data of fixed length; `data` is both, as a symbol holds them.
"""

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Self

from labels import sec
from labels.wrong import UnknownCode

FIN = r"[A-NP-Z1-9][0-9A-NP-Z]{2}[0-9]{2}"
"""A facility identification number; no letter O, and no zero in front."""
LOT_LENGTH = 18


@dataclass(frozen=True)
class Structure(ABC):
    """A data structure. Whoever makes one that is written wrongly gets an UnknownCode that says how it is written."""

    NUMBER: ClassVar[str]
    LENGTH: ClassVar[int]
    FORM: ClassVar[re.Pattern[str]]
    WRITTEN: ClassVar[str]

    @property
    @abstractmethod
    def data(self) -> str:
        """Identifier and data, as a symbol holds them."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read it exactly as a symbol holds it. Raises UnknownCode."""
        return cls(**cls._parts(text))

    def __post_init__(self) -> None:
        self._parts(self.data)

    @classmethod
    def _parts(cls, text: str) -> dict[str, str]:
        found = cls.FORM.fullmatch(text)
        if found is None:
            raise UnknownCode(text, f"ISBT 128 structure {cls.NUMBER} is {cls.WRITTEN}")
        return found.groupdict()


@dataclass(frozen=True)
class Single(Structure):
    """A structure of one value after its identifier."""

    value: str

    IDENTIFIER: ClassVar[str]

    @property
    def data(self) -> str:
        """The identifier and the value."""
        return f"{self.IDENTIFIER}{self.value}"


@dataclass(frozen=True)
class BloodGroups(Single):
    """Structure 002: ABO and RhD, carried as read; nothing here depends on what it says."""

    NUMBER, LENGTH, IDENTIFIER = "002", 6, "=%"
    FORM = re.compile(r"=%(?P<value>[0-9A-Za-z]{4})")
    WRITTEN = "=% and four characters"


@dataclass(frozen=True)
class Division(Single):
    """Structure 032: which part of a product this is, where the two characters of the product code do not suffice."""

    NUMBER, LENGTH, IDENTIFIER = "032", 8, "=,"
    FORM = re.compile(r"=,(?P<value>[0-9A-Z]{6})")
    WRITTEN = "=, and six capital letters or digits"


@dataclass(frozen=True)
class Lot(Single):
    """Structure 035: the lot of a product, zeros in front of it; several things share one, so it identifies nothing."""

    NUMBER, LENGTH, IDENTIFIER = "035", 3 + LOT_LENGTH, "&,1"
    FORM = re.compile(rf"&,1(?P<value>[0-9A-Z]{{{LOT_LENGTH}}})")
    WRITTEN = "&,1 and eighteen capital letters or digits, zeros in front"

    @classmethod
    def of(cls, lot: str) -> Self:
        """The structure of a lot as people write it. Raises UnknownCode."""
        return cls(lot.rjust(LOT_LENGTH, "0"))


@dataclass(frozen=True)
class EuropeanCode(Single):
    """Structure 038: a Single European Code."""

    NUMBER, LENGTH, IDENTIFIER = "038", 3 + sec.LENGTH, "&,4"
    FORM = re.compile(rf"&,4(?P<value>[0-9A-Za-z]{{{sec.LENGTH}}})")
    WRITTEN = "&,4 and the forty characters of a Single European Code"

    def __post_init__(self) -> None:
        super().__post_init__()
        sec.parse(self.value)

    @property
    def sec(self) -> sec.SingleEuropeanCode:
        """What the forty characters say."""
        return sec.parse(self.value)


@dataclass(frozen=True)
class FacilityProduct(Structure):
    """Structure 033: a facility's own product code, with the facility that processed it."""

    facility: str
    product: str

    NUMBER, LENGTH = "033", 13
    FORM = re.compile(rf"&\+(?P<facility>{FIN})(?P<product>[0-9A-Z]{{6}})")
    WRITTEN = "&+, a facility number and six capital letters or digits"

    @property
    def data(self) -> str:
        """&+ and eleven characters."""
        return f"&+{self.facility}{self.product}"
