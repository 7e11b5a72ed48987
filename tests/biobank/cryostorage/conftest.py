"""These tests share one application on one database each, with a study, its batches and a freezer."""

from typing import Any
from uuid import uuid4

import pytest

from tests.path import Lab
from tests.scripting import Connection
from tests.serving import client, clock
from tests.starts import There, found, starting, with_study
from tests.telemetry import installation

__all__ = ["client", "clock", "installation"]
UNKNOWN_UNIT, UNKNOWN_POSITION, UNKNOWN_FREEZER = "LX01U99000001H", "LX01P99000001N", "LX01F99000001M"

TOGETHER = """
SELECT count(*) FROM placement a JOIN placement b ON a.id < b.id
   AND (a.position_id = b.position_id OR a.unit_id = b.unit_id)
   AND tstzrange(a.placed_at, a.removed_at) && tstzrange(b.placed_at, b.removed_at)
"""
"""Pairs of stays that share a moment and a slot, or a moment and a unit."""


LAB = with_study(Lab, "B", "B", "A")
"""Every first donation goes to the biobank, but that of the third participant."""
BATCH = LAB.then("batch", lambda there: there.lab.isolated(there.lab.enrolled()))
"""An isolated batch for the biobank, with 28.8 million viable cells."""


def _drug(there: There) -> str:
    """An isolated batch from which cells are made."""
    there.lab.enrolled()
    return str(there.lab.isolated(there.lab.enrolled()))


start = starting(LAB, BATCH, BATCH.then("drug", _drug))
batch, drug = found("batch"), found("drug")


@pytest.fixture
def freezer(lab: Lab) -> str:
    return lab.freezer()


def unit_of(lab: Lab, unit: str) -> Any:
    """What is told of a unit."""
    return lab.told("quinn", f"/units/{unit}")


def slots_of(lab: Lab, freezer: str) -> dict[str, str | None]:
    """What lies in each slot of a freezer."""
    return {one["code"]: one["unit"] for one in lab.told("quinn", f"/freezers/{freezer}/positions")["positions"]}


def lay(db: Connection, unit: str, position: str, placed_at: str, removed_at: str | None = None) -> None:
    """A stay as a script would write it, past every rule of the program."""
    db.execute(
        "INSERT INTO placement (id, unit_id, position_id, placed_by, placed_at, removed_at)"
        " SELECT %s, u.id, p.id, t.id, %s, %s FROM unit u, storage_position p, person t"
        "  WHERE u.code = %s AND p.code = %s AND t.username = 'tom'",
        [uuid4(), placed_at, removed_at, unit, position],
    )
