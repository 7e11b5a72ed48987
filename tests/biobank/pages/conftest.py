"""The lab and its people, for the pages."""

from tests.browsing import BrowserLab
from tests.serving import client, clock
from tests.starts import OPENED, starting, with_study
from tests.telemetry import installation

__all__ = ["client", "clock", "installation"]
LAB = OPENED.then("lab", lambda there: BrowserLab(there.client, there.clock))
"""Everybody works in a browser."""
STUDIED = with_study(BrowserLab, "A", "B")
PARTICIPANT = STUDIED.then("participant", lambda there: there.lab.enrolled())
"""Somebody who takes part, in the arm with cells."""
start = starting(LAB)
