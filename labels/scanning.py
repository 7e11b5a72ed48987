"""One reader for all that a scanner types, a camera sees or a person enters: which code it is, or why it is refused.

A symbology identifier, where the reader sends one, tells GS1 from the others; then the structure tells. What came through a
keyboard is also read as other keyboards and Caps Lock would have it: one meaning is taken, two are refused, none is said.
"""

import re
from dataclasses import dataclass

from labels import gs1, local, sec, wedges
from labels.gs1 import Elements
from labels.isbt128 import compound
from labels.isbt128.compound import Compound
from labels.isbt128.numbers import CHAIN, ChainOfIdentity, Din, Part
from labels.isbt128.structures import FIN, EuropeanCode, Structure
from labels.local import KitNumber, LocalCode, ParticipantCode
from labels.profiles import VERSIONS, Profile
from labels.sec import SingleEuropeanCode
from labels.wedges import Caps, Wedge
from labels.wrong import UnknownCode, WrongCheckCharacter, WrongCode

Named = LocalCode | KitNumber | ParticipantCode | Din | Part | ChainOfIdentity
Content = Named | Structure | Compound | SingleEuropeanCode | Elements

IDENTIFIED = re.compile(r"\](?P<symbology>[A-Za-z][0-9A-Za-z])")
OF_GS1 = frozenset({"C1", "d2", "Q3", "e0", "J1"})
OF_OTHERS = frozenset({"C0", "d1", "Q1"})
OF_ARTICLES = frozenset({"E0"})
"""EAN-13: a trade item's number alone."""
_TYPED: dict[type[Din | Part | ChainOfIdentity], re.Pattern[str]] = {
    Din: re.compile(rf"{FIN}[0-9]{{8}}[0-9A-Z*]"),
    Part: re.compile(rf"{FIN}[0-9]{{8}}[A-Z][0A-Z][0-9A-Z*]"),
    ChainOfIdentity: re.compile(rf"{CHAIN}{FIN}[0-9]{{2}}[0-9A-Z]{{6}}[0-9A-Z*]"),
}


@dataclass(frozen=True)
class Scan:
    """What was read. ``keyboard`` and ``caps`` tell what had to be undone; ``symbology`` is empty where none was sent."""

    content: Content
    profile: Profile
    symbology: str = ""
    keyboard: Wedge = Wedge.AMERICAN
    caps: Caps = Caps.OFF

    @property
    def version(self) -> str:
        """The version of the profile's rules by which it was read."""
        return VERSIONS[self.profile]


class NotReadable(WrongCode):
    """It can be read in more than one way, so it is not read at all."""


def seen(text: str) -> Scan:
    """What a camera, or a scanner that is no keyboard, read: every character is as the symbol has it.

    Raises a WrongCode that says what was read and what is wrong.
    """
    return _read(text, separators_kept=True)


def wedged(text: str, keyboard: Wedge | None = None) -> Scan:
    """What a scanner typed as a keyboard. ``keyboard`` is the computer's, where a test scan has shown it.

    Raises a WrongCode; NotReadable where two keyboards would make two different codes of it.
    """
    text = text.strip(" \t\r\n")
    found: dict[str, Scan] = {}
    refused: list[WrongCode] = []
    for wedge, caps, sent in wedges.intended(text):
        if keyboard not in (None, wedge):
            continue
        try:
            read = _read(sent, separators_kept=False)
        except WrongCode as wrong:
            refused.append(wrong)
            continue
        found.setdefault(_identity(read), Scan(read.content, read.profile, read.symbology, wedge, caps))
    if len(found) > 1:
        raise NotReadable(text, "the keyboard of this computer and of the scanner differ, and it may be one of two codes")
    for scan in found.values():
        return scan
    raise _most_telling(text, refused)


def entered(text: str) -> Scan:
    """What a person typed from a label: a number with its check character, or GS1 elements with their brackets.

    Spaces and small letters are forgiven where no code has them. Raises a WrongCode.
    """
    plain = text.strip()
    if gs1.is_shown(plain):
        return Scan(gs1.parse_shown(plain), Profile.GS1)
    if plain.startswith(("=", "&", "]")) or plain.upper().startswith(sec.PREFIX):
        raise UnknownCode(text, "this has no check character: scan it, or type the number with the character in the box")
    if not plain.isascii():
        raise UnknownCode(text, "no code has such letters")
    number = re.sub(r"\s", "", plain).upper()
    for kind, form in _TYPED.items():
        if form.fullmatch(number):
            return Scan(kind.typed(number), Profile.ISBT128)
    return Scan(local.parse_any(number), Profile.LOCAL)


def told(text: str) -> Scan:
    """What somebody handed on who says not how it was read: what begins as a symbol does was scanned, all else was typed.

    Raises a WrongCode.
    """
    return seen(text) if text.startswith(("=", "&", "]")) else entered(text)


def named(content: Content) -> Named | None:
    """The thing that was read, which has a code that people can type; None where it is none.

    Of GS1 elements that is the serial number, where it is a code of the profile LOCAL.
    """
    if isinstance(content, Elements):
        try:
            return local.parse_any(content.get(gs1.SERIAL) or "")
        except WrongCode:
            return None
    if isinstance(content, Structure | Compound):
        return compound.named(content)
    return None if isinstance(content, SingleEuropeanCode) else content


def _read(text: str, *, separators_kept: bool) -> Scan:
    identified = IDENTIFIED.match(text)
    symbology = identified["symbology"] if identified else ""
    data = text[3:] if identified else text
    if symbology and symbology not in OF_GS1 | OF_OTHERS | OF_ARTICLES:
        raise UnknownCode(text, f"no label here has a symbol of the kind {symbology}")
    if symbology in OF_ARTICLES:
        return Scan(gs1.parse(f"010{data}"), Profile.GS1, symbology)
    if symbology in OF_GS1:
        return Scan(gs1.parse(data, separators_kept=separators_kept), Profile.GS1, symbology)
    if data.startswith(("=", "&")):
        return _isbt128(data, symbology)
    if symbology:
        return _without_gs1(data, symbology)
    return _unidentified(text, data, separators_kept)


def _isbt128(data: str, symbology: str) -> Scan:
    content = compound.parse(data)
    if isinstance(content, EuropeanCode):
        return Scan(content.sec, Profile.SEC, symbology)
    return Scan(content, Profile.ISBT128, symbology)


def _without_gs1(data: str, symbology: str) -> Scan:
    if len(data) == sec.LENGTH or data.startswith(sec.PREFIX):
        return Scan(sec.parse(data), Profile.SEC, symbology)
    return Scan(local.parse_any(data), Profile.LOCAL, symbology)


def _unidentified(text: str, data: str, separators_kept: bool) -> Scan:
    """Where the reader sends no identifier: codes of this site, or else GS1; no code of ours has the structure of both."""
    try:
        return _without_gs1(data, "")
    except WrongCode as of_ours:
        try:
            return Scan(gs1.parse(data, separators_kept=separators_kept), Profile.GS1)
        except WrongCode as of_gs1:
            raise _most_telling(text, [of_ours, of_gs1]) from of_gs1


def _identity(scan: Scan) -> str:
    return repr((scan.profile, scan.content))


def _most_telling(text: str, refused: list[WrongCode]) -> WrongCode:
    """A code that is right but for its check character tells more than one that is no code at all."""
    for kind in (WrongCheckCharacter, NotReadable):
        for wrong in refused:
            if isinstance(wrong, kind):
                return wrong
    return UnknownCode(text, "this is no code that is used here")


