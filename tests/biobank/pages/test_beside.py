"""Acts that stand beside a part of a page: holds, labels, deviations, sensors; and what facility pages show of a thing."""

import re

from tests.biobank.pages.conftest import LAB, PARTICIPANT
from tests.bodies import MILLION, SITE, freezing
from tests.browsing import FROM_HERE, Browser, BrowserLab, alert
from tests.path import FACILITY
from tests.serving import PASSWORD, badge
from tests.starts import There, found, starting
from tests.telemetry import Installation


def again(lab: BrowserLab, second: str) -> dict[str, str]:
    """What a form asks to print a label again."""
    shown = badge(lab.client, second, lab.as_(second))
    return {"reason": "Smudged by ethanol", "second.badge": shown["badge"], "second.pin": shown["pin"]}


def _donation(there: There) -> str:
    with there.lab.by_interface():
        return str(there.lab.collect(there.found["participant"])["code"])


def _batch(there: There) -> str:
    with there.lab.by_interface():
        return str(there.lab.isolated(there.found["participant"]))


start = starting(LAB, PARTICIPANT.then("donation", _donation), PARTICIPANT.then("batch", _batch))
donation, batch = found("donation"), found("batch")


def test_a_hold_is_placed_and_lifted_where_it_stands(lab: BrowserLab, batch: str) -> None:
    quinn = lab.browser("quinn")
    assert "Not released" in quinn.scan(batch)
    assert not [path for path in quinn.acts() if "lifting" in path], "not released is lifted by nobody's hand"
    quinn.do(f"/materials/{batch}/holds", {"purposes": ["movement"], "reason": "The bag looks cloudy"})
    assert "The bag looks cloudy" in quinn.page
    (lift,) = (path for path in quinn.acts() if "lifting" in path)
    quinn.do(lift, {"reason": ""})
    assert quinn.answer.status_code == 422
    assert "Please fill this in." in quinn.page
    quinn.do(lift, {"reason": "Only condensation"})
    assert quinn.answer.status_code == 200
    assert "The bag looks cloudy" not in quinn.page


def test_a_label_is_accounted_for_printed_again_and_opened(lab: BrowserLab, donation: str) -> None:
    tess = lab.browser("tess")
    tess.scan(donation)
    (number,) = {found for path in tess.acts() for found in re.findall(r"/labels/(\d+)/", path)}
    pdf = tess.client.get(f"/api/labels/{number}/pdf")
    assert pdf.content.startswith(b"%PDF")
    assert f'href="/api/labels/{number}/pdf?scope=bedside"' in tess.page
    assert f'src="/api/labels/{number}/png?scope=bedside"' in tess.page
    assert ", queued" in tess.page
    tess.do(f"/labels/{number}/account", {"state": "void"})
    assert "void" in tess.page
    tess.do(f"/labels/{number}/reprint", again(lab, "cora"))
    assert tess.answer.status_code == 200, alert(tess.page)
    assert "copy 2" in tess.page


def test_a_label_to_be_read_back_stands_first_and_what_it_holds_up_comes_after(
    lab: BrowserLab, installation: Installation
) -> None:
    lab.load_study()
    lab.upload_list("A")
    participant = lab.enrolled()
    order = {"visit": "collection-1", "participant": participant, "volume_ml": "30"}
    donation = lab.done("tess", f"/participants/{participant}/donations", order)["code"]
    tess, handing_over = lab.browser("tess"), "<summary>Hand over"
    offered, _, later = tess.scan(donation).partition("Not at this point")
    assert f"Number 1, donation {donation}" in offered
    assert "More lines" not in offered
    assert (handing_over in offered, handing_over in later) == (False, True)
    tess.do(f"/materials/{donation}/handovers", {"to_place": FACILITY})
    assert f"Nobody has read label 1 back where it sits on {donation}" in alert(tess.page)
    tess.do("/labels/read-backs", {"labels.0.read": participant})
    assert f"Label 1 is of {donation}, and {participant} was read" in alert(tess.page)
    tess.scan(donation)
    tess.do("/labels/read-backs", {"labels.0.read": donation.lower()})
    assert (tess.answer.status_code, "to read back" in tess.page) == (200, False), alert(tess.page)
    assert handing_over in tess.page.partition("Not at this point")[0]
    assert ("labels.0.read",) in installation.rows("SELECT field FROM typed_code")


def test_the_labels_of_a_batch_and_its_units_are_read_back_one_by_one_on_its_page(lab: BrowserLab) -> None:
    lab.load_study()
    lab.upload_list("B")
    batch = lab.isolated(lab.enrolled())
    units = [one["code"] for one in lab.done("tom", f"/batches/{batch}/freezing-runs", freezing(None, 2, MILLION))["units"]]
    tom = lab.browser("tom")
    assert all(f"unit {code}" in tom.scan(batch) for code in units)
    assert "<legend>Second person</legend>" in tom.page, "another copy is not to be had without"
    tom.do("/labels/read-backs", {"labels.3.read": units[1]})
    assert tom.answer.status_code == 200, alert(tom.page)
    left = [(one["layout"], one["material"]) for one in lab.told("tom", f"/materials/{batch}/labels/open")]
    assert left == [("batch", batch), ("unit", units[0]), ("cap", units[0]), ("cap", units[1])]


def test_the_label_of_a_box_is_read_back_and_printed_again_on_its_own_page_by_one_person(lab: BrowserLab) -> None:
    lab.load_study()
    freezer = lab.freezer()
    lab.slots(freezer, 1)
    tom, (_, box) = lab.browser("tom"), (one["code"] for one in lab.told("tom", f"/freezers/{freezer}/places"))
    assert box in tom.scan(freezer)
    tom.scan(box)
    (number,) = {found for path in tom.acts() for found in re.findall(r"/labels/(\d+)/", path)}
    assert f'src="/api/labels/{number}/png?scope=facility"' in tom.page
    tom.do("/labels/read-backs", {"labels.0.read": box})
    again = tom.do(f"/labels/{number}/reprint", {"reason": "The first one fell off"})
    assert not [name for name in again.names if "second" in name]
    assert (tom.answer.status_code, "copy 2" in tom.page) == (200, True), alert(tom.page)


def test_a_takeover_is_offered_first_only_of_what_was_handed_over(lab: BrowserLab, donation: str) -> None:
    tess, tom = lab.browser("tess"), lab.browser("tom")

    def first(browser: Browser) -> list[str]:
        page = browser.scan(donation).partition("Not at this point")[0]
        return re.findall(r"<summary>(Hand over|Confirm the take-over)", page)

    assert first(tess) == ["Hand over"]
    lab.done("tess", f"/materials/{donation}/handovers", {"to_place": FACILITY})
    assert first(tom) == ["Confirm the take-over"]
    lab.done("tom", f"/materials/{donation}/handovers/confirmation")
    assert first(tom) == ["Hand over"]


def test_a_label_is_never_mistaken_for_the_other_sides_of_the_same_number(lab: BrowserLab, batch: str) -> None:
    donation = lab.told("tom", f"/batches/{batch}")["donation"]
    (theirs,), (ours,) = (lab.told("tom", f"/materials/{code}/labels") for code in (donation, batch))
    assert theirs["number"] == ours["number"], "each side counts from one"
    tom = lab.browser("tom")
    tom.scan(donation)
    (link,) = re.findall(r'href="(/api/labels/[^"]+)"', tom.page)
    assert tom.client.get(link).content == lab.get("tess", f"/labels/{theirs['number']}/pdf").content
    smudged = again(lab, "pia")
    tom.do(f"/labels/{theirs['number']}/reprint", smudged)
    assert "was printed by the other side" in alert(tom.page)
    tom.scan(batch)
    tom.do(f"/labels/{ours['number']}/reprint", smudged)
    assert len(lab.told("tom", f"/materials/{batch}/labels")) == 2


def test_a_deviation_is_opened_about_a_thing_and_closed_by_somebody_else_on_its_own_page(lab: BrowserLab, batch: str) -> None:
    tina = lab.browser("tina")
    tina.scan(batch)
    form = tina.acts()["/deviations"]
    assert form.filled["f.material"] == [batch], "the thing of the page stands in the form"
    tina.do("/deviations", {"title": "Incubator door ajar", "description": "Found open at nine, closed at once"})
    (code,) = re.findall(r'<h1 class="code">(.*?)</h1>', tina.page)
    assert code.startswith("LX01V")
    quinn = lab.browser("quinn")
    quinn.scan(code)
    quinn.do(f"/deviations/{code}/closure", {"conclusion": "No effect on the culture"})
    assert (quinn.answer.status_code, "closed" in quinn.page) == (200, True)


def test_a_freezer_shows_its_boxes_and_takes_sensors(lab: BrowserLab) -> None:
    lab.load_study()
    freezer = lab.freezer()
    lab.slots(freezer, 12)
    bo = lab.browser("bo")
    page = bo.scan(freezer)
    assert page.count('title="free, ') == 12
    bo.do(f"/freezers/{freezer}/sensors", {"site": SITE, "device": "d900", "probe_position": "top", "offset_c": "−0,25"})
    assert bo.answer.status_code == 200, alert(bo.page)
    assert freezer in bo.page, "a sensor has no page of its own"
    bo.do(f"/freezers/{freezer}/positions", {"rack": "R1", "box": "B1", "slots": "A1"})
    assert bo.answer.status_code == 409
    assert alert(bo.page)


def test_a_family_leads_from_the_participant_to_the_unit_and_back(lab: BrowserLab) -> None:
    lab.load_study()
    lab.upload_list("B")
    participant = lab.enrolled()
    batch = lab.isolated(participant)
    unit = lab.stored(batch, None, 1, 10_000_000)[0]
    tom = lab.browser("tom")
    for code in (participant, batch, unit):
        page = tom.scan(code)
        family = page[page.index('class="family"') :]
        assert all(f"/scan?code={one}" in family for one in (participant, batch, unit)), code
        assert 'aria-current="page"><span class="kind">' in family
    assert "Nitrogen 1" in page, "and where it lies"
    assert FACILITY in tom.scan(batch)


def test_an_administrator_enrols_somebody_who_then_signs_in(lab: BrowserLab) -> None:
    ada = lab.browser("ada")
    person = {"username": "nora", "name": "Nora New", "side": "facility", "roles": ["technician", "qa"], "password": PASSWORD}
    ada.do("/people", {**person, "side": "bedside"})
    assert ada.answer.status_code == 422, "roles of two sides"
    ada.do("/people", {"side": "facility", "password": PASSWORD})
    assert ada.answer.status_code == 200, alert(ada.page)
    assert "Nora New" in ada.page
    first = Browser(lab, "nora", known=True)
    own = {"old": PASSWORD, "new": "chosen by nobody else", "again": "chosen by nobody else"} | first.own()
    assert "Choose a password" in first.page
    assert "Choose a password" in first.scan(""), "nothing else is shown before"
    for typed, words in (({"again": "other"}, "two ways"), ({"old": "wrong"}, "is wrong"), ({"new": "x", "again": "x"}, "12")):
        answer = first.client.post("/password", data=own | typed, headers=FROM_HERE)
        assert words in alert(answer.text), typed
    assert first.client.post("/password", data=own, headers=FROM_HERE).url.path == "/"
    nora = Browser(lab, "nora", known=True, password="chosen by nobody else")
    assert "facility · QA, technician" in nora.page
    assert "/people" not in nora.acts()
