"""The path of an aspirate through HTTP, step by step, by the people who do each: what tests walk on to reach a state."""

import re
from datetime import timedelta
from typing import Any

from biobank.act.people import Role, Side
from tests.bodies import DONOR_TESTS, MILLION, RESULTS, SITE, SMART_MS, counted, fitting, freezing, receipt, result, seeding
from tests.readbacks import read_labels_back
from tests.voices import Voices

STUDY, FACILITY = "smart-ms", "gmp-1"
ELSEWHERE = "gmp-se"
"""A facility of another study."""
HERE = f"{STUDY}/{SITE}"
PEOPLE: dict[str, tuple[Side, Role, str | None]] = {
    "tess": (Side.BEDSIDE, Role.TREATING, HERE),
    "phil": (Side.BEDSIDE, Role.PHARMACIST, HERE),
    "petra": (Side.BEDSIDE, Role.PHARMACIST, HERE),
    "cora": (Side.BEDSIDE, Role.COURIER, None),
    "mona": (Side.BEDSIDE, Role.MONITOR, None),
    "other": (Side.BEDSIDE, Role.TREATING, f"{STUDY}/02"),
    "tom": (Side.FACILITY, Role.TECHNICIAN, FACILITY),
    "tina": (Side.FACILITY, Role.TECHNICIAN, FACILITY),
    "pia": (Side.FACILITY, Role.PREPARER, FACILITY),
    "paul": (Side.FACILITY, Role.PREPARER, FACILITY),
    "bo": (Side.FACILITY, Role.BIOBANK_MANAGER, FACILITY),
    "quinn": (Side.FACILITY, Role.QA, None),
    "quentin": (Side.FACILITY, Role.QP, None),
    "sam": (Side.FACILITY, Role.SPONSOR_RELEASER, None),
    "stan": (Side.FACILITY, Role.STATISTICIAN, None),
    "sofia": (Side.FACILITY, Role.SAFETY_PHYSICIAN, None),
    "gina": (Side.FACILITY, Role.TECHNICIAN, ELSEWHERE),
    "gus": (Side.FACILITY, Role.BIOBANK_MANAGER, ELSEWHERE),
    "stella": (Side.DESK, Role.STUDY_AUTHOR, None),
}
"""Who works in the tests: side, role and place; ``other`` treats at another site, ``gina`` and ``gus`` work elsewhere."""


class Lab(Voices):
    """People and steps. Each step gives its JSON and fails where it is refused."""

    people = PEOPLE
    _medium: str | None = None
    _freezer: str | None = None

    # ---------------------------------------------------------------------------------------------- study and participants

    def load_study(self, definition: str = SMART_MS) -> Any:
        return self.done("stella", "/studies", {"definition": definition})

    def upload_list(self, *sequences: str) -> Any:
        order = {"stratum": "all", "sequences": list(sequences)}
        return self.done("stan", f"/studies/{STUDY}/allocation-list", order)

    def consent(self) -> Any:
        return self.done("tess", "/participants", {"study": STUDY, "site": SITE, "purposes": ["treatment", "biobank"]})

    def screen(self, participant: str) -> Any:
        return self.done("tess", f"/participants/{participant}/screening", fitting())

    def allocate(self, participant: str, days_ahead: int = 45) -> Any:
        """The first dose lies ``days_ahead``: the window of the first collection is open today."""
        order = {"baseline_on": (self.today + timedelta(days=days_ahead)).isoformat()}
        return self.done("tess", f"/participants/{participant}/allocation", order)

    def enrolled(self) -> str:
        """A new participant, allocated; the study and its list must be there."""
        participant = self.consent()["code"]
        self.screen(participant)
        self.allocate(participant)
        return str(participant)

    def weigh(self, participant: str, period: int = 1, weight_kg: str = "72.4") -> Any:
        return self.done("tess", f"/participants/{participant}/weights", {"period": period, "weight_kg": weight_kg})

    # ------------------------------------------------------------------------------------------------------------ donations

    def prepare_labels(self, participant: str, period: int = 1) -> str:
        """The code on labels printed ahead."""
        return str(self.done("tess", f"/participants/{participant}/label-sets", {"visit": f"collection-{period}"})["code"])

    def collect(self, participant: str, period: int = 1, volume_ml: str = "30", **label: str) -> Any:
        order = {"visit": f"collection-{period}", "participant": participant, "volume_ml": volume_ml} | label
        made = self.done("tess", f"/participants/{participant}/donations", order)
        read_labels_back(self, made["code"], "tess")
        return made

    def hand_over(self, code: str, from_who: str = "tess", to_who: str = "tom", to_place: str = FACILITY) -> Any:
        """Both sides of a handover."""
        self.done(from_who, f"/materials/{code}/handovers", {"to_place": to_place})
        return self.done(to_who, f"/materials/{code}/handovers/confirmation")

    def receive(self, donation: str, participant: str, **changed: Any) -> Any:
        return self.done("tom", f"/donations/{donation}/receipt", receipt(participant) | changed)

    def received(self, participant: str, period: int = 1) -> str:
        """A new donation of an allocated participant, accepted at the facility."""
        donation = self.collect(participant, period)["code"]
        self.hand_over(donation)
        self.receive(donation, participant)
        return str(donation)

    # ----------------------------------------------------------------------------------------------------------- clean room

    def route(self, donation: str) -> Any:
        return self.done("tom", f"/donations/{donation}/routing")

    def isolate(self, batch: str, donation: str, cells: int = 30 * MILLION) -> Any:
        return self.done("tom", f"/batches/{batch}/isolation", counted(cells, "96") | {"donation": donation})

    def isolated(self, participant: str, period: int = 1) -> str:
        """A new batch of a participant's donation, isolated."""
        donation = self.received(participant, period)
        batch = self.route(donation)["code"]
        self.isolate(batch, donation)
        return str(batch)

    def seed(self, batch: str, from_culture: str | None = None, cells: int = 25 * MILLION, area_cm2: str = "500") -> Any:
        return self.done("tom", f"/batches/{batch}/cultures", seeding(from_culture, cells, area_cm2))

    def medium(self) -> str:
        """A lot of medium, received when first needed."""
        if self._medium is None:
            made = {"name": "Alpha-MEM with platelet lysate", "supplier": "Supplier", "supplier_lot": "M-1"}
            self._medium = str(self.done("tom", "/lots", made | {"kind": "medium", "expires_at": "2035-01-01T00:00:00Z"})["code"])
        return self._medium

    def feed(self, culture: str, volume_ml: str = "120") -> Any:
        return self.done("tina", f"/cultures/{culture}/feeds", {"lot": self.medium(), "volume_ml": volume_ml})

    def harvest(self, culture: str, cells: int = 10 * MILLION) -> Any:
        return self.done("tom", f"/cultures/{culture}/harvest", counted(cells, "97.5"))

    def verify(self, culture: str, who: str = "tina") -> Any:
        return self.done(who, f"/cultures/{culture}/harvest/verification")

    def harvested(self, batch: str) -> str:
        """Two passages of an isolated batch in nineteen days; the second culture, its harvest verified."""
        first = self.seed(batch)["code"]
        self.wait(days=12)
        self.harvest(first)
        self.verify(first)
        second = self.seed(batch, first, 6 * MILLION, "2000")["code"]
        self.wait(days=7)
        self.harvest(second, 180 * MILLION)
        self.verify(second)
        return str(second)

    def freezer(self, name: str = "Nitrogen 1") -> str:
        rule = {"limit_c": "-135", "delay_s": 300, "hysteresis_c": "5"}
        return str(self.done("bo", "/freezers", rule | {"facility": FACILITY, "name": name})["code"])

    def slots(self, freezer: str, count: int = 10, box: str = "B1") -> list[str]:
        """The codes of new positions in a box."""
        order = {"rack": "R1", "box": box, "slots": [f"A{number}" for number in range(1, count + 1)]}
        return [one["code"] for one in self.done("bo", f"/freezers/{freezer}/positions", order)["positions"]]

    def freeze(self, batch: str, from_culture: str | None, units: int = 8, cells: int = 20 * MILLION) -> list[str]:
        """The codes of new units."""
        made = self.done("tom", f"/batches/{batch}/freezing-runs", freezing(from_culture, units, cells))
        read_labels_back(self, batch)
        return [unit["code"] for unit in made["units"]]

    def place(self, unit: str, position: str) -> Any:
        return self.done("bo", f"/units/{unit}/placement", {"position": position})

    def stored(self, batch: str, from_culture: str | None, units: int = 8, cells: int = 20 * MILLION) -> list[str]:
        """Units of a batch, frozen and laid into a box of their own."""
        if self._freezer is None:
            self._freezer = self.freezer()
        frozen = self.freeze(batch, from_culture, units, cells)
        for unit, position in zip(frozen, self.slots(self._freezer, units, frozen[0][-5:-1]), strict=True):
            self.place(unit, position)
        return frozen

    # --------------------------------------------------------------------------------------------------- quality and release

    def donor_test(self, donation: str, marker: str = "hbsag", reactive: bool = False) -> Any:
        order = {"marker": marker, "reactive": reactive, "sampled_on": self.sampled_on(donation)}
        return self.done("tina", f"/donations/{donation}/donor-tests", order)

    def sampled_on(self, donation: str) -> str:
        """The day of the donation, on which a donor's sample may be taken."""
        return str(self.told("quinn", f"/donations/{donation}")["collected_at"])[:10]

    def donor_tests(self, donation: str) -> None:
        """Every test that is asked of everybody, none of them reactive."""
        for marker in DONOR_TESTS:
            self.donor_test(donation, marker)

    def result(self, batch: str, test: str, outcome: str | None = None, who: str = "tina") -> Any:
        """One result; a good one where ``outcome`` is not given."""
        return self.done(who, f"/batches/{batch}/results", result(test, outcome))

    def results(self, batch: str) -> None:
        """A good result of every test that is required before release, the long culture of sterility awaited."""
        self.wait(days=15)
        for test in RESULTS:
            self.result(batch, test)

    def reviewable(self, participant: str, period: int = 1, units: int = 8) -> str:
        """A batch of a participant's cells, frozen and stored, of which nothing is missing and which nobody decided about."""
        batch = self.isolated(participant, period)
        donation = self.told("quinn", f"/batches/{batch}")["donation"]
        self.donor_tests(donation)
        self.stored(batch, self.harvested(batch), units)
        self.results(batch)
        return batch

    def review_trail(self, batch: str, who: str = "quinn") -> Any:
        """The whole trail of a batch, read up to now; nothing where that was done."""
        known = self.told(who, f"/batches/{batch}/trail-review")
        return self.done(who, f"/batches/{batch}/trail-review", {"up_to": known["up_to"]}) if known["unread"] else known

    def decide(self, who: str, batch: str, step: str, verdict: str = "approved") -> Any:
        """One decision; before QA's approval the trail is read."""
        if (step, verdict) == ("disposition", "approved"):
            self.review_trail(batch)
        return self.done(who, f"/batches/{batch}/{step}", {"verdict": verdict, "signature": self.sign(who)})

    def dispose(self, batch: str, verdict: str = "approved") -> Any:
        return self.decide("quinn", batch, "disposition", verdict)

    def certify(self, batch: str, verdict: str = "approved") -> Any:
        return self.decide("quentin", batch, "certification", verdict)

    def sponsor_release(self, batch: str, verdict: str = "approved") -> Any:
        return self.decide("sam", batch, "sponsor-release", verdict)

    def release(self, batch: str) -> None:
        """All three decisions, and the label of the release read back."""
        self.dispose(batch)
        self.certify(batch)
        self.sponsor_release(batch)
        read_labels_back(self, batch)

    def released_batch(self, participant: str, period: int = 1, units: int = 8) -> str:
        """A batch of a participant's cells, frozen, stored and released."""
        batch = self.reviewable(participant, period, units)
        self.release(batch)
        return batch


def refused(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The facts of a refusal, which has this status and code and says something."""
    told = answer.json()
    assert (answer.status_code, told.get("code")) == (status, code), answer.text
    assert len(told["message"]) > 10, "a refusal says something"
    assert not re.search(r"\{[a-z_]+\}", told["message"]), "a fact is missing"
    facts: dict[str, Any] = told.get("facts", {})
    return facts
