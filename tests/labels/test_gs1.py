"""GS1 element strings: both ways, check digits, separators, and what never stands together."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels import gs1
from labels.gs1 import SEPARATOR, Elements
from labels.wrong import UnknownCode, WrongCheckCharacter, WrongCode

GTIN = "09521234543213"
GSRN = "95212345432100000"
TEXT = string.ascii_letters + string.digits + "!\"%&'*+,-./:;<=>?_"


def checked(length: int) -> st.SearchStrategy[str]:
    digits = st.text("0123456789", min_size=length - 1, max_size=length - 1)
    return digits.map(lambda text: text + gs1.check_digit(text))


def some(most: int) -> st.SearchStrategy[str]:
    return st.text(TEXT, min_size=1, max_size=most)


values = {
    "01": checked(14),
    "10": some(20),
    "11": st.dates().map("{:%y%m%d}".format),
    "17": st.dates().map("{:%y%m00}".format),
    "21": some(20),
    "253": st.builds("{}{}".format, checked(13), st.just("") | some(17)),
    "414": checked(13),
    "7003": st.datetimes().map("{:%y%m%d%H%M}".format),
    "7240": some(20),
    "8006": st.builds("{}{}".format, checked(14), st.just("0102")),
    "8017": checked(18),
    "8018": checked(18),
}
elements = (
    st.lists(st.sampled_from(sorted(values)), min_size=1, unique=True)
    .map(lambda names: [name for name in names if name != "8018" or "8017" not in names])
    .map(lambda names: names if "7240" not in names or {"01", "8006"} & set(names) else ["01", *names])
    .flatmap(lambda names: st.tuples(*(st.tuples(st.just(name), values[name]) for name in names)))
    .map(Elements)
)


@given(elements)
def test_element_strings_survive_print_and_scan(made: Elements) -> None:
    assert gs1.parse(made.data) == made
    assert gs1.parse_shown(made.shown) == made


@given(elements)
def test_without_separators_nothing_is_read_as_something_else(made: Elements) -> None:
    try:
        read = gs1.parse(made.data.replace(SEPARATOR, ""), separators_kept=False)
    except WrongCode:
        return
    assert read == made


@pytest.mark.parametrize(("digits", "digit"), [("0320500000400", "4"), ("0952123454321", "3"), ("952123454321", "3")])
def test_check_digits_are_those_published(digits: str, digit: str) -> None:
    assert gs1.check_digit(digits) == digit


@given(elements, st.data())
def test_a_wrong_check_digit_is_refused(made: Elements, data: st.DataObject) -> None:
    place = next((i for i, (name, _) in enumerate(made.pairs) if gs1.IDENTIFIERS[name].checked), None)
    if place is None:
        return
    name, value = made.pairs[place]
    last = gs1.IDENTIFIERS[name].checked - 1
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != value[last]]))
    wrong = value[:last] + other + value[last + 1 :]
    with pytest.raises(WrongCheckCharacter):
        gs1.parse(made.data.replace(name + value, name + wrong, 1))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "xx",
        "99anything",
        f"01{GTIN[:-1]}",
        f"01{GTIN}01{GTIN}",
        "17261331",
        "17260230",
        "70032612312400",
        "70032612320000",
        "7240SMART-MS",
        f"8017{GSRN}{gs1.check_digit(GSRN)}{SEPARATOR}8018{GSRN}{gs1.check_digit(GSRN)}",
        f"8017{GSRN}{gs1.check_digit(GSRN)}10LOT",
        "10" + "L" * 21,
    ],
)
def test_what_is_no_element_string_of_ours_is_refused(text: str) -> None:
    with pytest.raises(UnknownCode) as refused:
        gs1.parse(text)
    assert str(refused.value).startswith("Read '")


def test_a_lost_separator_is_seen_where_two_readings_are_possible() -> None:
    whole = Elements((("01", GTIN), ("10", "A5"), ("21", "77")))
    assert gs1.parse(whole.data, separators_kept=False) == whole
    with pytest.raises(UnknownCode, match="separator may have been lost"):
        gs1.parse(whole.data.replace(SEPARATOR, ""), separators_kept=False)
    unambiguous = Elements((("01", GTIN), ("17", "261231"), ("10", "A5")))
    assert gs1.parse(unambiguous.data, separators_kept=False) == unambiguous


def test_a_protocol_stands_with_what_it_is_about() -> None:
    assert gs1.parse(f"01{GTIN}7240SMART-MS").get("7240") == "SMART-MS"
    assert gs1.parse(f"01{GTIN}17261200").get("17") == "261200"


@pytest.mark.parametrize("text", ["", f"01{GTIN}", f"(01){GTIN}(", f"x(01){GTIN}", "(01)"])
def test_what_is_typed_has_its_identifiers_in_brackets(text: str) -> None:
    with pytest.raises(UnknownCode):
        gs1.parse_shown(text)
