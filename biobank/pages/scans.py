"""A code as it was printed, from what a scanner, the camera or a person put into a field."""

import re

from labels import gs1, local, scanning
from labels.gs1 import Elements
from labels.local import KitNumber, LocalCode, ParticipantCode
from labels.scanning import Scan
from labels.wrong import WrongCode

HOW = "how"
"""The input beside a scanned field that says how its code came; nothing stands there where it was typed."""
_SCANNED = "scanned"
_CAMERA = re.compile(r"camera(\][A-Za-z][0-9])?")
"""With the symbology identifier, which the field does not show."""


def is_measured(how: str) -> bool:
    """Whether a device read the code."""
    return how == _SCANNED or _CAMERA.fullmatch(how) is not None


def as_printed(text: str, how: str, *, whole: bool = False) -> str:
    """The code, whatever the keyboard made of it; ``whole`` keeps the trade item that a GS1 symbol names with it.

    What cannot be read for certain stays as it came: the interface says why.
    """
    try:
        content = _read(text, how).content
    except WrongCode:
        return text
    if isinstance(content, Elements):
        return content.shown if whole else _code_of(content)
    return content.code if isinstance(content, LocalCode | KitNumber | ParticipantCode) else text


def _code_of(elements: Elements) -> str:
    """The serial number, where it is a code of this installation; any other elements as people read them."""
    try:
        return local.parse_any(elements.get(gs1.SERIAL) or "").code
    except WrongCode:
        return elements.shown


def _read(text: str, how: str) -> Scan:
    if how == _SCANNED:
        return scanning.wedged(text)
    camera = _CAMERA.fullmatch(how)
    return scanning.entered(text) if camera is None else scanning.seen((camera[1] or "") + text)
