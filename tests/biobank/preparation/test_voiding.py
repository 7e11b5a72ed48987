"""Giving up a kit through HTTP, in both arms: the dose can be planned again, and the bedside learns that it is void alone."""

from typing import Any

from tests.doses import DoseLab, both_arms
from tests.path import HERE
from tests.serving import code_of

REASON = "The weight was typed wrong when it was taken"


def void(lab: DoseLab, kit: str, who: str = "pia", **changed: Any) -> Any:
    return lab.post(who, f"/kits/{kit}/voiding", {"reason": REASON, "signature": lab.sign(who)} | changed)


@both_arms
def test_a_kit_is_made_void_with_a_signature_and_a_reason_and_planned_again(lab: DoseLab, kit: str, participant: str) -> None:
    lab.prepare(kit)
    for who in ("tom", "phil", "bo"):
        assert code_of(void(lab, kit, who)) == (403, "not_your_role")
    assert code_of(void(lab, kit, reason="")) == (422, "bad_input")
    assert code_of(void(lab, kit, signature=lab.sign("pia") | {"password": "another long password"})) == (403, "wrong_signature")
    assert code_of(void(lab, "ZZZZ2222Z")) == (404, "no_such_kit")
    assert void(lab, kit).status_code == 200
    assert lab.told("paul", f"/kits/{kit}")["state"] == "void"
    assert code_of(void(lab, kit)) == (409, "kit_not_at_that_point")
    assert code_of(lab.post("pia", f"/kits/{kit}/fill", {"lot": lab.saline()})) == (409, "kit_not_at_that_point")
    order = {"period": 1, "window_at": lab.clock.now().isoformat()}
    again = str(lab.done("pia", f"/participants/{participant}/dose-plans", order)["kit"])
    assert again != kit
    lab.prepared(again, participant)
    lab.wait_until_available()
    lab.give(again, participant, "baseline")
    assert code_of(void(lab, again)) == (409, "kit_not_at_that_point"), "what was given stays given"


@both_arms
def test_at_the_bedside_a_void_kit_is_void_and_nothing_more(lab: DoseLab, kit: str, participant: str) -> None:
    lab.prepared(kit, participant)
    lab.wait_until_available()
    lab.hand_over(kit, "paul", "phil", HERE)
    before = lab.told("phil", f"/kits/{kit}")
    story = lab.told("phil", f"/materials/{kit}")
    assert void(lab, kit, "quinn").status_code == 200
    order = {"participant": participant, "visit": "baseline"}
    assert code_of(lab.post("phil", f"/kits/{kit}/retrieval", order)) == (409, "kit_not_available")
    assert lab.told("phil", f"/kits/{kit}") == before | {"state": "void"}
    assert lab.told("phil", f"/materials/{kit}") == story
    assert REASON not in lab.get("phil", f"/kits/{kit}").text


@both_arms
def test_what_was_planned_from_an_older_weight_is_neither_filled_nor_ready(lab: DoseLab, kit: str, participant: str) -> None:
    if lab.thawed(kit, participant)["contains"] == "cells":
        lab.recount(kit)
    lab.wait(minutes=5)
    lab.weigh(participant, weight_kg="40")
    assert code_of(lab.post("pia", f"/kits/{kit}/fill", {"lot": lab.saline()})) == (409, "weight_corrected")
    lab.wait(minutes=1)
    lab.weigh(participant, weight_kg="72.4")
    lab.fill(kit)
    lab.wait(minutes=1)
    lab.weigh(participant, weight_kg="40")
    ready = {"signature": lab.sign("paul", "Checked and ready for use")}
    assert code_of(lab.post("paul", f"/kits/{kit}/ready", ready)) == (409, "weight_corrected")
    assert void(lab, kit).status_code == 200
    order = {"period": 1, "window_at": lab.clock.now().isoformat()}
    again = lab.done("pia", f"/participants/{participant}/dose-plans", order)
    assert again["target_viable_cells"] == 40_000_000
