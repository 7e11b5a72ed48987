"""The proof of every label, and that it sees what is wrong. `./manage labels proof` tells the figures and draws them all."""

from dataclasses import replace

import pytest
from PIL import Image, ImageDraw

from labels import pdf, words
from labels.documents import Label
from labels.geometry import RESOLUTIONS, place
from labels.layouts import LAYOUTS
from tests.labels.measuring import faults
from tests.labels.proving import prove, read_on_vials
from tests.labels.rasters import RENDERERS
from tests.labels.worst import ISBT128, worst

pytestmark = pytest.mark.needs("poppler", "dmtx")


@pytest.mark.parametrize("dpi", RESOLUTIONS)
def test_every_label_as_full_as_it_can_be_is_right_in_every_dot_and_reads_twice(dpi: int) -> None:
    languages = words.LANGUAGES if dpi == RESOLUTIONS[0] else ("de",)
    labels = list(worst(dpi, languages))
    proof = prove(labels, dpi)
    assert proof.failures == []
    assert proof.layouts == LAYOUTS.keys()
    assert proof.pages == 3 * len(labels)
    assert proof.decoded > 2 * proof.pages


def test_a_frosted_vial_reads_and_is_never_misread(examples: dict[str, Label]) -> None:
    told = read_on_vials(replace(examples["unit"], payload=ISBT128), 203, range(100))
    assert told["read"] >= 95
    assert told["wrong"] == 0


@pytest.fixture
def page(examples: dict[str, Label]) -> Image.Image:
    return next(RENDERERS["pdfium"](pdf.render([examples["unit"]], 300), 300)).copy()


def told(page: Image.Image, label: Label) -> list[str]:
    return list(faults(page, place(label, 300)))


def test_a_good_page_has_no_faults(page: Image.Image, examples: dict[str, Label]) -> None:
    assert told(page, examples["unit"]) == []


def test_a_wrong_dot_is_seen(page: Image.Image, examples: dict[str, Label]) -> None:
    inner = place(examples["unit"], 300).symbols[0].inner
    page.putpixel((inner.x, inner.y + inner.height - 1), 255)
    assert told(page, examples["unit"]) == ["1 dots are wrong"]


def test_text_in_the_quiet_zone_is_seen(page: Image.Image, examples: dict[str, Label]) -> None:
    block = place(examples["unit"], 300).symbols[0].block
    ImageDraw.Draw(page).rectangle((block.x, block.y, block.x + 2, block.y + 2), fill=0)
    assert {"the quiet zone is too narrow", "the quiet zone is too low"} < set(told(page, examples["unit"]))


def test_modules_that_are_too_small_are_seen(page: Image.Image, examples: dict[str, Label]) -> None:
    block = place(examples["unit"], 300).symbols[0].block
    area = (block.x, block.y, block.x + block.width, block.y + block.height)
    symbol = page.crop(area).resize((block.width // 2, block.height // 2))
    page.paste(255, area)
    page.paste(symbol, (block.x + 20, block.y + 20))
    assert any(fault.startswith("a module is 0.1") for fault in told(page, examples["unit"]))


def test_a_missing_symbol_and_a_page_of_another_size_are_seen(page: Image.Image, examples: dict[str, Label]) -> None:
    assert "there is no symbol" in told(Image.new("L", page.size, 255), examples["unit"])
    assert told(page.resize((10, 10)), examples["unit"]) == ["the page has (10, 10) dots"]
