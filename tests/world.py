"""One object of every kind that carries a code, made by walking the path once; and a twin of each code that nothing carries."""

from copy import copy
from dataclasses import dataclass
from typing import Self

from biobank.act.people import Side
from biobank.act.randomness import Randomness
from labels.local import CodeKind, build, kit_number, participant_code
from tests.doses import LAB, DoseLab
from tests.photos import sent, taken
from tests.serving import badge

_NEVER_USED = 999_999


@dataclass(frozen=True)
class Thing:
    """A code that something carries, and a code of the same form that nothing carries."""

    code: str
    unknown: str


class World:
    """A participant at one site whose cells were made, stored and released at one facility, and whose kit has arrived."""

    def __init__(self, lab: DoseLab) -> None:
        lab.load_study()
        lab.upload_list("A")
        self.lab = lab
        self.participant = lab.enrolled()
        made = lab.made(self.participant)
        batch = lab.told("tom", f"/batches/{made.batch}")
        plan = lab.plan_dose(self.participant)
        lab.prepared(plan["kit"], self.participant)
        lab.wait_until_available()
        lab.arrive(plan["kit"])
        told = {"material": made.units[-1], "title": "A box was dropped", "description": "From the bench to the floor."}
        held = {"purposes": ["patient_use"], "reason": "a box was dropped"}
        _identify(lab, made.units[-1])
        self.hold: int = lab.done("quinn", f"/materials/{made.units[-1]}/holds", held)["number"]
        freezer = lab.told("bo", "/freezers")[-1]["code"]
        self.labels = {
            Side.BEDSIDE: int(lab.told("tess", f"/materials/{batch['donation']}/labels")[0]["number"]),
            Side.FACILITY: int(lab.told("tom", f"/materials/{made.batch}/labels")[0]["number"]),
        }
        self.things = {
            "participants": Thing(self.participant, participant_code("SM", "01", 999)),
            "donations": Thing(batch["donation"], _twin(CodeKind.DONATION)),
            "kits": Thing(plan["kit"], kit_number(Randomness(b"a twin").stream("kit"))),
            "batches": Thing(made.batch, _twin(CodeKind.BATCH)),
            "cultures": Thing(batch["cultures"][-1]["code"], _twin(CodeKind.CULTURE)),
            "units": Thing(made.units[-1], _twin(CodeKind.UNIT)),
            "freezers": Thing(freezer, _twin(CodeKind.FREEZER)),
            "deviations": Thing(lab.done("quinn", "/deviations", told)["code"], _twin(CodeKind.DEVIATION)),
            "lots": Thing(lab.saline(), _twin(CodeKind.LOT)),
        }

    def on(self, lab: DoseLab) -> Self:
        """The same world on a clone of its database, in the lab there."""
        clone = copy(self)
        clone.lab = lab
        return clone


WALKED = LAB.then("world", lambda there: World(there.lab))


def _identify(lab: DoseLab, unit: str) -> None:
    """A photo of a unit: as if its label could not be read."""
    position = lab.told("quinn", f"/units/{unit}")["position"]
    second = badge(lab.client, "tina", lab.as_("tina"))
    order = {"unit": unit, "position": position, "second": second, "photo": sent(taken())}
    lab.done("tom", f"/units/{unit}/identification", order)


def _twin(kind: CodeKind) -> str:
    return build("01", kind, 2026, _NEVER_USED)
