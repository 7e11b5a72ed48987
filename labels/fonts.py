"""The two weights of the label font: Bitstream Vera Sans, which comes with reportlab and may be embedded.

Its figure 1 has a foot and its 0 is narrower than O, so that K can be told apart.
"""

from functools import cache, lru_cache
from math import ceil
from typing import Any

from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped, unused-ignore]
from reportlab.pdfbase.ttfonts import TTFont  # type: ignore[import-untyped, unused-ignore]

REGULAR = "Vera"
BOLD = "VeraBd"
FINER = 4


@cache
def registered(name: str) -> Any:
    """The font, loaded once and made known to reportlab."""
    font = TTFont(name, f"{name}.ttf")
    pdfmetrics.registerFont(font)
    return font


@lru_cache(maxsize=1024)  # statements and captions stand on label after label
def width(text: str, font: str, size: int) -> int:
    """How many dots `text` takes, rounded up, at a size in dots."""
    return ceil(float(registered(font).stringWidth(text, size)))


def missing_glyph(text: str, font: str) -> str | None:
    """The first character of `text` that the font cannot show, or None."""
    glyphs = registered(font).face.charToGlyph
    return next((character for character in text if not character.isprintable() or ord(character) not in glyphs), None)


def picture(text: str, font: str, size: int, across: int, down: int, baseline: int) -> Image.Image:
    """`text` in black on white, of the room it takes in dots, each sign where the widths of the font put it.

    It is drawn larger and reduced: at its own size the drawing library would bend the letters to whole dots.
    """
    drawn = Image.new("L", (across * FINER, down * FINER), 255)
    pen = ImageDraw.Draw(drawn)
    for place, sign in enumerate(text):
        before = float(registered(font).stringWidth(text[:place], size * FINER))
        pen.text((round(before), baseline * FINER), sign, fill=0, font=_drawing(font, size * FINER), anchor="ls")
    return drawn.reduce(FINER).point(lambda shade: 0 if shade < 128 else 255)


@cache
def _drawing(font: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(registered(font).face.filename, size, layout_engine=ImageFont.Layout.BASIC)
