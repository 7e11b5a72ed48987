"""A dose is prepared for the weight that counts: one that was corrected since the plan stops it, in both arms alike."""

import pytest

from tests.doses import DoseLab
from tests.path import refused

WHY = "Two digits were swapped when it was typed"


@pytest.mark.parametrize("sequence", ["A", "B"], ids=["cells", "saline"])
def test_a_kit_planned_for_another_weight_is_not_prepared(lab: DoseLab, sequence: str) -> None:
    lab.load_study()
    lab.upload_list(sequence, "B")
    participant = lab.enrolled()
    lab.made(participant)
    kit = lab.plan_dose(participant)["kit"]
    order = {"period": 1, "weight_kg": "74.2", "reason": WHY}
    lab.done("tess", f"/participants/{participant}/weights/correction", order)
    facts = refused(lab.post("pia", f"/kits/{kit}/preparation"), 409, "weight_corrected")
    assert (facts["planned"], facts["now"]) == (72_400_000, 74_200_000)
    lab.done("tess", f"/participants/{participant}/weights/correction", order | {"weight_kg": "72.4"})
    lab.prepare(kit)
    lab.done("tess", f"/participants/{participant}/weights/correction", order)
    refused(lab.post("pia", f"/kits/{kit}/fill", {"lot": lab.saline()}), 409, "weight_corrected")
