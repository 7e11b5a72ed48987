"""What was recorded stands on the page of the thing, and what is over is folded away."""

import re
from html import unescape

from tests.biobank.pages.conftest import LAB, PARTICIPANT
from tests.bodies import fitting
from tests.browsing import Browser, BrowserLab, forms_of, path_of
from tests.doses import VISITS
from tests.path import FACILITY, HERE
from tests.starts import found, starting


def fact(page: str, label: str) -> str:
    """What stands beside a label on a page."""
    found = re.search(rf"<dt>{label}</dt><dd>(.*?)</dd>", page, re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", "", found[1])).replace("\xa0", " ") if found else ""


def first(browser: Browser) -> set[str]:
    """The last words of the acts that stand first on this page, before those that are not at this point."""
    page = browser.page.partition('<aside class="acts">')[2].partition("Not at this point")[0]
    return {path_of(form).rpartition("/")[2] for form in forms_of(page) if form.action == "/acts"}


start, participant = starting(LAB, PARTICIPANT), found("participant")


def test_why_somebody_is_not_eligible_stays_on_their_page(lab: BrowserLab, participant: str) -> None:
    somebody = lab.consent()["code"]
    lab.post("tess", f"/participants/{somebody}/screening", fitting(age_years=80))
    for who in ("tess", "quinn"):
        assert "80" in fact(lab.browser(who).scan(somebody), "Why not eligible")
        assert not fact(lab.browser(who).scan(participant), "Why not eligible")


def test_nothing_that_is_folded_away_keeps_a_browser_from_sending_a_form(lab: BrowserLab) -> None:
    folded = re.findall(r'<details class="group">.*?</details>', lab.browser("ada").scan(""), re.DOTALL)
    assert any("identity.document" in one for one in folded)
    assert not [one for one in folded if " required" in one], "nobody sees what is missing there"


def test_a_harvest_that_was_verified_and_a_donation_that_was_routed_ask_for_it_no_more(lab: BrowserLab, participant: str) -> None:
    with lab.by_interface():
        donation = lab.collect(participant)["code"]
    lab.done("tess", f"/materials/{donation}/handovers", {"to_place": FACILITY})
    tom = lab.browser("tom")
    tom.scan(donation)
    assert {"receipt", "confirmation"} & first(tom) == {"confirmation"}, "it is taken over before it is received"
    lab.done("tom", f"/materials/{donation}/handovers/confirmation")
    tom.scan(donation)
    assert "receipt" in first(tom)
    lab.receive(donation, participant)
    tom.scan(donation)
    assert ("routing" in first(tom), "handovers" in first(tom)) == (True, False)
    batch = lab.route(donation)["code"]
    tom.scan(donation)
    assert "routing" not in first(tom)
    assert f"/donations/{donation}/routing" in tom.acts(), "but it can be asked for"
    lab.isolate(batch, donation)
    culture = lab.seed(batch)["code"]
    lab.wait(days=12)
    lab.harvest(culture)
    tina = lab.browser("tina")
    tina.scan(culture)
    assert "verification" in first(tina)
    lab.verify(culture)
    tina.scan(culture)
    assert "verification" not in first(tina)
    assert "UTC" in fact(tina.page, "Count verified")


def test_decisions_closed_deviations_and_what_was_given_are_seen_again(lab: BrowserLab, participant: str) -> None:
    with lab.by_interface():
        batch = lab.reviewable(participant)
    told = {"material": batch, "title": "A box was dropped", "description": "From the bench to the floor."}
    deviation = lab.done("tina", "/deviations", told)["code"]
    lab.done("quinn", f"/deviations/{deviation}/closure", {"conclusion": "Nothing came of it."})
    quinn = lab.browser("quinn")
    quinn.scan(batch)
    assert "disposition" in first(quinn)
    assert "Nothing came of it." in quinn.page
    lab.release(batch)
    quinn.scan(batch)
    assert "disposition" not in first(quinn)
    kit = lab.plan_dose(participant)["kit"]
    pia = lab.browser("pia")
    pia.scan(kit)
    assert {"fill", "recount", "preparation", "ready"} & first(pia) == {"preparation"}, "it begins with the beginning"
    lab.prepared(kit, participant)
    pia.scan(kit)
    assert not {"fill", "recount", "preparation"} & first(pia)
    lab.wait_until_available()
    lab.hand_over(kit, "paul", "phil", HERE)
    lab.retrieve(kit, participant, VISITS[1])
    lab.hand_over(kit, "phil", "tess", "bedside")
    lab.administer(kit, participant, VISITS[1])
    given = lab.told("tess", f"/story/{kit}")["facts"]
    page = lab.browser("tess").scan(kit)
    for name, label in (("given_ml", "Given"), ("remains_ml", "Left over")):
        assert f"{given[name].rstrip('0').rstrip('.')} ml" in fact(page, label), label
