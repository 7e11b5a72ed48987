"""Photos as cameras make them, and files that only say so."""

import struct
import zlib
from base64 import b64encode
from io import BytesIO

from PIL import Image


def taken(shade: int = 120, form: str = "JPEG") -> bytes:
    """A small photo; another shade is another photo."""
    kept = BytesIO()
    Image.new("RGB", (40, 30), (shade, shade, 200)).save(kept, form)
    return kept.getvalue()


def bomb(side: int) -> bytes:
    """A PNG of a few bytes that says it is ``side`` pixels wide and high."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b""))
    packed = (struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def sent(photo: bytes) -> str:
    """A photo as JSON carries it."""
    return b64encode(photo).decode()
