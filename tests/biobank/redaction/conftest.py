"""These tests share one application on one database each, with a study and a participant."""

from tests.biobank.inspection.conftest import lab, participant
from tests.serving import client, clock
from tests.telemetry import installation

__all__ = ["client", "clock", "installation", "lab", "participant"]
