"""Nobody is the second person to their own work through somebody who types: paper and keyboard count alike."""

from typing import Any

import psycopg
import pytest

from biobank.act.people import Role, Side
from tests.biobank.continuity.conftest import Outage
from tests.bodies import MILLION, counted
from tests.doses import VISITS
from tests.path import FACILITY, HERE, Lab, refused
from tests.telemetry import Installation

HARVEST = counted(10 * MILLION, "97.5")


@pytest.fixture
def culture(lab: Lab, participant: str) -> str:
    """A culture that may be harvested."""
    culture = str(lab.seed(lab.isolated(participant))["code"])
    lab.wait(days=12)
    return culture


def harvest_on_paper(outage: Outage, culture: str) -> None:
    """Tina harvested, and Tom enters it."""
    answer = outage.enter("tom", f"/cultures/{culture}/harvest", HARVEST, "tina")
    assert answer.is_success, answer.text


def verify(outage: Outage, culture: str, who: str, done_by: str | None = None) -> Any:
    road = f"/cultures/{culture}/harvest/verification"
    return outage.lab.post(who, road) if done_by is None else outage.enter(who, road, None, done_by)


@pytest.mark.parametrize("who", ["tina", "tom"])
def test_a_count_on_paper_is_verified_neither_by_who_counted_nor_by_who_typed(outage: Outage, culture: str, who: str) -> None:
    harvest_on_paper(outage, culture)
    answer = verify(outage, culture, who)
    assert answer.status_code in (403, 409), answer.text
    assert answer.json()["code"] in ("same_human", "verified_own_count", "same_hands"), answer.text
    assert verify(outage, culture, "pia").is_success


@pytest.mark.parametrize(("who", "done_by"), [("tom", "tina"), ("tina", "tom")])
def test_nobody_types_the_verification_of_their_own_count_nor_has_it_typed(
    outage: Outage, culture: str, who: str, done_by: str
) -> None:
    outage.lab.harvest(culture)  # by Tom, at the keyboard
    assert verify(outage, culture, who, done_by).status_code in (403, 409)
    assert verify(outage, culture, "pia", "tina").is_success


def test_two_who_worked_on_paper_are_typed_in_by_two(outage: Outage, culture: str) -> None:
    harvest_on_paper(outage, culture)
    refused(verify(outage, culture, "tom", "pia"), 403, "same_human")
    assert verify(outage, culture, "paul", "pia").is_success


def test_who_took_over_is_not_who_typed_the_handing_over(outage: Outage, participant: str) -> None:
    lab = outage.lab
    donation = lab.collect(participant)["code"]
    road = f"/materials/{donation}/handovers"
    assert outage.enter("phil", road, {"to_place": FACILITY}, "tess").is_success
    for who in ("phil", "tess"):
        assert lab.post(who, f"{road}/confirmation").status_code in (403, 409)
    assert lab.post("tom", f"{road}/confirmation").is_success


@pytest.fixture
def arrived(outage: Outage, participant: str) -> tuple[str, str]:
    """Another participant, and their kit, of saline and in the hands of the pharmacy."""
    lab = outage.lab
    other = lab.enrolled()
    lab.made(other)
    kit = str(lab.plan_dose(other)["kit"])
    lab.prepared(kit, other)
    lab.wait_until_available()
    lab.arrive(kit)
    return kit, other


def test_who_typed_that_a_kit_was_given_sees_no_remains_destroyed(outage: Outage, arrived: tuple[str, str]) -> None:
    lab, (kit, participant) = outage.lab, arrived
    lab.retrieve(kit, participant, VISITS[1])
    lab.hire("both", Role.TREATING, Role.PHARMACIST, side=Side.BEDSIDE, place=HERE)
    given = {"participant": participant, "visit": VISITS[1], "given_ml": "4.8", "remains_ml": "0.2"}
    assert outage.enter("both", f"/kits/{kit}/administration", given, "tess", waited_h=0.5).is_success
    refused(lab.post("both", f"/kits/{kit}/remains", {"destroyed_ml": "0.2"}), 403, "same_human")
    refused(outage.enter("both", f"/kits/{kit}/remains", {"destroyed_ml": "0.2"}, "petra"), 403, "same_human")
    assert lab.post("petra", f"/kits/{kit}/remains", {"destroyed_ml": "0.2"}).is_success


def test_a_kit_fetched_in_time_on_paper_is_entered_after_its_time_and_without_paper_it_is_not(
    outage: Outage, arrived: tuple[str, str]
) -> None:
    lab, (kit, participant) = outage.lab, arrived
    order = {"participant": participant, "visit": VISITS[1]}
    in_time, form = lab.clock.now().isoformat(), outage.headers(outage.forms["phil"].pop(0), "petrus")
    lab.wait(hours=48)
    refused(lab.post("phil", f"/kits/{kit}/retrieval", order | {"occurred_at": in_time}), 409, "kit_not_available")
    assert lab.post("phil", f"/kits/{kit}/retrieval", order, **form).is_success


@pytest.mark.parametrize("who", ["rita", "quinn"])
def test_who_did_or_typed_work_on_paper_neither_reviews_its_trail_nor_decides(outage: Outage, participant: str, who: str) -> None:
    lab = outage.lab
    batch = lab.isolated(participant)
    donation = lab.told("quinn", f"/batches/{batch}")["donation"]
    lab.hire("rita", Role.QA)
    order = {"marker": "hbsag", "reactive": False, "sampled_on": lab.sampled_on(donation)}
    assert outage.enter("quinn", f"/donations/{donation}/donor-tests", order, "rita").is_success
    up_to = lab.told(who, f"/batches/{batch}/trail-review")["up_to"]
    assert lab.post(who, f"/batches/{batch}/trail-review", {"up_to": up_to}).json()["code"] == "reviewed_own_work"


def test_the_database_itself_counts_hands_on_paper(outage: Outage, culture: str, installation: Installation) -> None:
    harvest_on_paper(outage, culture)
    with psycopg.connect(installation.owner_url) as db:
        tom = db.execute("SELECT id, now() FROM person WHERE username = 'tom'").fetchone()
        assert tom is not None
        db.execute("SELECT audit.begin_act(gen_random_uuid(), 'verify_harvest', %s, 'facility', now(), now(), NULL)", [tom[0]])
        with pytest.raises(psycopg.Error) as caught:
            db.execute("UPDATE cell_count SET verified_by = %s, verified_at = now() WHERE culture_id IS NOT NULL", [tom[0]])
    assert caught.value.sqlstate == "BB032"
