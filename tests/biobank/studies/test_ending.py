"""Completing the study and withdrawing from it, through HTTP and past the rules."""

from datetime import date, timedelta
from typing import Any

import psycopg
import pytest

from biobank.act.kinds import Kind
from tests.path import Lab, refused
from tests.scripting import as_bedside
from tests.starts import found, starting, with_study
from tests.telemetry import Installation

REASON = {"reason": "Moved abroad with the family"}


LAB = with_study(Lab, "A")
start, participant = starting(LAB, LAB.then("participant", lambda there: there.lab.enrolled())), found("participant")


def state_of(lab: Lab, participant: str) -> Any:
    return lab.told("tess", f"/participants/{participant}")["state"]


def last_window(lab: Lab, participant: str) -> date:
    """The day on which the window of the last visit opens."""
    visits = lab.told("tess", f"/participants/{participant}")["visits"]
    return max(date.fromisoformat(one["earliest"]) for one in visits)


def test_a_participant_completes_the_study_when_the_last_visit_may_take_place(lab: Lab, participant: str) -> None:
    road, opens = f"/participants/{participant}/completion", last_window(lab, participant)
    lab.wait(days=(opens - lab.today).days - 1)
    assert refused(lab.post("tess", road, {}), 409, "visits_to_come") == {"participant": participant, "opens": opens.isoformat()}
    lab.wait(days=1)
    for who in ("phil", "tom"):
        refused(lab.post(who, road, {}), 403, "not_your_role")
    lab.done("tess", road, {})
    assert state_of(lab, participant) == "completed"
    refused(lab.post("tess", road, {}), 409, "wrong_participant_state")
    weight = {"period": 1, "weight_kg": "72.4"}
    refused(lab.post("tess", f"/participants/{participant}/weights", weight), 409, "wrong_participant_state")
    lab.done("tess", f"/participants/{participant}/withdrawal", REASON | {"purposes": ["treatment"]})
    assert state_of(lab, participant) == "withdrawn"


def test_nobody_completes_the_study_who_was_not_allocated(lab: Lab) -> None:
    somebody = lab.consent()["code"]
    lab.wait(days=600)
    refused(lab.post("tess", f"/participants/{somebody}/completion", {}), 409, "wrong_participant_state")


def test_what_was_withdrawn_is_not_withdrawn_again_and_nobody_comes_back(
    lab: Lab, participant: str, installation: Installation
) -> None:
    order = REASON | {"purposes": ["treatment"]}
    lab.done("tess", f"/participants/{participant}/withdrawal", order)
    facts = refused(lab.post("tess", f"/participants/{participant}/withdrawal", order), 409, "no_such_consent")
    assert facts == {"participant": participant, "purpose": "treatment"}
    now = lab.clock.now() + timedelta(seconds=1)
    for state in ("allocated", "completed"):
        with as_bedside(installation, Kind.COMPLETE, "tess", now) as db, pytest.raises(psycopg.Error) as refusal:
            db.execute("UPDATE participant SET state = %s WHERE code = %s", [state, participant])
        assert refusal.value.sqlstate == "BB037"
