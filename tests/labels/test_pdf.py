from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pypdfium2
import pytest
import zxingcpp

from labels import pdf
from labels.documents import DoesNotFit, Label
from labels.geometry import RESOLUTIONS, place
from labels.layouts import LAYOUTS
from tests.labels.rasters import pdfium

print_heads = pytest.mark.parametrize("dpi", RESOLUTIONS)


def text_of(document: bytes) -> str:
    opened = pypdfium2.PdfDocument(document)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in opened)
    finally:
        opened.close()


@pytest.mark.parametrize("raster", [200, 720])
@print_heads
def test_symbols_read_also_where_a_driver_scales_the_page(examples: dict[str, Label], dpi: int, raster: int) -> None:
    labels = list(examples.values())
    for label, page in zip(labels, pdfium(pdf.render(labels, dpi), raster), strict=True):
        read = zxingcpp.read_barcodes(page)
        assert [symbol.text for symbol in read] == [label.payload] * (2 if LAYOUTS[label.layout].bars else 1)


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
    sizes = [page.size for page in pdfium(document, 300)]
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
