"""Two readers of symbols that share no code: zxing-cpp, and libdmtx by its own program."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import zxingcpp
from PIL import Image, ImageOps

PATIENCE_MS = 1000
WHITE = 8


def zxing(picture: Image.Image, kind: zxingcpp.BarcodeFormat = zxingcpp.BarcodeFormat.DataMatrix) -> str | None:
    """What the one symbol of the picture says."""
    found = zxingcpp.read_barcode(picture, formats=kind)
    return found.text if found else None


def libdmtx(pictures: Sequence[Image.Image]) -> list[str | None]:
    """What the one Data Matrix of each picture says; one process for all of them, because each start costs."""
    if not pictures:
        return []
    with TemporaryDirectory() as folder:
        sheets = Path(folder) / "symbols.tif"
        pictures[0].save(sheets, save_all=True, append_images=pictures[1:])
        command = ["dmtxread", "--newline", "--page-numbers", "--stop-after=1", f"--milliseconds={PATIENCE_MS}", str(sheets)]
        said = subprocess.run(command, capture_output=True, text=True, check=False)
    pages = [int(page) for page in said.stderr.split(":") if page.strip()]
    texts = said.stdout.splitlines()
    assert len(pages) == len(texts), said.stderr
    read = dict(zip(pages, texts, strict=True))
    return [read.get(page) for page in range(1, len(pictures) + 1)]


def enlarged(picture: Image.Image, module: int) -> Image.Image:
    """At least four dots for a module, as a reader's own optics would show it, on white; nothing is smoothed."""
    times = -(-4 // module)
    large = picture.resize((picture.width * times, picture.height * times), Image.Resampling.NEAREST)
    return ImageOps.expand(large, WHITE, 255)
