"""Every test may say where it begins (tests.starts)."""

from tests.starts import lab, start, starts

__all__ = ["lab", "start", "starts"]
