"""These tests share one application on one database each, with a study whose donations are received."""

from typing import Any

from tests.path import Lab
from tests.serving import client, clock
from tests.starts import There, found, starting, with_study
from tests.telemetry import installation

__all__ = ["client", "clock", "installation"]
UNKNOWN_BATCH, UNKNOWN_CULTURE, UNKNOWN_DONATION = "LX01B99000001L", "LX01C99000001R", "LX01D99000001X"


LAB = with_study(Lab, "A", "B", "A")
"""Of three participants, the second's first donation goes to the biobank; of the others' cells are made."""
DONATION = LAB.then("donation", lambda there: there.lab.received(there.lab.enrolled()))
"""An accepted donation from which cells are to be made."""


def _batch(there: There) -> str:
    """An isolated batch with 28.8 million viable cells."""
    made = str(there.lab.route(there.found["donation"])["code"])
    there.lab.isolate(made, there.found["donation"])
    return made


start = starting(LAB, DONATION, DONATION.then("batch", _batch))
donation, batch = found("donation"), found("batch")


def steps(lab: Lab, who: str, code: str) -> list[str]:
    """What happened to a material, as far as somebody sees it."""
    return [event["step"] for event in lab.told(who, f"/materials/{code}")["events"]]


def file_of(lab: Lab, batch: str) -> Any:
    """A batch with its cultures and counts."""
    return lab.told("quinn", f"/batches/{batch}")
