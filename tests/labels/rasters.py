"""PDF documents as pictures in the dots of a print head, by two renderers that share no code."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pypdfium2
from PIL import Image

Raster = Callable[[bytes, int], Iterator[Image.Image]]


def pdfium(document: bytes, dpi: int) -> Iterator[Image.Image]:
    """Every page by PDFium."""
    opened = pypdfium2.PdfDocument(document)
    try:
        for page in opened:
            yield page.render(scale=dpi / 72, grayscale=True).to_pil()
    finally:
        opened.close()


def poppler(document: bytes, dpi: int) -> Iterator[Image.Image]:
    """Every page by poppler, without grey edges, as a driver of label printers sets it."""
    with TemporaryDirectory() as folder:
        command = ["pdftoppm", "-r", str(dpi), "-gray", "-aa", "no", "-aaVector", "no", "-", f"{folder}/page"]
        subprocess.run(command, input=document, check=True)
        for path in sorted(Path(folder).iterdir()):
            with Image.open(path) as page:
                yield page.copy()


RENDERERS: dict[str, Raster] = {"pdfium": pdfium, "poppler": poppler}


def black_and_white(picture: Image.Image) -> Image.Image:
    """What a print head makes of it: a dot or no dot."""
    return picture.point(lambda shade: 0 if shade < 128 else 255)
