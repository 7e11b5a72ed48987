"""Where everything on a label stands, in whole printer dots from its top left corner.

One geometry for every kind of printer, so that what is proven of the PDF holds for the others.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from labels import fonts, hazard, symbols, words
from labels.bricks import Rows, bricks, runs
from labels.documents import DoesNotFit, Label, MissingField, NoGlyph, RefusedLabel, UnknownField
from labels.layouts import LAYOUTS
from labels.parts import BIOHAZARD, Area, Code, Column, Entry, Field, Layout, Words
from labels.readable import Readable, readable
from labels.wrong import WrongCode

RESOLUTIONS = (203, 300, 600)  # dots per inch of the print heads in use
TENTHS_PER_INCH = 254
SMALLEST_MODULE = 2.5  # tenths of a millimetre; ISBT 128 ST-001 §6 target, and what survives a curved, frosted vial
MATRIX_QUIET = 2  # modules on each side; the standard asks for 1, noisy surroundings for 2
BARS_QUIET = 10  # modules on each side
YES = "yes"
PAYLOAD = "payload"


@dataclass(frozen=True)
class Block:
    """Room taken by something: corner, width and height in dots."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Text:
    """One line of text; the baseline is at `baseline`, `block` is the room it takes."""

    block: Block
    baseline: int
    size: int
    font: str
    text: str


@dataclass(frozen=True)
class Symbol:
    """Dark modules as filled blocks; `block` is the room with the quiet zone, which nothing else may enter.

    `inner` is the room of the modules alone, `module` the dots of one.
    """

    block: Block
    inner: Block
    module: int
    dark: tuple[Block, ...]


@dataclass(frozen=True)
class MatrixSymbol(Symbol):
    """A Data Matrix."""


@dataclass(frozen=True)
class BarsSymbol(Symbol):
    """A Code 128."""


@dataclass(frozen=True)
class Figure:
    """A figure in whole dots, which fill ``block``; ``dark`` are the same as filled blocks."""

    block: Block
    dots: Rows
    dark: tuple[Block, ...]


@dataclass(frozen=True)
class Drawing:
    """A label ready to draw."""

    width: int
    height: int
    dpi: int
    symbols: tuple[Symbol, ...]
    texts: tuple[Text, ...]
    figures: tuple[Figure, ...]
    frames: tuple[Block, ...]
    pen: int  # dots that the line of a frame is wide


def place(label: Label, dpi: int = 300) -> Drawing:
    """Lay the label out for a print head. Raises a RefusedLabel that names the field at fault."""
    layout = LAYOUTS.get(label.layout)
    if layout is None:
        raise RefusedLabel(label.layout, "layout", "there is no such layout")
    if dpi not in RESOLUTIONS:
        raise ValueError(f"no print head has {dpi} dots per inch")
    _check_fields(label, layout)
    texts: list[Text] = []
    frames: list[Block] = []
    for column in layout.columns:
        y = _dots(column.y, dpi)
        for entry in column.entries:
            lines = list(_entry_lines(label, entry, column, y, dpi))
            texts += lines
            if isinstance(entry, Code):
                frames.append(_frame(lines[-1]))
            y += _entry_height(entry, dpi)
    return Drawing(
        width=_dots(layout.width, dpi),
        height=_dots(layout.height, dpi),
        dpi=dpi,
        symbols=tuple(_symbols(label, layout, dpi)),
        texts=tuple(texts),
        figures=tuple(_figures(label, layout, dpi)),
        frames=tuple(frames),
        pen=max(1, dpi // 150),
    )


def _dots(tenths: int, dpi: int) -> int:
    return tenths * dpi // TENTHS_PER_INCH


def _type_size(pt: int, dpi: int) -> int:
    return -(-pt * dpi // 72)  # rounded up: never smaller than the layout says


def _check_fields(label: Label, layout: Layout) -> None:
    if label.language not in words.LANGUAGES:
        raise RefusedLabel(label.layout, "language", f"there are no words in {label.language!r}")
    known, conditions = {field.name: field for field in layout.fields()}, layout.conditions()
    for name, value in label.fields.items():
        if name not in known and name not in conditions:
            raise UnknownField(label.layout, name)
        if name in conditions and value != YES:
            raise RefusedLabel(label.layout, name, f"is {YES!r} or left out")
    for name, field in known.items():
        if field.required and not label.fields.get(name, "").strip():
            raise MissingField(label.layout, name)


def _entry_height(entry: Entry, dpi: int) -> int:
    size = _type_size(entry.pt, dpi)
    if isinstance(entry, Code):
        return size * 3 // 2
    return _pitch(size) * entry.lines


def _pitch(size: int) -> int:
    return size * 6 // 5


def _entry_lines(label: Label, entry: Entry, column: Column, y: int, dpi: int) -> Iterator[Text]:
    size = _type_size(_points(label, entry), dpi)
    font = fonts.BOLD if entry.bold else fonts.REGULAR
    x, room = _dots(column.x, dpi), _dots(column.width, dpi)
    if isinstance(entry, Code):
        yield from _code_texts(label, Block(x, y + size // 4, room, _pitch(size)), size, font)
        return
    text, name, most = _content(label, entry)
    missing = fonts.missing_glyph(text, font)
    if missing is not None:
        raise NoGlyph(label.layout, name, missing)
    lines = _wrapped(text, font, size, room)
    if len(lines) > most or any(fonts.width(line, font, size) > room for line in lines):
        raise DoesNotFit(label.layout, name)
    for number, line in enumerate(lines):
        yield _text(line, x, y + number * _pitch(size), size, font)


def _points(label: Label, entry: Entry) -> int:
    if isinstance(entry, Code) and entry.isbt128 and label.payload.startswith(("=", "&")):
        return entry.isbt128
    return entry.pt


def _content(label: Label, entry: Words | Field) -> tuple[str, str, int]:
    """Text, the name to blame, and how many lines it may take."""
    said = words.catalogue(label.language)
    if isinstance(entry, Words):
        stands = not entry.when or entry.when in label.fields
        return (said.statements[entry.key] if stands else ""), entry.key, entry.lines
    value = label.fields.get(entry.name, "")
    return (f"{said.captions[entry.name]} {value}" if value and entry.captioned else value), entry.name, entry.lines


def _wrapped(text: str, font: str, size: int, room: int) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and fonts.width(longer, font, size) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _text(text: str, x: int, y: int, size: int, font: str) -> Text:
    # Capitals with a ring or accent reach 0.93 of the size above the baseline, descenders 0.24 below.
    return Text(Block(x, y, fonts.width(text, font, size), _pitch(size)), y + size * 19 // 20, size, font, text)


def _code_texts(label: Label, room: Block, size: int, font: str) -> Iterator[Text]:
    """The number and its check character, with a gap for the frame around the latter."""
    said = _readable(label)
    body = _text(said.number, room.x, room.y, size, font)
    check = _text(said.check, room.x + body.block.width + size // 3, room.y, size, font)
    if check.block.x + check.block.width + size // 6 > room.x + room.width:
        raise DoesNotFit(label.layout, PAYLOAD)
    yield body
    yield check


def _readable(label: Label) -> Readable:
    try:
        return readable(label.payload)
    except WrongCode as wrong:
        raise RefusedLabel(label.layout, PAYLOAD, str(wrong)) from wrong


def _frame(check: Text) -> Block:
    margin = check.size // 6
    top = check.baseline - check.size * 3 // 4 - margin
    return Block(check.block.x - margin, top, check.block.width + 2 * margin, check.baseline + margin - top)


def _symbols(label: Label, layout: Layout, dpi: int) -> Iterator[Symbol]:
    try:
        yield _matrix(label, layout.matrix, dpi)
        if layout.bars is not None:
            yield _bars(label, layout.bars, dpi)
    except symbols.UnprintablePayload as refusal:
        raise RefusedLabel(label.layout, PAYLOAD, str(refusal)) from refusal


def _matrix(label: Label, area: Area, dpi: int) -> MatrixSymbol:
    rows = symbols.data_matrix(label.payload)
    across = len(rows) + 2 * MATRIX_QUIET
    module = _module(label, _dots(min(area.width, area.height), dpi), across, dpi)
    side, quiet = across * module, MATRIX_QUIET * module
    x = _dots(area.x, dpi) + (_dots(area.width, dpi) - side) // 2
    y = _dots(area.y, dpi) + (_dots(area.height, dpi) - side) // 2
    inner = Block(x + quiet, y + quiet, side - 2 * quiet, side - 2 * quiet)
    dark = tuple(
        Block(inner.x + left * module, inner.y + top * module, wide * module, high * module)
        for left, top, wide, high in bricks(rows)
    )
    return MatrixSymbol(Block(x, y, side, side), inner, module, dark)


def _bars(label: Label, area: Area, dpi: int) -> BarsSymbol:
    modules = symbols.code_128(_readable(label).linear)
    across = len(modules) + 2 * BARS_QUIET
    module = _module(label, _dots(area.width, dpi), across, dpi)
    x, y, height = _dots(area.x, dpi), _dots(area.y, dpi), _dots(area.height, dpi)
    inner = Block(x + BARS_QUIET * module, y, len(modules) * module, height)
    dark = tuple(
        Block(inner.x + first * module, y, (end - first) * module, height)
        for first, end in runs(tuple(mark == "1" for mark in modules))
    )
    return BarsSymbol(Block(x, y, across * module, height), inner, module, dark)


def _figures(label: Label, layout: Layout, dpi: int) -> Iterator[Figure]:
    if layout.hazard is None or BIOHAZARD not in label.fields:
        return
    x, y, side = (_dots(tenths, dpi) for tenths in (layout.hazard.x, layout.hazard.y, layout.hazard.width))
    dots = hazard.figure(side)
    dark = tuple(Block(x + left, y + top, wide, high) for left, top, wide, high in bricks(dots))
    yield Figure(Block(x, y, side, side), dots, dark)


def _module(label: Label, room: int, across: int, dpi: int) -> int:
    """Dots of one module, as large as the room allows."""
    module = room // across
    if module < ceil(SMALLEST_MODULE * dpi / TENTHS_PER_INCH):
        raise DoesNotFit(label.layout, PAYLOAD)
    return module
