"""The whole path of one participant through HTTP, in either sequence: consent to remains, twice; then what the database kept.

Nothing here asks the program what it did: the records are read by the owner of the database.
"""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from biobank.clock import FixedClock
from tests.bodies import MILLION
from tests.doses import VISITS, DoseLab
from tests.serving import client, clock
from tests.telemetry import Installation, installation

__all__ = ["client", "clock", "installation"]

WEIGHTS = {1: "72.4", 2: "113"}
ARMS = {"A": {1: "cells", 2: "saline"}, "B": {1: "saline", 2: "cells"}}
AT_THE_BEDSIDE = ["hand_over", "take_over", "retrieve", "hand_over", "take_over", "administer", "account"]
OF_A_DONATION = ["collect", "hand_over", "take_over", "receive"]
EVENTS = """
SELECT m.code, e.step, e.scope, p.username, e.occurred_at FROM custody_event e
  JOIN material m ON m.id = e.material_id JOIN person p ON p.id = e.person_id ORDER BY e.recorded_at
"""
ORIGINS = """
WITH RECURSIVE line AS (
  SELECT t.preparation_id, u.id AS material FROM thaw t JOIN unit u ON u.id = t.unit_id
  UNION SELECT l.preparation_id, p.parent_id FROM line l JOIN material_parent p ON p.child_id = l.material
)
SELECT k.number, d.din, d.participant_id = k.participant_id FROM line l
  JOIN donation d ON d.id = l.material JOIN preparation p ON p.id = l.preparation_id JOIN kit k ON k.id = p.kit_id
"""


class SlowLab(DoseLab):
    """Every act takes a minute, so that the order of what happened stands in the times."""

    def post(self, who: str, route: str, body: Any = None, **headers: str) -> Any:
        self.wait(minutes=1)
        return super().post(who, route, body, **headers)


class Story:
    """The custody events that the database keeps, of one material at a time."""

    def __init__(self, installation: Installation) -> None:
        self.rows = installation.rows(EVENTS)

    def of(self, code: str, *scopes: str) -> list[str]:
        return [step for material, step, scope, *_ in self.rows if material == code and (not scopes or scope in scopes)]

    def hands(self, code: str) -> dict[str, str]:
        return {step: who for material, step, _, who, _ in self.rows if material == code}


@pytest.fixture
def lab(client: TestClient, clock: FixedClock) -> SlowLab:
    return SlowLab(client, clock)


def one_period(lab: SlowLab, participant: str, period: int) -> str:
    """From the aspiration to the remains; the number of the kit."""
    lab.made(participant, period)
    kit = str(lab.plan_dose(participant, period, WEIGHTS[period])["kit"])
    begun = lab.thawed(kit, participant)
    if begun["contains"] == "cells":
        lab.recount(kit, viable_cells_per_ml=begun["units_to_thaw"] * 16 * MILLION // 5)
    lab.fill(kit)
    lab.ready(kit)
    lab.wait_until_available()
    lab.give(kit, participant, VISITS[period])
    return kit


@pytest.mark.parametrize("sequence", ["A", "B"])
def test_the_whole_path_leaves_its_custody_story_and_every_label_accounted_for(
    lab: SlowLab, installation: Installation, sequence: str
) -> None:
    lab.load_study()
    lab.upload_list(sequence)
    participant = lab.enrolled()
    kits = {1: one_period(lab, participant, 1)}
    lab.wait_until(lab.due(participant, "collection-2"), 9)
    kits[2] = one_period(lab, participant, 2)
    for kit in kits.values():
        assert [event["step"] for event in lab.told("mona", f"/materials/{kit}")["events"]] == AT_THE_BEDSIDE

    story, arms = Story(installation), ARMS[sequence]
    of_kits(story, installation, kits, arms)
    of_cells(story, installation, kits, arms)
    of_labels(installation)
    assert installation.rows("SELECT code, facts FROM audit.refusal") == [], "nobody was refused anything"


def of_kits(story: Story, installation: Installation, kits: dict[int, str], arms: dict[int, str]) -> None:
    """Both kits have the same story for the bedside; what was in them stands sealed, and in what the facility did."""
    for period, kit in kits.items():
        assert story.of(kit, "bedside") == AT_THE_BEDSIDE
        counted = ["recount"] if arms[period] == "cells" else []
        assert story.of(kit, "facility") == ["plan", *counted, "fill", "ready"]
        hands = story.hands(kit)
        assert (hands["fill"], hands["ready"], hands["administer"], hands["account"]) == ("pia", "paul", "tess", "phil")
    sealed = "SELECT k.period, c.contains FROM sealed.kit_content c JOIN kit k USING (id)"
    assert dict(installation.rows(sealed)) == arms
    filled = """SELECT k.period, d.target_viable_cells, f.drawn_ml::text, f.delivered_viable_cells FROM fill f
      JOIN preparation p ON p.id = f.preparation_id JOIN kit k ON k.id = p.kit_id JOIN dose_plan d ON d.kit_id = k.id"""
    target = {1: 72_400_000, 2: 100 * MILLION}
    drawn = {1: ("4.50", 72 * MILLION), 2: ("4.40", 98_560_000)}
    assert {row[0]: row[1:] for row in installation.rows(filled)} == {
        period: (target[period], *(drawn[period] if arm == "cells" else ("0.00", 0))) for period, arm in arms.items()
    }
    assert {state for (state,) in installation.rows("SELECT state FROM kit")} == {"accounted"}


def of_cells(story: Story, installation: Installation, kits: dict[int, str], arms: dict[int, str]) -> None:
    """The kit of cells goes back to its own participant's own donation; what is in the biobank was never touched."""
    dins = dict(installation.rows("SELECT period, din FROM donation"))
    for period, din in dins.items():
        assert story.of(din, "bedside") == OF_A_DONATION, period
        assert story.of(din, "facility") == ["route"]
    [(period, kit)] = [(period, kits[period]) for period, arm in arms.items() if arm == "cells"]
    assert installation.rows(ORIGINS) == [(kit, dins[period], True)]
    units = """SELECT u.code, u.state, b.purpose, d.period FROM unit u
      JOIN batch b ON b.id = u.batch_id JOIN donation d ON d.id = u.root_id"""
    thawed = {1: 5, 2: 7}[period]
    seen = {"thawed": 0, "stored": 0}
    for code, state, purpose, made_of in installation.rows(units):
        assert (purpose == "drug") == (made_of == period)
        released, taken_out = ["release"] * (purpose == "drug"), ["thaw"] * (state == "thawed")
        assert story.of(code) == ["freeze", "store", *released, *taken_out]
        assert purpose == "drug" or state == "stored"
        seen[state] += 1
    assert seen == {"thawed": thawed, "stored": 8 - thawed + 2}
    open_stays = installation.one("SELECT count(*) FROM placement WHERE removed_at IS NULL")
    assert open_stays == seen["stored"], "what is thawed lies nowhere"


def of_labels(installation: Installation) -> None:
    """One label for everything that carries a code, those of caps and of the release, one print job for each label, and each
    label accounted for that is not of a place.
    """
    missing = """SELECT m.code FROM material m WHERE m.kind <> 'lot'
      AND (SELECT count(*) FROM label_print l WHERE l.material_id = m.id AND l.payload = m.code AND l.layout = m.kind) <> 1"""
    assert installation.rows(missing) == []
    beside = "SELECT layout, count(*) FROM label_print WHERE layout IN ('cap', 'release') GROUP BY layout ORDER BY layout"
    assert installation.rows(beside) == [("cap", 10), ("release", 1)]
    jobs = """SELECT count(*), count(DISTINCT j.label_print_id), count(DISTINCT l.id)
      FROM label_print l LEFT JOIN print_job j ON j.label_print_id = l.id"""
    [(rows, jobs_of, labels)] = installation.rows(jobs)
    assert rows == jobs_of == labels > 0
    assert installation.rows("SELECT DISTINCT state FROM label_print WHERE layout NOT IN ('rack', 'box')") == [("applied",)]
