"""Dark modules of a symbol, or dots of a figure, as rectangles to fill."""

from collections.abc import Iterator

Rows = tuple[tuple[bool, ...], ...]


def bricks(rows: Rows) -> Iterator[tuple[int, int, int, int]]:
    """Dark areas as left, top, width and height: every horizontal run, and every vertical one that joins rows.

    Both, because a rasteriser that scales the page leaves white seams between blocks that merely touch.
    """
    for line, row in enumerate(rows):
        for first, end in runs(row):
            yield first, line, end - first, 1
    for line, column in enumerate(zip(*rows, strict=True)):
        for first, end in runs(column):
            if end - first > 1:
                yield line, first, 1, end - first


def runs(row: tuple[bool, ...]) -> Iterator[tuple[int, int]]:
    """Neighbouring dark ones as (first, one after last): one rectangle has no seams."""
    first: int | None = None
    for here, is_dark in enumerate((*row, False)):
        if is_dark and first is None:
            first = here
        elif not is_dark and first is not None:
            yield first, here
            first = None
