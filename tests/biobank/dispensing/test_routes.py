"""Kits at the bedside through HTTP, in both arms: one refusal for everything that stands against a kit."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from biobank.act.people import Role, Side
from tests.doses import DoseLab, both_arms
from tests.path import HERE, STUDY
from tests.serving import code_of, hire

VISIT = "baseline"
HOLD = {"purposes": ["patient_use"], "reason": "The supplier called the lot back"}
NOT_AVAILABLE = "This kit is not available. Call the unblinded pharmacist."


def told(answer: Any) -> tuple[int, bytes, list[tuple[str, str]]]:
    """Everything that the bedside gets of an answer, but for the time of day."""
    headers = [(name, value) for name, value in answer.headers.items() if name != "date"]
    return answer.status_code, answer.content, headers


def fetch(lab: DoseLab, kit: str, participant: str, who: str = "phil", **changed: Any) -> Any:
    return lab.post(who, f"/kits/{kit}/retrieval", {"participant": participant, "visit": VISIT} | changed)


def give(lab: DoseLab, kit: str, participant: str, **changed: Any) -> Any:
    order = {"participant": participant, "visit": VISIT, "given_ml": "4.8", "remains_ml": "0.2"}
    return lab.post("tess", f"/kits/{kit}/administration", order | changed)


def held(lab: DoseLab, material: str, attempt: Callable[[], Any]) -> Any:
    """The answer to an attempt while a hold stands against a material."""
    number = lab.done("quinn", f"/materials/{material}/holds", HOLD)["number"]
    answer = attempt()
    lab.done("quinn", f"/materials/{material}/holds/{number}/lifting", {"reason": "The call was about another lot"})
    return answer


@both_arms
def test_whatever_stands_against_a_kit_the_bedside_hears_the_same(
    lab: DoseLab, client: TestClient, kit: str, participant: str
) -> None:
    """Not there, of another site, not filled, not ready, early, on its way, held (or what is in it), late, fetched before."""
    elsewhere = {"participant": participant, "visit": VISIT}
    oscar = hire(client, "oscar", Side.BEDSIDE, Role.PHARMACIST, place=f"{STUDY}/02")
    refused = {
        "not there": fetch(lab, "ZZZZ2222Z", participant),
        "another site's": client.post(f"/api/kits/{kit}/retrieval", json=elsewhere, headers=oscar),
        "planned": fetch(lab, kit, participant),
    }
    preparation = lab.thawed(kit, participant)
    if preparation["contains"] == "cells":
        lab.recount(kit)
    lab.fill(kit)
    refused["filled"] = fetch(lab, kit, participant)
    lab.ready(kit)
    refused["early"] = fetch(lab, kit, participant)
    lab.wait(hours=1, minutes=59)
    ahead = (lab.clock.now() + timedelta(minutes=2)).isoformat()
    refused["a bench clock ahead"] = fetch(lab, kit, participant, occurred_at=ahead)
    lab.wait(minutes=1)
    refused["not handed over"] = fetch(lab, kit, participant)
    lab.done("paul", f"/materials/{kit}/handovers", {"to_place": HERE})
    refused["not taken over"] = fetch(lab, kit, participant)
    lab.done("cora", f"/materials/{kit}/handovers/confirmation")
    lab.done("cora", f"/materials/{kit}/handovers", {"to_place": HERE})
    refused["on its way again"] = fetch(lab, kit, participant)
    lab.done("phil", f"/materials/{kit}/handovers/confirmation")
    batch = lab.told("quinn", f"/units/{preparation['units'][0]}")["batch"] if preparation["units"] else None
    inside = [kit, lab.saline(), *([preparation["units"][0], batch] if batch else [])]
    for material in inside:
        refused[f"held: {material}"] = held(lab, material, lambda: fetch(lab, kit, participant))
    told_of = {"material": kit, "title": "The box was dropped", "description": "From the bench to the floor"}
    deviation = lab.done("pia", "/deviations", told_of)["code"]
    refused["a deviation about it"] = fetch(lab, kit, participant)
    lab.done("quinn", f"/deviations/{deviation}/closure", {"conclusion": "The syringe was not touched"})
    refused["concluded, still held"] = fetch(lab, kit, participant)
    number = lab.told("quinn", f"/materials/{kit}/holds")[0]["number"]
    lab.done("quinn", f"/materials/{kit}/holds/{number}/lifting", {"reason": "The syringe was not touched"})
    lab.wait(hours=2)
    refused["expired"] = fetch(lab, kit, participant)
    in_time = (lab.clock.now() - timedelta(hours=1)).isoformat()
    refused["expired, entered as if in time"] = fetch(lab, kit, participant, occurred_at=in_time)
    lab.wait(hours=-2)
    lab.retrieve(kit, participant, VISIT)
    refused["fetched before"] = fetch(lab, kit, participant)
    first = told(refused["not there"])
    assert (first[0], refused["not there"].json()) == (
        409,
        {"code": "kit_not_available", "message": NOT_AVAILABLE, "facts": {}},
    )
    assert {why: told(answer) for why, answer in refused.items()} == dict.fromkeys(refused, first)


@pytest.mark.parametrize("sequence", ["B"])
def test_the_wrong_participant_and_the_wrong_visit_are_said_plainly(lab: DoseLab, kit: str, participant: str) -> None:
    lab.prepared(kit, participant)
    lab.wait_until_available()
    lab.arrive(kit)
    assert code_of(fetch(lab, kit, "SM-01-999-X")) == (409, "wrong_participant")
    assert code_of(fetch(lab, kit, participant, visit="month-6")) == (409, "wrong_visit")
    assert code_of(fetch(lab, kit, participant, visit="")) == (422, "bad_input")
    assert code_of(fetch(lab, kit, participant, colour="red")) == (422, "bad_input")
    assert code_of(fetch(lab, kit, participant, who="tess")) == (403, "not_your_role")
    assert code_of(fetch(lab, kit, participant, who="pia")) == (403, "not_your_role")
    fetched = lab.retrieve(kit, participant, VISIT)
    assert fetched == lab.told("mona", f"/kits/{kit}") | {"state": "retrieved"}


@both_arms
def test_a_kit_is_given_once_within_its_time_and_never_more_than_it_held(lab: DoseLab, kit: str, participant: str) -> None:
    lab.prepared(kit, participant)
    lab.wait_until_available()
    lab.arrive(kit)
    refused = {"not fetched": give(lab, kit, participant), "not there": give(lab, "ZZZZ2222Z", participant)}
    lab.retrieve(kit, participant, VISIT)
    refused["held"] = held(lab, kit, lambda: give(lab, kit, participant))
    refused["held lot"] = held(lab, lab.saline(), lambda: give(lab, kit, participant))
    lab.wait(hours=2)
    refused["expired"] = give(lab, kit, participant)
    lab.wait(hours=-2)
    assert code_of(give(lab, kit, "SM-01-999-X")) == (409, "wrong_participant")
    assert code_of(give(lab, kit, participant, visit="month-6")) == (409, "wrong_visit")
    assert code_of(give(lab, kit, participant, given_ml="4.9")) == (409, "volumes_do_not_add_up")
    assert code_of(give(lab, kit, participant, remains_ml="-0.1")) == (422, "bad_input")
    given = give(lab, kit, participant)
    assert (given.status_code, given.json()["state"]) == (200, "administered")
    refused["given before"] = give(lab, kit, participant)
    assert {why: code_of(answer) for why, answer in refused.items()} == dict.fromkeys(refused, (409, "kit_not_available"))
    assert len({answer.content for answer in refused.values()}) == 1


@pytest.mark.parametrize("sequence", ["A"])
def test_remains_are_accounted_for_by_other_hands_and_tell_nothing_before(
    lab: DoseLab, client: TestClient, kit: str, participant: str
) -> None:
    both = hire(client, "bess", Side.BEDSIDE, Role.TREATING, Role.PHARMACIST, place=HERE)
    route, order = f"/api/kits/{kit}/remains", {"destroyed_ml": "0.2"}
    planned = client.post(route, json=order, headers=both)
    lab.prepared(kit, participant)
    ready = client.post(route, json=order, headers=both)
    assert told(planned) == told(ready), "that the facility is done shows no sooner than the kit leaves it"
    assert code_of(planned) == (404, "no_such_kit")
    lab.wait_until_available()
    lab.arrive(kit)
    assert code_of(client.post(route, json=order, headers=both)) == (409, "kit_not_at_that_point")
    lab.retrieve(kit, participant, VISIT)
    volumes = {"participant": participant, "visit": VISIT, "given_ml": "4.8", "remains_ml": "0.2"}
    assert client.post(f"/api/kits/{kit}/administration", json=volumes, headers=both).status_code == 200
    assert code_of(client.post(route, json=order, headers=both)) == (409, "same_hands")
    assert code_of(lab.post("phil", f"/kits/{kit}/remains", {"destroyed_ml": "0.1"})) == (409, "remains_differ")
    assert code_of(lab.post("phil", "/kits/ZZZZ2222Z/remains", order)) == (404, "no_such_kit")
    assert lab.account(kit)["state"] == "accounted"
    assert code_of(lab.post("phil", f"/kits/{kit}/remains", order)) == (409, "kit_not_at_that_point")


@both_arms
def test_what_was_fetched_in_time_may_be_entered_late_but_in_its_order(lab: DoseLab, kit: str, participant: str) -> None:
    lab.prepared(kit, participant)
    lab.wait_until_available()
    lab.arrive(kit)
    lab.retrieve(kit, participant, VISIT)
    fetched_at = lab.clock.now()
    lab.wait(hours=26)
    before, given_at = fetched_at - timedelta(seconds=1), fetched_at + timedelta(minutes=20)
    assert code_of(give(lab, kit, participant, occurred_at=before.isoformat())) == (422, "out_of_order")
    assert code_of(give(lab, kit, participant)) == (409, "kit_not_available")
    assert give(lab, kit, participant, occurred_at=given_at.isoformat()).status_code == 200
    order = {"destroyed_ml": "0.2", "occurred_at": (given_at - timedelta(seconds=1)).isoformat()}
    assert code_of(lab.post("phil", f"/kits/{kit}/remains", order)) == (422, "out_of_order")
    assert lab.account(kit)["state"] == "accounted"


@both_arms
def test_at_the_bedside_a_kit_is_nothing_until_the_facility_hands_it_over(lab: DoseLab, kit: str, participant: str) -> None:
    """Neither when it was planned nor when it was filled and ready: both follow what is in it."""
    routes = ("/kits", f"/kits/{kit}", f"/materials/{kit}", f"/materials/{kit}/labels", f"/scan/{kit}", f"/story/{kit}")
    road = f"/materials/{kit}/handovers"

    def looks() -> list[Any]:
        watched = [told(lab.get(who, route)) for who in ("phil", "mona") for route in (*routes, f"/story/{participant}")]
        return [*watched, told(lab.post("cora", road, {"to_place": HERE}))]

    before = looks()
    assert lab.told("mona", "/kits") == []
    assert code_of(lab.get("phil", f"/kits/{kit}")) == (404, "no_such_kit")
    assert {code_of(lab.get("phil", route)) for route in routes[2:]} == {(404, "no_such_material")}
    assert code_of(lab.post("cora", road, {"to_place": HERE})) == (404, "no_such_material")
    lab.prepared(kit, participant)
    assert looks() == before
    assert lab.told("paul", f"/kits/{kit}")["state"] == "ready"
    assert code_of(lab.post("paul", road, {"to_place": HERE})) == (409, "kit_stays")
    lab.wait(hours=1, minutes=59)
    ahead = (lab.clock.now() + timedelta(minutes=2)).isoformat()
    assert code_of(lab.post("paul", road, {"to_place": HERE, "occurred_at": ahead})) == (409, "kit_stays")
    lab.wait(minutes=1)
    assert looks() == before, "how long the work took shows nowhere"
    lab.done("paul", road, {"to_place": HERE})
    assert lab.told("phil", f"/kits/{kit}")["state"] == "ready"
    assert [one["code"] for one in lab.told("mona", "/kits")] == [kit]
    assert lab.told("other", "/kits") == []
    assert code_of(lab.get("other", f"/kits/{kit}")) == (404, "no_such_kit")


@pytest.mark.parametrize("sequence", ["A"])
def test_what_went_from_hand_to_hand_in_the_facility_only_is_passed_on_by_nobody_else(
    lab: DoseLab, kit: str, participant: str
) -> None:
    lab.prepared(kit, participant)
    lab.wait_until_available()
    lab.hand_over(kit, "paul", "tom", "the airlock")
    assert code_of(lab.post("cora", f"/materials/{kit}/handovers", {"to_place": HERE})) == (409, "kit_not_available")
    assert code_of(fetch(lab, kit, participant)) == (409, "kit_not_available")
    lab.wait(minutes=1)
    lab.hand_over(kit, "tom", "cora", "courier")
    lab.hand_over(kit, "cora", "phil", HERE)
    assert lab.retrieve(kit, participant, VISIT)["state"] == "retrieved"
