"""A code as it was printed, from what a scanner, the camera or a person put into a field."""

import re

from labels import scanning
from labels.gs1 import Elements
from labels.isbt128.compound import Compound
from labels.scanning import Content, Scan
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
    """The code, whatever the keyboard made of it; ``whole`` keeps all that a GS1 symbol or a message of ISBT 128 says with it.

    What cannot be read for certain stays as it came: the interface says why.
    """
    try:
        content = _read(text, how).content
    except WrongCode:
        return text
    thing, message = scanning.named(content), _message(content)
    if thing is None or (whole and message):
        return message or text
    return thing.code


def _message(content: Content) -> str | None:
    """All that a symbol of several values says; None where it has one."""
    if isinstance(content, Elements):
        return content.shown
    return content.data if isinstance(content, Compound) else None


def _read(text: str, how: str) -> Scan:
    if how == _SCANNED:
        return scanning.wedged(text)
    camera = _CAMERA.fullmatch(how)
    return scanning.entered(text) if camera is None else scanning.seen((camera[1] or "") + text)
