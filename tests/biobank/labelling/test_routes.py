"""Labels through HTTP: what each side sees, prints again and accounts for; PDFs are read back by a scanner."""

from io import BytesIO
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from biobank.custody.tables import MaterialKind
from tests.biobank.labelling import contents
from tests.biobank.labelling.conftest import Bench

REASON = "The first one was smeared"
UNIT = "LX01U26000041G"
ABSENT = 999_999
SECONDS = {"tess01": "cora", "tess02": "cora", "tom": "pia", "odd": "pia", "pia": "tom"}
"""Who stands beside whom."""


def scanned(document: bytes) -> set[str]:
    page = pypdfium2.PdfDocument(document)
    try:
        return {symbol.text for symbol in zxingcpp.read_barcodes(page[0].render(scale=300 / 72).to_pil().convert("L"))}
    finally:
        page.close()


def pdf_of(bench: Bench, who: str, number: int, scope: str = "") -> Any:
    return bench.get(who, f"/api/labels/{number}/pdf" + (f"?scope={scope}" if scope else ""))


def reprint(bench: Bench, who: str, number: int, scope: str = "", reason: Any = REASON) -> Any:
    second = bench.badge(SECONDS[who])
    return bench.post(who, f"/api/labels/{number}/reprint" + (f"?scope={scope}" if scope else ""), reason=reason, second=second)


def account(bench: Bench, who: str, number: int, state: Any, scope: str = "") -> Any:
    return bench.post(who, f"/api/labels/{number}/account" + (f"?scope={scope}" if scope else ""), state=state)


def test_the_ledger_of_a_donation_says_what_stands_on_its_label(bench: Bench) -> None:
    code, number = bench.donation()
    for who in ("tess01", "cora", "tom", "pia"):
        [label] = bench.get(who, f"/api/materials/{code}/labels").json()
        told = {name: label[name] for name in ("number", "scope", "material", "layout", "payload", "copy_number", "state")}
        assert told == {
            "number": number, "scope": "bedside", "material": code, "layout": "donation", "payload": code, "copy_number": 1,
            "state": "printed",
        }  # fmt: skip
        assert label["fields"] == contents.DONATION | contents.AT_THE_BEDSIDE


def test_the_pdf_reads_back_as_the_code_and_is_always_the_same(bench: Bench) -> None:
    code, number = bench.donation()
    first, again = pdf_of(bench, "tess01", number), pdf_of(bench, "tom", number, "bedside")
    assert scanned(first.content) == {code}
    assert first.content == again.content
    assert first.headers["content-type"] == "application/pdf"
    assert first.headers["content-disposition"] == f'inline; filename="{number}.pdf"'


def test_the_picture_of_a_label_reads_back_as_the_code(bench: Bench) -> None:
    code, number = bench.donation()
    picture = bench.get("tess01", f"/api/labels/{number}/png")
    assert picture.headers["content-type"] == "image/png"
    assert {symbol.text for symbol in zxingcpp.read_barcodes(Image.open(BytesIO(picture.content)))} == {code}
    assert bench.get("tom", f"/api/labels/{number}/png?scope=bedside").content == picture.content
    assert bench.get("tess02", f"/api/labels/{number}/png").status_code == 404


@pytest.mark.parametrize(
    ("kind", "layout", "code"),
    [
        (MaterialKind.BATCH, "batch", "LX01B26000012N"),
        (MaterialKind.CULTURE, "culture", "LX01C26000017J"),
        (MaterialKind.UNIT, "unit", UNIT),
    ],
)
def test_every_label_of_the_facility_reads_back(bench: Bench, kind: MaterialKind, layout: str, code: str) -> None:
    number = bench.made_of(bench.donation()[0], kind, layout, code)
    assert scanned(pdf_of(bench, "tom", number).content) == {code}


def test_another_copy_has_the_same_content_a_number_of_its_own_and_a_reason(bench: Bench) -> None:
    code, number = bench.donation()
    copy = reprint(bench, "tess01", number)
    assert copy.status_code == 201, copy.text
    assert (copy.json()["copy_number"], copy.json()["reason"]) == (2, REASON)
    assert copy.json()["number"] != number
    first, second = bench.get("tess01", f"/api/materials/{code}/labels").json()
    assert first["content_sha256"] == second["content_sha256"]
    assert pdf_of(bench, "tess01", number).content == pdf_of(bench, "tess01", copy.json()["number"]).content
    assert reprint(bench, "tess01", copy.json()["number"]).json()["copy_number"] == 3
    assert bench.installation.one("SELECT count(*) FROM print_job") == 3


@pytest.mark.parametrize("reason", [None, "", "x", "    ", "-----", 7, ["smeared"]])
def test_without_a_reason_nothing_is_printed_again(bench: Bench, reason: Any) -> None:
    _, number = bench.donation()
    assert reprint(bench, "tess01", number, reason=reason).status_code == 422
    assert bench.installation.one("SELECT count(*) FROM label_print") == 1


def test_every_label_is_accounted_for_once(bench: Bench) -> None:
    code, number = bench.donation()
    assert bench.read_back("tess01", number, code).json()[0]["state"] == "applied"
    again = account(bench, "tess01", number, "void")
    assert (again.status_code, again.json()["facts"]) == (409, {"number": number, "state": "applied"})
    spoiled = reprint(bench, "tess01", number).json()["number"]
    assert account(bench, "tess01", spoiled, "void").status_code == 200
    assert bench.read_back("tess01", spoiled, code).json()["code"] == "label_accounted"
    assert account(bench, "tess01", spoiled, "destroyed").status_code == 200
    states = [label["state"] for label in bench.get("tess01", f"/api/materials/{code}/labels").json()]
    assert states == ["applied", "destroyed"]


@pytest.mark.parametrize("state", ["applied", "printed", "lost", "", None, 1])
def test_a_label_becomes_nothing_else(bench: Bench, state: Any) -> None:
    assert account(bench, "tess01", bench.donation()[1], state).status_code == 422


def test_a_frozen_unit_is_labelled_once(bench: Bench) -> None:
    number = bench.made_of(bench.donation()[0], MaterialKind.UNIT, "unit", UNIT)
    spoiled = reprint(bench, "tom", number)
    assert spoiled.status_code == 201, "before it sits on the vial it may be printed again"
    assert bench.read_back("tom", number, UNIT).status_code == 200
    for one in (number, spoiled.json()["number"]):
        refused = reprint(bench, "tom", one)
        assert (refused.status_code, refused.json()["code"]) == (409, "never_relabelled")


def test_labels_of_another_site_are_not_there(bench: Bench) -> None:
    code, number = bench.donation("02")
    tries = {
        f"/api/materials/{code}/labels": bench.get("tess01", f"/api/materials/{code}/labels"),
        "pdf": pdf_of(bench, "tess01", number),
        "reprint": reprint(bench, "tess01", number),
        "account": account(bench, "tess01", number, "void"),
    }
    never = {"labels": bench.get("tess01", f"/api/materials/{code[:-1]}Z/labels"), "pdf": pdf_of(bench, "tess01", ABSENT)}
    assert {answer.status_code for answer in tries.values()} == {404}
    assert tries["pdf"].text == never["pdf"].text.replace(str(ABSENT), str(number))
    assert bench.installation.rows("SELECT copy_number, state FROM label_print") == [(1, "printed")]
    assert pdf_of(bench, "tess02", number).status_code == 200
    assert pdf_of(bench, "cora", number).status_code == 200, "who works at no site of their own works at all"


def test_labels_of_another_facility_are_not_there(bench: Bench) -> None:
    code, number = bench.donation()
    batch = bench.made_of(code, MaterialKind.BATCH, "batch", "LX01B26000012N")
    assert bench.get("odd", f"/api/materials/{code}/labels").status_code == 404
    assert pdf_of(bench, "odd", number, "bedside").status_code == 404
    assert pdf_of(bench, "odd", batch).status_code == 404
    assert reprint(bench, "odd", batch).status_code == 404
    assert account(bench, "odd", batch, "void").status_code == 404


def test_a_material_of_another_place_is_neither_seen_nor_handed_over(bench: Bench) -> None:
    code, number = bench.donation("02")
    kit, _ = bench.kit("02")
    for who in ("tess01", "tess02", "odd"):
        told = bench.post(who, f"/api/materials/{kit}/handovers", to_place="ward 3").json()["code"]
        assert told == "no_such_material", "a kit that the facility has not handed over is nowhere else"
    for who in ("tess01", "odd"):
        assert bench.post(who, f"/api/materials/{code}/handovers", to_place="ward 3").json()["code"] == "no_such_material"
    bench.read_back("tess02", number, code)
    assert bench.post("tess02", f"/api/materials/{code}/handovers", to_place="ward 3").status_code == 201
    for who in ("tess01", "odd"):
        assert bench.post(who, f"/api/materials/{code}/handovers/confirmation").json()["code"] == "no_such_material"


def test_the_bedside_sees_nothing_of_what_the_facility_prints(bench: Bench) -> None:
    donation, _ = bench.donation()
    batch = bench.made_of(donation, MaterialKind.BATCH, "batch", "LX01B26000012N")
    bench.made_of(donation, MaterialKind.UNIT, "unit", UNIT)
    for scope in ("", "facility", "bedside"):
        absent = pdf_of(bench, "cora", ABSENT, scope)
        for number in (batch + 100, ABSENT):
            assert pdf_of(bench, "cora", number, scope).text == absent.text.replace(str(ABSENT), str(number))
    assert pdf_of(bench, "cora", batch, "facility").status_code == 404
    assert bench.get("cora", f"/api/materials/{UNIT}/labels").status_code == 404
    assert [label["layout"] for label in bench.get("cora", f"/api/materials/{donation}/labels").json()] == ["donation"]


def test_the_bedside_does_not_see_how_often_a_kit_is_labelled_nor_when(bench: Bench) -> None:
    kit, number = bench.kit()
    assert bench.get("pia", f"/api/materials/{kit}/labels").json()[0]["number"] == number
    before = bench.get("tess01", f"/api/materials/{kit}/labels").text
    assert reprint(bench, "pia", number, "bedside").status_code == 201
    assert bench.read_back("pia", number, kit, "bedside").status_code == 200
    assert bench.get("tess01", f"/api/materials/{kit}/labels").text == before
    assert bench.get("tess01", f"/api/materials/{kit}/labels").status_code == 404
    for one in (pdf_of, reprint):
        assert one(bench, "tess01", number).status_code == 404
    assert account(bench, "tess01", number, "void").status_code == 404
    assert scanned(pdf_of(bench, "pia", number, "bedside").content) == {kit}


def test_the_facility_neither_reprints_nor_accounts_for_the_label_of_a_donation(bench: Bench) -> None:
    _, number = bench.donation()
    for answer in (reprint(bench, "tom", number, "bedside"), account(bench, "tom", number, "destroyed", "bedside")):
        assert (answer.status_code, answer.json()["code"]) == (409, "other_sides_label")


def test_what_the_facility_prints_moves_no_number_of_the_bedside(bench: Bench) -> None:
    donation, first = bench.donation("01")
    for site in ("01", "02"):
        bench.kit(site)
    bench.made_of(donation, MaterialKind.BATCH, "batch", "LX01B26000012N")
    assert (first, bench.donation("02")[1]) == (1, 2)


@pytest.mark.parametrize("number", ["0", "-1", "2147483648", "x", "1.5", "%00"])
def test_a_number_that_cannot_be_is_refused(bench: Bench, number: str) -> None:
    assert bench.get("tom", f"/api/labels/{number}/pdf").status_code in (404, 422)


def test_a_route_asks_for_a_role(bench: Bench) -> None:
    _, number = bench.donation()
    assert bench.client.get(f"/api/labels/{number}/pdf").status_code == 401
    desk = {"Authorization": "Bearer x"}
    assert bench.client.post(f"/api/labels/{number}/account", json={"state": "void"}, headers=desk).status_code == 401
