"""Photos that people bring in: what they are is seen from their content, never from a name."""

import struct
from enum import StrEnum
from io import BytesIO
from zlib import error as NotDeflated

from PIL import Image

from biobank.errors import BadInput

MOST_PIXELS = 25_000_000
"""What a camera makes; a small file that unpacks to more is no photo."""


class MediaType(StrEnum):
    """Photos that every browser shows."""

    JPEG = "image/jpeg"
    PNG = "image/png"


class NotAPhoto(BadInput):
    """No JPEG or PNG, or one that is broken or unpacks to more than a camera makes."""

    code = "not_a_photo"


_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    struct.error,
    NotDeflated,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)
"""What pillow raises of files that are not what they say."""


def media_type(photo: bytes) -> MediaType:
    """What kind of photo this is, once it was decoded to its last pixel. Raises NotAPhoto."""
    try:
        with Image.open(BytesIO(photo), formats=("JPEG", "PNG")) as image:
            if image.width * image.height > MOST_PIXELS:
                raise NotAPhoto(field="photo", why="it has more pixels than a camera makes")
            image.load()
            return MediaType(Image.MIME[image.format or ""])
    except _BROKEN as broken:
        raise NotAPhoto(field="photo", why="it is no JPEG or PNG, or it is broken") from broken
