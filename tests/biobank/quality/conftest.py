"""These tests share one application on one database each."""

import pytest
from fastapi.testclient import TestClient

from biobank.clock import FixedClock
from tests.path import Lab
from tests.serving import client, clock
from tests.telemetry import installation

__all__ = ["client", "clock", "installation"]


@pytest.fixture
def lab(client: TestClient, clock: FixedClock) -> Lab:
    return Lab(client, clock)


@pytest.fixture(autouse=True)
def study(lab: Lab) -> None:
    lab.load_study()
    lab.upload_list("A", "B")
