"""What a keyboard wedge makes of a code: the scanner presses keys of an American keyboard, the computer may think it has another.

Each layout says what its computer writes for the key, and the shift, of every character that an American keyboard writes.
"""

import unicodedata
from collections.abc import Collection, Iterator
from enum import StrEnum
from functools import cache

_ROWS = (
    "`1234567890-=" + "qwertyuiop[]\\" + "asdfghjkl;'" + "zxcvbnm,./",
    '~!@#$%^&*()_+' + "QWERTYUIOP{}|" + 'ASDFGHJKL:"' + "ZXCVBNM<>?",
)
_LAYOUTS = {
    "azerty": (
        "²&é\"'(-è_çà)=" + "azertyuiop^$*" + "qsdfghjklmù" + "wxcvbn,;:!",
        "~1234567890°+" + "AZERTYUIOP¨£µ" + "QSDFGHJKLM%" + "WXCVBN?./§",
    ),
    "qwertz": (
        "^1234567890ß´" + "qwertzuiopü+#" + "asdfghjklöä" + "yxcvbnm,.-",
        "°!\"§$%&/()=?`" + "QWERTZUIOPÜ*'" + "ASDFGHJKLÖÄ" + "YXCVBNM;:_",
    ),
    "norwegian": (
        "|1234567890+\\" + "qwertyuiopå¨'" + "asdfghjkløæ" + "zxcvbnm,.-",
        "§!\"#¤%&/()=?`" + "QWERTYUIOPÅ^*" + "ASDFGHJKLØÆ" + "ZXCVBNM;:_",
    ),
}
_DEAD = {"\u0300": "`", "\u0301": "´", "\u0302": "^", "\u0308": "¨"}
"""Accents that a computer keeps back and puts on the next letter, and the sign that the key bears."""
_ACCENTS = {sign: accent for accent, sign in _DEAD.items()}


class Wedge(StrEnum):
    """Which keyboard the computer thinks it has."""

    AMERICAN = "american"
    AZERTY = "azerty"
    QWERTZ = "qwertz"
    NORWEGIAN = "norwegian"


_DEAD_KEYS = {Wedge.AMERICAN: "", Wedge.AZERTY: "^¨", Wedge.QWERTZ: "^´`", Wedge.NORWEGIAN: "¨^`"}


class Caps(StrEnum):
    """What Caps Lock does, where it is on: letters only, or every key as shift would."""

    OFF = "off"
    LETTERS = "letters"
    EVERYTHING = "everything"


def typed(text: str, wedge: Wedge, caps: Caps = Caps.OFF) -> str:
    """What arrives when a scanner sends ``text``; characters that no key writes arrive as they are."""
    table, arrived = _table(wedge, caps), ""
    for sign in text:
        came = table.get(sign, sign)
        accent = _ACCENTS.get(arrived[-1:]) if arrived[-1:] in _DEAD_KEYS[wedge] else None
        whole = unicodedata.normalize("NFC", came + accent) if accent else ""
        arrived = arrived[:-1] + whole if len(whole) == 1 else arrived + came
    return arrived


def intended(arrived: str) -> Iterator[tuple[Wedge, Caps, str]]:
    """Everything that the scanner may have sent, each with the keyboard and Caps Lock that would explain it.

    Where a sign cannot have come from a keyboard, that keyboard explains nothing.
    """
    for wedge in Wedge:
        for caps in Caps:
            back = {came: sent for sent, came in _table(wedge, caps).items()}
            apart = _accents_apart(arrived, back)
            if all(sign in back or not sign.isprintable() for sign in apart):
                yield wedge, caps, "".join(back.get(sign, sign) for sign in apart)


def confused() -> str:
    """Every character that arrives as another one through some keyboard or Caps Lock."""
    tables = [_table(wedge, caps) for wedge in Wedge for caps in Caps]
    return "".join(sorted(sign for sign in tables[0] if any(table[sign] != sign for table in tables)))


@cache
def _table(wedge: Wedge, caps: Caps) -> dict[str, str]:
    plain, shifted = _ROWS if wedge is Wedge.AMERICAN else _LAYOUTS[wedge]
    table = dict(zip(_ROWS[0], plain, strict=True)) | dict(zip(_ROWS[1], shifted, strict=True)) | {" ": " "}
    if caps is Caps.OFF:
        return table
    if caps is Caps.LETTERS:
        return {sent: _other_case(came) for sent, came in table.items()}
    other = dict(zip(*_ROWS, strict=True)) | dict(zip(*reversed(_ROWS), strict=True)) | {" ": " "}
    return {sent: table[other[sent]] for sent in table}


def _other_case(sign: str) -> str:
    """Large for small and small for large; ß, which would become two letters, stays."""
    return sign.swapcase() if len(sign.swapcase()) == 1 else sign


def _accents_apart(text: str, keys: Collection[str]) -> str:
    """Letters with an accent that no key writes as two signs, in the order in which the keys were pressed."""
    return "".join(sign if sign in keys else _apart(sign) for sign in text)


def _apart(sign: str) -> str:
    apart = unicodedata.normalize("NFD", sign)
    return "".join(_DEAD.get(accent, accent) for accent in apart[1:]) + apart[0]
