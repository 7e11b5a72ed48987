"""These tests share one application on one database each, with a study and a participant."""

import pytest
from fastapi.testclient import TestClient

from biobank.act.people import Role
from biobank.clock import FixedClock
from tests.path import Lab
from tests.serving import client, clock
from tests.telemetry import installation

__all__ = ["client", "clock", "installation"]


@pytest.fixture
def lab(client: TestClient, clock: FixedClock) -> Lab:
    lab = Lab(client, clock)
    lab.load_study()
    lab.upload_list("A", "B", "A", "B")
    lab.hire("ines", Role.INSPECTOR)
    return lab


@pytest.fixture
def participant(lab: Lab) -> str:
    """An allocated participant."""
    return lab.enrolled()
