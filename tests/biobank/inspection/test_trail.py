"""The trail, searched and exported by those who may, and what of it nobody is shown."""

import csv
import io
from typing import Any
from urllib.parse import quote

import pytest

from biobank.act.people import Role
from biobank.inspection.spreadsheet import COLUMNS
from tests.path import FACILITY, HERE, Lab, refused
from tests.telemetry import Installation


def trail(lab: Lab, asked: str = "", who: str = "quinn") -> list[dict[str, Any]]:
    """The entries of a search, on one page."""
    found: list[dict[str, Any]] = lab.told(who, f"/trail?size=500&{asked}")["entries"]
    return found


def exported(lab: Lab, asked: str = "", who: str = "quinn") -> list[dict[str, str]]:
    """The lines of an export, read as any program reads CSV."""
    answer = lab.get(who, f"/trail/export?{asked}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


def test_an_entry_says_who_did_what_when_why_and_what_it_was_before(lab: Lab, participant: str) -> None:
    lab.weigh(participant, weight_kg="72.40")
    order = {"purposes": ["biobank"], "reason": "The patient said so today"}
    lab.done("tess", f"/participants/{participant}/withdrawal", order)
    weight = trail(lab, "table=weight")[0]
    about = {name: weight[name] for name in ("username", "name", "side", "roles", "kind", "operation", "reason", "late")}
    assert about == {
        "username": "tess", "name": "Tess Person", "side": "bedside", "roles": "treating", "kind": "weigh", "operation": "added",
        "reason": None, "late": False,
    }  # fmt: skip
    assert {"field": "weight_kg", "old": None, "new": "72.40"} in weight["changes"]
    assert {"field": "participant_id", "old": None, "new": participant} in weight["changes"], "an id is told by its code"
    withdrawn = trail(lab, f"kind=withdraw&about={participant}")
    assert {entry["reason"] for entry in withdrawn} == {"The patient said so today"}
    changed = [change for entry in withdrawn for change in entry["changes"] if change["field"] == "withdrawn_at"]
    assert [(change["old"], bool(change["new"])) for change in changed] == [(None, True)]


def test_it_is_searched_by_person_act_record_thing_time_and_reason(lab: Lab, participant: str) -> None:
    before = lab.clock.now()
    lab.wait(hours=1)
    lab.weigh(participant)
    other = lab.consent()["code"]
    assert {entry["username"] for entry in trail(lab, "person=stan")} == {"stan"}
    assert {entry["kind"] for entry in trail(lab, "kind=consent")} == {"consent"}
    assert {entry["table"] for entry in trail(lab, "table=participant")} == {"participant"}
    about = trail(lab, f"about={participant}")
    assert {entry["table"] for entry in about} == {"participant", "consent", "screening", "weight"}
    assert all(entry["code"] in (None, participant) for entry in about)
    span = f"since={quote((before).isoformat())}&until={quote(lab.clock.now().isoformat())}"
    assert len(trail(lab, f"{span}&table=weight")) == 1
    assert trail(lab, f"until={quote(before.isoformat())}&table=weight") == []
    order = {"purposes": ["biobank"], "reason": "100 % sure_of it"}
    lab.done("tess", f"/participants/{other}/withdrawal", order)
    assert {entry["kind"] for entry in trail(lab, f"reason={quote('100 %')}")} == {"withdraw"}
    assert {entry["kind"] for entry in trail(lab, "reason=SURE_OF")} == {"withdraw"}
    assert trail(lab, "reason=sureXof") == [], "what stands for any letter elsewhere stands for itself"


def test_it_is_sorted_both_ways_and_paged_without_a_gap(lab: Lab, participant: str) -> None:
    lab.weigh(participant)
    newest, oldest = trail(lab), trail(lab, "newest_first=false")
    assert [entry["recorded_at"] for entry in oldest] == sorted(entry["recorded_at"] for entry in oldest)
    assert newest == oldest[::-1]
    pages: list[dict[str, Any]] = []
    more = True
    while more:
        told = lab.told("quinn", f"/trail?size=7&newest_first=false&page={len(pages) // 7 + 1}")
        pages, more = pages + told["entries"], told["more"]
    assert pages == oldest


def test_failed_sign_ins_and_refusals_stand_in_it_too(lab: Lab, participant: str) -> None:
    lab.client.post("/api/sign-in", json={"username": "tess", "password": "not her password"})
    refused(lab.post("tess", f"/participants/{participant}/allocation", {"baseline_on": "2026-05-01"}), 409, "already_allocated")
    failed = trail(lab, "table=sign_in_failure")[0]
    assert {"field": "person_id", "old": None, "new": "tess"} in failed["changes"]
    told = {change["field"]: change["new"] for change in trail(lab, "table=refusal")[0]["changes"]}
    assert (told["code"], told["person_id"]) == ("already_allocated", "tess")


def test_the_export_has_all_of_it_and_the_same_columns(lab: Lab, participant: str) -> None:
    lab.weigh(participant)
    lines = exported(lab, f"about={participant}&newest_first=false")
    assert tuple(lines[0]) == COLUMNS
    shown = trail(lab, f"about={participant}&newest_first=false")
    told = [
        (str(entry["number"]), entry["username"], change["field"], change["new"] if isinstance(change["new"], str) else None)
        for entry in shown
        for change in entry["changes"]
    ]
    found = [(line["number"], line["username"], line["field"], line["new"]) for line in lines]
    assert [one[:3] for one in found] == [one[:3] for one in told]
    assert all(new is None or new == line[3].removeprefix("'") for (_, _, _, new), line in zip(told, found, strict=True))
    everything = exported(lab)
    assert {line["number"] for line in everything} >= {str(entry["number"]) for entry in trail(lab) if entry["number"]}


def test_what_people_wrote_becomes_no_formula_of_a_spreadsheet(lab: Lab, participant: str) -> None:
    order = {"purposes": ["biobank"], "reason": "=HYPERLINK(evil)"}
    lab.done("tess", f"/participants/{participant}/withdrawal", order)
    assert {line["reason"] for line in exported(lab, "kind=withdraw")} == {"'=HYPERLINK(evil)"}


def test_what_is_sealed_is_never_in_it(lab: Lab, participant: str, installation: Installation) -> None:
    assert installation.one("SELECT count(*) FROM audit.sealed_entry") > 0
    for who in ("quinn", "ines"):
        entries = trail(lab, who=who)
        sealed = {str(number) for (number,) in installation.rows("SELECT id FROM audit.sealed_entry")}
        assert not sealed & {str(entry["number"]) for entry in entries}
        uploaded = [entry for entry in entries if entry["kind"] == "upload_allocation"]
        assert [(one["username"], one["number"], one["changes"]) for one in uploaded] == [("stan", None, [])]
        assert not {"allocation", "allocation_list", "kit_content", "access"} & {line["table"] for line in exported(lab, who=who)}


@pytest.mark.parametrize("who", ["tess", "phil", "mona", "tom", "quentin", "stan", "stella"])
def test_it_is_for_qa_and_inspectors_alone(lab: Lab, who: str) -> None:
    for route in ("/trail", "/trail/export", "/trail?about=X"):
        refused(lab.get(who, route), 403, "not_your_role")


def test_who_works_at_one_place_sees_the_acts_of_that_place(lab: Lab, participant: str) -> None:
    lab.hire("quirin", Role.QA, place=FACILITY)
    donation = lab.received(participant)
    seen = {entry["username"] for entry in trail(lab, who="quirin")}
    assert "tom" in seen
    assert not seen & {"tess", "cora", "stan", "quinn"}, "they work elsewhere, or everywhere"
    assert {"tess", "tom"} <= {entry["username"] for entry in trail(lab, f"about={donation}", who="quirin")}
    lab.hire("quim", Role.QA, place="gmp-2")
    refused(lab.get("quim", f"/trail?about={donation}"), 404, "no_such_material")
    assert {entry["username"] for entry in trail(lab, who="quim")} <= {"quim"}


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("since=2026-03-15T09:00:00", "since"),
        ("until=yesterday", "until"),
        ("since=2026-03-15T09:00:00Z&until=2026-03-14T09:00:00Z", "until"),
        ("kind=surprise", "kind"),
        ("person=No%20Body", "person"),
        ("page=0", "page"),
        ("size=501", "size"),
        ("about=LX012600000X", "about"),
        ("reason=%00a", "reason"),
    ],
)
def test_a_search_that_cannot_be_read_names_the_field(lab: Lab, asked: str, field: str) -> None:
    for route in ("/trail", "/trail/export") if field not in ("page", "size") else ("/trail",):
        answer = lab.get("quinn", f"{route}?{asked}")
        assert answer.status_code in (404, 422), answer.text
        assert answer.status_code == 404 or field in answer.text, answer.text


def test_the_bedside_place_is_told_as_it_is_printed(lab: Lab, participant: str) -> None:
    grants = trail(lab, "table=role_grant&newest_first=false")
    told = [{change["field"]: change["new"] for change in entry["changes"]} for entry in grants]
    assert {"role": "treating", "place": HERE, "person_id": "tess"}.items() <= next(
        one for one in told if one.get("person_id") == "tess"
    ).items()
