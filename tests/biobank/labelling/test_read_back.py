"""A label is applied by reading it back where it sits; a batch waits until every label of it is accounted for."""

from typing import Any

import psycopg
import pytest

from biobank.act.kinds import Kind
from biobank.custody.tables import MaterialKind
from tests.biobank.labelling.conftest import Bench
from tests.scripting import as_facility

BATCH, UNITS = "LX01B26000012N", ("LX01U26000041G", "LX01U26000042E")


def read_back(bench: Bench, *labels: tuple[Any, Any], who: str = "tom") -> Any:
    return bench.post(who, "/api/labels/read-backs", labels=[{"number": number, "read": read} for number, read in labels])


@pytest.fixture
def units(bench: Bench) -> list[int]:
    donation = bench.donation()[0]
    return [bench.made_of(donation, MaterialKind.UNIT, "unit", code) for code in UNITS]


def states(bench: Bench) -> list[Any]:
    return bench.installation.rows("SELECT state, read_back FROM label_print WHERE scope = 'facility' ORDER BY number")


def test_labels_that_say_what_the_ledger_says_are_applied(bench: Bench, units: list[int]) -> None:
    told = read_back(bench, *zip(units, UNITS, strict=True))
    assert [(one["number"], one["state"]) for one in told.json()] == [(number, "applied") for number in units]
    assert states(bench) == [("applied", code) for code in UNITS]
    assert read_back(bench, (units[0], UNITS[0])).json()["code"] == "label_accounted"


def test_a_wrong_scan_applies_nothing_and_is_written_down(bench: Bench, units: list[int]) -> None:
    swapped = read_back(bench, (units[0], UNITS[0]), (units[1], UNITS[0]))
    assert (swapped.status_code, swapped.json()["code"]) == (409, "other_label_read")
    assert swapped.json()["facts"] == {"number": units[1], "payload": UNITS[1], "read": UNITS[0]}
    assert states(bench) == [("printed", None)] * 2, "all of them, or none"
    [(facts,)] = bench.installation.rows("SELECT facts FROM audit.refusal WHERE code = 'other_label_read'")
    assert facts["read"] == UNITS[0]


def test_what_was_read_is_text_of_one_label(bench: Bench, units: list[int]) -> None:
    for read in ("", " ", None, 7, "a" * 101, "a\x00b", ["x"]):
        assert read_back(bench, (units[0], read)).status_code == 422, read
    for number in (0, -1, "x", None, 2**31):
        assert read_back(bench, (number, UNITS[0])).status_code == 422, number
    assert read_back(bench).status_code == 422
    assert read_back(bench, (units[0], UNITS[0].lower())).status_code == 409
    assert read_back(bench, (999, UNITS[0])).status_code == 404
    assert read_back(bench, (units[0], UNITS[0]), who="odd").status_code == 404
    assert states(bench) == [("printed", None)] * 2


def test_the_database_asks_what_was_read(bench: Bench, units: list[int]) -> None:
    for change in (
        "state = 'applied'",
        f"state = 'applied', read_back = '{UNITS[1]}'",
        f"read_back = '{UNITS[0]}'",
        f"state = 'void', read_back = '{UNITS[0]}'",
    ):
        with pytest.raises(psycopg.Error), as_facility(bench.installation, Kind.ACCOUNT_LABEL) as db:
            db.execute(f"UPDATE label_print SET {change} WHERE number = {units[0]} AND scope = 'facility'")
    assert read_back(bench, (units[0], UNITS[0])).status_code == 200
    with pytest.raises(psycopg.Error), as_facility(bench.installation, Kind.ACCOUNT_LABEL) as db:
        db.execute("UPDATE label_print SET read_back = NULL WHERE state = 'applied'")


def test_a_kits_label_is_read_back_along_with_those_of_units(bench: Bench, units: list[int]) -> None:
    kit, number = bench.kit()
    assert [one["number"] for one in bench.get("tom", f"/api/materials/{kit}/labels/open").json()] == [number]
    told = read_back(bench, (units[0], UNITS[0]), (number, kit))
    assert [(one["scope"], one["state"]) for one in told.json()] == [("facility", "applied"), ("bedside", "applied")]


def test_what_is_not_accounted_for_is_told_to_the_side_that_printed_it(bench: Bench) -> None:
    donation, number = bench.donation()
    batch = bench.made_of(donation, MaterialKind.BATCH, "batch", BATCH)
    assert [one["number"] for one in bench.get("tess01", f"/api/materials/{donation}/labels/open").json()] == [number]
    for code in (donation, BATCH):
        assert [one["number"] for one in bench.get("tom", f"/api/materials/{code}/labels/open").json()] == [batch]
    assert bench.get("odd", f"/api/materials/{BATCH}/labels/open").status_code == 404
    bench.post("tom", f"/api/labels/{batch}/account", state="destroyed")
    assert bench.get("tom", f"/api/materials/{BATCH}/labels/open").json() == []
