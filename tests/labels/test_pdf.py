from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from labels import pdf
from labels.documents import DoesNotFit, Label
from labels.geometry import RESOLUTIONS, place
from labels.layouts import LAYOUTS

every_layout = pytest.mark.parametrize("layout", LAYOUTS)
print_heads = pytest.mark.parametrize("dpi", RESOLUTIONS)


def rasterised(document: bytes, dpi: int, page: int = 0) -> Image.Image:
    opened = pypdfium2.PdfDocument(document)
    try:
        image: Image.Image = opened[page].render(scale=dpi / 72).to_pil().convert("L")
    finally:
        opened.close()
    return image


def text_of(document: bytes) -> str:
    opened = pypdfium2.PdfDocument(document)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in opened)
    finally:
        opened.close()


@pytest.mark.parametrize("raster", [200, *RESOLUTIONS, 720])
@print_heads
@every_layout
def test_every_symbol_on_every_label_reads_as_its_payload(examples: dict[str, Label], layout: str, dpi: int, raster: int) -> None:
    label = examples[layout]
    image = rasterised(pdf.render([label], dpi), raster)
    read = zxingcpp.read_barcodes(image)
    assert [symbol.text for symbol in read] == [label.payload] * (2 if LAYOUTS[layout].bars else 1)


@print_heads
@every_layout
def test_the_print_head_gets_exactly_the_dots_of_the_geometry(examples: dict[str, Label], layout: str, dpi: int) -> None:
    drawing = place(examples[layout], dpi)
    image = rasterised(pdf.render([examples[layout]], dpi), dpi)
    assert image.size == (drawing.width, drawing.height)
    for symbol in drawing.symbols:
        block = symbol.block
        room = (block.x, block.y, block.x + block.width, block.y + block.height)
        wanted = Image.new("L", image.size, 255)
        for dark in symbol.dark:
            wanted.paste(0, (dark.x, dark.y, dark.x + dark.width, dark.y + dark.height))
        printed = image.crop(room).point(lambda shade: 0 if shade < 128 else 255)
        assert printed.tobytes() == wanted.crop(room).tobytes()


@print_heads
def test_the_same_labels_give_the_same_bytes(examples: dict[str, Label], dpi: int) -> None:
    labels = list(examples.values())
    again = [replace(label, fields=dict(reversed(label.fields.items()))) for label in labels]
    assert pdf.render(labels, dpi) == pdf.render(again, dpi)


def test_the_same_labels_give_the_same_bytes_from_many_threads(examples: dict[str, Label]) -> None:
    labels = list(examples.values())
    with ThreadPoolExecutor(8) as threads:
        documents = set(threads.map(pdf.render, [labels] * 40))
    assert len(documents) == 1


def test_what_was_printed_before_does_not_show_in_the_bytes(examples: dict[str, Label]) -> None:
    before = pdf.render([examples["kit"]])
    pdf.render([examples["release"]])
    assert pdf.render([examples["kit"]]) == before


def test_each_label_is_a_page_of_its_own_size(examples: dict[str, Label]) -> None:
    labels = list(examples.values())
    document = pdf.render(labels)
    sizes = [rasterised(document, 300, page).size for page in range(len(labels))]
    assert sizes == [(drawing.width, drawing.height) for drawing in map(place, labels)]


def test_the_document_says_nothing_of_its_content(examples: dict[str, Label]) -> None:
    seen = []
    for label in examples.values():
        opened = pypdfium2.PdfDocument(pdf.render([label]))
        seen.append(opened.get_metadata_dict())
        opened.close()
    assert all(metadata == seen[0] for metadata in seen)
    assert {seen[0][key] for key in ("Title", "Author", "Subject", "Creator", "Producer")} == {"Labels"}


def test_a_kit_face_shows_only_what_it_was_given(examples: dict[str, Label]) -> None:
    kit = examples["kit"]
    shown = " ".join(text_of(pdf.render([kit])).split())
    for given in [*kit.fields.values(), "For clinical trial use only", "For autologous use only"]:
        assert given in shown
        shown = shown.replace(given, "", 1)
    left = set(shown.split())
    assert left == {
        "B7K2Q9XM",
        "G",
        "Participant",
        "Visit",
        "Trial",
        "Route",
        "Volume",
        "Use",
        "before",
        "Store",
        "Contact",
    }


def test_norwegian_names_are_printed(examples: dict[str, Label]) -> None:
    assert "Bjørn Ærlig Håkonsen" in text_of(pdf.render([examples["release"]]))


def test_one_label_that_does_not_fit_stops_the_whole_print(examples: dict[str, Label]) -> None:
    kit = examples["kit"]
    with pytest.raises(DoesNotFit):
        pdf.render([kit, replace(kit, fields={**kit.fields, "visit": "V" * 80})])


def test_nothing_to_print_is_refused() -> None:
    with pytest.raises(ValueError, match="no label"):
        pdf.render([])
