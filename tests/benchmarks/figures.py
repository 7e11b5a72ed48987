"""Figures as a benchmark says them."""


def figure(value: float) -> float:
    """Three significant digits: what is worked out from figures that were said differs by no more than two in a hundred."""
    return float(f"{value:.3g}")
