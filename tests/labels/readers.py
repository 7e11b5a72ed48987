"""Readers of symbols that share no code, each telling what a scanner sends: the symbology identifier and the data.

For a Data Matrix zxing-cpp, and libdmtx by its own program; for a Code 128 zxing-cpp, and the widths of the bars, one by one.
"""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import zxingcpp
from barcode.charsets import code128
from PIL import Image, ImageOps

from labels.gs1 import SEPARATOR

PATIENCE_MS = 1000
WHITE = 8
STOP = "1100011101011"
STARTS, SWITCHES, FUNCTION_1 = {104: False, 105: True}, {100: False, 99: True}, 102


def zxing(picture: Image.Image, kind: zxingcpp.BarcodeFormat = zxingcpp.BarcodeFormat.DataMatrix) -> str | None:
    """What the one symbol of the picture says."""
    found = zxingcpp.read_barcode(picture, formats=kind, text_mode=zxingcpp.TextMode.Plain)
    return found.symbology_identifier + found.text if found else None


def libdmtx(pictures: Sequence[Image.Image]) -> list[str | None]:
    """What the one Data Matrix of each picture says; one process for all of them, because each start costs.

    All sheets are of one size: of each the program looks at no more than the last of them has room for.
    """
    if not pictures:
        return []
    largest = max(picture.width for picture in pictures), max(picture.height for picture in pictures)
    sheets = [Image.new("L", largest, 255) for _ in pictures]
    for sheet, picture in zip(sheets, pictures, strict=True):
        sheet.paste(picture)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "symbols.tif"
        sheets[0].save(file, save_all=True, append_images=sheets[1:])
        told_fnc1 = f"--gs1={ord(SEPARATOR)}"
        once = ["--newline", "--page-numbers", "--stop-after=1", f"--milliseconds={PATIENCE_MS}", told_fnc1]
        said = subprocess.run(["dmtxread", *once, str(file)], capture_output=True, text=True, check=False)
    pages = [int(page) for page in said.stderr.split(":") if page.strip()]
    texts = said.stdout.split("\n")[:-1]
    assert len(pages) == len(texts), said.stderr
    read = dict(zip(pages, (_identified(text, "]d1", "]d2") for text in texts), strict=True))
    return [read.get(page) for page in range(1, len(pictures) + 1)]


def bars(picture: Image.Image, module: int) -> str | None:
    """What the one Code 128 of the picture says, a module being so many dots wide; None where its check value is wrong."""
    across = picture.crop((0, picture.height // 2, picture.width, picture.height // 2 + 1))
    dark = across.resize((picture.width // module, 1), Image.Resampling.NEAREST).convert("L").tobytes()
    marks = "".join("1" if shade < 128 else "0" for shade in dark).strip("0")
    if not marks.endswith(STOP):
        return None
    body = marks.removesuffix(STOP)
    start, *values, check = [code128.CODES.index(body[at : at + 11]) for at in range(0, len(body), 11)]
    if (start + sum(place * value for place, value in enumerate(values, 1))) % 103 != check:
        return None
    return _identified(_text(STARTS[start], values), "]C0", "]C1")


def enlarged(picture: Image.Image, module: int) -> Image.Image:
    """At least four dots for a module, as a reader's own optics would show it, on white; nothing is smoothed."""
    times = -(-4 // module)
    large = picture.resize((picture.width * times, picture.height * times), Image.Resampling.NEAREST)
    return ImageOps.expand(large, WHITE, 255)


def _text(in_c: bool, values: Sequence[int]) -> str:
    text = ""
    for value in values:
        if value == FUNCTION_1:
            text += SEPARATOR
        elif value in SWITCHES and in_c is not SWITCHES[value]:
            in_c = SWITCHES[value]
        else:
            text += f"{value:02}" if in_c else chr(32 + value)
    return text


def _identified(text: str, plain: str, of_gs1: str) -> str:
    """With the symbology identifier: FNC1 in the first place makes it one of GS1, and is not sent."""
    return of_gs1 + text[1:] if text.startswith(SEPARATOR) else plain + text
