"""Whoever broke a participant's code weighs, fetches and gives nothing for that participant any more; others go on."""

import pytest

from biobank.act.people import Role, Side
from tests.doses import DoseLab
from tests.path import HERE, refused
from tests.starts import Start

VISIT = "baseline"


@pytest.fixture
def sequence() -> str:
    return "B"


@pytest.fixture
def kit(start: Start, lab: DoseLab, participant: str) -> str:
    """A kit of saline at the pharmacy."""
    kit = str(start.found["kit"])
    lab.prepared(kit, participant)
    lab.wait_until_available()
    lab.arrive(kit)
    return kit


def break_code(lab: DoseLab, who: str, participant: str) -> None:
    order = {"category": "emergency", "reason": "Severe reaction", "signature": lab.sign(who, "I must know")}
    assert lab.done(who, f"/participants/{participant}/code-break", order)["sequence"] == "B"


def test_who_was_told_neither_weighs_nor_fetches_nor_gives_and_others_do(lab: DoseLab, kit: str, participant: str) -> None:
    lab.hire("bess", Role.TREATING, Role.PHARMACIST, side=Side.BEDSIDE, place=HERE)
    break_code(lab, "bess", participant)
    scanned = {"participant": participant, "visit": VISIT}
    volumes = scanned | {"given_ml": "4.8", "remains_ml": "0.2"}
    weight = {"period": 1, "weight_kg": "72.5"}
    refused(lab.post("bess", f"/participants/{participant}/weights", weight), 403, "unblinded")
    corrected = weight | {"reason": "Read from the wrong line"}
    refused(lab.post("bess", f"/participants/{participant}/weights/correction", corrected), 403, "unblinded")
    refused(lab.post("bess", f"/kits/{kit}/retrieval", scanned), 403, "unblinded")
    lab.retrieve(kit, participant, VISIT)
    refused(lab.post("bess", f"/kits/{kit}/administration", volumes), 403, "unblinded")
    lab.administer(kit, participant, VISIT)
    lab.weigh(participant, 2)
    other = lab.consent()["code"]
    lab.screen(other)
    lab.allocate(other)
    assert lab.post("bess", f"/participants/{other}/weights", weight).status_code == 201, "of others they know nothing"
