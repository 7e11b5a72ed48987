"""What the dots of a rendered label say of its symbols: nothing is taken from the geometry but where to look."""

from collections.abc import Iterator

from PIL import Image, ImageChops

from labels.geometry import Block, Drawing, Figure, MatrixSymbol, Symbol
from tests.labels.rasters import black_and_white

LEAST_MM = 0.25
MM_PER_INCH = 25.4


def faults(page: Image.Image, drawing: Drawing) -> Iterator[str]:
    """Everything that is wrong with the symbols of a page, in words."""
    if page.size != (drawing.width, drawing.height):
        yield f"the page has {page.size} dots"
        return
    printed = black_and_white(page)
    for symbol in drawing.symbols:
        yield from _of(printed, symbol, drawing.dpi)
    for figure in drawing.figures:
        if wrong := _wrong_dots(printed, figure):
            yield f"{wrong} dots of the figure are wrong"


def cut(picture: Image.Image, block: Block) -> Image.Image:
    """A part of the picture."""
    return picture.crop((block.x, block.y, block.x + block.width, block.y + block.height))


def _of(printed: Image.Image, symbol: Symbol, dpi: int) -> Iterator[str]:
    found = cut(printed, symbol.block)
    if wrong := _wrong_dots(printed, symbol):
        yield f"{wrong} dots are wrong"
    ink = ImageChops.invert(found).getbbox()
    if ink is None:
        yield "there is no symbol"
        return
    left, top, right, bottom = ink
    modules = symbol.inner.width // symbol.module
    module = (right - left) / modules
    if module * MM_PER_INCH / dpi < LEAST_MM:
        yield f"a module is {module * MM_PER_INCH / dpi:.3f} mm"
    # Beside it nothing else has put a dot, or the ink would reach farther: text in the quiet zone shows here.
    quiet = (2 if isinstance(symbol, MatrixSymbol) else 10) * module
    if min(left, symbol.block.width - right) < quiet:
        yield "the quiet zone is too narrow"
    if isinstance(symbol, MatrixSymbol) and min(top, symbol.block.height - bottom) < quiet:
        yield "the quiet zone is too low"


def _wrong_dots(printed: Image.Image, drawn: Symbol | Figure) -> int:
    wanted = Image.new("L", (drawn.block.width, drawn.block.height), 255)
    for dark in drawn.dark:
        x, y = dark.x - drawn.block.x, dark.y - drawn.block.y
        wanted.paste(0, (x, y, x + dark.width, y + dark.height))
    return ImageChops.difference(cut(printed, drawn.block), wanted).histogram()[255]
