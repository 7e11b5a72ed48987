"""The outer carton of a kit: printed with the kit where the study has texts for it, the same in both arms."""

from dataclasses import replace

import pytest
from pydantic import ValidationError

from biobank.settings import Settings
from tests.doses import DoseLab, both_arms
from tests.path import refused
from tests.telemetry import Installation

TEXTS = {
    "investigator": "Bjørn Ærlig Håkonsen",
    "substance": "Autologous bone marrow MSC, or sodium chloride 9 mg/ml",
    "form": "Suspension for injection",
    "directions": "Inject slowly, see the protocol",
    "storage": "2 to 8 °C, do not freeze",
}


@both_arms
def test_a_kit_gets_an_outer_carton_that_tells_nothing_of_the_arm_and_is_accounted_for_before_it_is_ready(
    lab: DoseLab, participant: str, sequence: str, installation: Installation
) -> None:
    state = lab.client.app.state  # type: ignore[attr-defined]
    elsewhere = TEXTS | {"investigator": "Somebody Else"}
    state.acts = replace(state.acts, label_cartons={"smart-ms": elsewhere, "smart-ms/01": TEXTS, "smart-ms/02": elsewhere})
    planned = lab.plan_dose(participant)
    kit = planned["kit"]
    carton, face = lab.told("pia", f"/materials/{kit}/labels")
    assert (carton["layout"], face["layout"], face["number"]) == ("carton", "kit", planned["label"])
    assert carton["payload"] == face["payload"] == kit
    assert carton["fields"] == TEXTS | {
        "participant": participant,
        "visit": "Baseline and first injection",
        "trial": "smart-ms",
        "site": "01 Haukeland University Hospital",
        "contact": "Helse Bergen HF",
        "sponsor": "Helse Bergen HF",
        "route": "intrathecal",
        "quantity": "1 × 5 ml",
        "use_before": "2026-04-29 13:00 UTC",
    }, "alike in both arms"
    if sequence == "A":
        return
    lab.prepare(kit)
    lab.done("pia", f"/kits/{kit}/fill", {"lot": lab.saline()})
    lab.done("pia", "/labels/read-backs", {"labels": [{"number": face["number"], "read": kit}]})
    answer = lab.post("paul", f"/kits/{kit}/ready", {"signature": lab.sign("paul")})
    assert refused(answer, 409, "label_not_read_back")["number"] == carton["number"]
    lab.done("pia", "/labels/read-backs", {"labels": [{"number": carton["number"], "read": kit}]})
    lab.ready(kit)
    lab.wait_until_available()
    lab.arrive(kit)
    assert lab.told("phil", f"/materials/{kit}/labels") == [], "when and how often it was printed is nothing for the bedside"


def test_a_carton_whose_texts_are_not_whole_or_do_not_fit_and_a_label_that_must_be_are_refused_when_a_process_starts() -> None:
    for name, value in (("label_cartons", {"smart-ms": TEXTS | {"form": ""}}), ("label_cartons", {"mesems": {"form": "x"}})):
        with pytest.raises(ValidationError, match=name):
            Settings(**{name: value})
    for text in ("long words " * 30, "注射液"):
        with pytest.raises(ValidationError, match="'carton', directions"):
            Settings(label_cartons={"smart-ms": TEXTS | {"directions": text}})
    for left_out in ("unit", "kit", "carton"):
        with pytest.raises(ValidationError, match="labels_left_out"):
            Settings(labels_left_out=frozenset({left_out}))
