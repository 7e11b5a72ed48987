"""GS1 element strings, for supplies and cartons: application identifiers with their values (GS1 General Specifications).

A value of variable length ends at a separator (FNC1 in the symbol, the character GS when read) or with the message. A reader
that loses separators could make two values one, so what can be read in two ways is refused.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from labels.wrong import UnknownCode, WrongCheckCharacter, WrongCode

SEPARATOR = "\x1d"
ITEM, SERIAL = "01", "21"
_TEXT = r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]"


@dataclass(frozen=True)
class Identifier:
    """An application identifier: how its value is written, how many first digits a check digit ends, and what must go along."""

    form: str
    checked: int = 0
    ends_itself: bool = False
    with_one_of: frozenset[str] = frozenset()
    never_with: frozenset[str] = frozenset()


IDENTIFIERS = {
    "01": Identifier(r"[0-9]{14}", checked=14, ends_itself=True),
    "10": Identifier(_TEXT + "{1,20}"),
    "11": Identifier(r"[0-9]{6}", ends_itself=True),
    "17": Identifier(r"[0-9]{6}", ends_itself=True),
    "21": Identifier(_TEXT + "{1,20}"),
    "253": Identifier(rf"[0-9]{{13}}{_TEXT}{{0,17}}", checked=13),
    "414": Identifier(r"[0-9]{13}", checked=13, ends_itself=True),
    "7003": Identifier(r"[0-9]{10}"),
    "7240": Identifier(_TEXT + "{1,20}", with_one_of=frozenset({"01", "8006"})),
    "8006": Identifier(r"[0-9]{18}", checked=14),
    "8017": Identifier(r"[0-9]{18}", checked=18, never_with=frozenset({"8018"})),
    "8018": Identifier(r"[0-9]{18}", checked=18, never_with=frozenset({"8017"})),
}
"""Those in use here. What GS1 lets end itself needs no separator after it."""
_DATES = {"11": "%y%m%d", "17": "%y%m%d", "7003": "%y%m%d%H%M"}
_ENDS_THE_MONTH = frozenset({"11", "17"})  # where the day 00 stands for the last of the month


@dataclass(frozen=True)
class Elements:
    """Application identifiers and their values, in the order of the symbol. Whoever makes wrong ones gets a WrongCode."""

    pairs: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        for identifier, value in self.pairs:
            _check(self.shown, identifier, value)
        _check_together(self.shown, [identifier for identifier, _ in self.pairs])

    def get(self, identifier: str) -> str | None:
        """The value of an application identifier, None where it is not there."""
        return dict(self.pairs).get(identifier)

    @property
    def data(self) -> str:
        """What a reader sends: separators after values of variable length, except at the end."""
        parts = [
            identifier + value + ("" if IDENTIFIERS[identifier].ends_itself else SEPARATOR) for identifier, value in self.pairs
        ]
        return "".join(parts).removesuffix(SEPARATOR)

    @property
    def shown(self) -> str:
        """For people's eyes: each application identifier in brackets. It is what a symbol is made of, too."""
        return "".join(f"({identifier}){value}" for identifier, value in self.pairs)


def serialised(item: str, serial: str) -> Elements:
    """A trade item by its number under the site's own GS1 prefix, and which of them. Raises UnknownCode, WrongCheckCharacter."""
    return Elements(((ITEM, item), (SERIAL, serial)))


def check_digit(digits: str) -> str:
    """The check digit after these digits: weights 3 and 1 from the right, modulo 10. Raises ValueError for no digits."""
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError(f"{digits!r} are no digits")
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def parse(text: str, *, separators_kept: bool = True) -> Elements:
    """Read an element string. ``separators_kept`` is false for a keyboard wedge that sent none: it may have lost them.

    Raises UnknownCode, WrongCheckCharacter.
    """
    pairs = _split(text)
    _check_separated(text, pairs)
    if SEPARATOR not in text and not separators_kept and _hides_another(pairs):
        raise UnknownCode(text, "a separator may have been lost: scan it with the camera, or type what stands in brackets")
    return Elements(pairs)


def is_shown(text: str) -> bool:
    """Whether this is meant as elements in brackets; no other code begins so."""
    return text.startswith("(")


def parse_shown(text: str) -> Elements:
    """Read the form with brackets, as people type it. Raises UnknownCode, WrongCheckCharacter."""
    pairs = re.findall(r"\(([0-9]{2,4})\)([^(]+)", text)
    if "".join(f"({identifier}){value}" for identifier, value in pairs) != text or not pairs:
        raise UnknownCode(text, "each GS1 application identifier stands in brackets before its value")
    return Elements(tuple(pairs))


def _check(text: str, identifier: str, value: str) -> None:
    known = IDENTIFIERS.get(identifier)
    if known is None:
        raise UnknownCode(text, f"GS1 application identifier ({identifier}) is not used here")
    if re.fullmatch(known.form, value) is None:
        raise UnknownCode(text, f"the value of ({identifier}) is not written as GS1 wants it")
    if known.checked:
        expected = check_digit(value[: known.checked - 1])
        if value[known.checked - 1] != expected:
            raise WrongCheckCharacter(text, expected)
    if identifier in _DATES:
        _check_date(text, identifier, value)


def _check_date(text: str, identifier: str, value: str) -> None:
    day = value[:4] + "01" if identifier in _ENDS_THE_MONTH and value[4:] == "00" else value
    try:
        datetime.strptime(day, _DATES[identifier]).replace(tzinfo=UTC)
    except ValueError as impossible:
        raise UnknownCode(text, f"{value} of ({identifier}) is no day of the calendar") from impossible


def _check_together(text: str, identifiers: Sequence[str]) -> None:
    there = set(identifiers)
    if len(there) != len(identifiers) or not there:
        raise UnknownCode(text, "an element string has each application identifier once, and at least one")
    for identifier in identifiers:
        known = IDENTIFIERS[identifier]
        if known.with_one_of and not known.with_one_of & there:
            raise UnknownCode(text, f"({identifier}) says nothing without ({') or ('.join(sorted(known.with_one_of))})")
        if clash := known.never_with & there:
            raise UnknownCode(text, f"({identifier}) and ({min(clash)}) never stand together")


def _check_separated(text: str, pairs: Sequence[tuple[str, str]]) -> None:
    """A separator follows each value that does not end itself, unless it is the last."""
    rest = text
    for identifier, value in pairs[:-1]:
        rest = rest.lstrip(SEPARATOR).removeprefix(identifier + value)
        known = IDENTIFIERS.get(identifier)
        if known is not None and not known.ends_itself and not rest.startswith(SEPARATOR):
            raise UnknownCode(text, f"the separator after ({identifier}) is missing")


def _hides_another(pairs: Sequence[tuple[str, str]]) -> bool:
    """Whether the end of a last value of variable length could be element strings of its own."""
    identifier, value = pairs[-1]
    if identifier not in IDENTIFIERS or IDENTIFIERS[identifier].ends_itself:
        return False
    return any(_reads((*pairs[:-1], (identifier, value[:cut])), value[cut:]) for cut in range(1, len(value)))


def _reads(before: Sequence[tuple[str, str]], rest: str) -> bool:
    try:
        Elements((*before, *_split(rest)))
    except WrongCode:
        return False
    return True


def _split(text: str) -> tuple[tuple[str, str], ...]:
    import biip  # with tables of every company prefix and identifier, which few processes ever need
    from biip.gs1_messages import GS1Message

    try:
        message = GS1Message.parse(text)
    except biip.ParseError as refused:
        raise UnknownCode(text, "this is no GS1 element string") from refused
    if not message.element_strings:
        raise UnknownCode(text, "nothing was read")
    return tuple((element.ai.ai, element.value) for element in message.element_strings)
