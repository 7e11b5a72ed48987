"""Readings on their way from the network to the database: three whole numbers of eight bytes for each, one after the other."""

import struct
from collections.abc import Sequence
from itertools import chain

NUMBER = "<i8"
SIZE = 24
"""Bytes of one reading: its counter since the start, its time by the device (ms since 1970 UTC), its value in thousandths."""


def pack(readings: Sequence[tuple[int, int, int]]) -> bytes:
    """The bytes of these readings. Raises struct.error where a number has more than 63 bits."""
    return struct.pack(f"<{3 * len(readings)}q", *chain.from_iterable(readings))
