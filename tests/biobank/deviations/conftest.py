"""These tests share one application on one database each."""

from tests.serving import client, clock
from tests.telemetry import installation, server

__all__ = ["client", "clock", "installation", "server"]
