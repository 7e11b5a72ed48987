"""A code as it was printed, from what a scanner, the camera or a person put into a field."""

from labels import scanning
from labels.local import KitNumber, LocalCode, ParticipantCode
from labels.wrong import WrongCode

HOW = "how"
"""The input beside a scanned field that says how its code came; nothing stands there where it was typed."""
_READERS = {"scanned": scanning.wedged, "camera": scanning.seen}
MEASURED = frozenset(_READERS)


def as_printed(text: str, how: str) -> str:
    """The code, whatever the keyboard made of it. What cannot be read for certain stays as it came: the interface says why."""
    try:
        content = _READERS.get(how, scanning.entered)(text).content
    except WrongCode:
        return text
    return content.code if isinstance(content, LocalCode | KitNumber | ParticipantCode) else text
