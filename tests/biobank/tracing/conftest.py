"""These tests share one application on one database each, walked along the path."""

import pytest

from tests.doses import LAB, DoseLab
from tests.serving import client, clock
from tests.starts import Start, starting
from tests.telemetry import installation
from tests.world import WALKED, World

__all__ = ["client", "clock", "installation"]
start = starting(LAB, WALKED)


@pytest.fixture
def world(start: Start, lab: DoseLab) -> World:
    return start.found["world"].on(lab)  # type: ignore[no-any-return]
