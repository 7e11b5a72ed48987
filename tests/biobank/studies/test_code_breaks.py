"""That a code was broken is told to the facility: who, when and why, signed; never what was told, and never to the bedside."""

from typing import Any

import psycopg

from tests.path import Lab, refused
from tests.starts import There, found, starting, with_study
from tests.telemetry import Installation

WHY = "Severe reaction after the first dose"


def breaks(lab: Lab, participant: str, who: str = "quinn") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = lab.told(who, f"/participants/{participant}/code-breaks")
    return found


def _participant(there: There) -> str:
    """Somebody whose code was broken by who treats them."""
    lab: Lab = there.lab
    participant = lab.enrolled()
    assert breaks(lab, participant) == []
    order = {"category": "emergency", "reason": WHY, "signature": lab.sign("tess", "I must know")}
    lab.done("tess", f"/participants/{participant}/code-break", order)
    return participant


LAB = with_study(Lab, "A", "B")
start, participant = starting(LAB, LAB.then("participant", _participant)), found("participant")


def test_it_says_who_when_and_why_and_carries_the_signature(lab: Lab, participant: str) -> None:
    [found] = breaks(lab, participant)
    assert (found["username"], found["category"], found["reason"], found["unsigned"]) == ("tess", "emergency", WHY, None)
    signature = found["signature"]
    told = {name: signature[name] for name in ("printed_name", "username", "role", "meaning")}
    assert told == {"printed_name": "Tess Person", "username": "tess", "role": "treating", "meaning": "I must know"}
    assert not {"sequence", "contains"} & (found.keys() | signature.keys())


def test_a_reason_that_was_changed_shows_as_unsigned(lab: Lab, participant: str, installation: Installation) -> None:
    with psycopg.connect(installation.owner_url) as db:
        db.execute("ALTER TABLE code_break DISABLE TRIGGER USER")
        db.execute("UPDATE code_break SET category = 'safety_report'")
    [found] = breaks(lab, participant)
    assert (found["signature"], found["unsigned"]) == (None, "content_changed")


def test_the_bedside_is_not_told(lab: Lab, participant: str) -> None:
    for who in ("tess", "phil", "mona"):
        refused(lab.get(who, f"/participants/{participant}/code-breaks"), 403, "not_your_role")
