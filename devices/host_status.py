"""What a printer that speaks ZPL II answers to ~HS: three strings between STX and ETX (ZPL II Programming Guide, ~HS)."""

import re
from dataclasses import dataclass

from biobank.labelling.printer_rules import PrinterSays

STRINGS = 3
LONGEST = 512
"""Bytes; the three strings together have fewer than 100."""
_STRING = re.compile(rb"\x02([0-9,]*)\x03")
_FIELDS = (12, 11, 2)
_PAPER_OUT, _PAUSED, _FORMATS_WAITING, _FULL = 1, 2, 4, 5
_HEAD_OPEN, _RIBBON_OUT, _LABELS_LEFT = 2, 3, 8


@dataclass(frozen=True)
class HostStatus:
    """What the printer says, and how many formats and labels it still has before it."""

    says: PrinterSays
    unfinished: int = 0


def is_whole(answer: bytes) -> bool:
    """Whether all of an answer has arrived, or more than any answer has."""
    return answer.count(b"\x03") >= STRINGS or len(answer) > LONGEST


def read(answer: bytes) -> HostStatus:
    """The status in an answer; garbled where it is none, silent where it is empty."""
    if not answer.strip():
        return HostStatus(PrinterSays.SILENT)
    strings = [found.split(b",") for found in _STRING.findall(answer)]
    if tuple(map(len, strings)) != _FIELDS or not all(field for string in strings for field in string):
        return HostStatus(PrinterSays.GARBLED)
    first, second, _ = ([int(field) for field in string] for string in strings)
    flags = (
        (second[_HEAD_OPEN], PrinterSays.HEAD_OPEN),
        (first[_PAPER_OUT], PrinterSays.PAPER_OUT),
        (second[_RIBBON_OUT], PrinterSays.RIBBON_OUT),
        (first[_PAUSED], PrinterSays.PAUSED),
        (first[_FULL], PrinterSays.FULL),
    )
    if any(flag not in (0, 1) for flag, _ in flags):
        return HostStatus(PrinterSays.GARBLED)
    says = next((says for flag, says in flags if flag), PrinterSays.READY)
    return HostStatus(says, first[_FORMATS_WAITING] + second[_LABELS_LEFT])
