"""The wristband of a participant: in the ledger of labels like those of materials, printed at the bedside alone."""

from typing import Any
from uuid import uuid4

import psycopg
import pytest

from biobank.act.kinds import Kind
from biobank.clock import FixedClock
from biobank.labelling import jobs
from biobank.labelling.rules import JobState
from tests.path import Lab
from tests.scripting import as_bedside, as_facility
from tests.serving import badge
from tests.starts import found, starting, with_study
from tests.telemetry import Installation

COPY = """
INSERT INTO label_print
SELECT (json_populate_record(l, json_build_object('id', %(id)s :: text, 'number', l.number + 100))).* FROM label_print l
 WHERE layout = %(layout)s AND scope = 'bedside' AND copy_number = 1
"""
REASON = "The old one was cut off"


LAB = with_study(Lab, "A", "B")
start = starting(LAB, LAB.then("participant", lambda there: there.lab.enrolled()))
participant = found("participant")


def printed(lab: Lab, participant: str, who: str = "tess") -> Any:
    return lab.post(who, f"/participants/{participant}/wristband")


def test_it_says_number_study_and_site_and_is_applied_by_reading_it_at_the_wrist(lab: Lab, participant: str) -> None:
    answer = printed(lab, participant)
    assert answer.status_code == 201, answer.text
    told = answer.json()
    wanted = {"layout": "wristband", "scope": "bedside", "material": None, "participant": participant, "payload": participant}
    assert {name: told[name] for name in wanted} == wanted
    assert told["fields"].keys() == {"trial", "site"}
    number = told["number"]
    other = lab.post("tess", "/labels/read-backs", {"labels": [{"number": number, "read": "SM-01-009-X"}]})
    assert (other.status_code, other.json()["code"]) == (409, "other_label_read")
    lab.done("tess", "/labels/read-backs", {"labels": [{"number": number, "read": participant}]})
    for who in ("tess", "mona", "tom"):
        [label] = lab.told(who, f"/participants/{participant}/labels")
        assert (label["number"], label["state"]) == (number, "applied")
    assert lab.get("tess", f"/labels/{number}/png").content == lab.get("tom", f"/labels/{number}/png?scope=bedside").content
    assert "label_print" in {one["record"] for one in lab.told("quinn", f"/history/{participant}")["fields"]}
    assert lab.collect(participant)["label"] != number


def test_there_is_one_and_another_copy_takes_a_reason_and_a_second_person(lab: Lab, participant: str) -> None:
    number = printed(lab, participant).json()["number"]
    refused = printed(lab, participant)
    assert (refused.status_code, refused.json()["code"]) == (409, "wristband_known")
    assert refused.json()["facts"] == {"participant": participant, "number": number}
    phil, tess = (badge(lab.client, who, lab.as_(who)) for who in ("phil", "tess"))
    for expected, second in (("second_person_needed", None), ("second_is_first", tess)):
        order = {"reason": REASON, "second": second}
        assert lab.post("tess", f"/labels/{number}/reprint", order).json()["code"] == expected
    for copies in (2, 3):
        copy = lab.done("tess", f"/labels/{number}/reprint", {"reason": REASON, "second": phil})
        assert (copy["copy_number"], copy["participant"], copy["payload"]) == (copies, participant, participant)
    assert lab.done("tess", f"/labels/{number}/account", {"state": "destroyed"})["state"] == "destroyed"
    states = [one["state"] for one in lab.told("tess", f"/participants/{participant}/labels")]
    assert states == ["destroyed", "printed", "printed"]


def test_one_that_did_not_come_out_is_void_and_printed_as_another_copy(
    lab: Lab, installation: Installation, participant: str
) -> None:
    number = printed(lab, participant).json()["number"]
    taken = jobs.take(installation.acts, "bedside")
    assert taken is not None
    assert jobs.finish(installation.acts, taken[0], JobState.UNKNOWN)
    why = {"came_out": False, "reason": "The printer was switched off"}
    copy = lab.done("tess", f"/labels/{number}/outcome", why)
    assert (copy["copy_number"], copy["participant"], copy["job"]) == (2, participant, "queued")
    assert lab.told("tess", f"/participants/{participant}/labels")[0]["state"] == "void"


def test_only_who_treats_a_participant_who_takes_part_prints_it(lab: Lab, participant: str) -> None:
    assert printed(lab, participant, "other").json()["code"] == "no_such_participant"
    for who in ("phil", "cora", "mona", "tom", "pia"):
        assert printed(lab, participant, who).json()["code"] == "not_your_role", who
    for wrong in ([], {"site": "02"}, {"participant": participant}):
        assert lab.post("tess", f"/participants/{participant}/wristband", wrong).status_code == 422
    consented = lab.consent()["code"]
    for expected in ("consented", "withdrawn"):
        refused = printed(lab, consented).json()
        assert (refused["code"], refused["facts"]["state"]) == ("wrong_participant_state", expected)
        lab.post("tess", f"/participants/{consented}/withdrawal", {"purposes": ["treatment"], "reason": "They said so"})
    assert lab.told("tess", f"/participants/{participant}/labels") == []


def test_at_another_place_it_is_not_there_and_the_facility_only_reads_it(lab: Lab, participant: str) -> None:
    number = printed(lab, participant).json()["number"]
    for who, scope in (("other", ""), ("gina", "?scope=bedside")):
        assert lab.get(who, f"/participants/{participant}/labels").status_code == 404
        assert lab.get(who, f"/labels/{number}/pdf{scope}").status_code == 404
        assert lab.post(who, f"/labels/{number}/account{scope}", {"state": "void"}).status_code == 404
    for state in ("void", "destroyed"):
        told = lab.post("tom", f"/labels/{number}/account?scope=bedside", {"state": state})
        assert (told.status_code, told.json()["code"]) == (409, "other_sides_label")


def test_the_database_keeps_it_to_one_carrier_one_layout_and_the_bedside(
    lab: Lab, installation: Installation, participant: str, clock: FixedClock
) -> None:
    printed(lab, participant)
    lab.collect(participant)
    lab.as_("tom")
    change_of = "UPDATE label_print SET {} WHERE layout = '{}'"
    with psycopg.connect(installation.owner_url) as db:
        for name, change in (
            ("one_carrier", ("participant_id = NULL", "wristband")),
            ("one_carrier|wristband", ("participant_id = (SELECT id FROM participant)", "donation")),
            ("wristband", ("layout = 'donation'", "wristband")),
            ("wristband", ("layout = 'wristband'", "donation")),
            ("wristband", ("scope = 'facility'", "wristband")),
        ):
            db.execute("SET session_replication_role = replica")
            with pytest.raises(psycopg.errors.CheckViolation, match=name):
                db.execute(change_of.format(*change))
            db.rollback()
    for layout, told in (("wristband", psycopg.errors.InsufficientPrivilege), ("donation", psycopg.errors.UniqueViolation)):
        with pytest.raises(told), as_facility(installation, Kind.PLAN_DOSE) as db:
            db.execute(COPY, {"id": str(uuid4()), "layout": layout})
    with (
        pytest.raises(psycopg.errors.UniqueViolation, match="participant_id"),
        as_bedside(installation, Kind.PRINT_WRISTBAND, "tess", clock.now()) as db,
    ):
        db.execute(COPY, {"id": str(uuid4()), "layout": "wristband"})
