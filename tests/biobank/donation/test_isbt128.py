"""ISBT 128 from the setting to the scan: what a site issues under its facility number and licence, and what it does not."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from pydantic import ValidationError
from pypdfium2 import PdfDocument

from biobank.act.kinds import Kind
from biobank.pages.scans import as_printed
from biobank.settings import Settings
from labels.isbt128.numbers import Din, Part
from labels.profiles import VERSIONS, Profile
from tests.bodies import freezing
from tests.labels.readers import zxing
from tests.labels.worst import TRADE_ITEM
from tests.path import Lab, refused
from tests.readbacks import read_labels_back
from tests.scripting import as_facility
from tests.telemetry import Installation

RECORDED = {"number": "A9999", "licence": "Registration 7", "since": "2026-03-15", "valid_until": "2027-03-14", "unit": "S13841"}
READ_BACK = "UPDATE label_print SET state = 'applied', read_back = %s WHERE scope = 'facility' AND number = %s"
OTHER_PROFILE = "UPDATE label_print SET profile = 'LOCAL' WHERE scope = 'facility' AND number = %s"
FIRST, SECOND = Din("A9999", "26", "000001"), Din("A9999", "26", "000002")
Recording = Callable[..., Settings]


@pytest.fixture
def recording(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Recording:
    """Settings as the environment names them, some values others than RECORDED, those that are None left out."""

    def recorded(**changed: Any) -> Settings:
        values = {name: value for name, value in (RECORDED | changed).items() if value is not None}
        monkeypatch.setenv("BIOBANK_ISBT128", json.dumps(values))
        return Settings(home=tmp_path)

    return recorded


def issues(lab: Lab, settings: Settings) -> None:
    state = lab.client.app.state  # type: ignore[attr-defined]
    state.acts = replace(state.acts, isbt128=settings.isbt128)


def symbol_of(lab: Lab, who: str, number: int) -> str:
    """What a scanner reads on the printed label of the ledger."""
    page = PdfDocument(lab.get(who, f"/labels/{number}/pdf").content)[0]
    read = zxing(page.render(scale=600 / 72).to_pil())
    assert read is not None
    return read


def scanned(lab: Lab, who: str, read: str) -> Any:
    """What the interface says to everything that was read, symbology identifier included."""
    return lab.told(who, f"/scan/{quote(read, safe='')}")


def test_a_donation_and_its_units_go_from_the_setting_to_the_label_and_back_by_a_scan(
    lab: Lab, participant: str, installation: Installation, recording: Recording
) -> None:
    issues(lab, recording())
    donation = lab.received(participant)
    assert donation == FIRST.code
    label = lab.told("tess", f"/donations/{donation}")["label"]
    read = symbol_of(lab, "tess", label)
    assert read == "]d1=+02000=A99992600000100=*026074", "the number, and the day of the collection"
    for told in (read, f"{FIRST.shown} {FIRST.check}", as_printed(read[3:], "camera]d1")):
        assert (scanned(lab, "tess", told)["code"], scanned(lab, "tess", told)["kind"]) == (donation, "donation")
    refused(lab.get("tess", f"/scan/{FIRST.number}"), 404, "no_such_material")
    refused(lab.get("tess", f"/scan/{FIRST.number}{SECOND.check}"), 422, "code_misread")

    batch = lab.route(donation)["code"]
    lab.isolate(batch, donation)
    units = lab.freeze(batch, lab.harvested(batch), 2)
    assert units == [Part(FIRST, division).code for division in ("Aa", "Ab")]
    for unit, division in zip(units, ("Aa", "Ab"), strict=True):
        labels = lab.told("tom", f"/materials/{unit}/labels")
        [read] = {symbol_of(lab, "tom", label["number"]) for label in labels}
        assert (len(labels), read) == (2, f"]d1=+02000=A99992600000100=<S13841{division}"), "on the vial and on its cap"
        for told in (read, unit.lower(), as_printed(read[3:], "scanned")):
            assert scanned(lab, "tom", told)["code"] == unit
        refused(lab.get("tess", f"/scan/{quote(read)}"), 404, "no_such_material")
    profiles = installation.rows("SELECT DISTINCT profile, profile_version FROM label_print WHERE payload LIKE '=%%'")
    assert profiles == [("ISBT128", VERSIONS[Profile.ISBT128])]

    following = lab.collect(lab.enrolled())["code"]
    assert following == SECOND.code, "the facility moved a number that the bedside sees"


def test_a_label_is_read_back_by_all_of_it_or_by_what_people_type_and_by_nothing_else(
    lab: Lab, participant: str, installation: Installation, recording: Recording
) -> None:
    issues(lab, recording())
    biobanked = lab.enrolled()
    ahead = lab.prepare_labels(biobanked)
    assert {one["payload"] for one in lab.told("tess", f"/participants/{biobanked}/labels")} >= {FIRST.data}
    assert lab.collect(biobanked, label=ahead)["code"] == ahead == FIRST.code
    lab.hand_over(ahead)
    lab.receive(ahead, biobanked)
    batch = lab.route(ahead)["code"]
    lab.isolate(batch, ahead)
    read_labels_back(lab, batch)
    made = lab.done("tom", f"/batches/{batch}/freezing-runs", freezing(None, 2, 1_000_000))
    one, other = (unit["code"] for unit in made["units"])
    label, others_label = (lab.told("tom", f"/units/{unit}")["label"] for unit in (one, other))
    for wrong in (other, ahead, FIRST.data, symbol_of(lab, "tom", others_label)[3:], one[:-1]):
        answer = lab.post("tom", "/labels/read-backs", {"labels": [{"number": label, "read": wrong}]})
        refused(answer, 409, "other_label_read")
        with pytest.raises(psycopg.errors.CheckViolation), as_facility(installation, Kind.READ_LABEL_BACK) as db:
            db.execute(READ_BACK, [wrong, label])
    with pytest.raises(psycopg.errors.CheckViolation, match="isbt128"), psycopg.connect(installation.owner_url) as db:
        db.execute(OTHER_PROFILE, [label])
    whole = as_printed(symbol_of(lab, "tom", others_label)[3:], "camera]d1", whole=True)
    assert whole == "=+02000=A99992600000100=<S13841Ab"
    both = [{"number": label, "read": as_printed(one.lower(), "", whole=True)}, {"number": others_label, "read": whole}]
    assert [told["state"] for told in lab.done("tom", "/labels/read-backs", {"labels": both})] == ["applied"] * 2


def test_a_site_without_number_or_licence_is_refused_in_words(recording: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    for missing, said in (
        ({"number": None}, "no facility identification number"),
        ({"licence": None}, "no ISBT 128 licence is recorded for facility A9999"),
        ({"valid_until": None}, "valid_until\n  Field required"),
        ({"products": "S13841"}, "products\n  Unexpected keyword"),
    ):
        with pytest.raises(ValidationError, match=said):
            recording(**missing)
    monkeypatch.setenv("BIOBANK_GS1_ITEMS", json.dumps({"unit": TRADE_ITEM}))
    with pytest.raises(ValidationError, match="unit have a number of GS1 already"):
        recording()
    assert recording(unit=None).of_records["isbt128"].startswith("Facility(number='A9999', licence='Registration 7'")


def test_before_and_after_the_licence_no_number_is_given_and_those_that_were_still_scan(
    lab: Lab, participant: str, recording: Recording
) -> None:
    issues(lab, recording(since="2026-03-16", valid_until="2026-03-20"))
    assert lab.prepare_labels(participant, 2).startswith("LX01D26")
    lab.wait(days=1)
    donation = lab.received(participant)
    batch = lab.route(donation)["code"]
    lab.isolate(batch, donation)
    culture = lab.harvested(batch)
    waiting = lab.enrolled()
    order = {"visit": "collection-1", "participant": waiting, "volume_ml": "30"}
    over = lab.post("tess", f"/participants/{waiting}/donations", order)
    refused(over, 409, "licence_over")
    assert "licence Registration 7 of facility A9999 to issue ISBT 128 was valid until 2026-03-20" in over.json()["message"]
    ahead = f"/participants/{waiting}/label-sets", {"visit": "collection-2"}
    refused(lab.post("tess", *ahead), 409, "licence_over")
    [unit] = lab.freeze(batch, culture, 1)
    assert unit.startswith("LX01U26"), "no cells wait for a licence"
    assert scanned(lab, "tess", "]d1=+02000=A99992600000100=*026075")["code"] == donation == FIRST.code
    issues(lab, recording(since="2026-03-16", valid_until="2027-03-20", first=7, last=7))
    assert lab.collect(waiting)["code"] == Din("A9999", "26", "000007").code
    refused(lab.post("tess", *ahead), 409, "donation_numbers_used_up")
