"""These tests share one application on one database each, with a study whose donations are received."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from biobank.clock import FixedClock
from tests.path import Lab
from tests.serving import client, clock
from tests.telemetry import installation

__all__ = ["client", "clock", "installation"]
UNKNOWN_BATCH, UNKNOWN_CULTURE, UNKNOWN_DONATION = "LX01B99000001L", "LX01C99000001R", "LX01D99000001X"


@pytest.fixture
def lab(client: TestClient, clock: FixedClock) -> Lab:
    """Of three participants, the second's first donation goes to the biobank; of the others' cells are made."""
    lab = Lab(client, clock)
    lab.load_study()
    lab.upload_list("A", "B", "A")
    return lab


@pytest.fixture
def donation(lab: Lab) -> str:
    """An accepted donation from which cells are to be made."""
    return lab.received(lab.enrolled())


@pytest.fixture
def batch(lab: Lab, donation: str) -> str:
    """An isolated batch with 28.8 million viable cells."""
    made = lab.route(donation)["code"]
    lab.isolate(made, donation)
    return str(made)


def steps(lab: Lab, who: str, code: str) -> list[str]:
    """What happened to a material, as far as somebody sees it."""
    return [event["step"] for event in lab.told(who, f"/materials/{code}")["events"]]


def file_of(lab: Lab, batch: str) -> Any:
    """A batch with its cultures and counts."""
    return lab.told("quinn", f"/batches/{batch}")
