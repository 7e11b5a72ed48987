"""ZPL II: what the printer gets beside what the PDF shows, and escapes that firmware would take for commands."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageFilter

from labels import pdf, symbols, zpl
from labels.documents import DoesNotFit, Label
from labels.geometry import RESOLUTIONS, BarsSymbol, place
from tests.labels import zebra
from tests.labels.examples import EXAMPLES
from tests.labels.rasters import RENDERERS, black_and_white
from tests.labels.worst import COLLECTED, ISBT128, of_gs1

POSITION = next(label for label in EXAMPLES if label.layout == "position")
printable = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=2, max_size=12)


@pytest.mark.parametrize("dpi", RESOLUTIONS)
def test_pdf_and_zpl_look_the_same(examples: dict[str, Label], dpi: int) -> None:
    labels = list(examples.values())
    by_zpl = zebra.printed(zpl.render(labels, dpi))
    by_pdf = RENDERERS["pdfium"](pdf.render(labels, dpi), dpi)
    for zebras, pdfs in zip(by_zpl, map(black_and_white, by_pdf), strict=True):
        # The edges of letters are rounded differently, by two dots at most; symbols are compared dot by dot in the proof.
        assert is_near(zebras, pdfs)
        assert is_near(pdfs, zebras)


def is_near(one: Image.Image, other: Image.Image) -> bool:
    """Whether all but one in a thousand black dots of one have a black dot of the other within two dots."""
    alone = ImageChops.subtract(other.filter(ImageFilter.MinFilter(5)), one)
    return alone.histogram()[255] <= one.histogram()[0] / 1000


@given(printable)
def test_every_sign_reaches_the_symbols_as_it_is(payload: str) -> None:
    label = replace(POSITION, payload=f"A{payload}")
    try:
        [picture] = zebra.printed(zpl.render([label], 203))
    except DoesNotFit:
        return
    block = place(label, 203).symbols[0].inner
    rows = symbols.data_matrix(label.payload)
    module = block.width // len(rows)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            assert (picture.getpixel((block.x + x * module, block.y + y * module)) == 0) is dark


@given((printable | st.text("0123456789>^~AB", min_size=1, max_size=20)).filter(lambda text: not text.startswith(("99", "("))))
def test_a_code_128_is_said_to_the_printer_value_by_value(payload: str) -> None:
    values = symbols.code_128_values(payload)
    assert tuple(zebra.values(zpl.invocations(values))) == values


def test_signs_that_mean_something_to_the_printer_are_escaped(examples: dict[str, Label]) -> None:
    said = zpl.render([replace(examples["bag"], payload=ISBT128)], 300).decode()
    assert "^BXN,8,200,22,22,6,_,1^FH\\^FD=+03000=A99992612345600=<S13841Ac&>0280602359^FS" in said
    assert zpl.invocations(symbols.code_128_values("&>^~")) == ">:&>0><>="
    of_a_bag = zpl.render([replace(examples["bag"], payload=of_gs1("LX01U26000042E"))], 300).decode()
    assert "^BXN,8,200,20,20,6,_,1^FH\\^FD_1010952123454321321LX01U26000042E^FS" in of_a_bag
    assert "^FD>;>8010952123454321321>6LX01U>526000042>6E^FS" in of_a_bag
    assert zpl.invocations(symbols.code_128_values("(10)A_1(21)7")) == ">;>810>6A_1>8217"
    odd = zpl.render([replace(POSITION, payload="A_B\\C^D~E")], 300).decode()
    assert "^FDA__B\\5CC\\5ED\\7EE^FS" in odd


def test_a_linear_symbol_holds_the_number_alone(examples: dict[str, Label]) -> None:
    for layout, payload, number in (
        ("donation", COLLECTED, "=W01992688888800"),
        ("bag", ISBT128, "=+02000=A99992612345600=<S13841Ac"),
    ):
        [bars] = [one for one in place(replace(examples[layout], payload=payload)).symbols if isinstance(one, BarsSymbol)]
        assert bars.inner.width == bars.module * len(symbols.code_128(number))


def test_every_command_says_all_that_firmware_could_take_otherwise(examples: dict[str, Label]) -> None:
    for one in zpl.render(list(examples.values()), 203).decode().split("^"):
        if one.startswith("BX"):
            assert one.count(",") == 7
        if one.startswith("BC"):
            assert one.endswith(",N,N,N,N")


def test_one_label_that_does_not_fit_stops_the_whole_print(examples: dict[str, Label]) -> None:
    kit = examples["kit"]
    with pytest.raises(DoesNotFit):
        zpl.render([kit, replace(kit, fields={**kit.fields, "visit": "V" * 80})])
    with pytest.raises(ValueError, match="no label"):
        zpl.render([])


def test_kits_of_both_arms_are_the_same_bytes_whatever_was_printed_before(examples: dict[str, Label]) -> None:
    kit = replace(examples["kit"], fields={**examples["kit"].fields, "biohazard": "yes"})
    for render in (pdf.render, zpl.render):
        alone = render([kit])
        for other in examples.values():
            render([other])
            assert render([replace(kit, fields=dict(reversed(kit.fields.items())))]) == alone


def test_labels_of_one_run_do_not_lean_on_each_other(examples: dict[str, Label]) -> None:
    labels = list(examples.values())
    together = zpl.render(labels, 203)
    assert together == b"".join(zpl.render([label], 203) for label in labels)
    assert all(one != other for one, other in pairwise(together.split(b"^XZ")))
