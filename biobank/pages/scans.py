"""A code as it was printed, from what a scanner, the camera or a person put into a field."""

import re

from labels import scanning
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


def as_printed(text: str, how: str) -> str:
    """The code, whatever the keyboard made of it. What cannot be read for certain stays as it came: the interface says why."""
    try:
        content = _read(text, how).content
    except WrongCode:
        return text
    if isinstance(content, Elements):
        return content.shown
    return content.code if isinstance(content, LocalCode | KitNumber | ParticipantCode) else text


def _read(text: str, how: str) -> Scan:
    if how == _SCANNED:
        return scanning.wedged(text)
    camera = _CAMERA.fullmatch(how)
    return scanning.entered(text) if camera is None else scanning.seen((camera[1] or "") + text)
