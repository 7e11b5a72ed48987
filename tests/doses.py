"""The last part of the path through HTTP: from made cells to the remains of a kit, in either arm."""

from datetime import UTC, date, datetime
from functools import cache
from typing import Any, NamedTuple

import pytest

from tests.bodies import MILLION
from tests.path import HERE, Lab
from tests.readbacks import read_labels_back
from tests.starts import OPENED, Start, There, Walk, begin, found

VISITS = {1: "baseline", 2: "month-6"}
both_arms = pytest.mark.parametrize("sequence", ["A", "B"], ids=["cells", "saline"])


class Made(NamedTuple):
    """A batch with its units, by whichever way its donation went."""

    batch: str
    purpose: str
    units: list[str]


class DoseLab(Lab):
    """The steps of dosing, preparing and giving, on top of those of the path before."""

    _saline: str | None = None

    def made(self, participant: str, period: int = 1, units: int = 8) -> Made:
        """What becomes of a new donation: released units, or units for the biobank."""
        donation = self.received(participant, period)
        routed = self.route(donation)
        batch, purpose = str(routed["code"]), str(routed["purpose"])
        self.isolate(batch, donation)
        self.donor_tests(donation)
        if purpose == "biobank":
            return Made(batch, purpose, self.stored(batch, None, 2, 10 * MILLION))
        frozen = self.stored(batch, self.harvested(batch), units)
        self.results(batch)
        self.release(batch)
        return Made(batch, purpose, frozen)

    def wait_until(self, day: date, hour: int = 0, minute: int = 0) -> None:
        """Put the clock on a moment of a day, UTC."""
        self.clock.at = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)

    def due(self, participant: str, visit: str) -> date:
        """The day on which a visit is due."""
        visits = self.told("tess", f"/participants/{participant}")["visits"]
        return date.fromisoformat(next(one["due"] for one in visits if one["code"] == visit))

    def wait_for_dose(self, participant: str, period: int = 1) -> dict[str, Any]:
        """Go to eight o'clock of the day of a dose; what a plan of its window from nine o'clock sends."""
        day = self.due(participant, VISITS[period])
        self.wait_until(day, 8)
        return {"period": period, "window_at": f"{day}T09:00:00Z"}

    def plan_dose(self, participant: str, period: int = 1, weight_kg: str = "72.4") -> Any:
        """Weigh on the day of a dose, plan it, and wait until its window opens."""
        order = self.wait_for_dose(participant, period)
        self.weigh(participant, period, weight_kg)
        plan = self.done("pia", f"/participants/{participant}/dose-plans", order)
        self.wait(hours=1)
        return plan

    def saline(self) -> str:
        """A lot of saline, received when first needed."""
        if self._saline is None:
            self._saline = self.lot("saline", "S-1")
        return self._saline

    def lot(self, kind: str, supplier_lot: str, expires_at: str = "2035-01-01T00:00:00Z") -> str:
        """A new lot."""
        made = {"kind": kind, "name": "Sodium chloride 0.9 %", "supplier": "Supplier", "supplier_lot": supplier_lot}
        return str(self.done("pia", "/lots", made | {"expires_at": expires_at})["code"])

    def prepare(self, kit: str) -> Any:
        return self.done("pia", f"/kits/{kit}/preparation")

    def thaw(self, unit: str, kit: str | None, participant: str) -> Any:
        return self.done("pia", f"/units/{unit}/thaw", {"kit": kit, "participant": participant})

    def recount(self, kit: str, **changed: str | int) -> Any:
        return self.done("pia", f"/kits/{kit}/recount", recounted(**changed))

    def fill(self, kit: str) -> Any:
        filled = self.done("pia", f"/kits/{kit}/fill", {"lot": self.saline()})
        read_labels_back(self, kit, "pia")
        return filled

    def ready(self, kit: str) -> Any:
        return self.done("paul", f"/kits/{kit}/ready", {"signature": self.sign("paul", "Checked and ready for use")})

    def thawed(self, kit: str, participant: str) -> Any:
        """A preparation begun, and everything thawed that its plan asks for."""
        begun = self.prepare(kit)
        for unit in begun["units"][: begun["units_to_thaw"] or 0]:
            self.thaw(unit, kit, participant)
        return begun

    def prepared(self, kit: str, participant: str) -> Any:
        """A kit filled with whatever it is to hold, and declared ready, all at the opening of its window."""
        if self.thawed(kit, participant)["contains"] == "cells":
            self.recount(kit)
        self.fill(kit)
        return self.ready(kit)

    def wait_until_available(self) -> None:
        """From the opening of a window to five minutes after its kit may be had."""
        self.wait(hours=2, minutes=5)

    def arrive(self, kit: str) -> Any:
        """A kit that may be had, from the facility to the pharmacy."""
        return self.hand_over(kit, "paul", "phil", HERE)

    def retrieve(self, kit: str, participant: str, visit: str) -> Any:
        return self.done("phil", f"/kits/{kit}/retrieval", {"participant": participant, "visit": visit})

    def administer(self, kit: str, participant: str, visit: str) -> Any:
        order = {"participant": participant, "visit": visit, "given_ml": "4.8", "remains_ml": "0.2"}
        return self.done("tess", f"/kits/{kit}/administration", order)

    def account(self, kit: str, destroyed_ml: str = "0.2") -> Any:
        return self.done("phil", f"/kits/{kit}/remains", {"destroyed_ml": destroyed_ml})

    def give(self, kit: str, participant: str, visit: str) -> Any:
        """A kit that may be had on its way to its remains."""
        self.arrive(kit)
        self.retrieve(kit, participant, visit)
        self.wait(minutes=20)
        self.hand_over(kit, "phil", "tess", "bedside")
        self.administer(kit, participant, visit)
        self.wait(hours=1)
        return self.account(kit)


def recounted(**changed: str | int) -> dict[str, Any]:
    """The count of five units of 20 million with 80 % of them left, pooled in 5 ml."""
    told = {"viable_cells_per_ml": 16 * MILLION, "viability_percent": "88", "volume_ml": "5", "method": "NucleoCounter"}
    return told | changed


LAB = OPENED.then("lab", lambda there: DoseLab(there.client, there.clock))


def planned(there: There) -> str:
    """A planned kit, at the opening of its window."""
    return str(there.lab.plan_dose(there.found["participant"])["kit"])


@cache
def walks(*sequences: str) -> tuple[Walk, Walk, Walk]:
    """An empty lab; a participant of the first sequence, whose first donation was made into what it asks for; their kit."""

    def participant(there: There) -> str:
        there.lab.load_study()
        there.lab.upload_list(*sequences)
        enrolled = str(there.lab.enrolled())
        there.lab.made(enrolled)
        return enrolled

    made = LAB.then("participant", participant)
    return LAB, made, made.then("kit", planned)


@pytest.fixture
def sequence() -> str:
    """The arm of a test that says of none."""
    return "A"


@pytest.fixture
def start(request: pytest.FixtureRequest, sequence: str) -> Start:
    return begin(request, *walks(sequence, "B"))


participant, kit = found("participant"), found("kit")
