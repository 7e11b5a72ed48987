"""These tests share one application on one database each, with a study and a participant."""

from tests.path import Lab
from tests.serving import client, clock
from tests.starts import found, starting, with_study
from tests.telemetry import installation

__all__ = ["client", "clock", "installation"]
LAB = with_study(Lab, "A", "B")
start = starting(LAB, LAB.then("participant", lambda there: there.lab.enrolled()))
participant = found("participant")
