"""What a page says where something cannot be done, to whom it shows what, and that nothing typed becomes markup."""

import re
from html import unescape

from tests.biobank.pages.conftest import LAB, PARTICIPANT
from tests.bodies import fitting, receipt
from tests.browsing import FROM_HERE, Browser, BrowserLab, alert, typed
from tests.starts import found, starting

EVIL = "\"><script>alert(1)</script>'{{7*7}}"


start, participant = starting(LAB, PARTICIPANT), found("participant")


def test_a_refused_act_comes_back_on_its_form_with_what_was_typed(lab: BrowserLab, participant: str) -> None:
    tess = lab.browser("tess")
    tess.scan(participant)
    tess.do(f"/participants/{participant}/weights", {"period": "1", "weight_kg": "5,5"})
    assert tess.answer.status_code == 422
    assert "Please correct what is marked." in alert(tess.page)
    assert "Not less than 20." in tess.page
    form = tess.acts()[f"/participants/{participant}/weights"]
    assert (form.filled["f.weight_kg"], form.filled["f.period"]) == (["5,5"], ["1"])
    tess.do(f"/participants/{participant}/weights", {"weight_kg": "72,4"})
    assert tess.answer.status_code == 200, "and it goes on from there"
    tess.do(f"/participants/{participant}/donations", {"visit": "collection-9", "participant": participant, "volume_ml": "30"})
    assert "collection-9" in alert(tess.page)
    assert tess.acts()[f"/participants/{participant}/donations"].filled["f.volume_ml"] == ["30"]


def test_what_a_rule_says_of_a_field_stands_beside_it_in_the_labs_words(lab: BrowserLab, participant: str) -> None:
    somebody, tess = lab.consent()["code"], lab.browser("tess")
    screening = f"/participants/{somebody}/screening"
    asked = {one["key"] for one in lab.told("tess", screening)["values"]}
    body = fitting()
    body["values"] = {key: value for key, value in body["values"].items() if key in asked} | {"age_years": "forty"}
    tess.scan(somebody)
    tess.do(screening, typed(body))
    assert (tess.answer.status_code, alert(tess.page).count("age_years")) == (422, 0)
    assert "Must be a number." in tess.page
    tess.do(screening, {"values.age_years": "400", "values.months_since_cytotoxics": "ever"})
    assert "Must be at most" in tess.page
    assert "Must be a number, or never." in tess.page, "all at once"
    tess.do(screening, {"values.age_years": "40", "values.months_since_cytotoxics": "Never "})
    assert tess.answer.status_code == 200
    tess.scan(participant)
    tess.do(f"/participants/{participant}/weights", {"period": "1", "weight_kg": "70", "occurred_at": "2099-01-01T00:00"})
    assert (tess.answer.status_code, alert(tess.page).count("occurred_at")) == (422, 0)
    assert "Lies in the future." in tess.page
    donation = lab.received(participant)
    batch = lab.route(donation)["code"]
    tom = lab.browser("tom")
    tom.scan(batch)
    count = {"method": "count", "total_cells": "1e7", "viability_percent": "96", "occurred_at": "2026-03-14T00:00"}
    tom.do(f"/batches/{batch}/isolation", count | {"donation": donation.lower()})
    assert tom.page.count("UTC, when the step before was done.") == 3, "above, in the form, beside the field"
    tom.do(f"/batches/{batch}/isolation", {"occurred_at": ""})
    assert tom.answer.status_code == 200, "small letters are read as the scan box reads them"


def test_a_kit_that_was_not_scanned_is_no_test_thaw(lab: BrowserLab, participant: str) -> None:
    with lab.by_interface():
        unit = lab.made(participant).units[0]
    pia = lab.browser("pia")
    pia.scan(unit)
    pia.do(f"/units/{unit}/thaw", {"participant": participant})
    assert (pia.answer.status_code, "Please fill this in." in pia.page) == (422, True)
    assert lab.told("pia", f"/units/{unit}")["state"] == "stored"
    pia.do(f"/units/{unit}/thaw", {"kit.none": "true"})
    assert lab.told("pia", f"/units/{unit}")["state"] == "thawed"


def test_a_minute_that_is_typed_is_not_before_the_step_of_the_same_minute(lab: BrowserLab, participant: str) -> None:
    lab.wait(seconds=23, microseconds=5)
    donation, tess = lab.collect(participant)["code"], lab.browser("tess")
    lab.wait(minutes=2)
    tess.scan(donation)
    handover = f"/materials/{donation}/handovers"
    tess.do(handover, {"to_place": "gmp-1", "occurred_at": "2026-03-15T08:59"})
    assert (tess.answer.status_code, "before 2026-03-15 09:00:23 UTC" in alert(tess.page)) == (422, True)
    tess.do(handover, {"occurred_at": "2026-03-15T09:00"})
    assert tess.answer.status_code == 200
    happened = lab.told("mona", f"/materials/{donation}")["events"]
    assert happened[1]["occurred_at"] == happened[0]["occurred_at"] == "2026-03-15T09:00:23.000005Z"


def test_the_study_and_site_of_whoever_works_at_only_one_are_filled_in(lab: BrowserLab) -> None:
    lab.load_study()
    tess = lab.browser("tess")
    tess.scan("")
    begun = tess.acts()["/participants"].filled
    assert (begun["f.study"], begun["f.site"]) == (["smart-ms"], ["01"]), "where she works, and nowhere else"


def test_a_wristband_of_somebody_else_is_refused_in_words(lab: BrowserLab, participant: str) -> None:
    somebody = lab.consent()["code"]
    tess = lab.browser("tess")
    tess.scan(participant)
    tess.do(f"/participants/{participant}/donations", {"visit": "collection-1", "participant": somebody, "volume_ml": "30"})
    assert (tess.answer.status_code, somebody in alert(tess.page)) == (409, True)


def test_nothing_that_is_typed_or_recorded_becomes_markup(lab: BrowserLab) -> None:
    lab.load_study()
    pia = lab.browser("pia")
    assert EVIL not in pia.scan(EVIL)
    assert unescape(EVIL) in unescape(pia.page)
    pia.scan("")
    lot = {"kind": "saline", "name": EVIL, "supplier": EVIL, "supplier_lot": EVIL, "expires_at": "never"}
    pia.do("/lots", dict(lot))
    assert pia.answer.status_code == 422
    assert EVIL not in pia.page
    assert pia.acts()["/lots"].filled["f.name"] == [EVIL]
    pia.do("/lots", {"expires_at": "2035-01-01T00:00"})
    assert pia.answer.status_code == 200
    assert EVIL not in pia.page
    assert EVIL in unescape(pia.page)
    pia.scan("")
    assert EVIL not in pia.page
    assert EVIL in unescape(pia.page)


def test_a_code_of_the_other_side_and_one_that_nobody_knows_read_the_same(lab: BrowserLab, participant: str) -> None:
    donation = lab.received(participant)
    batch = lab.route(donation)["code"]
    tess, other = lab.browser("tess"), lab.browser("other")
    unknown = f"{batch[:6]}26000999"
    for browser, code in ((tess, batch), (tess, unknown), (tess, "nonsense"), (other, participant), (other, donation)):
        page = browser.scan(code)
        assert browser.answer.status_code in (404, 422), code
        assert not browser.acts()
        assert "biobank only" not in page
        assert "isolat" not in page.lower()
    tess.scan(batch)
    known = alert(tess.page).replace(batch, "")
    assert known, "and it is said"


def test_an_act_that_is_not_ones_own_is_refused_whoever_writes_the_form(lab: BrowserLab, participant: str) -> None:
    tess = lab.browser("tess")
    donation = lab.collect(participant)["code"]
    tess.scan(donation)
    assert f"/donations/{donation}/receipt" not in tess.acts()
    forged = {
        "route": "POST /api/donations/{code}/receipt",
        "at.code": donation,
        "origin": donation,
        "once": "a" * 20,
        **tess.own(),
    }
    forged |= {f"f.{name}": value for name, value in typed(receipt(participant)).items()}  # type: ignore[misc]
    answer = tess.client.post("/acts", data=forged, headers=FROM_HERE)
    assert answer.status_code == 403
    assert "None of your roles" in alert(answer.text)
    assert lab.told("tess", f"/donations/{donation}")["state"] == "collected"


def test_a_form_that_is_none_of_ours_is_no_page(lab: BrowserLab) -> None:
    tom = Browser(lab, "tom")
    forged: dict[str, str]
    for forged in (
        {},
        {"route": "POST /api/sign-out"},
        {"route": "GET /api/people"},
        {"route": "POST /api/nothing"},
        {"route": "POST /api/lots", "at.code": "LX01"},
        {"route": "POST /api/donations/{code}/receipt"},
        {"route": "POST /api/lots"},
        {"route": "POST /api/lots", "once": "line\nbreak and more"},
        {"route": "POST /api/lots", "once": "ключ" * 8},
    ):
        assert tom.client.post("/acts", data=forged, headers=FROM_HERE).status_code == 404, forged
    assert "Log out" in tom.scan(""), "and he is still signed in"


def test_a_code_in_a_form_cannot_lead_to_another_route(lab: BrowserLab) -> None:
    tom = Browser(lab, "tom")
    forged = {"route": "POST /api/donations/{code}/routing", "at.code": "../people?", "origin": "", "once": "b" * 20, **tom.own()}
    answer = tom.client.post("/acts", data=forged, headers=FROM_HERE)
    assert answer.status_code in (404, 422)
    assert alert(answer.text)


def test_whatever_is_scanned_gets_a_page(lab: BrowserLab) -> None:
    tom = Browser(lab, "tom")
    for read in (
        "%00",
        "%ff",
        "%ED%A0%80",
        "..%2F..%2Fapi%2Fpeople",
        "a" * 5000,
        "%F0%9F%A7%AC",
        "=%23",
        "%0d%0aX-Y:1",
        "%2e%2e",
    ):
        answer = tom.client.get(f"/scan?code={read}")
        assert answer.status_code in (404, 422), read
        assert alert(answer.text), read
        assert tom.client.get(f"/scan?code=&done={read}").status_code == 200, read


def test_a_second_click_does_nothing_a_second_time(lab: BrowserLab) -> None:
    pia = lab.browser("pia")
    pia.scan("")
    lot = {"kind": "saline", "name": "Saline", "supplier": "Supplier", "supplier_lot": "S-1", "expires_at": "2035-01-01T00:00"}
    form = pia.do("/lots", dict(lot))
    first = pia.answer.url
    again = pia.client.post("/acts", data=form.filled, headers=FROM_HERE)
    assert (again.status_code, again.url) == (200, first)
    assert len(lab.told("pia", "/lots")) == 1


def test_a_signature_is_asked_each_time_and_kept_nowhere(lab: BrowserLab, participant: str) -> None:
    tess = lab.browser("tess")
    tess.scan(participant)
    path = f"/participants/{participant}/code-break"
    signed = {"category": "emergency", "reason": "Severe reaction", "signature.meaning": "Code break in an emergency"}
    tess.do(path, signed | {"signature.username": "tess", "signature.password": "not this one"})
    assert tess.answer.status_code == 403
    assert "signature" in alert(tess.page)
    form = tess.acts()[path]
    assert form.filled["f.reason"] == ["Severe reaction"]
    assert form.filled["f.signature.password"] == [""]
    tess.do(path, typed({"signature": lab.sign("tess", "Code break in an emergency")}))
    assert tess.answer.status_code == 200
    assert "Sequence" in tess.page
    assert 'class="done"' in tess.page
    assert tess.answer.headers["cache-control"] == "no-store"
    assert "Sequence" not in tess.scan(participant), "told once"


def test_the_bedside_is_shown_nothing_of_the_arm(lab: BrowserLab) -> None:
    """Two participants, one of each sequence: their pages are the same but for numbers."""
    lab.load_study()
    lab.upload_list("A", "B")
    people = [lab.enrolled(), lab.enrolled()]
    pages = [
        [_of_nobody(lab, code, person, donation) for code in (person, donation)] for person, donation in _handled(lab, people)
    ]
    assert pages[0] == pages[1]


def _handled(lab: BrowserLab, people: list[str]) -> list[tuple[str, str]]:
    """Their donations at the facility, one on its way to cells and the other to the biobank."""
    donations = [lab.received(person) for person in people]
    batches = [lab.route(donation) for donation in donations]
    assert {batch["purpose"] for batch in batches} == {"drug", "biobank"}
    for batch, donation in zip(batches, donations, strict=True):
        lab.isolate(batch["code"], donation)
    return list(zip(people, donations, strict=True))


def _of_nobody(lab: BrowserLab, code: str, *own: str) -> str:
    """A page of the bedside without the codes of its person, without numbers, and without the keys of its forms."""
    page = lab.browser("tess").scan(code).lower()
    for one in own:
        page = page.replace(one.lower(), "code")
    return "\n".join(re.sub(r"\d+", "0", line) for line in page.splitlines() if 'name="once"' not in line)
