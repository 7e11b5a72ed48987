"""Labels for printers that speak ZPL II, from the same geometry as the PDF.

The printer draws the symbols itself, dot for dot where the geometry has them. Text is sent as pictures of the label font,
because the printer's own fonts lack letters and look otherwise. Firmware differs in what it does when something is left
out, so escapes, sizes and modes are always said.
"""

from collections.abc import Iterator, Sequence

from PIL import ImageChops

from labels import fonts, symbols
from labels.documents import Label
from labels.geometry import BarsSymbol, Block, Drawing, Figure, MatrixSymbol, Symbol, Text, place
from labels.readable import readable

ECC_200 = 200
ESCAPE = "_"  # of ^BX
FNC1_IN_MATRIX, FNC1_IN_BARS = ESCAPE + "1", ">8"
HEX = "\\"  # of ^FH, by which the characters arrive that mean something to the printer
START_B, START_C, TO_C, TO_B, FUNCTION_1 = 104, 105, 99, 100, 102
INVOKED = {START_B: ">:", START_C: ">;"}
IN_B = {">": ">0", "^": "><", "~": ">="}


def render(labels: Sequence[Label], dpi: int = 300) -> bytes:
    """One format per label, for a print head of `dpi` dots per inch.

    Raises ValueError without labels, and a RefusedLabel that names the field at fault; then nothing is rendered.
    """
    if not labels:
        raise ValueError("no label to render")
    drawings = [place(label, dpi) for label in labels]
    formats = ["\n".join(_format(label, drawing)) for label, drawing in zip(labels, drawings, strict=True)]
    return ("\n".join(formats) + "\n").encode("ascii")


def _format(label: Label, drawing: Drawing) -> Iterator[str]:
    yield f"^XA^PW{drawing.width}^LL{drawing.height}^LH0,0"
    for symbol in drawing.symbols:
        yield _symbol(symbol, label.payload)
    for figure in drawing.figures:
        yield _figure(figure)
    for text in drawing.texts:
        yield _text(text)
    for frame in drawing.frames:
        yield _frame(frame, drawing.pen)
    yield "^PQ1^XZ"


def _symbol(symbol: Symbol, payload: str) -> str:
    corner = f"^FO{symbol.inner.x},{symbol.inner.y}"
    if isinstance(symbol, MatrixSymbol):
        rows = symbol.inner.width // symbol.module
        data = symbols.encoded(payload).replace(ESCAPE, 2 * ESCAPE).replace(symbols.FNC1, FNC1_IN_MATRIX)
        return f"{corner}^BXN,{symbol.module},{ECC_200},{rows},{rows},6,{ESCAPE},1{_data(data)}"
    assert isinstance(symbol, BarsSymbol)
    data = invocations(symbols.code_128_values(readable(payload).linear))
    return f"{corner}^BY{symbol.module}^BCN,{symbol.inner.height},N,N,N,N{_data(data)}"


def invocations(values: Sequence[int]) -> str:
    """The data of ^BC that makes exactly this Code 128: `>` begins what the printer does, so a literal one is `>0`."""
    said, in_c = INVOKED[values[0]], values[0] == START_C
    for value in values[1:]:
        if value in (TO_C, TO_B) and in_c is (value == TO_B):
            said, in_c = said + (">5" if value == TO_C else ">6"), not in_c
        elif value == FUNCTION_1:
            said += FNC1_IN_BARS
        elif in_c:
            said += f"{value:02}"
        else:
            said += IN_B.get(chr(32 + value), chr(32 + value))
    return said


def _data(text: str) -> str:
    hidden = "".join(f"{HEX}{ord(sign):02X}" if sign in "^~" + HEX else sign for sign in text)
    return f"^FH{HEX}^FD{hidden}^FS"


def _figure(figure: Figure) -> str:
    rows = ("".join("01"[dot] for dot in row) for row in figure.dots)
    return _graphic(figure.block, b"".join(_packed(row) for row in rows))


def _packed(row: str) -> bytes:
    across = (len(row) + 7) // 8
    return int(row.ljust(8 * across, "0"), 2).to_bytes(across, "big")


def _text(text: Text) -> str:
    block = text.block
    drawn = fonts.picture(text.text, text.font, text.size, block.width, block.height, text.baseline - block.y)
    return _graphic(block, ImageChops.invert(drawn).convert("1").tobytes())


def _graphic(block: Block, ink: bytes) -> str:
    """Dots, of each row as many whole bytes as it takes."""
    row = (block.width + 7) // 8
    return f"^FO{block.x},{block.y}^GFA,{len(ink)},{len(ink)},{row},{ink.hex().upper()}^FS"


def _frame(frame: Block, pen: int) -> str:
    """A box whose line lies half inside and half outside, as that of the PDF does."""
    out = pen // 2
    return f"^FO{frame.x - out},{frame.y - out}^GB{frame.width + pen},{frame.height + pen},{pen}^FS"
