"""The Single European Code: the published examples, both ways, and what it is not for."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels import sec
from labels.checks import ALPHABET
from labels.sec import Coding, DonationSequence, NoCodeForMedicines, ProductSequence, SingleEuropeanCode
from labels.wrong import UnknownCode

DONATION = DonationSequence.of("PL", "1499", "Z549917123456")
capitals = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2)


def some(length: int) -> st.SearchStrategy[str]:
    return st.text(ALPHABET, min_size=1, max_size=length)


codes = st.builds(
    SingleEuropeanCode,
    st.builds(DonationSequence.of, capitals, some(6), some(13)),
    st.builds(
        ProductSequence,
        st.sampled_from(Coding),
        st.text(ALPHABET, min_size=7, max_size=7),
        st.from_regex("[0-9A-Za-z]{3}", fullmatch=True),
        st.none() | st.dates(),
    ),
)


@given(codes)
def test_a_code_of_forty_characters_survives_print_and_scan(code: SingleEuropeanCode) -> None:
    assert len(code.data) == 40
    assert sec.parse(code.data) == code
    assert sec.parse(code.shown) == code


@pytest.mark.parametrize(
    ("shown", "product", "split", "expires"),
    [
        ("SEC: PL001499Z549917123456 A00T041600320171231", "00T0416", "003", date(2017, 12, 31)),
        ("SEC: IE0TE999R019917123456 A00S138400020170110", "00S1384", "000", date(2017, 1, 10)),
        ("SEC: IE0TE999R019917123456 E000005300120161231", "0000053", "001", date(2016, 12, 31)),
        ("SEC: IE0TE999R019917123456 A00S13840Ac00000000", "00S1384", "0Ac", None),
    ],
)
def test_the_published_codes_come_out_as_they_are_printed(shown: str, product: str, split: str, expires: date | None) -> None:
    read = sec.parse(shown)
    assert (read.product.product, read.product.split, read.product.expires) == (product, split, expires)
    assert read.shown == shown
    assert len(read.data) == 40


def test_codes_are_built_from_what_a_site_writes() -> None:
    assert DONATION.data == "PL001499Z549917123456"
    assert ProductSequence.of_isbt128("S1384", "Ac", None).data == "A00S13840Ac00000000"
    assert ProductSequence.of_isbt128("T0416", "003", date(2018, 12, 31)).data == "A00T041600320181231"


def test_a_medicine_carries_the_donation_sequence_only() -> None:
    product = ProductSequence.of_isbt128("S1384", "00", None)
    assert sec.accompanying(DONATION, None, medicinal=True) == "PL001499Z549917123456"
    assert sec.accompanying(DONATION, product, medicinal=False) == "SEC: PL001499Z549917123456 A00S138400000000000"
    with pytest.raises(NoCodeForMedicines):
        sec.accompanying(DONATION, product, medicinal=True)
    with pytest.raises(UnknownCode):
        sec.accompanying(DONATION, None, medicinal=False)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PL001499Z549917123456",
        "PL001499Z549917123456A00T04160032018123",
        "PL001499Z549917123456A00T0416003201812311",
        "P1001499Z549917123456A00T041600320181231",
        "PL001499Z549917123456C00T041600320181231",
        "PL001499Z549917123456A00T041600320181331",
        "PL001499Z549917123456A00T041600320270229",
        "PL001499z549917123456A00T041600320181231",
    ],
)
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(UnknownCode):
        sec.parse(text)


def test_a_donation_sequence_has_twenty_one_characters() -> None:
    assert sec.parse_donation(DONATION.data) == DONATION
    for wrong in (DONATION.data[:-1], DONATION.data.lower()):
        with pytest.raises(UnknownCode):
            sec.parse_donation(wrong)
