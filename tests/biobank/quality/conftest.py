"""These tests share one application on one database each, with a study and its list."""

from tests.path import Lab
from tests.serving import client, clock
from tests.starts import starting, with_study
from tests.telemetry import installation

__all__ = ["client", "clock", "installation"]
LAB = with_study(Lab, "A", "B")
start = starting(LAB)
