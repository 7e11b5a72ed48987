"""The figure that warns of a biological hazard, constructed with compass and ruler, in whole dots.

Baldwin and Runkle, Science 158 (1967) 264, as ISO 7010 W009 shows it in its triangle: three crescents round a hole, and a ring
that is seen between their horns. The proportions 1, 3 1/2, 4, 6, 11, 15, 21 and 30 are those commonly published with it; which of
them is what, and how far out the ring lies, is our reading of the figure, not of a dimensioned drawing.
"""

from functools import cache
from math import cos, hypot, pi, sin, sqrt

from labels.bricks import Rows

GAP, RING, HORNS, HOLE, TO_OUTER, TO_INNER, INNER, OUTER = 1, 3.5, 4, 6, 11, 15, 21, 30
"""Widths and diameters, and how far the circles lie from the middle."""
RING_RADIUS = 11.75
TOP, BOTTOM, ACROSS = TO_OUTER + OUTER / 2, TO_OUTER / 2 + OUTER / 2, TO_OUTER * sqrt(3) + OUTER
"""How far the figure reaches up and down from its middle, and how wide it is, which is more than it is high."""
THIRDS = [(cos(2 * pi * third / 3), sin(2 * pi * third / 3)) for third in range(3)]
"""By which a point is turned so that this third of the figure points up."""
SAMPLES = 2
"""Points of a dot along each side that are asked; the dot is black where half of them are."""


@cache
def figure(side: int) -> Rows:
    """Rows of ``side`` dots, black is True; the right half is the left one mirrored."""
    halves = ([_is_black(column, row, side) for column in range((side + 1) // 2)] for row in range(side))
    return tuple((*half, *half[: side // 2][::-1]) for half in halves)


def _is_black(column: int, row: int, side: int) -> bool:
    unit = ACROSS / side
    top = (ACROSS + TOP - BOTTOM) / 2
    inside = 0
    for step in range(SAMPLES * SAMPLES):
        across, down = column + (step % SAMPLES + 0.5) / SAMPLES, row + (step // SAMPLES + 0.5) / SAMPLES
        inside += _is_inside((across - side / 2) * unit, top - down * unit)
    return 2 * inside >= SAMPLES * SAMPLES


def _is_inside(x: float, y: float) -> bool:
    """Whether the figure covers a point, from its middle, in units of the proportions."""
    turned = [(x * across - y * up, x * up + y * across) for across, up in THIRDS]
    if any(hypot(a, b - TO_INNER) < INNER / 2 for a, b in turned):
        is_ring = abs(hypot(x, y) - RING_RADIUS) <= RING / 2
        return is_ring and any(hypot(a, b - TO_INNER) <= INNER / 2 - GAP for a, b in turned)
    if all(hypot(a, b - TO_OUTER) > OUTER / 2 for a, b in turned) or hypot(x, y) < HOLE / 2:
        return False
    return not any(b > 0 and abs(a) < (HORNS if b > TO_INNER else GAP) / 2 for a, b in turned)
