"""These tests share one application on one database each, and most of them a batch that waits for its disposition."""

from typing import Any

from tests.path import Lab
from tests.serving import client, clock
from tests.starts import There, found, starting, with_study
from tests.telemetry import Installation, installation

__all__ = ["client", "clock", "installation"]
STEPS = {"disposition": "quinn", "certification": "quentin", "sponsor-release": "sam"}
"""The decisions in their order, and who takes each."""
HOLD = {"purposes": ["patient_use"], "reason": "The supplier asked for it"}
_KEPT = (
    "SELECT count(*) FROM decision",
    "SELECT count(*) FROM signature",
    "SELECT count(*) FROM custody_event",
    "SELECT count(*) FROM hold WHERE lifted_at IS NULL",
)


LAB = with_study(Lab, "A", "B", "A", "B")
UNREAD = LAB.then("unread", lambda there: there.lab.reviewable(there.lab.enrolled(), units=2))
"""A batch of cells with two stored units, of which nothing is missing but that somebody reads its trail."""


def _batch(there: There) -> str:
    """The same, its trail read, and nobody decided about it."""
    there.lab.review_trail(there.found["unread"])
    return str(there.found["unread"])


start = starting(LAB, UNREAD, UNREAD.then("batch", _batch))
unread, batch = found("unread"), found("batch")


def kept(installation: Installation) -> list[int]:
    """How much there is of everything that a decision writes or lifts."""
    return [installation.one(sql) for sql in _KEPT]


def decide(lab: Lab, who: str, batch: str, step: str, verdict: str = "approved", **headers: str) -> Any:
    """The raw answer to a decision, rightly signed; the trail is read before QA approves."""
    if (who, step, verdict) == ("quinn", "disposition", "approved") and lab.get(who, f"/batches/{batch}").is_success:
        lab.review_trail(batch)
    return lab.post(who, f"/batches/{batch}/{step}", {"verdict": verdict, "signature": lab.sign(who)}, **headers)


def file_of(lab: Lab, batch: str) -> Any:
    """The release file."""
    return lab.told("quinn", f"/batches/{batch}/release-file")


def steps_of(lab: Lab, code: str) -> list[str]:
    """What happened to a material."""
    return [event["step"] for event in lab.told("quinn", f"/materials/{code}")["events"]]


def deviation(material: str) -> dict[str, str]:
    """What opens a deviation."""
    return {"material": material, "title": "The incubator stood open", "description": "For an hour, found in the morning"}
