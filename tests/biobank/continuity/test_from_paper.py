"""What was done on a numbered form is entered later: told as such everywhere, by whom it was done and who entered it."""

import pypdfium2
import pytest

from biobank.act.coded import ON_PAPER
from biobank.act.kinds import Kind
from tests.biobank.continuity.conftest import Outage
from tests.bodies import receipt
from tests.path import FACILITY, Lab, refused
from tests.serving import PASSWORD
from tests.telemetry import Installation

FEED_VOLUME = "120"


@pytest.fixture
def culture(lab: Lab, participant: str) -> str:
    """A growing culture, and medium for it."""
    lab.medium()
    return str(lab.seed(lab.isolated(participant))["code"])


@pytest.fixture
def fed(lab: Lab, outage: Outage, culture: str) -> str:
    """The form from which Tom entered hours later that Tina fed the culture."""
    form = outage.forms["bo"][0]
    answer = outage.enter("tom", f"/cultures/{culture}/feeds", {"lot": lab.medium(), "volume_ml": FEED_VOLUME}, "tina")
    assert answer.is_success, answer.text
    return form


def test_the_record_names_who_did_it_and_the_trail_who_entered_it(fed: str, installation: Installation) -> None:
    told = "SELECT p.username FROM {} JOIN person p ON p.id = {}"
    assert installation.one(told.format("feed f", "f.fed_by")) == "tina"
    assert installation.one(told.format("custody_event c", "c.person_id") + " WHERE c.step = 'feed'") == "tina"
    assert installation.one(told.format("audit.act a", "a.actor_id") + " WHERE a.kind = 'feed'") == "tom"
    row = "SELECT f.state, p.username FROM paper_form f JOIN person p ON p.id = f.done_by JOIN audit.act a ON a.id = f.act_id"
    assert installation.rows(row) == [("entered", "tina")]


def test_story_history_trail_export_and_print_say_from_paper(lab: Lab, fed: str, culture: str) -> None:
    event = next(one for one in lab.told("tom", f"/story/{culture}")["events"] if one["step"] == "feed")
    assert event["late"]
    assert event["person"] == "Tina Person"
    assert event["paper"] == {"form": fed, "done_by": "Tina Person", "entered_by": "Tom Person"}
    entry = next(one for one in lab.told("quinn", "/trail?kind=feed")["entries"] if one["table"] == "feed")
    assert (entry["paper_form"], entry["done_by"], entry["name"]) == (fed, "Tina Person", "Tom Person")
    assert lab.told("quinn", "/trail?kind=feed&person=tina")["entries"] == lab.told("quinn", "/trail?kind=feed")["entries"]
    values = [
        one for each in lab.told("tom", f"/history/{culture}")["fields"] for one in each["values"] if each["record"] == "feed"
    ]
    assert {(one["paper_form"], one["done_by"]) for one in values} == {(fed, "Tina Person")}
    assert f"{fed},Tina Person" in lab.get("quinn", "/trail/export?kind=feed").text
    batch = lab.told("tom", "/batches")[0]["code"]
    opened = pypdfium2.PdfDocument(lab.get("quinn", f"/batches/{batch}/record/pdf").content)
    printed = " ".join(" ".join(page.get_textpage().get_text_bounded() for page in opened).split())
    opened.close()
    assert "entered by Tom Person" in printed


def test_what_is_typed_at_once_is_from_no_paper(lab: Lab, culture: str) -> None:
    lab.feed(culture)
    assert all(one["paper"] is None for one in lab.told("tom", f"/story/{culture}")["events"])
    assert all(one["paper_form"] is None for one in lab.told("quinn", "/trail")["entries"])


def test_a_form_is_used_once_and_only_for_work_after_it_was_issued(lab: Lab, outage: Outage, culture: str, fed: str) -> None:
    order, road = {"lot": lab.medium(), "volume_ml": FEED_VOLUME}, f"/cultures/{culture}/feeds"
    refused(lab.post("tom", road, order, **outage.headers(fed, "tina")), 409, "form_used")
    lab.wait(days=1)
    late = outage.issue("bo", FACILITY, 1)["forms"][0]["code"]
    lab.wait(hours=-2)
    before = outage.headers(late, "tina")
    lab.wait(hours=2)
    refused(lab.post("tom", road, order, **before), 422, "before_issue")


def test_a_form_of_another_place_or_the_other_side_is_none(lab: Lab, outage: Outage, culture: str) -> None:
    order, road = {"lot": lab.medium(), "volume_ml": FEED_VOLUME}, f"/cultures/{culture}/feeds"
    elsewhere = outage.issue("gus", "gmp-se", 1)["forms"][0]["code"]
    for form in (elsewhere, outage.forms["phil"][0], "LX01W26999999X"):
        refused(lab.post("tom", road, order, **outage.headers(form, "tina")), 404, "no_such_form")


@pytest.mark.parametrize("who", ["gina", "pia", "tess", "nobody"])
def test_only_who_might_have_done_it_there_did_it_on_paper(lab: Lab, outage: Outage, culture: str, who: str) -> None:
    if who != "nobody":
        lab.as_(who)
    order = {"lot": lab.medium(), "volume_ml": FEED_VOLUME}
    answer = lab.post("tom", f"/cultures/{culture}/feeds", order, **outage.headers(outage.forms["bo"][0], who))
    refused(answer, 403, "not_their_work")
    assert lab.told("bo", "/pads/1")["forms"][0]["state"] == "issued"


def test_half_a_form_is_none(lab: Lab, outage: Outage, culture: str) -> None:
    order, road = {"lot": lab.medium(), "volume_ml": FEED_VOLUME}, f"/cultures/{culture}/feeds"
    whole = outage.headers(outage.forms["bo"][0], "tina")
    for name in whole:
        refused(lab.post("tom", road, order, **{key: value for key, value in whole.items() if key != name}), 422, "half_a_form")
    other_time = order | {"occurred_at": "2026-03-15T08:00:00Z"}
    refused(lab.post("tom", road, other_time, **whole), 422, "half_a_form")


def test_nothing_that_is_signed_or_sealed_is_done_on_paper(lab: Lab, outage: Outage, participant: str) -> None:
    donation = lab.received(participant)
    answer = lab.post("tom", f"/donations/{donation}/routing", **outage.headers(outage.forms["bo"][0], "tina"))
    refused(answer, 409, "not_on_paper")
    assert not {Kind.ROUTE, Kind.ALLOCATE, Kind.BREAK_CODE, Kind.DISPOSE, Kind.CERTIFY, Kind.RELEASE, Kind.REDACT} & ON_PAPER


def test_nobody_changes_anothers_password_by_a_form(lab: Lab, outage: Outage) -> None:
    order = {"old_password": PASSWORD, "new_password": "quite another long password"}
    lab.post("tess", "/me/password", order, **outage.headers(outage.forms["phil"][0], "phil"))
    assert lab.client.post("/api/sign-in", json={"username": "phil", "password": PASSWORD}).status_code == 200


def test_the_same_key_with_another_form_is_another_request(lab: Lab, outage: Outage, culture: str) -> None:
    order, road = {"lot": lab.medium(), "volume_ml": FEED_VOLUME}, f"/cultures/{culture}/feeds"
    once = {"Idempotency-Key": "a-key-of-this-test"}
    first = outage.headers(outage.forms["bo"][0], "tina")
    assert lab.post("tom", road, order, **first, **once).status_code == 201
    assert lab.post("tom", road, order, **first, **once).headers["Idempotency-Replayed"] == "true"
    refused(lab.post("tom", road, order, **outage.headers(outage.forms["bo"][1], "tina"), **once), 409, "idempotency_key_reused")


def test_a_donation_is_collected_and_received_through_an_outage(lab: Lab, outage: Outage, participant: str) -> None:
    order = {"visit": "collection-1", "participant": participant, "volume_ml": "30"}
    refused(outage.enter("phil", f"/participants/{participant}/donations", order, "tess"), 403, "not_your_role")
    answer = outage.enter("tilda", f"/participants/{participant}/donations", order, "tess")
    assert answer.is_success, answer.text
    code = answer.json()["code"]
    told = lab.told("tess", f"/story/{code}")["events"]
    assert [(one["step"], one["paper"]["done_by"], one["paper"]["entered_by"]) for one in told] == [
        ("collect", "Tess Person", "Tilda Person")
    ]
    read = {"labels": [{"number": answer.json()["label"], "read": code}]}
    assert outage.enter("tilda", "/labels/read-backs", read, "tess").is_success
    lab.hand_over(code)
    assert outage.enter("tom", f"/donations/{code}/receipt", receipt(participant), "tina").is_success
    told = lab.told("tess", f"/story/{code}")["events"]
    assert [one["paper"] is not None for one in told] == [True, False, False, False], "no form of the facility is the bedside's"
    assert lab.told("tom", f"/story/{code}")["events"][-1]["paper"]["done_by"] == "Tina Person"
