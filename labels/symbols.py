"""Symbols that a scanner reads, as modules without size: Data Matrix (ECC 200) and Code 128.

A payload that is GS1 elements in brackets becomes the GS1 form of its symbol: FNC1 stands first, which readers tell as ]d2 and
]C1, and again wherever a value needs a separator.
"""

import zxingcpp
from barcode.charsets import code128  # type: ignore[import-untyped, unused-ignore]
from barcode.codex import Code128, Gs1_128  # type: ignore[import-untyped, unused-ignore]
from barcode.errors import BarcodeError  # type: ignore[import-untyped, unused-ignore]

from labels import gs1
from labels.gs1 import Elements
from labels.wrong import WrongCode

Matrix = tuple[tuple[bool, ...], ...]
FNC1: str = Gs1_128.FNC1_CHAR
"""Stands for the function character, which is no character."""


class UnprintablePayload(ValueError):
    """The payload is empty, not printable ASCII, in brackets but no GS1, or more than the symbol can hold."""


def data_matrix(payload: str) -> Matrix:
    """Rows of modules, dark is True, without quiet zone; always square. Raises UnprintablePayload."""
    elements = _elements(payload)
    # The writer takes elements in square brackets, which no value has, and then puts FNC1 where it belongs.
    content = payload if elements is None else "".join(f"[{identifier}]{value}" for identifier, value in elements.pairs)
    is_gs1 = elements is not None
    try:
        # Without force_square about half of the lengths come out as rectangles, which the layouts have no room for.
        symbol = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.DataMatrix, force_square=True, gs1=is_gs1)
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
    signs = encoded(payload)
    if signs.startswith("99"):
        raise UnprintablePayload(f"{payload!r} would lose its first two digits in a Code 128")
    try:
        symbol = Gs1_128(signs.removeprefix(FNC1)) if signs.startswith(FNC1) else Code128(signs)
        modules: str = symbol.build()[0]
    except BarcodeError as refusal:
        raise UnprintablePayload(f"{payload!r} has no Code 128") from refusal
    return modules


def code_128_values(payload: str) -> tuple[int, ...]:
    """The values of the same symbol, start and switches of subset included, check value and stop left out."""
    modules = code_128(payload)
    values = [code128.CODES.index(modules[at : at + 11]) for at in range(0, len(modules) - 13, 11)]
    return tuple(values[:-1])


def encoded(payload: str) -> str:
    """The characters of the symbol, with FNC1 where GS1 has it. Raises UnprintablePayload."""
    elements = _elements(payload)
    return payload if elements is None else FNC1 + elements.data.replace(gs1.SEPARATOR, FNC1)


def _elements(payload: str) -> Elements | None:
    """The GS1 elements of a payload; None where it is none of GS1."""
    if not (payload and payload.isascii() and payload.isprintable()):
        raise UnprintablePayload("a symbol holds printable ASCII, and at least one character")
    if not gs1.is_shown(payload):
        return None
    try:
        return gs1.parse_shown(payload)
    except WrongCode as wrong:
        raise UnprintablePayload(str(wrong)) from wrong
