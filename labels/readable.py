"""What people read beside a symbol: the number and its check character; and the number alone for the linear symbol."""

from dataclasses import dataclass

from labels import gs1, local
from labels.isbt128 import compound
from labels.isbt128.compound import Compound
from labels.isbt128.numbers import Din, Part
from labels.isbt128.products import ProductCode
from labels.wrong import UnknownCode


@dataclass(frozen=True)
class Readable:
    """The number in plain characters, the check character in its box, and what a linear symbol has room for."""

    number: str
    check: str
    linear: str

    @property
    def code(self) -> str:
        """As people type it, without what is there for the eye."""
        return f"{self.number}{self.check}".replace(" ", "").upper()


def readable(payload: str) -> Readable:
    """For ISBT 128 the number of the donation, with the division where it is a part of one, or else the chain of identity; any
    other code ends in its check character.

    For GS1 it is the serial number, which is a code of the profile LOCAL: all elements in brackets find room on no label of ours.
    Raises UnknownCode, WrongCheckCharacter for a payload without such a number.
    """
    if gs1.is_shown(payload):
        serial = gs1.parse_shown(payload).get(gs1.SERIAL) or ""
        local.parse_any(serial)
        return Readable(serial[:-1], serial[-1:], payload)
    if not payload.startswith(("=", "&")):
        return Readable(payload[:-1], payload[-1:], payload)
    read = compound.parse(payload)
    said = compound.named(read)
    if said is None:
        raise UnknownCode(payload, "a label needs the number of a donation or a chain of identity")
    parts = read.structures if isinstance(read, Compound) else (read,)
    needed = Din | ProductCode if isinstance(said, Part) else type(said)
    return Readable(said.shown, said.check, compound.message(*(one for one in parts if isinstance(one, needed))))
