"""These tests share one application on one database each, with a study, a participant and pads of forms of both sides."""

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import pytest

from biobank.act.people import Role, Side
from tests.doses import DoseLab
from tests.path import FACILITY, HERE
from tests.serving import client, clock
from tests.starts import Start, There, found, starting, with_study
from tests.telemetry import installation

__all__ = ["client", "clock", "installation"]

ENTERING = {"tilda": Role.TREATING, "petrus": Role.PHARMACIST}
"""At the bedside there is one of each; these enter what the others did."""


@dataclass
class Outage:
    """Work on paper: forms of both sides that were issued before, and entering from them."""

    lab: DoseLab
    forms: dict[str, list[str]] = field(default_factory=dict)

    def issue(self, who: str, place: str, sheets: int = 3) -> Any:
        pad = self.lab.done(who, "/pads", {"place": place, "sheets": sheets})
        self.forms.setdefault(who, []).extend(form["code"] for form in pad["forms"])
        return pad

    def headers(self, form: str, done_by: str) -> dict[str, str]:
        """What says that something was done on a form, right now by the clock of the test."""
        return {"Paper-Form": form, "Paper-Done-By": done_by, "Paper-Done-At": self.lab.clock.now().isoformat()}

    def enter(self, who: str, route: str, body: Any, done_by: str, *, waited_h: float = 3) -> Any:
        """The raw answer to what ``who`` enters hours after ``done_by`` did it on the next form of their side."""
        side = self.lab.told(who, "/me")["side"]
        headers = self.headers(self.forms["phil" if side == "bedside" else "bo"].pop(0), done_by)
        self.lab.wait(hours=waited_h)
        return self.lab.post(who, route, body, **headers)


def _outage(there: There) -> Outage:
    lab: DoseLab = there.lab
    outage = Outage(lab)
    for who in ("tess", "phil", "petra", "tom", "tina", "pia"):
        lab.as_(who)
    for who, role in ENTERING.items():
        lab.hire(who, role, side=Side.BEDSIDE, place=HERE)
    outage.issue("phil", HERE)
    outage.issue("bo", FACILITY)
    return outage


LAB = with_study(DoseLab, "A", "B", "A", "B")
PARTICIPANT = LAB.then("participant", lambda there: there.lab.enrolled())
"""An allocated participant."""
start = starting(LAB, PARTICIPANT, PARTICIPANT.then("outage", _outage))
participant = found("participant")


@pytest.fixture
def outage(start: Start, lab: DoseLab) -> Outage:
    return Outage(lab, deepcopy(start.found["outage"].forms))
