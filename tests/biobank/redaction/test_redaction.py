"""What names a patient is covered on every screen, print and export; the entry beneath it stays as it was sealed."""

from typing import Any

import psycopg
import pypdfium2
import pytest

from biobank.act.people import Role
from tests.biobank.inspection.conftest import LAB, PARTICIPANT
from tests.path import Lab, refused
from tests.starts import There, found, starting
from tests.telemetry import Installation

NAMED = "The box said Kari Nordmann, born in 1961"
WHY = "It names the patient; the participant's number says enough"
TITLE, CONCLUSION = "Kari Nordmann called the clean room", "Kari Nordmann was told whom to call instead"


def _donation(there: There) -> str:
    """A donation whose reception names the patient."""
    lab, participant = there.lab, there.found["participant"]
    donation = str(lab.collect(participant)["code"])
    lab.hand_over(donation)
    lab.receive(donation, participant, remark=NAMED)
    return donation


def _deviation(there: There) -> str:
    """A closed deviation that names the patient in its title, in a hold and in its conclusion."""
    lab, batch = there.lab, there.found["batch"]
    order = {"material": batch, "title": TITLE, "description": "Somebody gave her the number"}
    code = str(lab.done("tom", "/deviations", order)["code"])
    lab.done("quinn", f"/materials/{batch}/holds", {"purposes": ["distribution"], "reason": f"{code}: {TITLE}"})
    lab.done("quinn", f"/deviations/{code}/closure", {"conclusion": CONCLUSION})
    return code


DONATION = PARTICIPANT.then("donation", _donation)
BATCH = DONATION.then("batch", lambda there: str(there.lab.route(there.found["donation"])["code"]))
start = starting(LAB, PARTICIPANT, DONATION, BATCH, BATCH.then("deviation", _deviation))
participant, donation, batch, deviation = (found(name) for name in ("participant", "donation", "batch", "deviation"))


def redact(lab: Lab, route: str, who: str = "quinn", **changed: Any) -> Any:
    return lab.post(who, f"{route}/redaction", {"reason": WHY, "signature": lab.sign(who)} | changed)


def everywhere(lab: Lab, donation: str, batch: str) -> dict[str, str]:
    """What the facility is shown, prints and exports of a batch and its donation."""
    read = [f"/donations/{donation}/receipt", f"/history/{donation}", "/deviations", f"/materials/{batch}/holds"]
    read += [f"/story/{batch}", "/trail?size=500", "/trail/export", f"/batches/{batch}/release-file", f"/batches/{batch}/record"]
    read += [f"/story/{one['code']}" for one in lab.told("quinn", "/deviations")]
    found = {route: lab.get("quinn", route).text for route in read}
    for route in (f"/batches/{batch}/release-file/pdf", f"/batches/{batch}/record/pdf"):
        opened = pypdfium2.PdfDocument(lab.get("quinn", route).content)
        found[route] = " ".join(" ".join(page.get_textpage().get_text_bounded() for page in opened).split())
        opened.close()
    return found


def test_a_redacted_text_is_shown_nowhere_and_who_covered_it_and_why_is(
    lab: Lab, donation: str, batch: str, deviation: str
) -> None:
    before = everywhere(lab, donation, batch)
    assert all("Nordmann" in told for told in before.values())
    lab.hire("rita", Role.QA)
    assert redact(lab, f"/donations/{donation}/receipt").status_code == 200
    assert redact(lab, f"/deviations/{deviation}", field="title").status_code == 200
    assert redact(lab, f"/deviations/{deviation}", "rita", field="conclusion").status_code == 200
    for route, told in everywhere(lab, donation, batch).items():
        assert "Nordmann" not in told, route
        assert "[redacted by Quinn Person (quinn)" in told, route
        assert WHY in told, route


def test_no_search_by_reason_finds_what_is_covered(lab: Lab, deviation: str) -> None:
    lab.hire("rita", Role.QA)
    roads = [f"/trail?reason={words}" for words in ("Nordmann", "told whom", CONCLUSION, TITLE)]
    assert all(lab.told("quinn", road)["entries"] for road in roads)
    assert redact(lab, f"/deviations/{deviation}", field="title").status_code == 200
    assert redact(lab, f"/deviations/{deviation}", "rita", field="conclusion").status_code == 200
    assert [lab.told("quinn", road)["entries"] for road in roads] == [[], [], [], []]
    assert len(lab.get("quinn", "/trail/export?reason=Nordmann").text.splitlines()) == 1, "only the names of the columns"
    assert lab.told("quinn", "/trail?reason=says enough")["entries"], "the reasons of the redactions themselves"


def test_no_repeated_key_tells_again_what_is_covered(lab: Lab, batch: str) -> None:
    order = {"material": batch, "title": 'Kari "K" Nordmann\'s box, blå', "description": "Somebody gave her the number"}
    keys = [{"Idempotency-Key": f"a-key-of-this-test-{number}"} for number in (1, 2)]
    code = lab.post("tom", "/deviations", order, **keys[0]).json()["code"]
    other = lab.post("tom", "/deviations", order | {"title": "The lid was open"}, **keys[1]).json()
    assert "Nordmann" in lab.post("tom", "/deviations", order, **keys[0]).text
    assert redact(lab, f"/deviations/{code}", field="title").status_code == 200
    again = lab.post("tom", "/deviations", order, **keys[0])
    refused(again, 409, "already_done")
    assert lab.post("tom", "/deviations", order | {"title": "The lid was open"}, **keys[1]).json() == other


def test_the_entry_beneath_stays_and_the_redaction_is_signed(lab: Lab, donation: str, installation: Installation) -> None:
    stored = "SELECT id, body FROM audit.entry WHERE table_name = 'public.receipt'"
    before = installation.rows(stored)
    assert redact(lab, f"/donations/{donation}/receipt").status_code == 200
    assert installation.rows(stored) == before
    assert NAMED in str(before)
    assert installation.one("SELECT remark FROM receipt") == NAMED
    signed = "SELECT s.username, s.record, r.reason FROM redaction r JOIN signature s ON s.id = r.signature_id"
    assert installation.rows(signed) == [("quinn", donation, WHY)]
    assert installation.one("SELECT reason FROM audit.act WHERE kind = 'redact'") == WHY


def test_who_wrote_a_text_does_not_cover_it_and_nobody_without_a_reason_and_a_signature(
    lab: Lab, donation: str, deviation: str
) -> None:
    road = f"/deviations/{deviation}"
    refused(redact(lab, road, field="conclusion"), 403, "same_human")
    for who in ("tom", "quentin", "ines", "tess"):
        refused(redact(lab, road, who, field="title"), 403, "not_your_role")
    refused(redact(lab, road, field="title", reason="..."), 422, "bad_input")
    refused(redact(lab, road, field="state"), 422, "bad_input")
    wrong = lab.sign("quinn") | {"password": "another long password"}
    refused(redact(lab, road, field="title", signature=wrong), 403, "wrong_signature")
    assert redact(lab, road, field="title").status_code == 200
    refused(redact(lab, road, field="title"), 409, "redacted_already")
    lab.hire("rory", Role.QA, place="gmp-se")
    refused(redact(lab, road, "rory", field="title"), 404, "no_such_deviation")
    assert redact(lab, f"/donations/{donation}/receipt").status_code == 200


def test_there_is_nothing_to_cover_where_nothing_was_written(lab: Lab, participant: str) -> None:
    donation = lab.collect(participant)["code"]
    refused(redact(lab, f"/donations/{donation}/receipt"), 409, "nothing_to_redact")
    lab.hand_over(donation)
    lab.receive(donation, participant)
    refused(redact(lab, f"/donations/{donation}/receipt"), 409, "nothing_to_redact")


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE redaction SET reason = 'Another reason'", "42501"),
        ("DELETE FROM redaction", "42501"),
        ("UPDATE receipt SET remark = 'Nothing to see here'", "42501"),
    ],
)
def test_no_redaction_is_undone_and_none_is_an_edit(
    lab: Lab, donation: str, installation: Installation, statement: str, code: str
) -> None:
    assert redact(lab, f"/donations/{donation}/receipt").status_code == 200
    with psycopg.connect(installation.owner_url) as db:
        db.execute("SET ROLE biobank_facility")
        with pytest.raises(psycopg.Error) as caught:
            db.execute(statement)
    assert caught.value.sqlstate == code
