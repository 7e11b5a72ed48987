"""The figure that warns of a biological hazard, measured in its own dots against the published proportions."""

from itertools import groupby

import pytest

from labels.hazard import ACROSS, BOTTOM, TOP, figure

SIDE = 196
UNIT = SIDE / ACROSS
MIDDLE = (ACROSS + TOP - BOTTOM) / 2
"""Of the figure, from the upper edge, in units of the proportions."""


def measured(dots: list[bool]) -> list[tuple[bool, float]]:
    """Neighbouring dots of one colour, with their length in units of the proportions."""
    return [(is_black, len(list(run)) / UNIT) for is_black, run in groupby(dots)]


@pytest.mark.parametrize("side", [38, 39])
def test_it_is_the_same_from_both_sides_and_fills_its_width(side: int) -> None:
    rows = figure(side)
    assert [len(row) for row in rows] == [side] * side
    assert all(row == row[::-1] for row in rows)
    assert any(row[0] for row in rows)


def test_ring_slits_and_hole_are_as_wide_as_published() -> None:
    rows = figure(SIDE)
    down, across = measured([row[SIDE // 2] for row in rows]), measured(list(rows[round(MIDDLE * UNIT)]))
    assert [is_black for is_black, _ in down] == [False, True, False, True, False], "ring, slit and hole, crescents"
    assert [length for _, length in down[:3]] == pytest.approx([MIDDLE - 13.5, 3.5, 10 + 3], abs=2 / UNIT)
    assert across[len(across) // 2] == (False, pytest.approx(6, abs=2 / UNIT))
    slit = measured(list(rows[round((MIDDLE - 3.7) * UNIT)]))
    assert slit[len(slit) // 2] == (False, pytest.approx(1, abs=1 / UNIT))
    horns = measured(list(rows[round((MIDDLE - 25) * UNIT)]))
    assert [is_black for is_black, _ in horns] == [False, True, False, True, False]
