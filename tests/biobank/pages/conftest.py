"""The lab and its people, for the pages."""

import pytest
from fastapi.testclient import TestClient

from biobank.clock import FixedClock
from tests.browsing import BrowserLab
from tests.serving import client, clock
from tests.telemetry import installation

__all__ = ["client", "clock", "installation"]


@pytest.fixture
def lab(client: TestClient, clock: FixedClock) -> BrowserLab:
    """Everybody works in a browser."""
    return BrowserLab(client, clock)
