"""A printer of ZPL II, as far as our labels use it: each format as the picture that the print head would make.

It knows the commands by Zebra's description, nothing of our geometry, and refuses everything else.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from barcode.charsets import code128
from PIL import Image, ImageChops, ImageDraw

from labels import gs1
from labels.symbols import data_matrix

COMMAND = re.compile(r"[\^~]([A-Z]{2}|FO|FD)([^\^~]*)")
INVOCATIONS = {":": 104, ";": 105, "5": 99, "6": 100, "8": 102}
FNC1_VALUE = 102
LITERALS = {"0": ">", "<": "^", "=": "~"}


@dataclass
class Format:
    """A label while it is read."""

    page: Image.Image
    at: tuple[int, int] = (0, 0)
    narrow: int = 2
    hex_mark: str = ""
    code: tuple[str, list[str]] | None = None
    graphics: list[Image.Image] = field(default_factory=list)

    def put(self, picture: Image.Image) -> None:
        """Black over what is there already."""
        whole = Image.new("1", self.page.size, 1)
        whole.paste(picture, self.at)
        self.page.paste(ImageChops.logical_and(self.page, whole))


def printed(zpl: bytes) -> Iterator[Image.Image]:
    """One picture for each format."""
    for text in re.findall(r"\^XA(.*?)\^XZ", zpl.decode("ascii"), re.DOTALL):
        yield _format(text.replace("\n", ""))


def _format(text: str) -> Image.Image:
    width, height = (int(found[1]) for found in (re.search(r"\^PW(\d+)", text), re.search(r"\^LL(\d+)", text)) if found)
    label = Format(Image.new("1", (width, height), 1))
    for name, rest in COMMAND.findall(text):
        _command(label, name, rest)
    return label.page.convert("L")


def _command(label: Format, name: str, rest: str) -> None:
    match name:
        case "PW" | "LL" | "PQ":
            pass
        case "LH":
            assert rest == "0,0"
        case "FO":
            x, y = rest.split(",")
            label.at = (int(x), int(y))
        case "FS":
            label.code, label.hex_mark = None, ""
        case "FH":
            label.hex_mark = rest
        case "BY":
            label.narrow = int(rest)
        case "BX" | "BC":
            label.code = (name, rest.split(","))
        case "FD":
            _data(label, rest)
        case "GF":
            label.put(_graphic(rest))
        case "GB":
            label.put(_box(rest))
        case _:
            raise AssertionError(f"^{name} is not used on our labels")


def _data(label: Format, rest: str) -> None:
    if label.hex_mark:
        rest = re.sub(re.escape(label.hex_mark) + "([0-9A-F]{2})", lambda found: chr(int(found[1], 16)), rest)
    assert label.code is not None
    name, said = label.code
    label.put(_matrix(said, rest) if name == "BX" else _bars(said, rest, label.narrow))


def _matrix(said: list[str], data: str) -> Image.Image:
    turn, module, quality, columns, rows, _, escape, aspect = said
    assert (turn, quality, aspect) == ("N", "200", "1"), said
    modules = data_matrix(_said(data, escape))
    assert (int(columns), int(rows)) == (len(modules[0]), len(modules))
    picture = Image.new("1", (len(modules[0]), len(modules)), 1)
    picture.putdata([0 if dark else 1 for row in modules for dark in row])
    return picture.resize((picture.width * int(module), picture.height * int(module)), Image.Resampling.NEAREST)


def _said(data: str, escape: str) -> str:
    """What the symbol is made of: an escape and 1 stand for FNC1, which begins what is GS1, and separates its values."""
    parts = re.split(f"({re.escape(escape)}.)", data)
    signs = "".join({escape * 2: escape, f"{escape}1": gs1.SEPARATOR}.get(part, part) for part in parts)
    assert len(escape) == 1, "the escape differs from firmware to firmware"
    assert not set(parts[1::2]) - {escape * 2, f"{escape}1"}, "no other function characters are sent"
    return gs1.parse(signs[1:]).shown if signs.startswith(gs1.SEPARATOR) else signs


def _bars(said: list[str], data: str, narrow: int) -> Image.Image:
    turn, height, line, _, check, mode = said
    assert (turn, line, check, mode) == ("N", "N", "N", "N"), said
    coded = list(values(data))
    coded.append((coded[0] + sum(place * value for place, value in enumerate(coded))) % 103)
    marks = "".join(code128.CODES[value] for value in coded) + "1100011101011"
    picture = Image.new("1", (len(marks), 1), 1)
    picture.putdata([0 if mark == "1" else 1 for mark in marks])
    return picture.resize((picture.width * narrow, int(height)), Image.Resampling.NEAREST)


def values(data: str) -> Iterator[int]:
    """The values of a Code 128 that the data of ^BC asks for."""
    in_c = False
    while data:
        if data[0] == ">" and data[1] in INVOCATIONS:
            value = INVOCATIONS[data[1]]
            in_c = in_c if value == FNC1_VALUE else value in (105, 99)
            yield value
            data = data[2:]
        elif in_c:
            yield int(data[:2])
            data = data[2:]
        else:
            sign = LITERALS[data[1]] if data[0] == ">" else data[0]
            yield ord(sign) - 32
            data = data[2 if data[0] == ">" else 1 :]


def _graphic(rest: str) -> Image.Image:
    form, total, field_bytes, row, ink = rest.split(",")
    assert (form, total) == ("A", field_bytes)
    data = bytes.fromhex(ink)
    assert len(data) == int(total)
    size = (int(row) * 8, len(data) // int(row))
    return Image.frombytes("1", size, bytes(255 - byte for byte in data))


def _box(rest: str) -> Image.Image:
    width, height, pen = map(int, rest.split(","))
    picture = Image.new("1", (width, height), 1)
    ImageDraw.Draw(picture).rectangle((0, 0, width - 1, height - 1), outline=0, width=pen)
    return picture
