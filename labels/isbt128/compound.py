"""Any single data structure by its identifier, and structure 023: several of them in one symbol (ST-001 §2.4)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self, TypeVar

from labels.isbt128.moments import Means, Moment
from labels.isbt128.numbers import ChainOfIdentity, Din, Part
from labels.isbt128.products import LONG_DIVISION, UNDIVIDED, ProductCode
from labels.isbt128.structures import BloodGroups, Division, EuropeanCode, FacilityProduct, Lot, Structure
from labels.wrong import UnknownCode

Held = TypeVar("Held", bound=Structure)

ANY_ORDER = "000"
MOST = 99
COMPOUND = "=+"

_KINDS: dict[str, tuple[type[Structure], int]] = {
    **{kind.IDENTIFIER: (kind, kind.LENGTH) for kind in (BloodGroups, Division, Lot, EuropeanCode)},
    "=<": (ProductCode, ProductCode.LENGTH),
    "&+": (FacilityProduct, FacilityProduct.LENGTH),
    "&/": (ChainOfIdentity, ChainOfIdentity.LENGTH),
    **{means.value[0]: (Moment, Moment.LENGTH) for means in Means},
    **{means.value[1]: (Moment, Moment.LENGTH_WITH_TIME) for means in Means},
}
_DIN = re.compile("=[A-NP-Z1-9]")  # the second character of its identifier is the first of the facility number


@dataclass(frozen=True)
class Compound:
    """Structure 023: how many structures follow, in which order (000: any), and the structures."""

    structures: tuple[Structure, ...]
    order: str = ANY_ORDER

    def __post_init__(self) -> None:
        if not 1 <= len(self.structures) <= MOST or not re.fullmatch("[0-9A-Z]{3}", self.order):
            raise UnknownCode(self.data, f"a compound message holds 1 to {MOST} structures in an order of three characters")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a whole message. Raises UnknownCode where the count is wrong, or anything in it cannot be read."""
        found = re.fullmatch(r"=\+([0-9]{2})([0-9A-Z]{3})(.*)", text)
        if found is None:
            raise UnknownCode(text, "a compound message is =+, a count of two digits and an order of three characters")
        count, order, rest = found.groups()
        structures = tuple(_split(text, rest))
        if len(structures) != int(count):
            raise UnknownCode(text, f"the message says that it holds {int(count)} structures, and holds {len(structures)}")
        return cls(structures, order)

    @property
    def data(self) -> str:
        """=+, count, order, and the structures one after the other."""
        return f"{COMPOUND}{len(self.structures):02}{self.order}{''.join(one.data for one in self.structures)}"

    def get(self, kind: type[Held]) -> Held | None:
        """The first structure of a kind, None where there is none."""
        return next((one for one in self.structures if isinstance(one, kind)), None)


def named(read: Structure | Compound) -> Din | Part | ChainOfIdentity | None:
    """What a symbol names: a part of what a donation became, a donation, or else a chain of identity; None where it is none."""
    message = read if isinstance(read, Compound) else Compound((read,))
    donation, product = message.get(Din), message.get(ProductCode)
    if donation and product and product.collection and product.division not in (UNDIVIDED, LONG_DIVISION):
        return Part(donation, product.division)
    return donation or message.get(ChainOfIdentity)


def message(*structures: Structure) -> str:
    """What a symbol holds: one structure as it is, several as a compound message."""
    return structures[0].data if len(structures) == 1 else Compound(structures).data


def parse(text: str) -> Structure | Compound:
    """Read any structure known here. Raises UnknownCode, WrongCheckCharacter."""
    if text.startswith(COMPOUND):
        return Compound.parse(text)
    kind, _ = _kind(text, text)
    return kind.parse(text)


def _split(text: str, rest: str) -> Iterator[Structure]:
    while rest:
        kind, length = _kind(text, rest)
        if len(rest) < length:
            raise UnknownCode(text, f"the message breaks off in structure {kind.NUMBER}")
        yield kind.parse(rest[:length])
        rest = rest[length:]


def _kind(text: str, rest: str) -> tuple[type[Structure], int]:
    found = next((_KINDS[rest[:length]] for length in (3, 2) if rest[:length] in _KINDS), None)
    if found is not None:
        return found
    if _DIN.match(rest):
        return Din, Din.LENGTH
    raise UnknownCode(text, f"{rest[:2]!r} begins no ISBT 128 structure known here")
