"""These tests share one application on one database each, with a study, an inspector and a participant."""

from biobank.act.people import Role
from tests.path import Lab
from tests.serving import client, clock
from tests.starts import There, found, starting, with_study
from tests.telemetry import installation

__all__ = ["client", "clock", "installation"]


def _inspected(there: There) -> Lab:
    lab: Lab = there.lab
    lab.hire("ines", Role.INSPECTOR)
    return lab


LAB = with_study(Lab, "A", "B", "A", "B").then("lab", _inspected)
PARTICIPANT = LAB.then("participant", lambda there: there.lab.enrolled())
"""An allocated participant."""
start, participant = starting(LAB, PARTICIPANT), found("participant")
