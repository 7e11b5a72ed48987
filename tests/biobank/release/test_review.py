"""The trail of a batch is read by somebody who wrote none of it, up to the last entry, before QA approves."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from biobank.act.acts import Acts, RefusedByDatabase
from biobank.act.kinds import Kind
from biobank.act.people import Person, Role, Side
from biobank.release import queries
from biobank.release.tables import TrailReview
from tests.biobank.release.conftest import HOLD, deviation
from tests.path import Lab, refused
from tests.telemetry import Installation


def approve(lab: Lab, batch: str, verdict: str = "approved") -> Any:
    """The raw answer to QA's decision; nobody reads anything before it."""
    return lab.post("quinn", f"/batches/{batch}/disposition", {"verdict": verdict, "signature": lab.sign("quinn")})


def standing(lab: Lab, batch: str) -> Any:
    return lab.told("quinn", f"/batches/{batch}/trail-review")


def test_nobody_approves_a_batch_whose_trail_nobody_read(lab: Lab, unread: str, installation: Installation) -> None:
    assert refused(approve(lab, unread), 409, "trail_unread")["unread"] == standing(lab, unread)["unread"] > 40
    assert lab.told("quinn", f"/batches/{unread}/release-file")["trail_unread"] == standing(lab, unread)["entries"]
    lab.review_trail(unread)
    told = standing(lab, unread)
    assert told["unread"] == 0
    assert [(one["username"], one["name"], one["up_to"]) for one in told["reviews"]] == [("quinn", "Quinn Person", told["up_to"])]
    assert approve(lab, unread).status_code == 201
    assert '"trail_reviews":[["quinn",' in installation.one("SELECT reviewed FROM decision")


def test_a_rejection_waits_for_no_review(lab: Lab, unread: str) -> None:
    assert approve(lab, unread, "rejected").status_code == 201


@pytest.mark.parametrize("what", ["result", "donor test", "hold", "deviation", "move", "handover"])
def test_whatever_is_written_after_the_review_is_to_be_read_too(lab: Lab, batch: str, what: str) -> None:
    file = lab.told("quinn", f"/batches/{batch}/release-file")
    match what:
        case "result":
            lab.result(batch, "cd73")
        case "donor test":
            lab.donor_test(file["donation"], "hbsag")
        case "hold":
            held = lab.done("bo", f"/materials/{batch}/holds", HOLD)["number"]
            lab.done("quinn", f"/materials/{batch}/holds/{held}/lifting", {"reason": "The supplier took it back"})
        case "deviation":
            opened = lab.done("tom", "/deviations", deviation(batch))["code"]
            lab.done("quinn", f"/deviations/{opened}/closure", {"conclusion": "Nothing was touched by it"})
        case "move":
            lab.place(file["units"][0], lab.slots(lab.freezer("Nitrogen 2"), 1)[0])
        case "handover":
            lab.done("bo", f"/materials/{file['units'][0]}/handovers", {"to_place": "gmp-1"})
    assert refused(approve(lab, batch), 409, "trail_unread")["unread"] == standing(lab, batch)["unread"] > 0
    lab.review_trail(batch)
    assert approve(lab, batch).status_code == 201
    assert len(standing(lab, batch)["reviews"]) == 2


def test_what_concerns_another_batch_is_not_to_be_read_again(lab: Lab, batch: str) -> None:
    lab.isolated(lab.enrolled())
    lab.weigh(lab.enrolled())
    assert standing(lab, batch)["unread"] == 0
    assert approve(lab, batch).status_code == 201


def test_who_reviews_says_up_to_where_and_that_is_the_end(lab: Lab, unread: str) -> None:
    last = standing(lab, unread)["up_to"]
    for wrong in (last - 1, last + 1, 1):
        facts = refused(lab.post("quinn", f"/batches/{unread}/trail-review", {"up_to": wrong}), 409, "trail_moved")
        assert facts["last"] == last
    assert standing(lab, unread)["reviews"] == []
    lab.review_trail(unread)
    refused(lab.post("quinn", f"/batches/{unread}/trail-review", {"up_to": last}), 409, "trail_reviewed")


@pytest.mark.parametrize("did", ["cleaned", "tested", "measured"])
def test_who_recorded_anything_of_it_reviews_nothing(lab: Lab, did: str) -> None:
    lab.hire("both", Role.QA, Role.TECHNICIAN)
    batch = lab.isolated(lab.enrolled())
    donation = lab.told("quinn", f"/batches/{batch}")["donation"]
    if did == "cleaned":
        lab.done("both", f"/cultures/{lab.seed(batch)['code']}/feeds", {"lot": lab.medium(), "volume_ml": "120"})
    elif did == "tested":
        order = {"marker": "hbsag", "reactive": False, "sampled_on": lab.sampled_on(donation)}
        lab.done("both", f"/donations/{donation}/donor-tests", order)
    else:
        lab.harvested(batch)
        lab.wait(days=15)
        lab.result(batch, "cd73", who="both")
    last = standing(lab, batch)["up_to"]
    refused(lab.post("both", f"/batches/{batch}/trail-review", {"up_to": last}), 403, "reviewed_own_work")
    lab.review_trail(batch)


def test_who_closed_a_deviation_or_lifted_a_hold_may_review(lab: Lab, unread: str) -> None:
    held = lab.done("quinn", f"/materials/{unread}/holds", HOLD)["number"]
    lab.done("quinn", f"/materials/{unread}/holds/{held}/lifting", {"reason": "The supplier took it back"})
    lab.review_trail(unread)


def _review(acts: Acts, reviewer: Person, code: str) -> None:
    """What a script writes that asks no rule."""
    with acts.begin(reviewer, Kind.REVIEW_TRAIL) as act:
        batch = queries.batch_for_decision(act, code)
        trail = queries.trail(act.session, batch.id)
        act.add(
            TrailReview(
                id=act.new_id(),
                batch_id=batch.id,
                root_id=batch.root_id,
                entries=trail.entries,
                up_to=trail.up_to,
                sha256=trail.sha256,
                reviewed_by=reviewer.id,
                reviewed_at=act.recorded_at,
            )
        )


def test_the_database_takes_no_review_by_who_made_it(lab: Lab, unread: str, installation: Installation) -> None:
    identity: UUID = installation.one("SELECT id FROM person WHERE username = 'tom'")
    tom = Person(identity, "tom", "Tom Person", Side.FACILITY, frozenset({Role.TECHNICIAN}))
    acts = replace(installation.acts, clock=lab.clock)
    with pytest.raises(RefusedByDatabase) as no:
        _review(acts, tom, unread)
    assert no.value.facts["rule"] == "BB020"
    assert installation.one("SELECT count(*) FROM trail_review") == 0


def test_the_trail_to_review_is_the_whole_of_it(lab: Lab, unread: str) -> None:
    read = [lab.told("quinn", f"/trail?about={unread}&whole=true&size=500&newest_first=false")["entries"]]
    told = standing(lab, unread)
    assert len(read[0]) == told["entries"]
    assert max(entry["number"] for entry in read[0]) == told["up_to"]
    tables = {"donation", "receipt", "donor_test", "batch", "cell_count", "culture", "unit", "placement", "result"}
    assert tables <= {entry["table"] for entry in read[0]}
