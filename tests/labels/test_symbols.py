import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from labels import gs1
from labels.symbols import UnprintablePayload, code_128, data_matrix
from tests.labels.readers import bars, libdmtx, zxing

printable = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40)
payloads = printable.filter(lambda payload: not gs1.is_shown(payload))


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


@pytest.mark.needs("dmtx")
@pytest.mark.parametrize(
    ("payload", "data"),
    [
        ("(01)09521234543213(21)LX01U26000041G", "010952123454321321LX01U26000041G"),
        ("(01)09521234543213(10)AB_1(17)261231", "010952123454321310AB_1\x1d17261231"),
        ("(10)12345(21)9", "1012345\x1d219"),
        ("(253)9521234543213X(11)261231", "2539521234543213X\x1d11261231"),
    ],
)
def test_elements_of_gs1_are_told_as_such_with_separators_by_readers_that_share_nothing(payload: str, data: str) -> None:
    matrix, linear = picture(data_matrix(payload)), picture((tuple(mark == "1" for mark in code_128(payload)),), height=20)
    assert [zxing(matrix), *libdmtx([matrix])] == [f"]d2{data}"] * 2
    assert [zxing(linear, zxingcpp.BarcodeFormat.Code128), bars(linear, 4)] == [f"]C1{data}"] * 2


def test_the_sizes_are_those_that_were_measured() -> None:
    assert len(data_matrix("LX01D26000123L")) == 16
    assert len(data_matrix("B7K2Q9XMG")) == 14
    assert len(code_128("=A99992612345600")) == 145


@pytest.mark.parametrize("payload", ["99", "9900", "99AB"])
def test_a_code_128_that_would_lose_its_first_digits_is_refused(payload: str) -> None:
    with pytest.raises(UnprintablePayload, match="would lose"):
        code_128(payload)


@pytest.mark.parametrize("payload", ["", "Åse", "line\nbreak", "(01)09521234543214", "(10)A^1", "(nothing)"])
def test_what_a_scanner_would_garble_gets_no_symbol(payload: str) -> None:
    with pytest.raises(UnprintablePayload):
        data_matrix(payload)
    with pytest.raises(UnprintablePayload):
        code_128(payload)


def test_more_than_a_symbol_holds_is_refused() -> None:
    with pytest.raises(UnprintablePayload):
        data_matrix("x" * 5000)
