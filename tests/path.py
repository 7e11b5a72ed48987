"""The path of an aspirate through HTTP, step by step, by the people who do each: what tests walk on to reach a state."""

from datetime import date, timedelta
from typing import Any

from fastapi.testclient import TestClient

from biobank.act.people import Role, Side
from biobank.clock import FixedClock
from biobank.studies.criteria import NEVER
from biobank.studies.load import DEFINITIONS, load_text
from biobank.studies.protocol import ProtocolVersion
from tests.serving import PASSWORD, hire

STUDY, SITE, FACILITY = "smart-ms", "01", "gmp-1"
SMART_MS = (DEFINITIONS / "smart-ms.toml").read_text(encoding="utf-8")
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
    "stella": (Side.DESK, Role.STUDY_AUTHOR, None),
}
"""Who works in the tests: side, role and place; ``other`` treats at another site."""


class Lab:
    """People and steps. Each step gives its JSON and fails where it is refused; ``post`` gives the raw answer."""

    def __init__(self, client: TestClient, clock: FixedClock) -> None:
        self.client = client
        self.clock = clock
        self._sessions: dict[str, dict[str, str]] = {}

    def as_(self, who: str) -> dict[str, str]:
        """The headers of a person, who is hired when first needed."""
        if who not in self._sessions:
            side, role, place = PEOPLE[who]
            self._sessions[who] = hire(self.client, who, side, role, place=place)
        return self._sessions[who]

    def post(self, who: str, route: str, body: Any = None, **headers: str) -> Any:
        """The raw answer to a write."""
        return self.client.post(f"/api{route}", json={} if body is None else body, headers=self.as_(who) | headers)

    def get(self, who: str, route: str) -> Any:
        """The raw answer to a read."""
        return self.client.get(f"/api{route}", headers=self.as_(who))

    def done(self, who: str, route: str, body: Any = None) -> Any:
        """The JSON of a write that succeeds."""
        answer = self.post(who, route, body)
        assert answer.is_success, f"{route}: {answer.status_code} {answer.text}"
        return answer.json()

    def told(self, who: str, route: str) -> Any:
        """The JSON of a read that succeeds."""
        answer = self.get(who, route)
        assert answer.is_success, f"{route}: {answer.status_code} {answer.text}"
        return answer.json()

    def sign(self, who: str, meaning: str = "I approve this") -> dict[str, str]:
        """What a person gives to sign."""
        self.as_(who)
        return {"username": who, "password": PASSWORD, "meaning": meaning}

    @property
    def today(self) -> date:
        """The day on which the clock stands."""
        return self.clock.now().date()

    def wait(self, **step: float) -> None:
        """Move the clock, such as ``wait(days=7)``."""
        self.clock.advance(timedelta(**step))

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


def fitting(label: str = "v2", site: str = SITE, **changed: Any) -> dict[str, Any]:
    """What a screening sends of somebody who meets every criterion of a version, taken from its own examples."""
    definition = load_text(SMART_MS, "smart-ms.toml")
    entry = next(version for version in definition.versions if version.label == label)
    version: ProtocolVersion = definition.version(label)
    values: dict[str, Any] = {value.key: NEVER for value in version.values if value.may_be_never}
    for example in entry.must_admit:
        values[example.value] = example.choice if example.number is None else float(example.number)
    answers = {one.key: one.attested.expected for one in version.criteria_at(site) if one.attested is not None}
    return {"values": values | changed, "attestations": answers}
