import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels.checks import ALPHABET, CHECK_ALPHABET, check_character, check_value, is_checked

# Published: ISBT 128 ST-001 (appendix A and label figures), Red Book Annex 2, python-stdnum.
PUBLISHED = {
    "G123498654321": "H",
    "G123417654321": "A",
    "G123489654321": "Y",
    "A999917123456": "9",
    "A999917345628": "*",
    "A999917345658": "O",
    "A999917123654": "Y",
    "A999915000001": "M",
    "A999921123456": "3",
    "A999818123456": "N",
}
COMPUTED = {
    "G123496123456": "9",
    "A999926123456": "T",
    "CHA999926123456": "K",
    "LX01A26000123": "3",
    "LX01D26000123": "L",
    "B7K2Q9XM": "G",
}
bodies = st.text(ALPHABET, min_size=1, max_size=20)


@pytest.mark.parametrize(("text", "expected"), [*PUBLISHED.items(), *COMPUTED.items()])
def test_the_known_vectors_come_out(text: str, expected: str) -> None:
    assert check_character(text) == expected
    assert is_checked(text + expected)


@pytest.mark.parametrize(("text", "flags"), [("G123498654321", 77), ("G123417654321", 70), ("A999926123456", 89)])
def test_the_value_gives_the_type_3_flags_of_isbt_128(text: str, flags: int) -> None:
    assert 60 + check_value(text) == flags


def wrong_readings(code: str) -> set[str]:
    """Every single substitution and every swap of neighbours, in the body and in the check character."""
    readings = {
        code[:place] + other + code[place + 1 :]
        for place in range(len(code))
        for other in (CHECK_ALPHABET if place == len(code) - 1 else ALPHABET)
    }
    for place in range(len(code) - 1):
        readings.add(code[:place] + code[place + 1] + code[place] + code[place + 2 :])
    return readings - {code}


@pytest.mark.parametrize("body", [*PUBLISHED, *COMPUTED])
def test_no_single_error_in_a_known_code_is_missed(body: str) -> None:
    missed = [reading for reading in wrong_readings(body + check_character(body)) if is_checked(reading)]
    assert missed == []


@given(bodies)
def test_no_single_error_in_any_code_is_missed(body: str) -> None:
    assert not any(is_checked(reading) for reading in wrong_readings(body + check_character(body)))


@pytest.mark.parametrize("text", ["", "lx01", "A-1", "Å12", "A*1", "1²"])
def test_a_text_outside_the_alphabet_has_no_check_character(text: str) -> None:
    with pytest.raises(ValueError, match="check character"):
        check_character(text)
    assert not is_checked(text + "0")
