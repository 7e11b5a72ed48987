"""The pages of QA and inspectors: the trail is searched with a form, and a thing's page leads to its history."""

import re

from biobank.act.people import Role
from tests.biobank.pages.conftest import LAB
from tests.browsing import Browser, BrowserLab, alert, forms_of
from tests.path import Lab
from tests.starts import There, found, starting


def _participant(there: There) -> str:
    """An allocated participant who was weighed; how they came to it was done through the interface."""
    lab: BrowserLab = there.lab
    told = Lab(lab.client, lab.clock)
    told.load_study()
    told.upload_list("A", "B")
    code = told.enrolled()
    told.weigh(code)
    lab._sessions |= told._sessions
    lab.hire("ines", Role.INSPECTOR)
    return code


start, participant = starting(LAB, LAB.then("participant", _participant)), found("participant")


def test_the_trail_is_searched_and_exported_from_its_page(lab: BrowserLab, participant: str) -> None:
    browser = Browser(lab, "ines", known=True)
    browser.scan("")
    assert 'href="/trail"' in browser.page
    browser.answer = browser.client.get("/trail")
    form = next(one for one in forms_of(browser.page) if one.action == "/trail")
    assert form.names == {"person", "kind", "table", "about", "whole", "since", "until", "reason", "newest_first"}
    asked = {"person": "tess", "table": "weight", "about": participant, "since": "2026-03-01T00:00", "newest_first": "false"}
    browser.answer = browser.client.get("/trail", params=asked)
    assert browser.answer.status_code == 200
    assert "72.4" in browser.page
    assert "Tess Person" in browser.page
    kept = next(one for one in forms_of(browser.page) if one.action == "/trail").filled
    assert {name: values[0] for name, values in kept.items() if values[0]} == asked | {"newest_first": "false"}
    way = re.search(r'href="(/api/trail/export[^"]*)"', browser.page)
    assert way is not None
    exported = browser.client.get(way[1].replace("&amp;", "&"))
    assert exported.headers["content-disposition"].startswith('attachment; filename="trail-')
    assert exported.text.startswith("number,recorded_at,")
    assert {line.split(",")[4] for line in exported.text.splitlines()[1:]} == {"tess"}


def test_pages_of_the_trail_lead_on_and_back(lab: BrowserLab, participant: str) -> None:
    browser = Browser(lab, "ines", known=True)
    browser.answer = browser.client.get("/trail", params={"newest_first": "false"})
    onward = re.search(r'href="([^"]*)" rel="next"', browser.page)
    assert onward is not None
    browser.answer = browser.client.get(onward[1].replace("&amp;", "&"))
    assert "Page 2" in browser.page
    assert 'rel="prev"' in browser.page


def test_a_search_that_cannot_be_read_comes_back_with_what_is_wrong(lab: BrowserLab, participant: str) -> None:
    browser = Browser(lab, "ines", known=True)
    browser.answer = browser.client.get("/trail", params={"since": "2026-03-02T00:00", "until": "2026-03-01T00:00"})
    assert browser.answer.status_code == 422
    assert "lies before its beginning" in alert(browser.page)
    assert "2026-03-02T00:00" in browser.page
    browser.answer = browser.client.get("/trail", params={"about": "nothing"})
    assert "nothing" in alert(browser.page).lower()


def test_the_page_of_a_thing_leads_to_every_value_it_had(lab: BrowserLab, participant: str) -> None:
    browser = Browser(lab, "ines", known=True)
    browser.scan(participant)
    assert f'href="/history?code={participant}"' in browser.page
    browser.answer = browser.client.get("/history", params={"code": participant})
    states = re.search(r"<td data-label=\"Field\">State</td>\s*<td[^>]*>(.*?)</td>", browser.page, re.DOTALL)
    assert states is not None
    shown = [line.partition("<")[0].strip() for line in re.split(r"<li[^>]*>", states[1])[1:]]
    assert shown == ["consented", "eligible", "allocated"]


def test_the_bedside_is_shown_no_way_to_either(lab: BrowserLab, participant: str) -> None:
    browser = Browser(lab, "tess", known=True)
    browser.scan(participant)
    assert "/history" not in browser.page
    assert "/trail" not in browser.page
    for way in ("/trail", f"/history?code={participant}"):
        browser.answer = browser.client.get(way)
        assert browser.answer.status_code == 403
        assert alert(browser.page)
