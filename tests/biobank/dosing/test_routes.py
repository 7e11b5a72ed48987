"""Planning doses through HTTP, in both arms, with everything tried wrong."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from biobank.act.people import Role, Side
from tests.bodies import MILLION
from tests.doses import DoseLab, both_arms
from tests.serving import code_of, hire
from tests.starts import Start
from tests.telemetry import Installation

HOLD = {"purposes": ["patient_use"], "reason": "The seal of the bag looks odd"}


@pytest.fixture
def participant(start: Start, lab: DoseLab) -> str:
    """An allocated participant whose cells of the first period are made, on the morning of the first dose."""
    participant = str(start.found["participant"])
    lab.wait_for_dose(participant)
    return participant


def plan(lab: DoseLab, participant: str, who: str = "pia", **changed: Any) -> Any:
    order = {"period": 1, "window_at": (lab.clock.now() + timedelta(hours=1)).isoformat()}
    return lab.post(who, f"/participants/{participant}/dose-plans", order | changed)


@both_arms
def test_a_dose_is_planned_from_a_fresh_weight_for_its_own_day(lab: DoseLab, client: TestClient, participant: str) -> None:
    assert code_of(plan(lab, participant)) == (409, "no_weight")
    lab.wait(days=-7, hours=-1)
    lab.weigh(participant)
    lab.wait(days=7, hours=1)
    assert code_of(plan(lab, participant)) == (409, "weight_too_old")
    lab.weigh(participant)
    assert code_of(plan(lab, participant, period=2)) == (409, "outside_window")
    assert code_of(plan(lab, participant, period=3)) == (404, "unknown_step")
    assert code_of(plan(lab, participant, period=0)) == (422, "bad_input")
    tomorrow = lab.clock.now() + timedelta(days=1)
    assert code_of(plan(lab, participant, window_at=tomorrow.isoformat())) == (409, "outside_window")
    past = lab.clock.now() - timedelta(hours=2)
    assert code_of(plan(lab, participant, window_at=past.isoformat())) == (422, "window_passed")
    assert code_of(plan(lab, participant, window_at="2026-04-29T09:00:00")) == (422, "bad_input")
    assert code_of(plan(lab, participant, weight_kg="90")) == (422, "bad_input")
    assert code_of(plan(lab, "SM-01-999-X")) == (404, "no_such_participant")
    assert code_of(plan(lab, participant, who="tom")) == (403, "not_your_role")
    assert code_of(plan(lab, participant, who="tess")) == (403, "not_your_role")
    elsewhere = hire(client, "gwen", Side.FACILITY, Role.PREPARER, place="gmp-2")
    window = (lab.clock.now() + timedelta(hours=1)).isoformat()
    order = {"period": 1, "window_at": window}
    answer = client.post(f"/api/participants/{participant}/dose-plans", json=order, headers=elsewhere)
    assert code_of(answer) == (404, "no_such_participant")
    assert lab.told("phil", "/kits") == []
    assert plan(lab, participant).status_code == 201
    assert code_of(plan(lab, participant)) == (409, "planned_already")
    assert len(lab.told("pia", "/kits")) == 1
    assert lab.told("phil", "/kits") == [], "when a dose is planned would tell the arm"


@pytest.mark.parametrize("sequence", ["A"])
def test_only_units_that_are_released_stored_and_not_held_count_for_a_dose(lab: DoseLab, participant: str) -> None:
    units = [unit["code"] for unit in lab.told("pia", "/units")]
    assert len(units) == 8
    for unit in units[:3]:
        lab.done("quinn", f"/materials/{unit}/holds", HOLD)
    lab.thaw(units[3], None, participant)
    lab.weigh(participant)
    refused = plan(lab, participant)
    assert code_of(refused) == (409, "not_enough_units")
    assert refused.json()["facts"] == {"target": 72_400_000, "needed": 5, "available": 4}
    assert lab.told("phil", "/kits") == [], "what is refused leaves no kit behind"
    lab.wait(minutes=1)
    lab.weigh(participant, weight_kg="60")
    planned = plan(lab, participant).json()
    assert (planned["units_to_thaw"], planned["units_available"]) == (4, 4)


@both_arms
def test_the_heaviest_get_no_more_than_the_cap_and_the_bedside_learns_nothing_of_the_arm(
    lab: DoseLab, participant: str, sequence: str, installation: Installation
) -> None:
    lab.weigh(participant, weight_kg="113")
    planned = plan(lab, participant).json()
    assert planned["target_viable_cells"] == 100 * MILLION
    assert (planned["units_to_thaw"], planned["units_available"]) == ((7, 8) if sequence == "A" else (None, 0))
    kit = lab.told("pia", f"/kits/{planned['kit']}")
    same = ("participant", "period", "visit", "available_at", "expires_at")
    assert {key: kit[key] for key in same} == {key: planned[key] for key in same}
    assert (kit["state"], kit["fill_volume_ml"]) == ("planned", "5.00")
    fields = installation.one("SELECT fields FROM label_print WHERE number = %s", planned["label"])
    assert fields == {
        "participant": participant,
        "visit": "Baseline and first injection",
        "trial": "smart-ms",
        "route": "intrathecal",
        "volume": "5 ml",
        "use_before": "2026-04-29 13:00 UTC",
        "contact": "Helse Bergen HF",
    }
    for what in (f"/kits/{planned['kit']}", f"/materials/{planned['kit']}", f"/materials/{planned['kit']}/labels"):
        assert lab.get("phil", what).status_code == 404, "planning is nothing for the bedside's eyes"


@pytest.mark.parametrize("sequence", ["B"])
def test_a_kit_names_whom_its_study_has_for_questions(lab: DoseLab, participant: str, installation: Installation) -> None:
    state = lab.client.app.state  # type: ignore[attr-defined]
    state.acts = replace(state.acts, label_contacts={"smart-ms": "Trial office, Bergen, +47 55 00 00 00", "mesems": "Milan"})
    lab.weigh(participant)
    fields = installation.one("SELECT fields FROM label_print WHERE number = %s", plan(lab, participant).json()["label"])
    assert fields["contact"] == "Trial office, Bergen, +47 55 00 00 00"


@pytest.mark.parametrize("sequence", ["B"])
def test_nothing_is_planned_for_who_is_not_allocated_or_has_left(lab: DoseLab, participant: str) -> None:
    waiting = lab.consent()["code"]
    assert code_of(plan(lab, waiting)) == (409, "wrong_participant_state")
    lab.weigh(participant)
    lab.done("tess", f"/participants/{participant}/withdrawal", {"purposes": ["treatment"], "reason": "Moved abroad"})
    assert code_of(plan(lab, participant)) == (409, "wrong_participant_state")


@both_arms
def test_no_row_of_a_kit_tells_when_its_dose_was_planned(lab: DoseLab, participant: str, installation: Installation) -> None:
    """Cells can be planned once they are released, saline at any time: the bedside sees the window alone."""
    lab.weigh(participant)
    kit = plan(lab, participant).json()
    [(registered_at,)] = installation.rows("SELECT registered_at FROM material WHERE code = %s", kit["kit"])
    assert registered_at == datetime.fromisoformat(kit["window_at"]) > lab.clock.now()
