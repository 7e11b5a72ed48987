"""Forms are issued in pads, numbered, printed, and every one accounted for: a gap blocks the close."""

import psycopg
import pypdfium2
import pytest

from biobank.act.coded import ON_PAPER
from biobank.continuity.rules import NEXT, FormState
from tests.biobank.continuity.conftest import Outage
from tests.path import FACILITY, HERE, Lab, refused
from tests.telemetry import Installation

ENTERED = (
    "UPDATE paper_form SET state = 'entered', act_id = current_setting('biobank.act')::uuid,"
    " done_by = (SELECT id FROM person WHERE username = '{}') WHERE side = 'facility' AND number = 1"
)
WHY = "Left over, cut in two and kept with the pad"


def test_a_pad_closes_only_when_every_form_is_entered_or_void(lab: Lab, outage: Outage, participant: str) -> None:
    order = {"period": 1, "weight_kg": "70"}
    assert outage.enter("tilda", f"/participants/{participant}/weights", order, "tess").is_success
    facts = refused(lab.post("phil", "/pads/closure", {"pad": 1}), 409, "forms_missing")
    assert facts["forms"] == outage.forms["phil"]
    for form in outage.forms["phil"]:
        assert lab.done("phil", "/forms/voiding", {"form": form, "reason": WHY})["closed_at"] is None
    closed = lab.done("phil", "/pads/closure", {"pad": 1})
    assert closed["closed_at"]
    assert [(one["state"], one["done_by"], one["void_reason"]) for one in closed["forms"]] == [
        ("entered", "Tess Person", None), ("void", None, WHY), ("void", None, WHY),
    ]  # fmt: skip
    refused(lab.post("phil", "/pads/closure", {"pad": 1}), 409, "pad_closed")


def test_a_form_is_void_once_with_a_reason_and_then_of_no_use(lab: Lab, outage: Outage, participant: str) -> None:
    form = outage.forms["phil"][0]
    refused(lab.post("phil", "/forms/voiding", {"form": form, "reason": "..."}), 422, "bad_input")
    lab.done("phil", "/forms/voiding", {"form": form, "reason": WHY})
    refused(lab.post("phil", "/forms/voiding", {"form": form, "reason": WHY}), 409, "form_used")
    answer = outage.enter("tilda", f"/participants/{participant}/weights", {"period": 1, "weight_kg": "70"}, "tess")
    refused(answer, 409, "form_used")


def test_each_side_and_place_has_its_own_pads(lab: Lab, outage: Outage) -> None:
    assert [pad["place"] for pad in lab.told("tess", "/pads")] == [HERE]
    assert [pad["place"] for pad in lab.told("tom", "/pads")] == [FACILITY]
    assert lab.told("gina", "/pads") == []
    for who in ("gina", "other"):
        refused(lab.get(who, "/pads/1"), 404, "no_such_pad")
        refused(lab.get(who, "/pads/1/pdf"), 404, "no_such_pad")
    refused(lab.post("gus", "/pads/closure", {"pad": 1}), 404, "no_such_pad")
    refused(lab.post("gus", "/forms/voiding", {"form": outage.forms["bo"][0], "reason": WHY}), 404, "no_such_form")
    refused(lab.post("bo", "/pads", {"place": "gmp-se", "sheets": 1}), 404, "no_such_pad")


def test_the_blank_forms_are_printed_one_to_a_page_with_their_numbers(lab: Lab, outage: Outage) -> None:
    printed = lab.get("phil", "/pads/1/pdf")
    assert printed.content == lab.get("phil", "/pads/1/pdf").content
    opened = pypdfium2.PdfDocument(printed.content)
    pages = [page.get_textpage().get_text_bounded() for page in opened]
    opened.close()
    assert len(pages) == 3
    for form, page in zip(outage.forms["phil"], pages, strict=True):
        assert form in page
        assert "Done by" in page


@pytest.mark.parametrize(
    ("role", "statement", "code"),
    [
        ("biobank_bedside", "SELECT 1/count(*) FROM paper_form WHERE side = 'facility'", "22012"),
        ("biobank_bedside", "UPDATE paper_pad SET closed_by = issued_by, closed_at = issued_at", "BB043"),
        ("biobank_facility", "DELETE FROM paper_form", "42501"),
        ("biobank_facility", "UPDATE paper_form SET code = 'LX01W26000009X'", "42501"),
        ("biobank_facility", "UPDATE paper_form SET state = 'void', void_reason = 'spoiled' WHERE side = 'bedside'", "42501"),
        ("biobank_facility", "UPDATE paper_form SET state = 'void', void_reason = '...' WHERE side = 'facility'", "23514"),
        ("biobank_facility", ENTERED.format("tess"), "BB042"),
        ("biobank_facility", f"{ENTERED.format('bo')}; UPDATE paper_form SET state = 'void', void_reason = 'spoiled',"
         " act_id = NULL, done_by = NULL WHERE state = 'entered'", "BB037"),
        ("biobank_facility", f"{ENTERED.format('bo')}; UPDATE paper_form SET act_id = gen_random_uuid() WHERE state = 'entered'",
         "BB041"),
        ("biobank_facility", "INSERT INTO paper_form SELECT gen_random_uuid(), pad_id, side, 9, 'LX01W26000009X', 'issued' FROM"
         " paper_form WHERE side = 'facility' LIMIT 1", "BB041"),
    ],
)  # fmt: skip
def test_the_database_holds_to_it(outage: Outage, installation: Installation, role: str, statement: str, code: str) -> None:
    with psycopg.connect(installation.owner_url) as db:
        who = db.execute("SELECT id FROM person WHERE username = 'bo'").fetchone()
        assert who is not None
        db.execute("SELECT audit.begin_act(gen_random_uuid(), 'feed', %s, 'facility', now(), now(), NULL)", [who[0]])
        db.execute(f"SET ROLE {role}")
        with pytest.raises(psycopg.Error) as caught:
            db.execute(statement)
    assert caught.value.sqlstate == code, caught.value


def test_the_database_knows_the_same_kinds_of_work_on_paper(installation: Installation) -> None:
    known = {kind for (kind,) in installation.rows("SELECT code FROM audit.kind WHERE on_paper")}
    assert known == {kind.value for kind in ON_PAPER}


def test_every_state_of_a_form_says_what_follows_it() -> None:
    assert NEXT.keys() == set(FormState)
    assert NEXT[FormState.ISSUED] == {FormState.ENTERED, FormState.VOID}
