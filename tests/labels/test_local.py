import contextlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels import local
from labels.checks import ALPHABET, CHECK_ALPHABET
from labels.local import (
    CodeKind,
    KitNumber,
    LocalCode,
    ParticipantCode,
)
from labels.wrong import UnknownCode, WrongCheckCharacter, WrongCode

sites = st.text(ALPHABET, min_size=2, max_size=2)
local_codes = st.builds(local.build, sites, st.sampled_from(CodeKind), st.integers(2000, 2099), st.integers(0, 999_999))
participant_codes = st.builds(
    local.participant_code,
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2),
    st.integers(0, 99).map("{:02}".format),
    st.integers(1, 999),
)
kit_numbers = st.randoms(use_true_random=False).map(lambda random: local.kit_number(random.randrange))
every_code = local_codes | participant_codes | kit_numbers


def drawing(*texts: str) -> Callable[[int], int]:
    """A source of randomness that happens to draw these kit numbers, one after the other."""
    places = iter(local.KIT_ALPHABET.index(character) for text in texts for character in text)
    return lambda n: next(places) % n


def test_a_local_code_is_built_as_the_reference_writes_it() -> None:
    assert local.build("01", CodeKind.DONATION, 2026, 123) == "LX01D26000123L"
    assert local.build("01", CodeKind.ASPIRATE, 2026, 123) == "LX01A260001233"


def test_a_local_code_tells_what_it_names() -> None:
    assert local.parse("LX01D26000123L") == LocalCode("01", CodeKind.DONATION, 26, 123, "LX01D26000123L")


def test_every_kind_has_a_letter_of_its_own() -> None:
    letters = [kind.value for kind in CodeKind]
    assert len(set(letters)) == len(letters) == 19
    assert all(len(letter) == 1 and letter.isupper() for letter in letters)


@given(sites, st.sampled_from(CodeKind), st.integers(2000, 2099), st.integers(0, 999_999))
def test_a_local_code_survives_print_and_scan(site: str, kind: CodeKind, year: int, sequence: int) -> None:
    code = local.build(site, kind, year, sequence)
    assert len(code) == 14
    assert local.parse(code) == LocalCode(site, kind, year % 100, sequence, code)


@pytest.mark.parametrize(
    ("site", "year", "sequence"),
    [("1", 2026, 1), ("0a", 2026, 1), ("Ø1", 2026, 1), ("01", 1999, 1), ("01", 26, 1), ("01", 2026, 1_000_000)],
)
def test_a_local_code_that_would_not_fit_its_digits_is_refused(site: str, year: int, sequence: int) -> None:
    with pytest.raises(ValueError, match=r"site|year|sequence"):
        local.build(site, CodeKind.UNIT, year, sequence)


def test_a_wrong_check_character_says_what_was_read_and_what_it_should_be() -> None:
    with pytest.raises(WrongCheckCharacter) as caught:
        local.parse("LX01D26000124L")
    assert caught.value.expected == local.build("01", CodeKind.DONATION, 2026, 124)[-1]
    assert caught.value.read == "LX01D26000124L"
    assert "LX01D26000124L" in str(caught.value)


@given(local_codes, st.data())
def test_a_misread_local_code_never_passes_for_another(code: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(code) - 1))
    other = data.draw(st.sampled_from(CHECK_ALPHABET).filter(lambda character: character != code[place]))
    with pytest.raises(WrongCode):
        local.parse_any(code[:place] + other + code[place + 1 :])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "L",
        "LX01D26000123",
        "LX01D26000123LL",
        "LX01Q26000123L",
        "lx01d26000123l",
        "LX01D2600012٣L",
        "LX01D26000123L\n",
    ],
)
def test_what_is_not_built_like_a_local_code_is_unknown(text: str) -> None:
    with pytest.raises(UnknownCode):
        local.parse(text)


def test_a_kit_number_ends_with_its_check_character() -> None:
    assert local.kit_number(drawing("B7K2Q9XM")) == "B7K2Q9XMG"
    assert local.parse_kit_number("B7K2Q9XMG") == KitNumber("B7K2Q9XMG")


def test_a_kit_number_whose_check_character_is_a_star_is_drawn_again() -> None:
    starred = "2222222B"
    assert local.check_character(starred) == "*"
    assert local.kit_number(drawing(starred, "B7K2Q9XM")) == "B7K2Q9XMG"
    with pytest.raises(UnknownCode):
        local.parse_kit_number(starred + "*")


@given(kit_numbers)
def test_a_kit_number_survives_print_and_scan(code: str) -> None:
    assert len(code) == 9
    assert not set(code[:-1]) & set("0O1I")
    assert local.parse_kit_number(code).code == code


def test_a_kit_number_without_its_check_character_is_not_enough() -> None:
    with pytest.raises(UnknownCode):
        local.parse_kit_number("B7K2Q9XM")


@given(participant_codes)
def test_a_participant_code_survives_print_and_scan(code: str) -> None:
    read = local.parse_participant_code(code)
    assert local.participant_code(read.study, read.site, read.number) == read.code == code


def test_a_participant_code_tells_study_site_and_number() -> None:
    code = local.participant_code("SM", "01", 3)
    assert code == "SM-01-003-J"
    assert local.parse_participant_code(code) == ParticipantCode("SM", "01", 3, code)


@pytest.mark.parametrize(("study", "site", "number"), [("S", "01", 3), ("SM", "1", 3), ("SM", "01", 0), ("SM", "01", 1000)])
def test_a_participant_code_that_would_not_fit_is_refused(study: str, site: str, number: int) -> None:
    with pytest.raises(ValueError, match=r"study|site|number"):
        local.participant_code(study, site, number)


@pytest.mark.parametrize("text", ["SM-01-000-0", "SM01003-K", "SM-01-003", "SMA-01-003-K", "SM-01-003-k"])
def test_what_is_not_written_like_a_participant_code_is_unknown(text: str) -> None:
    with pytest.raises(UnknownCode):
        local.parse_participant_code(text)


def test_a_participant_code_with_a_wrong_number_is_caught() -> None:
    with pytest.raises(WrongCheckCharacter):
        local.parse_participant_code("SM-01-004-J")


@given(every_code)
def test_the_scan_box_knows_every_code_also_under_caps_lock(code: str) -> None:
    assert local.parse_any(code).code == code
    assert local.parse_any(f"  {code.lower()}\r\n").code == code


def test_the_scan_box_tells_the_structures_apart() -> None:
    assert isinstance(local.parse_any("LX01D26000123L"), LocalCode)
    assert isinstance(local.parse_any("B7K2Q9XMG"), KitNumber)
    assert isinstance(local.parse_any("SM-01-003-J"), ParticipantCode)


@pytest.mark.parametrize("text", ["=A99992612345600", "&>0293652359", "hello", "", "ß7K2Q9XM", "https://example.org"])
def test_the_scan_box_says_what_it_could_not_read(text: str) -> None:
    with pytest.raises(UnknownCode) as caught:
        local.parse_any(text)
    assert text in str(caught.value)


def test_a_scanned_document_is_not_repeated_whole() -> None:
    with pytest.raises(UnknownCode) as caught:
        local.parse_any("x" * 5000)
    assert len(str(caught.value)) < 200


@given(st.text(max_size=20))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    read: str | None = None
    with contextlib.suppress(WrongCode):
        read = local.parse_any(text).code
    assert read in (None, text.strip().upper())
