"""Labels printed ahead of a collection: one of them is scanned when it is done, or all of them are accounted for."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from biobank.act.kinds import Kind
from biobank.clock import FixedClock
from biobank.labelling import jobs
from labels.local import CodeKind, build
from tests.path import Lab, refused
from tests.readbacks import read_labels_back
from tests.scripting import Connection, as_bedside
from tests.serving import badge
from tests.telemetry import Installation
from tests.waiting import until

VISIT = {"visit": "collection-1"}
LAYOUTS = ["donation", "aspirate", "sample", "transport"]
REASON = "The collection does not take place"
DONATION = """
INSERT INTO donation (id, din, participant_id, period, volume_ml, state, collected_by, collected_at)
SELECT m.id, coalesce(%(din)s, m.code), p.id, %(period)s, 30, 'collected', w.id, %(now)s FROM material m, participant p, person w
 WHERE m.code = %(label)s AND p.code = %(participant)s AND w.username = 'tess'
"""
MATERIAL = "INSERT INTO material (id, scope, kind, code, root_id, registered_at) VALUES (%s, 'bedside', 'donation', %s, %s, %s)"
BECOME = "UPDATE label_set SET state = %(state)s WHERE id = (SELECT id FROM material WHERE code = %(label)s)"
ANOTHER = """
INSERT INTO label_set SELECT m.id, s.participant_id, %(period)s, %(state)s, s.prepared_by, s.prepared_at
  FROM label_set s JOIN participant p ON p.id = s.participant_id, material m WHERE m.code = %(label)s AND p.code = %(participant)s
"""
PREPARED = """
INSERT INTO label_set SELECT m.id, p.id, %(period)s, 'prepared', w.id, %(now)s FROM material m, participant p, person w
 WHERE m.code = %(label)s AND p.code = %(participant)s AND w.username = 'tess'
"""
NOT_ALWAYS = """
SELECT t.tgrelid::regclass::text, t.tgname FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
 WHERE (p.prosrc ~ 'BB049' OR p.proname IN ('refuse_unproven_label', 'lock_participant', 'use_labels'))
   AND t.tgenabled <> 'A'
"""
REPRINT = """
INSERT INTO label_print
SELECT (json_populate_record(l, json_build_object(
          'id', gen_random_uuid(), 'layout', 'cap', 'number', 99, 'state', %(became)s::text))).*
  FROM label_print l JOIN material m ON m.id = l.material_id WHERE m.code = %(label)s AND l.layout = 'donation'
"""
STICK = """
UPDATE label_print l SET state = 'applied', read_back = l.payload
  FROM material m WHERE m.id = l.material_id AND m.code = %(label)s
"""


def collect(lab: Lab, participant: str, label: str | None) -> Any:
    order = VISIT | {"participant": participant, "volume_ml": "30"} | ({"label": label} if label else {})
    return lab.post("tess", f"/participants/{participant}/donations", order)


def void(lab: Lab, participant: str, label: str) -> Any:
    return lab.post("tess", f"/participants/{participant}/label-sets/voiding", {"label": label, "reason": REASON})


def test_they_leave_the_printer_in_order_and_the_collection_uses_their_code_and_prints_none(
    lab: Lab, installation: Installation
) -> None:
    participant = str(lab.consent()["code"])
    lab.screen(participant)
    lab.allocate(participant, days_ahead=60)
    told = lab.done("tess", f"/participants/{participant}/label-sets", VISIT)
    code = told["code"]
    wanted = {"participant": participant, "visit": "collection-1", "state": "prepared", "printed": 4, "unaccounted": 4}
    assert {name: told[name] for name in wanted} == wanted
    printed = [jobs.take(installation.acts, "bedside") for _ in LAYOUTS]
    assert [(label.layout, label.payload) for _, label in filter(None, printed)] == [(one, code) for one in LAYOUTS]
    assert [one["layout"] for one in lab.told("tess", f"/participants/{participant}/labels")] == LAYOUTS
    assert {lab.told(who, f"/scan/{code}")["kind"] for who in ("tess", "mona", "tom")} == {"label_set"}
    assert lab.told("tess", f"/story/{code}")["facts"]["participant"] == participant
    for who in ("tess", "tom"):
        refused(lab.post(who, f"/materials/{code}/handovers", {"to_place": "gmp-1"}), 404, "no_such_material")

    refused(collect(lab, participant, code), 409, "outside_window")
    lab.wait(days=15)
    donation = collect(lab, participant, code).json()
    assert (donation["code"], jobs.take(installation.acts, "bedside")) == (code, None)
    assert lab.told("tess", f"/scan/{code}")["kind"] == "donation"
    labels = lab.told("tess", f"/materials/{code}/labels/open")
    assert ([one["layout"] for one in labels], labels[0]["number"]) == (LAYOUTS, donation["label"])
    lab.done("tess", "/labels/read-backs", {"labels": [{"number": one["number"], "read": code} for one in labels]})
    [told] = lab.told("quinn", "/label-sets")
    assert (told["state"], told["applied"], told["unaccounted"]) == ("used", 4, 0)
    assert "label_set" in {one["record"] for one in lab.told("quinn", f"/history/{code}")["fields"]}


def test_a_label_of_another_collection_is_refused_in_words_and_nothing_changes(lab: Lab, participant: str) -> None:
    own, theirs = lab.prepare_labels(participant), lab.prepare_labels(lab.enrolled())
    facts = refused(collect(lab, participant, None), 409, "labels_prepared")
    assert facts == {"participant": participant, "visit": "collection-1", "label": own}
    for wrong in (theirs, build("01", CodeKind.DONATION, 2026, 99)):
        facts = refused(collect(lab, participant, wrong), 409, "other_collections_label")
        assert facts == {"participant": participant, "visit": "collection-1", "read": wrong}
    number = lab.told("tess", f"/participants/{participant}/labels")[0]["number"]
    early = lab.post("tess", "/labels/read-backs", {"labels": [{"number": number, "read": own}]})
    assert refused(early, 409, "nothing_to_stick_on") == {"number": number}
    way = f"/participants/{participant}/label-sets"
    refused(lab.post("tess", way, VISIT), 409, "labels_prepared")
    refused(lab.post("tess", way, {"visit": "week-1"}), 409, "no_collection")
    refused(lab.post("tess", way, {"visit": "collection-2"}), 409, "labels_left")
    refused(lab.post("tess", f"/participants/{lab.consent()['code']}/label-sets", VISIT), 409, "wrong_participant_state")
    refused(lab.post("other", way, VISIT), 404, "no_such_participant")
    refused(void(lab, participant, theirs), 404, "not_printed_ahead")
    assert lab.told("tess", "/donations") == lab.told("other", "/label-sets") == []
    assert [one["state"] for one in lab.told("tess", "/label-sets")] == ["prepared", "prepared"]
    for who, status in (("tess", 200), ("tom", 200), ("other", 404), ("gina", 404)):
        assert lab.get(who, f"/labels/{number}/pdf?scope=bedside").status_code == status, who
    second = badge(lab.client, "phil", lab.as_("phil"))
    lab.done("tess", f"/labels/{number}/account", {"state": "destroyed"})
    assert refused(collect(lab, participant, own), 409, "no_label_left") == {"label": own}
    lab.done("tess", f"/labels/{number}/reprint", {"reason": "It was torn", "second": second})
    assert collect(lab, participant, own).json()["code"] == own
    refused(lab.post("tess", way, VISIT), 409, "donation_known")
    refused(void(lab, participant, own), 409, "label_set_over")


def test_what_is_not_used_is_void_or_accounted_for_before_others_are_printed(lab: Lab, participant: str) -> None:
    leaving = lab.enrolled()
    given_up = lab.prepare_labels(leaving)
    lab.done("tess", f"/participants/{leaving}/withdrawal", {"purposes": ["treatment"], "reason": "They said so"})
    refused(collect(lab, leaving, given_up), 409, "wrong_participant_state")
    told = void(lab, leaving, given_up).json()
    assert (told["state"], told["printed"], told["void"], told["unaccounted"]) == ("void", 4, 4, 0)
    labels = lab.told("tess", f"/participants/{leaving}/labels")
    assert {one["job"] for one in labels} == {"withdrawn"}
    number = labels[0]["number"]
    order = {"reason": "It was torn", "second": badge(lab.client, "phil", lab.as_("phil"))}
    refused(lab.post("tess", f"/labels/{number}/reprint", order), 409, "label_set_over")
    assert lab.done("tess", f"/labels/{number}/account", {"state": "destroyed"})["state"] == "destroyed"

    first = lab.prepare_labels(participant)
    collect(lab, participant, first)
    read_labels_back(lab, first, "tess")
    lab.hand_over(first)
    lab.receive(first, participant, accepted=False, remark="clotted on arrival")
    number = lab.told("tess", f"/materials/{first}/labels")[0]["number"]
    left = [lab.done("tess", f"/labels/{number}/reprint", order)["number"]]
    facts = refused(lab.post("tess", f"/participants/{participant}/label-sets", VISIT), 409, "labels_left")
    assert facts["numbers"] == ", ".join(map(str, left))
    for number in left:
        lab.done("tess", f"/labels/{number}/account", {"state": "destroyed"})
    second = lab.prepare_labels(participant)
    for used_up in (first, given_up):
        refused(collect(lab, participant, used_up), 409, "other_collections_label")
    assert len({first, second, given_up}) == 3
    assert collect(lab, participant, second).json()["code"] == second


def test_the_database_uses_a_code_once_and_for_its_own_collection(
    lab: Lab, installation: Installation, participant: str, clock: FixedClock
) -> None:
    neighbour = lab.enrolled()
    given_up = lab.prepare_labels(neighbour)
    assert void(lab, neighbour, given_up).status_code == 200
    own, theirs = lab.prepare_labels(participant), lab.prepare_labels(neighbour)
    bare = build("01", CodeKind.DONATION, 2026, 99)
    values = {"participant": participant, "label": own, "din": None, "period": 1, "state": "void", "now": clock.now()}
    values |= {"became": "printed"}
    rule = "BB049"
    with as_bedside(installation, Kind.COLLECT, "tess", clock.now()) as db:
        material = uuid4()
        db.execute(MATERIAL, [material, bare, material, clock.now()])
        for statement, changed in (
            (DONATION, {"label": theirs}),
            (DONATION, {"label": bare}),
            (DONATION, {"din": bare}),
            (DONATION, {"period": 2}),
            (BECOME, {"state": "used"}),
            (BECOME, {"state": "void"}),
            (ANOTHER, {"label": bare, "period": 2, "state": "prepared"}),
            (STICK, {}),
            (REPRINT, {"became": "applied"}),
        ):
            assert broken(db, statement, values | changed) == rule, changed
        with db.transaction(force_rollback=True):
            db.execute("UPDATE label_print SET state = 'void'")
            assert broken(db, ANOTHER, values | {"label": bare, "state": "prepared"}) == "23505", "two sets for one collection"
            assert broken(db, ANOTHER, values | {"label": bare, "period": 2, "state": "used"}) == rule
            assert broken(db, DONATION, values) == rule, "no label is left to stick on it"
        db.execute("UPDATE label_print SET state = 'void' WHERE payload <> %(label)s", values)
        assert broken(db, BECOME, values | {"label": theirs}) == rule, "an act that says why gives labels up"
        assert broken(db, REPRINT, values | {"label": given_up}) == rule
        assert broken(db, BECOME, values | {"label": given_up, "state": "prepared"}) == "BB037"
        db.execute(DONATION, values)
        assert broken(db, DONATION, values) in ("23505", rule)
        assert broken(db, BECOME, values) == "BB037"
        assert broken(db, ANOTHER, values | {"label": bare, "state": "prepared"}) == rule, "its marrow was taken"
    assert sorted(installation.rows("SELECT state FROM label_set")) == [("prepared",), ("used",), ("void",)]
    assert installation.rows(NOT_ALWAYS) == []


def test_labels_are_not_prepared_for_a_collection_that_takes_place_in_the_same_moment(
    lab: Lab, installation: Installation, participant: str, clock: FixedClock
) -> None:
    codes = [build("01", CodeKind.DONATION, 2026, number) for number in range(96, 100)]
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    for whose, first, second in ((participant, PREPARED, DONATION), (lab.enrolled(), DONATION, PREPARED)):
        values = {"participant": whose, "din": None, "period": 1, "now": clock.now()}
        code, another = codes.pop(), codes.pop()
        with (
            as_bedside(installation, Kind.COLLECT, "tess", clock.now()) as one,
            as_bedside(installation, Kind.COLLECT, "tess", clock.now()) as other,
            ThreadPoolExecutor() as meanwhile,
        ):
            for db, number in ((one, code), (other, another)):
                material = uuid4()
                db.execute(MATERIAL, [material, number, material, clock.now()])
            one.execute(first, values | {"label": code})
            later = meanwhile.submit(broken, other, second, values | {"label": another})
            until(lambda later=later: later.done() or installation.one(waiting) == 1)
            one.commit()
            assert later.result() == "BB049"


def broken(db: Connection, statement: str, values: dict[str, Any]) -> str | None:
    """What the database refuses, by its code."""
    with pytest.raises(psycopg.Error) as told, db.transaction():
        db.execute(statement, values)
    return told.value.sqlstate
