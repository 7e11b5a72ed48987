"""What is stuck on a frozen unit: on the side and the cap of a vial, on a bag as a bag; and what it says of the donor's tests."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from biobank.act.kinds import Kind
from labels import layouts
from labels.parts import NOT_EVALUATED
from tests.biobank.cryostorage.conftest import unit_of
from tests.bodies import MILLION
from tests.path import Lab, refused
from tests.readbacks import read_labels_back
from tests.scripting import as_bedside, as_facility
from tests.serving import badge
from tests.telemetry import Installation

PRINT = """
INSERT INTO label_print (id, scope, number, material_id, layout, fields, payload, profile, profile_version, language,
                         content_sha256, copy_number, state, printed_by, printed_at)
SELECT %(id)s, scope, 99, material_id, %(layout)s, %(fields)s, payload, profile, profile_version, language,
       content_sha256, 1, 'printed', printed_by, printed_at FROM label_print WHERE number = %(like)s AND scope = %(scope)s
"""
AGAIN = """
INSERT INTO label_print
SELECT (json_populate_record(l, json_build_object('id', %(id)s :: text, 'number', 99, 'copy_number', 2, 'state', 'printed',
        'read_back', NULL, 'reason', 'It is hard to read', 'second_id', p.id))).*
  FROM label_print l, person p WHERE l.number = %(like)s AND l.scope = 'facility' AND p.username = 'tina'
"""
AT_THE_BEDSIDE = """
INSERT INTO label_print (id, scope, number, material_id, layout, fields, payload, profile, profile_version, language,
                         content_sha256, copy_number, state, printed_by, printed_at)
SELECT %(id)s, %(scope)s, 99, COALESCE(%(of)s, material_id), %(layout)s, %(fields)s, payload, profile, profile_version, language,
       content_sha256, 1, 'printed', printed_by, printed_at FROM label_print WHERE layout = 'donation'
"""
LAY = """
INSERT INTO placement (id, unit_id, position_id, placed_by, placed_at)
SELECT %(id)s, u.id, p.id, t.id, u.frozen_at FROM person t, storage_position p,
       (SELECT u.id, r.frozen_at FROM unit u JOIN freezing_run r ON r.id = u.run_id WHERE u.code = %(unit)s) u
 WHERE t.username = 'tom' AND p.code = %(position)s
"""


def frozen(lab: Lab, batch: str, *containers: str) -> list[str]:
    """The codes of new units, one in each container."""
    units = [{"viable_cells": MILLION, "volume_ml": "1.5", "container": one} for one in containers]
    order = {"program": "1 °C/min to −45 °C", "from_culture": None, "units": units}
    return [one["code"] for one in lab.done("tom", f"/batches/{batch}/freezing-runs", order)["units"]]


def labels(lab: Lab, code: str) -> dict[str, Any]:
    """The labels of a thing by their layouts."""
    return {one["layout"]: one for one in lab.told("tom", f"/materials/{code}/labels")}


def sqlstate(installation: Installation, statement: str, **values: Any) -> str | None:
    """How the database refuses what a script of the facility tries."""
    with pytest.raises(psycopg.DatabaseError) as refusal, as_facility(installation, Kind.STORE_UNIT) as db:
        db.execute(statement, {"id": uuid4()} | values)
    return refusal.value.sqlstate


SAYS_SO = '{"not_evaluated": "yes"}'


def at_the_bedside(installation: Installation, scope: str, of: UUID | None, layout: str, fields: str = SAYS_SO) -> str | None:
    """How the database refuses a label that a script of the bedside would print, of its own donation or of another thing."""
    values = {"id": uuid4(), "scope": scope, "of": of, "layout": layout, "fields": fields}
    begun = as_bedside(installation, Kind.COLLECT, "tess", installation.acts.clock.now())
    with pytest.raises(psycopg.DatabaseError) as refusal, begun as db:
        db.execute(AT_THE_BEDSIDE, values)
    return refusal.value.sqlstate


def test_a_vial_is_labelled_on_side_and_cap_and_a_bag_as_a_bag_before_it_is_laid_into_storage(
    lab: Lab, batch: str, installation: Installation
) -> None:
    vial, bag = frozen(lab, batch, "vial", "bag")
    of_vial, of_bag = labels(lab, vial), labels(lab, bag)
    assert (set(of_vial), set(of_bag)) == ({"unit", "cap"}, {"bag"})
    assert {one["payload"] for one in of_vial.values()} == {vial}
    assert of_bag["bag"]["fields"]["product"] == "smart-ms: biobank, never for a patient"
    assert unit_of(lab, bag)["label"] == of_bag["bag"]["number"]
    on_cap, on_bag = of_vial["cap"]["number"], of_bag["bag"]["number"]
    for number, layout in ((on_cap, "bag"), (on_bag, "unit"), (on_bag, "cap")):
        values = {"layout": layout, "like": number, "scope": "facility", "fields": '{"not_evaluated": "yes"}'}
        assert sqlstate(installation, PRINT, **values) == "BB051", layout

    freezer = lab.freezer()
    here, there = lab.slots(freezer, 2)
    rack, box = (one["code"] for one in lab.told("tom", f"/freezers/{freezer}/places"))

    def stays(unit: str, position: str, number: int) -> None:
        answer = lab.post("bo", f"/units/{unit}/placement", {"position": position})
        assert refused(answer, 409, "label_not_read_back") == {"material": unit, "number": number}
        assert sqlstate(installation, LAY, unit=unit, position=position) == "BB040"

    read = [{"number": of_vial["unit"]["number"], "read": vial}]
    lab.done("tom", "/labels/read-backs", {"labels": read})
    stays(vial, here, on_cap)
    lab.done("tom", f"/labels/{on_cap}/account", {"state": "void"})
    assert lab.place(vial, here)["position"] == here, "a cap may stay without its dot"
    assert {lab.told("tom", f"/story/{code}")["state"] for code in (rack, box)} == {"in_use"}, "one of its two slots is free"
    lab.done("tom", f"/labels/{on_bag}/account", {"state": "void"})
    stays(bag, there, on_bag)


def test_a_site_does_without_labels_of_caps(lab: Lab, batch: str) -> None:
    state = lab.client.app.state  # type: ignore[attr-defined]
    state.acts = replace(state.acts, labels_left_out=frozenset({"cap"}))
    [vial] = frozen(lab, batch, "vial")
    assert set(labels(lab, vial)) == {"unit"}


def test_a_bag_says_that_its_donor_was_not_evaluated_until_the_last_test_is_there_and_marrow_always_does(
    lab: Lab, batch: str, installation: Installation
) -> None:
    asked = {name for name, layout in layouts.LAYOUTS.items() if NOT_EVALUATED in layout.conditions()}
    assert asked == {"aspirate", "donation", "bag"}
    donation = lab.told("quinn", f"/batches/{batch}")["donation"]
    [before] = frozen(lab, batch, "bag")
    number = labels(lab, before)["bag"]["number"]
    values = {"layout": "bag", "like": number, "scope": "facility", "fields": "{}"}
    assert sqlstate(installation, PRINT, **values) == "BB052"
    lab.donor_tests(donation)
    [after] = frozen(lab, batch, "bag")
    said = [labels(lab, one)["bag"]["fields"].get("not_evaluated") for one in (before, after)]
    assert said == ["yes", None]
    again = {"reason": "The first one was torn", "second": badge(lab.client, "tina", lab.as_("tina"))}
    assert "not_evaluated" not in lab.done("tom", f"/labels/{number}/reprint", again)["fields"], "a copy says what is so by now"
    assert lab.told("tess", f"/materials/{donation}/labels")[0]["fields"]["not_evaluated"] == "yes"
    assert at_the_bedside(installation, "bedside", None, "donation", "{}") == "BB052", "it knows of no test"


def test_a_vial_of_a_reactive_donor_is_labelled_as_a_hazard_on_its_side_where_there_is_room(lab: Lab, batch: str) -> None:
    lab.donor_test(lab.told("quinn", f"/batches/{batch}")["donation"], "hbsag", reactive=True)
    vial, bag = frozen(lab, batch, "vial", "bag")
    said = {layout: one["fields"].get("biohazard") for thing in (vial, bag) for layout, one in labels(lab, thing).items()}
    assert said == {"unit": "yes", "cap": None, "bag": "yes"}


def test_the_bedside_learns_nothing_of_a_thing_from_how_a_label_of_it_is_refused(
    lab: Lab, batch: str, installation: Installation
) -> None:
    [vial] = frozen(lab, batch, "vial")
    unit = installation.one("SELECT id FROM unit WHERE code = %s", vial)
    for layout in ("bag", "release", "rack"):
        told = {at_the_bedside(installation, "facility", of, layout) for of in (unit, uuid4())}
        assert told == {psycopg.errors.InsufficientPrivilege.sqlstate}, layout


def test_what_sits_on_a_vial_or_bag_is_never_printed_again(lab: Lab, batch: str, installation: Installation) -> None:
    things = frozen(lab, batch, "vial", "bag")
    read_labels_back(lab, batch)
    again = {"reason": "It is hard to read", "second": badge(lab.client, "tina", lab.as_("tina"))}
    for label in (one for thing in things for one in labels(lab, thing).values()):
        refused(lab.post("tom", f"/labels/{label['number']}/reprint", again), 409, "never_relabelled")
        assert sqlstate(installation, AGAIN, like=label["number"]) == "BB045", label["layout"]
