"""The tests of the trail share one application on one database each."""

from tests.serving import client
from tests.telemetry import installation, server

__all__ = ["client", "installation", "server"]
