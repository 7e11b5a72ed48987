"""These tests share one application on one database each."""

from tests.doses import kit, participant, sequence, start
from tests.serving import client, clock
from tests.telemetry import installation

__all__ = ["client", "clock", "installation", "kit", "participant", "sequence", "start"]
