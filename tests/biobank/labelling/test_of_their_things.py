"""What a label says of its thing, past the program: the database keeps its kind, its code and its warning."""

import json
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from biobank.act.kinds import Kind
from biobank.custody import operations as custody
from biobank.custody import queries
from biobank.custody.rules import FOR_PATIENTS, HoldKind
from biobank.custody.tables import MaterialKind
from labels.isbt128.numbers import Din, Part
from tests.biobank.labelling.conftest import Bench
from tests.labels.worst import of_gs1
from tests.scripting import Connection, as_bedside, as_facility

LIKE = """
INSERT INTO label_print
SELECT (json_populate_record(l, %s)).* FROM label_print l WHERE l.layout = %s AND l.payload = %s
"""
MATERIAL = "INSERT INTO material (id, scope, kind, code, root_id, registered_at) VALUES (%s, %s, %s, %s, %s, now())"
OF_ITS_KIND = "BB055 a thing carries labels of its kind"
ITS_CODE = "BB055 a label says the code of its thing"
HAZARD = "BB055 what is made of a reactive donation is labelled as a hazard"
UNIT, OTHER_UNIT, BATCH = "LX01U26000041G", "LX01U26000042E", "LX01B26000012N"
MARROW = Din("A9999", "26", "000001")


def told(db: Connection, layout: str, code: str, /, **changed: Any) -> str | None:
    """How the database refuses a label like the one of this layout and code, but for what is changed."""
    try:
        with db.transaction(force_rollback=True):
            db.execute(LIKE, [json.dumps({"id": str(uuid4()), "number": 99} | changed, default=str), layout, code])
    except psycopg.Error as error:
        return f"{error.sqlstate} {error.diag.message_primary}"
    return None


@pytest.fixture
def donation(bench: Bench) -> str:
    """A donation of which there are a unit and a batch, each with its label."""
    code, _ = bench.donation()
    bench.made_of(code, MaterialKind.UNIT, "unit", UNIT)
    bench.made_of(code, MaterialKind.BATCH, "batch", BATCH)
    return code


def test_a_label_is_of_a_kind_that_its_thing_carries(bench: Bench, donation: str) -> None:
    carried = {"donation": {"donation", "aspirate", "sample", "transport"}, "unit": {"unit", "cap", "bag"}, "batch": {"batch"}}
    kit, _ = bench.kit()
    carried["kit"] = {"kit", "carton"}
    tried = set.union(*carried.values(), {"rack", "box", "position", "culture", "lot", "anything"})
    codes = {"donation": donation, "unit": UNIT, "batch": BATCH, "kit": kit}
    with as_facility(bench.installation, Kind.ISOLATE) as db:
        for kind, layouts in carried.items():
            for layout in tried - {kind}:
                expected = None if layout in layouts else OF_ITS_KIND
                assert told(db, kind, codes[kind], layout=layout) == expected, (kind, layout)
    with as_bedside(bench.installation, Kind.COLLECT, "tess01", bench.clock.now()) as db:
        assert told(db, "donation", donation, layout="transport") is None
        assert told(db, "donation", donation, layout="unit") == OF_ITS_KIND


def test_a_label_says_the_code_of_its_thing_by_the_rules_of_each_profile(bench: Bench, donation: str) -> None:
    marrow, part = uuid4(), uuid4()
    of_marrow = {"material_id": marrow, "scope": "bedside", "layout": "transport", "profile": "ISBT128"}
    of_part = {"material_id": part, "layout": "cap", "profile": "ISBT128"}
    right: tuple[tuple[dict[str, Any], str], ...] = (
        ({"layout": "cap"}, UNIT),
        ({"layout": "cap", "profile": "GS1"}, of_gs1(UNIT)),
        (of_marrow, "=A99992600000100"),
        (of_marrow, "=+02000=A99992600000100=*026074"),
        (of_part, "=+02000=A99992600000100=<S13841Ab"),
    )
    wrong: tuple[tuple[dict[str, Any], str], ...] = (
        ({"layout": "cap"}, OTHER_UNIT),
        ({"layout": "cap"}, of_gs1(UNIT)),
        ({"layout": "cap", "profile": "GS1"}, of_gs1(OTHER_UNIT)),
        ({"layout": "cap", "profile": "GS1"}, UNIT),
        ({"layout": "cap", "profile": "SEC"}, UNIT),
        (of_marrow, "=A99992600000200"),
        (of_marrow, "=+02000=A99992600000100=<S13841Ab"),
        (of_part, "=A99992600000100"),
        (of_part, "=+02000=A99992600000100=<S13841Aa"),
        (of_part, "=+02000=A99992600000200=<S13841Ab"),
    )
    with as_facility(bench.installation, Kind.ISOLATE) as db:
        db.execute(MATERIAL, [marrow, "bedside", "donation", MARROW.code, marrow])
        db.execute(MATERIAL, [part, "facility", "unit", Part(MARROW, "Ab").code, marrow])
        for expected, labels in ((None, right), (ITS_CODE, wrong)):
            for changed, payload in labels:
                assert told(db, "unit", UNIT, **changed, payload=payload) == expected, (changed, payload)


def test_a_label_of_what_is_made_of_a_reactive_donation_warns_of_it(bench: Bench, donation: str) -> None:
    unwarned, warned = {"layout": "bag"}, {"layout": "bag", "fields": {"biohazard": "yes"}}
    with as_facility(bench.installation, Kind.ISOLATE) as db:
        assert told(db, "unit", UNIT, **unwarned) is None
    with bench.act("tom", Kind.RECORD_DONOR_TEST) as act:
        root = queries.material(act.session, donation)
        custody.place_hold(act, root.id, root.id, HoldKind.DONOR_TEST, FOR_PATIENTS, "A donor test is reactive")
    untested, _ = bench.donation("02")
    bench.made_of(untested, MaterialKind.UNIT, "unit", OTHER_UNIT)
    with as_facility(bench.installation, Kind.ISOLATE) as db:
        assert told(db, "unit", UNIT, **unwarned) == HAZARD
        assert told(db, "unit", UNIT, **warned) is None
        assert told(db, "unit", UNIT, layout="cap") is None, "it has no room for the words"
        assert told(db, "unit", OTHER_UNIT, **unwarned) is None
    with as_bedside(bench.installation, Kind.COLLECT, "tess01", bench.clock.now()) as db:
        assert told(db, "donation", donation, layout="transport") is None, "the bedside knows of no result"


def test_the_bedside_learns_nothing_of_a_hidden_thing_from_what_its_label_says(bench: Bench, donation: str) -> None:
    kit, _ = bench.kit()
    hidden = {"kit": bench.installation.one("SELECT id FROM material WHERE code = %s", kit), "nothing": uuid4()}
    hidden["unit"] = bench.installation.one("SELECT id FROM material WHERE code = %s", UNIT)
    with as_bedside(bench.installation, Kind.COLLECT, "tess01", bench.clock.now()) as db:
        said = {
            thing: {
                told(db, "donation", donation, material_id=material, layout=layout, payload=payload, profile=profile)
                for layout in ("carton", "cap", "donation")
                for payload, profile in ((kit, "LOCAL"), (UNIT, "LOCAL"), (OTHER_UNIT, "LOCAL"), (UNIT, "SEC"))
            }
            for thing, material in hidden.items()
        }
    assert said["kit"] == {OF_ITS_KIND}
    assert said["unit"] == said["nothing"]
    assert {str(one)[:5] for one in said["nothing"]} == {"23503"}
