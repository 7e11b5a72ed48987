"""Racks and boxes get labels with their first positions, printed again by one person; they are no matter to hold or hand over."""

from dataclasses import replace
from uuid import uuid4

import psycopg
import pytest

from biobank.act.kinds import Kind
from labels.local import build, parse
from tests.path import Lab, refused
from tests.readbacks import read_labels_back
from tests.scripting import as_facility
from tests.telemetry import Installation

AGAIN = {"reason": "The first one fell off"}
HELD = """
INSERT INTO hold (id, number, material_id, root_id, kind, purposes, reason, placed_by, placed_at)
SELECT %(id)s, 99, m.id, m.id, 'manual', '{movement}', 'A script wants it', p.id, now()
  FROM material m, person p WHERE m.code = %(code)s AND p.username = 'tom'
"""
AS_RACK = """
INSERT INTO label_print (id, scope, number, material_id, layout, fields, payload, profile, profile_version, language,
                         content_sha256, copy_number, reason, state, printed_by, printed_at)
SELECT %(id)s, scope, 99, material_id, 'rack', fields, payload, profile, profile_version, language,
       content_sha256, 2, 'One person alone', 'printed', printed_by, printed_at FROM label_print WHERE payload = %(code)s
"""
HANDED_OVER = "INSERT INTO handover (id, material_id) SELECT %(id)s, m.id FROM material m WHERE m.code = %(code)s"
DEVIATES = "INSERT INTO deviation (id, material_id) SELECT %(id)s, m.id FROM material m WHERE m.code = %(code)s"
"""As far as the database reads them."""
ANOTHER = """
INSERT INTO material
SELECT (json_populate_record(m, json_build_object('id', %(id)s :: text, 'root_id', %(id)s :: text, 'code', %(as)s :: text))).*
  FROM material m WHERE code = %(like)s
"""
PLACED = """
INSERT INTO storage_place SELECT %(id)s, s.freezer_id, s.rack, s.box
  FROM storage_place s JOIN material m ON m.id = s.id WHERE m.code = %(at)s
"""


def sqlstate(installation: Installation, statement: str, code: str) -> str | None:
    """How the database refuses what a script of the facility tries."""
    with pytest.raises(psycopg.DatabaseError) as refusal, as_facility(installation, Kind.REGISTER_POSITIONS) as db:
        db.execute(statement, {"id": uuid4(), "code": code})
    return refusal.value.sqlstate


def test_a_rack_and_its_boxes_are_labelled_once_and_again_by_one_person(
    lab: Lab, batch: str, freezer: str, installation: Installation
) -> None:
    for box in ("B1", "B2"):
        lab.slots(freezer, 1, box)
    places = lab.told("tom", f"/freezers/{freezer}/places")
    assert [(one["rack"], one["box"]) for one in places] == [("R1", None), ("R1", "B1"), ("R1", "B2")]
    rack, box, _ = (one["code"] for one in places)
    [label] = lab.told("tom", f"/materials/{box}/labels")
    assert (label["layout"], label["payload"], label["fields"]) == ("box", box, {"freezer": "Nitrogen 1", "place": "R1 / B1"})
    story = lab.told("tom", f"/story/{box}")
    assert (story["kind"], story["state"], story["facts"]) == ("box", "empty", {"freezer": freezer, "rack": "R1", "box": "B1"})

    read_labels_back(lab, rack)
    [label] = lab.told("tom", f"/materials/{rack}/labels")
    assert label["state"] == "applied"
    copy = lab.done("tom", f"/labels/{label['number']}/reprint", AGAIN)
    assert (copy["layout"], copy["copy_number"], copy["state"]) == ("rack", 2, "printed")
    [of_batch] = lab.told("tom", f"/materials/{batch}/labels")
    refused(lab.post("tom", f"/labels/{of_batch['number']}/reprint", AGAIN), 422, "second_person_needed")
    assert sqlstate(installation, AS_RACK, batch) == "BB055"

    for road, body in (("holds", {"purposes": ["movement"], "reason": "It is bent"}), ("handovers", {"to_place": "there"})):
        refused(lab.post("bo", f"/materials/{rack}/{road}", body), 404, "no_such_material")
    assert sqlstate(installation, HELD, rack) == "BB054"
    refused(lab.get("gina", f"/materials/{rack}/labels"), 404, "no_such_material")


def test_a_site_does_without_labels_of_racks_and_boxes(lab: Lab, freezer: str) -> None:
    state = lab.client.app.state  # type: ignore[attr-defined]
    state.acts = replace(state.acts, labels_left_out=frozenset({"rack", "box"}))
    lab.slots(freezer, 1)
    assert lab.told("tom", f"/freezers/{freezer}/places") == []


def test_the_database_keeps_each_rack_and_box_once_as_what_it_is_and_as_no_matter(
    lab: Lab, freezer: str, installation: Installation
) -> None:
    lab.slots(freezer, 1)
    rack, box = (one["code"] for one in lab.told("tom", f"/freezers/{freezer}/places"))
    for like, at, state in ((rack, rack, "23505"), (box, box, "23505"), (rack, box, "BB054"), (box, rack, "BB054")):
        with as_facility(installation, Kind.REGISTER_POSITIONS) as db:
            values = {"id": uuid4(), "as": build("01", parse(like).kind, 2026, 999), "like": like, "at": at}
            db.execute(ANOTHER, values)
            with pytest.raises(psycopg.DatabaseError) as refusal:
                db.execute(PLACED, values)
        assert refusal.value.sqlstate == state, (like, at)
    read_labels_back(lab, rack)
    for statement in (HANDED_OVER, DEVIATES):
        assert sqlstate(installation, statement, rack) == "BB054"
