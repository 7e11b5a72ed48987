"""These tests share one application on one database each, walked along the path."""

import pytest
from fastapi.testclient import TestClient

from biobank.clock import FixedClock
from tests.doses import DoseLab
from tests.serving import client, clock
from tests.telemetry import installation
from tests.world import World

__all__ = ["client", "clock", "installation"]


@pytest.fixture
def lab(client: TestClient, clock: FixedClock) -> DoseLab:
    return DoseLab(client, clock)


@pytest.fixture
def world(lab: DoseLab) -> World:
    return World(lab)
