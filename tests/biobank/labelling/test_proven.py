"""Nothing moves under a label that nobody read back on it; SQL sent past the program moves nothing either."""

from contextlib import AbstractContextManager
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from fastapi.testclient import TestClient

from biobank.act.kinds import Kind
from biobank.clock import FixedClock
from biobank.labelling import rules
from biobank.labelling.rules import LabelState
from tests.bodies import MILLION, freezing
from tests.doses import DoseLab
from tests.path import FACILITY, HERE, refused
from tests.readbacks import read_labels_back
from tests.scripting import Connection, as_bedside, as_facility
from tests.serving import badge
from tests.telemetry import Installation

APPLIED, PRINTED, VOID = LabelState.APPLIED, LabelState.PRINTED, LabelState.VOID
HAND_OVER = """
INSERT INTO handover (id, material_id, material_scope, handed_by, handed_at, to_place)
SELECT %(id)s, m.id, m.scope, %(person)s, %(at)s, 'there' FROM material m WHERE m.code = %(code)s
"""
LAY = """
INSERT INTO placement (id, unit_id, position_id, placed_by, placed_at)
SELECT %(id)s, u.id, p.id, %(person)s, %(at)s FROM unit u, storage_position p WHERE u.code = %(code)s AND p.code = %(position)s
"""
DECLARE = "UPDATE kit SET state = 'ready' WHERE number = %(code)s"


@pytest.fixture
def lab(client: TestClient, clock: FixedClock) -> DoseLab:
    """Every participant gets saline first: what was taken is frozen as it is."""
    lab = DoseLab(client, clock)
    lab.load_study()
    lab.upload_list("B", "B")
    return lab


def sqlstate(installation: Installation, act: AbstractContextManager[Connection], statement: str, **values: Any) -> str | None:
    """How the database refuses a statement in an act of somebody of the application."""
    told = {"id": uuid4(), "at": installation.acts.clock.now(), "person": installation.one("SELECT id FROM person LIMIT 1")}
    with pytest.raises(psycopg.DatabaseError) as refusal, act as db:
        db.execute(statement, told | values)
    return refusal.value.sqlstate


def printed_again(lab: DoseLab, who: str, number: int, second: dict[str, str]) -> int:
    """The number of another copy."""
    return int(lab.done(who, f"/labels/{number}/reprint", {"reason": "The first one was smeared", "second": second})["number"])


@pytest.mark.parametrize(
    ("prints", "in_question"),
    [
        ({}, None),
        ({"unit": {1: PRINTED}}, 1),
        ({"unit": {1: APPLIED}}, None),
        ({"unit": {1: VOID}}, 1),
        ({"unit": {1: VOID, 2: LabelState.DESTROYED}}, 2),
        ({"unit": {1: VOID, 2: APPLIED}}, None),
        ({"unit": {1: APPLIED, 2: PRINTED, 3: VOID}}, 2),
        ({"unit": {1: APPLIED}, "sample": {2: PRINTED}}, 2),
        ({"unit": {1: APPLIED}, "sample": {2: VOID}}, None),
        ({"sample": {2: APPLIED}}, None),
    ],
)
def test_each_label_sits_there_and_nobody_asks_where_a_copy_is(
    prints: dict[str, dict[int, LabelState]], in_question: int | None
) -> None:
    if in_question is None:
        rules.check_proven("LX01U26000041G", "unit", prints)
        return
    with pytest.raises(rules.LabelNotReadBack) as refusal:
        rules.check_proven("LX01U26000041G", "unit", prints)
    assert refusal.value.facts == {"material": "LX01U26000041G", "number": in_question}


def test_marrow_is_handed_over_once_its_label_was_read_back_on_it(lab: DoseLab, installation: Installation) -> None:
    participant, cora = lab.enrolled(), badge(lab.client, "cora", lab.as_("cora"))
    label = lab.done("tess", f"/participants/{participant}/label-sets", {"visit": "collection-1"})["code"]
    order = {"visit": "collection-1", "participant": participant, "volume_ml": "30", "label": label}
    donation = lab.done("tess", f"/participants/{participant}/donations", order)["code"]
    own, _, sample, _ = (one["number"] for one in lab.told("tess", f"/materials/{donation}/labels/open"))

    def stays(number: int) -> None:
        for who in ("tess", "tom"):  # nor does it move by hands that never had it
            answer = lab.post(who, f"/materials/{donation}/handovers", {"to_place": FACILITY})
            assert refused(answer, 409, "label_not_read_back") == {"material": donation, "number": number}
        for by_hand in (
            as_bedside(installation, Kind.HAND_OVER, "tess", lab.clock.now()),
            as_facility(installation, Kind.HAND_OVER),
        ):
            assert sqlstate(installation, by_hand, HAND_OVER, code=donation) == "BB040"

    stays(own)
    for spoiled in (own, sample):
        lab.done("tess", f"/labels/{spoiled}/account", {"state": "void"})
    read_labels_back(lab, donation, "tess")
    stays(own)
    copy = printed_again(lab, "tess", own, cora)
    stays(copy)
    read_labels_back(lab, donation, "tess")
    spare = printed_again(lab, "tess", copy, cora)
    stays(spare)
    lab.done("tess", f"/labels/{spare}/account", {"state": "destroyed"})
    lab.hand_over(donation)
    printed_again(lab, "tess", copy, cora)
    lab.hand_over(donation, "tom", "tina")  # who took it over under the bedside's label is not asked for it


def test_a_unit_is_laid_into_storage_once_its_label_was_read_back_on_it(lab: DoseLab, installation: Installation) -> None:
    batch = lab.isolated(lab.enrolled())
    [unit] = lab.done("tom", f"/batches/{batch}/freezing-runs", freezing(None, 1, 10 * MILLION))["units"]
    here, there = lab.slots(lab.freezer(), 2)
    answer = lab.post("bo", f"/units/{unit['code']}/placement", {"position": here})
    assert refused(answer, 409, "label_not_read_back") == {"material": unit["code"], "number": unit["label"]}
    assert sqlstate(installation, as_facility(installation, Kind.STORE_UNIT), LAY, code=unit["code"], position=here) == "BB040"
    read_labels_back(lab, batch)
    lab.place(unit["code"], here)
    with psycopg.connect(installation.owner_url) as db:  # as one that lay there before labels were read back
        db.execute("ALTER TABLE label_print DISABLE TRIGGER ALL")
        db.execute("UPDATE label_print SET state = 'printed', read_back = NULL")
    assert lab.place(unit["code"], there)["position"] == there, "a move may be hurried"


def test_a_kit_is_ready_once_its_label_was_read_back_on_it(lab: DoseLab, installation: Installation) -> None:
    participant = lab.enrolled()
    lab.made(participant)
    kit = lab.plan_dose(participant)["kit"]
    lab.prepare(kit)
    lab.done("pia", f"/kits/{kit}/fill", {"lot": lab.saline()})
    facts = refused(lab.post("paul", f"/kits/{kit}/ready", {"signature": lab.sign("paul")}), 409, "label_not_read_back")
    assert facts["material"] == kit
    assert sqlstate(installation, as_facility(installation, Kind.DECLARE_READY, "paul"), DECLARE, code=kit) == "BB040"
    read_labels_back(lab, kit, "pia")
    lab.ready(kit)
    lab.wait_until_available()
    paul = badge(lab.client, "paul", lab.as_("paul"))
    spare = printed_again(lab, "pia", facts["number"], paul)
    early = lab.post("paul", f"/materials/{kit}/handovers", {"to_place": HERE})
    assert refused(early, 409, "label_not_read_back") == {"material": kit, "number": spare}
    lab.done("pia", f"/labels/{spare}/account", {"state": "void"})
    lab.arrive(kit)
    printed_again(lab, "pia", facts["number"], paul)
    lab.hand_over(kit, "phil", "tess", "bedside")
