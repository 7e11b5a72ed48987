"""Copies of a record: as JSON and on paper, with signatures and trail, and marks where something was changed or came late."""

import re
from datetime import timedelta
from typing import Any

import psycopg
import pypdfium2

from tests.biobank.inspection.conftest import LAB, PARTICIPANT
from tests.path import Lab, refused
from tests.starts import There, found, starting
from tests.telemetry import Installation

WHY = "Two digits were swapped when it was typed"
UNSIGNED, CORRECTED, CORRECTION, LATE = "unsigned: content changed", "corrected later", "correction", "late entry"
"""The marks as people read them: written here again, so that none can be emptied unnoticed."""


def pages(document: bytes) -> list[str]:
    """What stands on each page, in one line."""
    opened = pypdfium2.PdfDocument(document)
    told = [re.sub(r"\s+", " ", page.get_textpage().get_text_bounded()) for page in opened]
    opened.close()
    return told


def printed(lab: Lab, route: str, who: str = "quinn") -> str:
    """What a print-out says."""
    answer = lab.get(who, route)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf"), answer.text
    return " ".join(pages(answer.content))


def _batch(there: There) -> str:
    """A batch with a corrected result and a feed that was recorded late, disposed of by QA."""
    lab: Lab = there.lab
    donation = lab.received(there.found["participant"])
    lab.done("tom", f"/donations/{donation}/receipt/correction", {"volume_ml": "31", "reason": WHY})
    batch = str(lab.route(donation)["code"])
    lab.isolate(batch, donation)
    lab.donor_tests(donation)
    culture = lab.seed(batch)["code"]
    medium = lab.medium()
    lab.wait(days=2)
    late = {"lot": medium, "volume_ml": "120", "occurred_at": (lab.clock.now() - timedelta(hours=3)).isoformat()}
    lab.done("tina", f"/cultures/{culture}/feeds", late)
    lab.wait(days=10)
    lab.harvest(culture, 60_000_000)
    lab.verify(culture)
    unit, _ = lab.stored(batch, culture, 2)
    lab.wait(minutes=5)
    lab.done("bo", f"/units/{unit}/rack-pulls", {"open_s": 90})
    lab.results(batch)
    lab.done("tina", f"/batches/{batch}/results/correction", {"test": "cd73", "value": "99.7", "reason": WHY})
    lab.dispose(batch)
    return batch


start, batch = starting(LAB, PARTICIPANT, PARTICIPANT.then("batch", _batch)), found("batch")


def test_the_print_of_a_release_file_says_what_is_signed_and_what_was_corrected(
    lab: Lab, batch: str, installation: Installation
) -> None:
    text = printed(lab, f"/batches/{batch}/release-file/pdf", "tom")
    unit = lab.told("tom", f"/batches/{batch}/release-file")["units"][0]
    assert f"{unit} -135.00 90 300 210 no 1296300" in text, "of the days without a reading nobody knows"
    assert f"Release file of batch {batch}" in text
    signature = lab.told("quinn", f"/batches/{batch}/release-file")["decisions"][0]["signature"]
    at = signature["signed_at"].replace("T", " ")[:19]
    assert f"Quinn Person (quinn), qa: “I approve this”, {at} UTC" in text
    assert signature["content_sha256"] in text.replace(" ", "")
    assert f"{CORRECTION}: {WHY}" in text
    assert CORRECTED in text
    assert "98.1" in text
    assert "99.7" in text
    assert UNSIGNED not in text
    assert "Copy made by Tom Person (tom)" in text
    with psycopg.connect(installation.owner_url) as db:
        db.execute("ALTER TABLE decision DISABLE TRIGGER USER")
        db.execute("UPDATE decision SET reviewed = replace(reviewed, '99.7', '99.8')")
    text = printed(lab, f"/batches/{batch}/release-file/pdf")
    assert UNSIGNED in text
    assert "Quinn Person (quinn), qa" not in text


def test_a_complete_copy_carries_trail_and_signatures(lab: Lab, batch: str) -> None:
    told: dict[str, Any] = lab.told("ines", f"/batches/{batch}/record")
    numbers = [entry["number"] for entry in told["trail"]]
    reviewed = lab.told("quinn", f"/trail?about={batch}&whole=true&size=500")["entries"]
    assert {entry["number"] for entry in reviewed} <= set(numbers)
    assert numbers == sorted(numbers)
    assert {"decision", "signature", "trail_review", "label_print"} <= {entry["table"] for entry in told["trail"]}
    assert told["release_file"] == lab.told("ines", f"/batches/{batch}/release-file")
    assert {one["kind"] for one in told["related"]} == {"donation", "culture", "unit"}
    assert [one["volume_ml"] for one in told["receipts"]] == ["30.000", "31.000"]
    changed = {(one["record"], one["field"]): [value["value"] for value in one["values"]] for one in told["changed"]}
    assert changed["result", "value"] == ["98.1000", "99.7000"]
    assert changed["receipt", "volume_ml"] == ["30.000", "31.000"]
    assert [entry["late"] for entry in told["trail"] if entry["table"] == "feed"] == [True]


def test_the_same_on_paper_with_its_marks(lab: Lab, batch: str) -> None:
    answer = lab.get("ines", f"/batches/{batch}/record/pdf")
    sheets = pages(answer.content)
    text = " ".join(sheets)
    assert all(f"page {number} of {len(sheets)}" in sheet for number, sheet in enumerate(sheets, 1))
    assert "Values that were changed after they were entered" in text
    assert f"{CORRECTION}: {WHY}" in text
    assert LATE in text
    assert "Quinn Person (quinn), qa" in text
    numbers = [entry["number"] for entry in lab.told("ines", f"/batches/{batch}/record")["trail"]]
    assert [number for number in numbers if not re.search(rf"\b{number}\b", text)] == [], "every entry is on paper"


def test_copies_are_for_who_may_have_them(lab: Lab, participant: str) -> None:
    batch = lab.isolated(participant)
    for way in ("record", "record/pdf"):
        for who in ("tess", "mona", "tom", "sam"):
            refused(lab.get(who, f"/batches/{batch}/{way}"), 403, "not_your_role")
    refused(lab.get("tess", f"/batches/{batch}/release-file/pdf"), 403, "not_your_role")
    refused(lab.get("gina", f"/batches/{batch}/release-file/pdf"), 404, "no_such_batch")
