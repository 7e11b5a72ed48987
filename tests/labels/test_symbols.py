import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from labels.symbols import UnprintablePayload, code_128, data_matrix

payloads = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40)


def picture(rows: tuple[tuple[bool, ...], ...], height: int = 1, quiet: int = 10) -> Image.Image:
    image = Image.new("L", (len(rows[0]) + 2 * quiet, len(rows) * height + 2 * quiet), 255)
    for line, row in enumerate(rows):
        for place, dark in enumerate(row):
            if dark:
                image.paste(0, (quiet + place, quiet + line * height, quiet + place + 1, quiet + (line + 1) * height))
    return image.resize((image.width * 4, image.height * 4), Image.Resampling.NEAREST)


@given(payloads)
def test_a_data_matrix_is_square_and_says_its_payload(payload: str) -> None:
    rows = data_matrix(payload)
    assert {len(row) for row in rows} == {len(rows)}
    read = zxingcpp.read_barcodes(picture(rows), formats=zxingcpp.BarcodeFormat.DataMatrix)
    assert [symbol.text for symbol in read] == [payload]


@given(payloads.filter(lambda payload: not payload.startswith("99")))
def test_a_code_128_says_its_payload(payload: str) -> None:
    rows = (tuple(mark == "1" for mark in code_128(payload)),)
    read = zxingcpp.read_barcodes(picture(rows, height=20), formats=zxingcpp.BarcodeFormat.Code128)
    assert [symbol.text for symbol in read] == [payload]


def test_the_sizes_are_those_that_were_measured() -> None:
    assert len(data_matrix("LX01D26000123L")) == 16
    assert len(data_matrix("B7K2Q9XMG")) == 14
    assert len(code_128("=A99992612345600")) == 145


@pytest.mark.parametrize("payload", ["99", "9900", "99AB"])
def test_a_code_128_that_would_lose_its_first_digits_is_refused(payload: str) -> None:
    with pytest.raises(UnprintablePayload, match="would lose"):
        code_128(payload)


@pytest.mark.parametrize("payload", ["", "Åse", "line\nbreak"])
def test_what_a_scanner_would_garble_gets_no_symbol(payload: str) -> None:
    with pytest.raises(UnprintablePayload):
        data_matrix(payload)
    with pytest.raises(UnprintablePayload):
        code_128(payload)


def test_more_than_a_symbol_holds_is_refused() -> None:
    with pytest.raises(UnprintablePayload):
        data_matrix("x" * 5000)
