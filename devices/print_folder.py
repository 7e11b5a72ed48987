"""A folder as a printer: labels are put there as PDF under nothing but their number; CUPS or another program takes them."""

import os
from pathlib import Path


def opened(folder: Path) -> Path:
    """The folder, made where it is missing. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def put(folder: Path, name: str, document: bytes) -> None:
    """Whole or not at all: whoever watches the folder never sees half a label. Raises OSError."""
    part = folder / f".{name}.part"
    part.write_bytes(document)
    os.replace(part, folder / name)
