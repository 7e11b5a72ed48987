"""Marrow taken at the bedside and received at the facility, through HTTP, with everything tried wrong."""

from datetime import timedelta
from typing import Any

import pytest

from labels.local import CodeKind, build
from tests.bodies import receipt
from tests.path import Lab, refused
from tests.serving import signed_in
from tests.telemetry import Installation


def test_both_sides_see_a_donation_and_another_site_does_not(lab: Lab, participant: str) -> None:
    donation = lab.received(participant)
    shown = lab.told("tess", f"/donations/{donation}")
    assert {key: shown[key] for key in ("code", "participant", "period", "visit", "state", "volume_ml")} == {
        "code": donation,
        "participant": participant,
        "period": 1,
        "visit": "collection-1",
        "state": "accepted",
        "volume_ml": "30.000",
    }
    assert lab.told("quinn", f"/donations/{donation}") == shown
    assert lab.told("quinn", "/donations") == [shown]
    assert lab.told("other", "/donations") == []
    unknown = build("A9", CodeKind.DONATION, 2026, 99)
    elsewhere, nowhere = lab.get("other", f"/donations/{donation}"), lab.get("other", f"/donations/{unknown}")
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (nowhere.status_code, nowhere.json()["code"])


def test_a_donation_carries_its_label_and_its_story(lab: Lab, participant: str) -> None:
    donation = lab.received(participant)
    labels = lab.told("tess", f"/materials/{donation}/labels")
    assert [one["number"] for one in labels] == [lab.told("tess", f"/donations/{donation}")["label"]]
    steps = [event["step"] for event in lab.told("tom", f"/materials/{donation}")["events"]]
    assert steps == ["collect", "hand_over", "take_over", "receive"] or sorted(steps) == sorted(set(steps)), steps


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"participant": "SM-02-001-X"}, 409, "wrong_participant"),
        ({"visit": "week-1"}, 409, "no_collection"),
        ({"visit": "collection-2"}, 409, "outside_window"),
        ({"visit": "never"}, 404, "unknown_visit"),
        ({"volume_ml": "-1"}, 422, "bad_input"),
        ({"volume_ml": "thirty"}, 422, "bad_input"),
        ({"occurred_at": "2026-03-15T08:00:00"}, 422, "bad_input"),
        ({"visit": None}, 422, "bad_input"),
        ({"colour": "red"}, 422, "bad_input"),
    ],
)
def test_a_wrong_collection_is_refused(lab: Lab, participant: str, changed: dict[str, Any], status: int, code: str) -> None:
    order = {"visit": "collection-1", "participant": participant, "volume_ml": "30"} | changed
    refused(lab.post("tess", f"/participants/{participant}/donations", order), status, code)
    assert lab.told("tess", "/donations") == []


def test_marrow_is_taken_only_of_who_is_allocated_and_only_once_a_period(lab: Lab, participant: str) -> None:
    waiting = lab.consent()["code"]
    order = {"visit": "collection-1", "participant": waiting, "volume_ml": "30"}
    refused(lab.post("tess", f"/participants/{waiting}/donations", order), 409, "wrong_participant_state")
    refused(lab.post("other", f"/participants/{participant}/donations", order), 404, "no_such_participant")
    lab.collect(participant)
    again = lab.post("tess", f"/participants/{participant}/donations", order | {"participant": participant})
    refused(again, 409, "donation_known")
    assert len(lab.told("tess", "/donations")) == 1


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"participant": "SM-02-001-X"}, 409, "wrong_identity"),
        ({"accepted": False}, 422, "remark_missing"),
        ({"container_intact": False}, 422, "remark_missing"),
        ({"remark": "."}, 422, "bad_input"),
        ({"accepted": "perhaps"}, 422, "bad_input"),
        ({"temperature_c": "-400"}, 422, "bad_input"),
        ({"occurred_at": "2026-03-14T09:00:00Z"}, 422, "before_collection"),
        ({"occurred_at": "2027-03-14T09:00:00Z"}, 422, "wrong_time"),
    ],
)
def test_a_wrong_reception_is_refused(lab: Lab, participant: str, changed: dict[str, Any], status: int, code: str) -> None:
    donation = lab.collect(participant)["code"]
    lab.hand_over(donation)
    refused(lab.post("tom", f"/donations/{donation}/receipt", receipt(participant) | changed), status, code)
    assert lab.told("tess", f"/donations/{donation}")["state"] == "collected"


def test_marrow_is_taken_after_the_allocation_and_received_after_it_was_taken_over(lab: Lab, participant: str) -> None:
    earlier = (lab.clock.now() - timedelta(seconds=1)).isoformat()
    order = {"visit": "collection-1", "participant": participant, "volume_ml": "30", "occurred_at": earlier}
    refused(lab.post("tess", f"/participants/{participant}/donations", order), 422, "out_of_order")
    donation = lab.collect(participant)["code"]
    lab.wait(hours=2)
    lab.hand_over(donation)
    on_the_way = (lab.clock.now() - timedelta(hours=1)).isoformat()
    early = receipt(participant) | {"occurred_at": on_the_way}
    refused(lab.post("tom", f"/donations/{donation}/receipt", early), 422, "out_of_order")
    assert lab.receive(donation, participant)["state"] == "accepted"


def test_nobody_was_weighed_before_they_consented(lab: Lab, participant: str) -> None:
    order = {"period": 1, "weight_kg": "72.4", "occurred_at": (lab.clock.now() - timedelta(seconds=1)).isoformat()}
    refused(lab.post("tess", f"/participants/{participant}/weights", order), 422, "out_of_order")
    assert lab.weigh(participant)["weight_kg"] == "72.4"


def test_a_donation_is_received_only_after_it_was_handed_over_and_only_once(lab: Lab, participant: str) -> None:
    donation = lab.collect(participant)["code"]
    route = f"/donations/{donation}/receipt"
    refused(lab.post("tom", route, receipt(participant)), 409, "not_handed_over")
    lab.done("tess", f"/materials/{donation}/handovers", {"to_place": "gmp-1"})
    refused(lab.post("tom", route, receipt(participant)), 409, "not_handed_over")
    lab.done("tom", f"/materials/{donation}/handovers/confirmation")
    lab.receive(donation, participant)
    refused(lab.post("tom", route, receipt(participant)), 409, "already_received")
    refused(lab.post("tess", route, receipt(participant)), 403, "not_your_role")


def test_a_rejected_aspirate_is_taken_again(lab: Lab, participant: str) -> None:
    donation = lab.collect(participant)["code"]
    lab.hand_over(donation)
    lab.receive(donation, participant, accepted=False, remark="clotted on arrival")
    assert lab.told("tess", f"/donations/{donation}")["state"] == "rejected"
    second = lab.received(participant)
    assert {one["code"]: one["state"] for one in lab.told("tess", "/donations")} == {donation: "rejected", second: "accepted"}


@pytest.mark.parametrize("accepted", [True, False])
def test_where_a_donation_goes_after_its_reception_is_nothing_for_the_bedside(lab: Lab, participant: str, accepted: bool) -> None:
    donation = lab.collect(participant)["code"]
    lab.hand_over(donation)
    lab.receive(donation, participant, accepted=accepted, remark="Seen by the technician")
    before = lab.told("tess", f"/story/{donation}")
    road = f"/materials/{donation}/handovers"
    for who in ("tom", "tess", "cora"):
        refused(lab.post(who, road, {"to_place": "Biobank freezer room"}), 409, "way_ended")
        refused(lab.post(who, f"{road}/confirmation"), 409, "way_ended")
    assert lab.told("tess", f"/story/{donation}") == before


def test_whoever_works_at_two_hospitals_prints_where_the_participant_is(
    lab: Lab, installation: Installation, participant: str
) -> None:
    desk = signed_in(lab.client)
    for name, place, layouts in (("other", "smart-ms/00", []), ("ward", "smart-ms/01", ["donation", "aspirate", "wristband"])):
        order = {"printer": name, "side": "bedside", "place": place, "way": "folder", "layouts": layouts}
        assert lab.client.post("/api/printers", json=order, headers=desk).status_code == 201
    until = dict.fromkeys(("trained_until", "delegated_until"), "2040-01-01T00:00:00Z")
    right = {"role": "treating", "place": "smart-ms/00"} | until
    assert lab.client.post("/api/people/tess/rights", json=right, headers=desk).status_code == 201
    bare = lab.enrolled()
    lab.prepare_labels(participant)
    lab.collect(bare)
    printed = installation.rows("SELECT l.layout, j.printer FROM print_job j JOIN label_print l ON l.id = j.label_print_id")
    assert set(printed) == {("donation", "ward"), ("aspirate", "ward"), ("sample", "bedside"), ("transport", "bedside")}
