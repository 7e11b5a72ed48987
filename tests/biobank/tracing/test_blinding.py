"""A kit of cells and one of saline, walked side by side on the same clock: the bedside's glances and stories are equal."""

from typing import Any

from tests.doses import VISITS, DoseLab

SIDES_WHO_LOOK = ("tess", "phil", "cora", "mona")


class Pair:
    """Two participants of both sequences, whose marrow is taken, and whose first kits are made, at the same moments."""

    def __init__(self, lab: DoseLab) -> None:
        self.lab = lab
        lab.load_study()
        lab.upload_list("A", "B")
        self.people = [lab.enrolled(), lab.enrolled()]
        self.donations = [lab.received(one) for one in self.people]
        batches = [str(lab.route(one)["code"]) for one in self.donations]
        for batch, donation in zip(batches, self.donations, strict=True):
            lab.isolate(batch, donation)
            lab.donor_tests(donation)
        self.units = lab.stored(batches[0], lab.harvested(batches[0]))
        lab.results(batches[0])
        lab.release(batches[0])
        order = lab.wait_for_dose(self.people[0])
        for one in self.people:
            lab.weigh(one)
        self.kits = [str(lab.done("pia", f"/participants/{one}/dose-plans", order)["kit"]) for one in self.people]
        lab.wait(hours=1)

    def prepare(self) -> None:
        for kit, participant in zip(self.kits, self.people, strict=True):
            self.lab.prepared(kit, participant)

    def give(self) -> None:
        """Both kits from the facility's door to the participants' backs."""
        pairs = list(zip(self.kits, self.people, strict=True))
        for kit, participant in pairs:
            self.lab.hand_over(kit, "paul", "phil", "smart-ms/01")
            self.lab.retrieve(kit, participant, VISITS[1])
        for kit, participant in pairs:
            self.lab.hand_over(kit, "phil", "tess", "bedside")
            self.lab.administer(kit, participant, VISITS[1])

    def looks(self, who: str) -> tuple[list[str], list[str]]:
        """Everything that somebody is told of either participant and what is theirs, their codes made alike."""
        cells, saline = ([self._told(who, code, number) for code in self._codes(number)] for number in (0, 1))
        return cells, saline

    def _codes(self, number: int) -> list[str]:
        return [self.people[number], self.donations[number], self.kits[number]]

    def _told(self, who: str, code: str, number: int) -> str:
        told = self.lab.get(who, f"/scan/{code}").text + self.lab.get(who, f"/story/{code}").text
        for name, own in zip(("PARTICIPANT", "DONATION", "KIT"), self._codes(number), strict=True):
            told = told.replace(own, name)
        return told


def state(lab: DoseLab, who: str, code: str) -> Any:
    return lab.get(who, f"/scan/{code}").json().get("state")


def test_cells_and_saline_tell_the_bedside_the_same_at_every_moment(lab: DoseLab) -> None:
    pair = Pair(lab)
    states = []

    def look() -> None:
        for who in SIDES_WHO_LOOK:
            cells, saline = pair.looks(who)
            assert cells == saline
        states.append((state(lab, "tess", pair.kits[0]), state(lab, "quinn", pair.kits[0])))

    look()
    pair.prepare()
    look()
    held = {"purposes": ["patient_use"], "reason": "looks cloudy to us"}
    number = lab.done("quinn", f"/materials/{pair.units[0]}/holds", held)["number"]
    assert [lab.told("quinn", f"/scan/{kit}")["held"] for kit in pair.kits] == [True, False]
    look()
    lab.done("quinn", f"/materials/{pair.units[0]}/holds/{number}/lifting", {"reason": "it was the light"})
    lab.wait_until_available()
    look()
    pair.give()
    look()
    assert states == [
        (None, "planned"),
        (None, "ready"),
        (None, "ready"),
        (None, "ready"),
        ("administered", "administered"),
    ]
    assert pair.looks("quinn")[0] != pair.looks("quinn")[1], "the facility knows which is which"
