"""The pages in a real browser: the scan box, forms by keyboard and scanner, without scripts, on a desk and in a hand."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.bodies import MILLION
from tests.doses import DoseLab
from tests.pages.conftest import HAND_HELD, WIDE, Open

pytestmark = pytest.mark.needs("chromium")

LEAST_TARGET_PX = 44
TARGETS = (
    "button, summary, select, textarea, .family a, .slots a, .brand, .choices label, td a.code, .title a,"
    " .label > p a, .export a, input:not([type=radio], [type=checkbox], [type=hidden])"
)
"""What a hand aims at; of a radio button or a box it is the label around it."""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
CUT = "[...document.querySelectorAll('.wide')].filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.innerText)"
"""Tables of which a part is seen only when they are scrolled sideways."""


def scan(page: Page, code: str) -> None:
    """What a wedge scanner does: it types, and ends with Enter, wherever the cursor is not in a field."""
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(re.escape(code)))


def act(page: Page, title: str) -> None:
    """Open the form of an act."""
    page.locator("summary", has_text=title).first.click()


def test_the_scan_box_has_the_focus_and_takes_whatever_is_scanned(lab: DoseLab, open_as: Open) -> None:
    participant = lab.enrolled()
    page = open_as("tess")
    expect(page.get_by_label("Scan or type a code")).to_be_focused()
    scan(page, participant)
    expect(page.get_by_role("heading", level=1)).to_have_text(participant)
    expect(page.get_by_label("Scan or type a code")).to_be_focused()
    page.locator("summary", has_text="Record a weight").focus()
    scan(page, participant.lower())
    expect(page.get_by_role("heading", level=1)).to_have_text(participant)


def test_a_collection_is_recorded_by_scanner_and_keyboard(lab: DoseLab, open_as: Open) -> None:
    participant = lab.enrolled()
    page = open_as("tess")
    scan(page, participant)
    act(page, "Record a collection")
    form = page.locator("details[open]")
    expect(form.get_by_label("Visit")).to_be_focused()
    page.keyboard.type("collection-1")
    page.keyboard.press("Enter")
    expect(form.get_by_label("Participant")).to_be_focused()
    page.keyboard.type(participant)
    page.keyboard.press("Enter")
    expect(form.get_by_label("Volume")).to_be_focused()
    page.keyboard.type("5000")
    form.get_by_role("button", name="Record a collection").click()
    expect(page.get_by_text("Not more than 2000.")).to_be_visible()
    expect(form.get_by_label("Volume")).to_be_focused()
    expect(form.get_by_label("Visit")).to_have_value("collection-1")
    form.get_by_label("Volume").fill("30,5")
    form.get_by_label("When it happened").press("Enter")
    expect(form.get_by_label("Number of the form")).to_be_hidden()
    expect(form.get_by_role("button", name="Record a collection")).to_be_focused()
    form.get_by_role("button", name="Record a collection").dblclick()
    expect(page.get_by_role("status")).to_contain_text("Done: Record a collection")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("LX01D"))
    expect(page.get_by_text("30.5 ml")).to_be_visible()
    assert len(lab.told("tess", "/donations")) == 1, "however often it is clicked"


def test_everything_works_without_scripts(lab: DoseLab, open_as: Open) -> None:
    page = open_as("tess", HAND_HELD, scripts=False)
    act(page, "Record a consent")
    form = page.locator("details[open]")
    form.get_by_label("Study").fill("smart-ms")
    form.get_by_label("Site").fill("01")
    form.get_by_label("treatment").check()
    form.get_by_label("biobank").check()
    form.get_by_role("button", name="Record a consent").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"SM-01-001-."))
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Biobank")


def test_a_batch_is_released_with_signatures_in_a_browser(lab: DoseLab, open_as: Open) -> None:
    batch = lab.reviewable(lab.enrolled())
    lab.review_trail(batch)
    for who, title in (("quinn", "Disposition"), ("quentin", "Certification"), ("sam", "Sponsor's release")):
        page = open_as(who)
        scan(page, batch)
        expect(page.get_by_text("on hold", exact=True)).to_be_visible()
        act(page, title)
        form = page.locator("details[open]")
        form.get_by_label("approved").check()
        for label, value in zip(("User name", "Password", "Meaning"), lab.sign(who).values(), strict=True):
            form.get_by_label(label).fill(value)
        form.get_by_role("button", name=title).click()
        expect(page.get_by_role("status")).to_contain_text("Done")
    expect(page.get_by_text("on hold", exact=True)).to_have_count(0)


def test_lines_that_stay_empty_hold_no_form_back(lab: DoseLab, open_as: Open) -> None:
    batch = lab.isolated(lab.enrolled())
    lab.harvested(batch)
    page = open_as("tom")
    scan(page, batch)
    act(page, "Record a freezing run")
    form = page.locator("details[open]")
    form.get_by_label("Program").fill("1 °C/min to −45 °C")
    form.get_by_label("From culture").fill(lab.told("tom", f"/batches/{batch}")["cultures"][-1]["code"])
    for line in (0, 2):
        form.locator(f"[name='f.units.{line}.viable_cells']").fill("2e7")
    form.locator("[name='f.units.0.volume_ml']").fill("1,5")
    form.get_by_role("button", name="Record a freezing run").click()
    expect(form.get_by_text("Please fill this in.")).to_be_visible()
    form.locator("[name='f.units.1.volume_ml']").fill("1.5")
    form.get_by_role("button", name="Record a freezing run").click()
    expect(page.get_by_role("status")).to_contain_text("Done: Record a freezing run")
    assert len(lab.told("tom", "/units")) == 2


@pytest.mark.parametrize("size", [WIDE, HAND_HELD], ids=["desk", "hand-held"])
def test_pages_fit_their_screen_and_hands_in_gloves(lab: DoseLab, open_as: Open, size: tuple[int, int]) -> None:
    participant, other = lab.enrolled(), lab.enrolled()
    lab.isolated(participant)
    batch = lab.isolated(other)
    unit = lab.stored(batch, None, 2, 10 * MILLION)[0]
    freezer = lab.freezer("Nitrogen 2")
    lab.slots(freezer)
    rule = {"limit_c": "-140", "delay_s": 60, "hysteresis_c": "1", "reason": "as the validation of June found"}
    lab.done("bo", f"/freezers/{freezer}/rules", rule | {"signature": lab.sign("bo")})
    pages = {"tess": ["", participant], "bo": ["", unit, freezer], "tom": ["", batch], "quinn": [batch]}
    for who, codes in pages.items():
        page = open_as(who, size)
        expect(page.locator(".who .name")).to_be_visible()  # of a shared device one must see whose hands it is in
        for code in codes:
            page.goto(f"/scan?code={code}")
            assert (page.evaluate(OVERFLOW), page.evaluate(CUT)) == (0, []), (who, code)
            for unfolded in page.locator("aside details").all():
                unfolded.evaluate("one => { one.open = true; }")
            assert page.evaluate(OVERFLOW) == 0, (who, code)
            small = [(one.inner_text(), box) for one in page.locator(TARGETS).all() if (box := _too_small(one.bounding_box()))]
            assert small == [], (who, code)


def _too_small(box: dict[str, float] | None) -> dict[str, float] | None:
    return box if box is not None and 1 < box["height"] < LEAST_TARGET_PX else None
