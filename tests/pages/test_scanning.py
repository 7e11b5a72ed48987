"""What a scanner types and what the camera reads, told from typing, in a real browser."""

import re
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from tomllib import loads

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from labels.symbols import data_matrix
from tests.doses import DoseLab
from tests.pages.conftest import HAND_HELD, Open
from tests.telemetry import Installation
from tests.waiting import until

pytestmark = pytest.mark.needs("chromium")
TYPED = "SELECT t.field FROM typed_code t JOIN audit.act a ON a.id = t.act_id WHERE a.kind = 'collect'"
STATIC = files("biobank.pages").joinpath("static")


def collection(page: Page, participant: str) -> Locator:
    """The open form of a collection, its visit chosen."""
    page.goto(f"/scan?code={participant}")
    page.locator("summary", has_text="Record a collection").click()
    form = page.locator("details[open]")
    form.get_by_label("Visit").fill("collection-1")
    form.get_by_label("Participant").focus()
    return form


def record(page: Page, form: Locator) -> None:
    form.get_by_label("Volume").fill("30")
    form.get_by_role("button", name="Record a collection").click()
    expect(page.get_by_role("status").first).to_contain_text("Done: Record a collection")


def film_of(film: Path, *codes: str) -> None:
    """A picture of labels side by side, as the camera sees them."""
    picture = Image.new("L", (640, 480), 200)
    for at, code in enumerate(codes):
        rows = data_matrix(code)
        symbol = Image.new("L", (len(rows) + 4, len(rows) + 4), 255)
        symbol.putdata([0 if 2 <= x < len(rows) + 2 and 2 <= y < len(rows) + 2 and rows[y - 2][x - 2] else 255
                        for y in range(symbol.height) for x in range(symbol.width)])  # fmt: skip
        picture.paste(symbol.resize((240, 240), Image.Resampling.NEAREST), (40 + 300 * at, 120))
    with film.open("wb") as frames:
        for _ in range(2):
            picture.convert("RGB").save(frames, "JPEG", quality=90)


def test_a_typed_code_stands_in_the_trail_and_a_scanned_one_does_not(
    lab: DoseLab, installation: Installation, open_as: Open
) -> None:
    typed, scanned = lab.enrolled(), lab.enrolled()
    page = open_as("tess")
    form = collection(page, scanned)
    page.keyboard.type(scanned)
    page.keyboard.press("Enter")
    record(page, form)
    assert installation.rows(TYPED) == []
    form = collection(page, typed)
    page.keyboard.type(typed.lower(), delay=120)
    page.keyboard.press("Enter")
    record(page, form)
    assert installation.rows(TYPED) == [("participant",)]


def test_a_code_that_was_scanned_and_then_changed_by_hand_counts_as_typed(lab: DoseLab, open_as: Open) -> None:
    participant = lab.enrolled()
    form = collection(page := open_as("tess"), participant)
    page.keyboard.type(participant)
    page.keyboard.press("Enter")
    how = form.locator("[name='f.participant.how']")
    expect(how).to_have_value("scanned")
    form.get_by_label("Participant").press("End")
    page.keyboard.press("Backspace")
    expect(how).to_have_value("")


def test_a_code_that_is_scanned_twice_within_a_second_counts_once(lab: DoseLab, open_as: Open) -> None:
    participant = lab.enrolled()
    page = open_as("tess")
    page.clock.set_fixed_time(lab.clock.now())
    form = collection(page, participant)
    for _ in range(2):
        page.keyboard.type(participant)
        page.keyboard.press("Enter")
    expect(form.get_by_label("Participant")).to_have_value(participant)
    expect(form.get_by_label("Volume")).to_have_value("")
    expect(form.get_by_label("Volume")).to_be_focused()
    expect(form.locator("[name='f.label.how']")).to_have_value("")  # what was printed ahead is scanned as well


def test_the_camera_reads_into_the_scan_box_and_into_forms_and_stays_open(
    lab: DoseLab, installation: Installation, open_as: Open, film: Path
) -> None:
    participant = lab.enrolled()
    film_of(film, participant)
    page = open_as("tess", HAND_HELD)
    page.get_by_role("button", name="Camera").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(participant)
    expect(page.locator("#viewfinder video")).to_be_visible()
    page.get_by_role("button", name="Camera").click()
    form = collection(page, participant)
    page.get_by_role("button", name="Camera").click()
    expect(form.get_by_label("Participant")).to_have_value(participant)
    expect(form.locator("[name='f.participant.how']")).to_have_value("camera]d1")
    page.get_by_role("button", name="Camera").click()
    record(page, form)
    assert installation.rows(TYPED) == []
    film_of(film, carton := "(01)09521234543213(10)B26-1(21)77")
    page.get_by_role("button", name="Camera").click()
    expect(page).to_have_url(re.compile(r"code\.how=camera%5Dd2$"))
    expect(page.get_by_role("main")).to_contain_text(carton)  # its separator was read as one
    until(lambda: page.evaluate("stream !== null"))
    with page.expect_navigation(url=re.compile(r"code\.how=camera$")):  # of what the reader told nothing, nothing is made up
        page.evaluate("code => { detector = { detect: async () => [{ rawValue: code }] }; identifiers = []; }", participant)


def test_two_labels_in_view_are_read_as_none(lab: DoseLab, open_as: Open, film: Path) -> None:
    first, second = lab.enrolled(), lab.enrolled()
    film_of(film, first, second)
    page = open_as("tess")
    page.get_by_role("button", name="Camera").click()
    expect(page.locator("#viewfinder")).to_contain_text("More than one code")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Overview"))


def test_what_was_not_written_here_is_as_its_makers_published_it() -> None:
    vendored = loads(STATIC.joinpath("vendored.toml").read_text())
    for name, told in vendored.items():
        assert sha256(STATIC.joinpath(name).read_bytes()).hexdigest() == told["sha256"], name
    assert vendored["zxing_reader.wasm"]["sha256"] in STATIC.joinpath("barcode-detector.js").read_text(), "made for each other"
