"""The two weights of the label font: Bitstream Vera Sans, which comes with reportlab and may be embedded.

Its figure 1 has a foot and its 0 is narrower than O, so that K can be told apart.
"""

from functools import cache
from math import ceil
from typing import Any

from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped, unused-ignore]
from reportlab.pdfbase.ttfonts import TTFont  # type: ignore[import-untyped, unused-ignore]

REGULAR = "Vera"
BOLD = "VeraBd"


@cache
def registered(name: str) -> Any:
    """The font, loaded once and made known to reportlab."""
    font = TTFont(name, f"{name}.ttf")
    pdfmetrics.registerFont(font)
    return font


def width(text: str, font: str, size: int) -> int:
    """How many dots `text` takes, rounded up, at a size in dots."""
    return ceil(float(registered(font).stringWidth(text, size)))


def missing_glyph(text: str, font: str) -> str | None:
    """The first character of `text` that the font cannot show, or None."""
    glyphs = registered(font).face.charToGlyph
    return next((character for character in text if not character.isprintable() or ord(character) not in glyphs), None)
