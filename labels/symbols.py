"""Symbols that a scanner reads, as modules without size: Data Matrix (ECC 200) and Code 128."""

import zxingcpp
from barcode.charsets import code128  # type: ignore[import-untyped, unused-ignore]
from barcode.codex import Code128  # type: ignore[import-untyped, unused-ignore]
from barcode.errors import BarcodeError  # type: ignore[import-untyped, unused-ignore]

Matrix = tuple[tuple[bool, ...], ...]


class UnprintablePayload(ValueError):
    """The payload is empty, has characters outside printable ASCII, or is more than the symbol can hold."""


def data_matrix(payload: str) -> Matrix:
    """Rows of modules, dark is True, without quiet zone; always square. Raises UnprintablePayload."""
    _check(payload)
    try:
        # Without force_square about half of the lengths come out as rectangles, which the layouts have no room for.
        symbol = zxingcpp.create_barcode(payload, zxingcpp.BarcodeFormat.DataMatrix, force_square=True)
    except ValueError as refusal:
        raise UnprintablePayload(f"{len(payload)} characters are too many for a Data Matrix") from refusal
    image = symbol.to_image(scale=1, add_quiet_zones=False)
    height, width = image.shape
    shades = memoryview(image).tobytes()  # type: ignore[arg-type]  # its stub does not know the buffer protocol of C
    return tuple(tuple(shade == 0 for shade in shades[row * width : (row + 1) * width]) for row in range(height))


def code_128(payload: str) -> str:
    """Modules from left to right, '1' is a bar, without quiet zone. Raises UnprintablePayload.

    python-barcode 0.16 takes 99 at the beginning for a change of code set and loses it; no code of ours begins so.
    """
    _check(payload)
    if payload.startswith("99"):
        raise UnprintablePayload(f"{payload!r} would lose its first two digits in a Code 128")
    try:
        modules: str = Code128(payload).build()[0]
    except BarcodeError as refusal:
        raise UnprintablePayload(f"{payload!r} has no Code 128") from refusal
    return modules


def code_128_values(payload: str) -> tuple[int, ...]:
    """The values of the same symbol, start and switches of subset included, check value and stop left out."""
    modules = code_128(payload)
    values = [code128.CODES.index(modules[at : at + 11]) for at in range(0, len(modules) - 13, 11)]
    return tuple(values[:-1])


def _check(payload: str) -> None:
    if not (payload and payload.isascii() and payload.isprintable()):
        raise UnprintablePayload("a symbol holds printable ASCII, and at least one character")
