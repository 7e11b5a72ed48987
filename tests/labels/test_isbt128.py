"""ISBT 128 and the Single European Code: the published vectors, both ways, and every error refused."""

from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels.checks import ALPHABET, CHECK_ALPHABET
from labels.isbt128 import compound
from labels.isbt128.compound import Compound
from labels.isbt128.moments import END_OF_DAY, Means, Moment
from labels.isbt128.numbers import DIVISIONS, ChainOfIdentity, Din, Facility, NotLicensed, NumbersUsedUp, Part, ProductIdentifier
from labels.isbt128.products import ProductCode
from labels.isbt128.structures import BloodGroups, Division, EuropeanCode, FacilityProduct, Lot, Structure
from labels.wrong import UnknownCode, WrongCheckCharacter, WrongCode

OURS = Facility(
    number="A9999", licence="ICCBBA registration 2026-02-03", since=date(2000, 1, 1), valid_until=date(2100, 12, 31)
)
PUBLISHED = "=+05000=Z54991712345600=%T300=<T0416003&>0183652359&,4PL001499Z549917123456A00T041600320181231"
SEC = "IE0TE999R019917123456A00S138400020170110"

days, numbers = st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(1, 999_999)
dins = st.builds(Din.issue, st.just(OURS), days, numbers)
divisions = st.text(ALPHABET, min_size=6, max_size=6).map(Division)
moments = st.builds(
    Moment,
    st.sampled_from(Means),
    st.dates(date(1900, 1, 1), date(2799, 12, 31)),
    st.none() | st.times().map(lambda at: at.replace(second=0, microsecond=0)),
)
structures = st.one_of(
    dins,
    dins.map(Din.checked),
    st.builds(ChainOfIdentity.issue, st.just(OURS), days, numbers),
    moments,
    divisions,
    st.sampled_from([ProductCode("S1384", "100"), ProductCode("S1384", "1Ac"), ProductCode("T0416", "003"), Lot.of("B2601")]),
    st.builds(FacilityProduct, st.just("A9999"), st.text(ALPHABET, min_size=6, max_size=6)),
    st.sampled_from([EuropeanCode(SEC), BloodGroups("T300")]),
)


@given(structures)
def test_every_structure_survives_print_and_scan(structure: Structure) -> None:
    assert compound.parse(structure.data) == structure


@given(st.lists(structures, min_size=1, max_size=12))
def test_a_compound_message_gives_back_what_went_in(held: list[Structure]) -> None:
    assert compound.parse(Compound(tuple(held)).data) == Compound(tuple(held))


@given(st.lists(structures, min_size=1, max_size=6), st.data())
def test_a_compound_message_with_a_wrong_count_or_cut_short_is_refused(held: list[Structure], data: st.DataObject) -> None:
    message = Compound(tuple(held)).data
    wrong = data.draw(st.integers(0, 99).filter(lambda count: count != len(held)))
    with pytest.raises(UnknownCode, match="says that it holds"):
        compound.parse(f"=+{wrong:02}{message[4:]}")
    with pytest.raises(WrongCode):
        compound.parse(message[: data.draw(st.integers(0, len(message) - 1))])


@pytest.mark.parametrize("message", [PUBLISHED, "=+02000=A99992612345600=<S1384100"])
def test_published_messages_come_out_as_they_went_in(message: str) -> None:
    assert compound.parse(message).data == message


def test_the_published_message_says_what_it_should() -> None:
    din, groups, product, expires, sec = Compound.parse(PUBLISHED).structures
    assert din == Din("Z5499", "17", "123456")
    assert groups == BloodGroups("T300")
    assert (product, product.division) == (ProductCode("T0416", "003"), "003")
    assert expires == Moment(Means.EXPIRES, date(2018, 12, 31), END_OF_DAY)
    assert sec.sec.product.expires == date(2018, 12, 31)


@pytest.mark.parametrize(
    ("day", "at", "data"),
    [
        (date(2018, 12, 31), END_OF_DAY, "&>0183652359"),
        (date(2017, 1, 9), time(13, 30), "&>0170091330"),
        (date(2018, 1, 29), END_OF_DAY, "&>0180292359"),
        (date(2028, 2, 29), END_OF_DAY, "&>0280602359"),
        (date(2028, 12, 31), None, "=>028366"),
        (date(1999, 3, 1), None, "=>999060"),
    ],
)
def test_the_published_dates_come_out(day: date, at: time | None, data: str) -> None:
    assert Moment(Means.EXPIRES, day, at).data == data
    assert Moment.parse(data) == Moment(Means.EXPIRES, day, at)


def test_each_meaning_of_a_moment_has_identifiers_of_its_own() -> None:
    day, at = date(2026, 11, 21), time(9, 15)
    assert [Moment(means, day, one).data[:2] for means in Means for one in (None, at)] == ["=>", "&>", "=*", "&*", "=}", "&}"]


@pytest.mark.parametrize(
    "text",
    [
        "=>027366", "=>028000", "=>028367", "&>0283652400", "&>0283652360", "&>028365", "=>0283652359", "=A9999261234560",
        "=O99992612345600", "=09992612345600", "=A99O92612345600", "=A9O992612345600", "=<S1384", "=<S1384199x", "=<S13841a0",
        "=<T0416A03", "=<Z0416003", "=,12345", "&+A9999ABCDE", "&,1123", "&,4" + "A" * 40, "&/XXA999926123456", "=!123456",
        "xx", "", "=+", "=+01", "=+00000", "=+01000=!12", "&,2123", "=+02000=A99992612345600=+01000=A99992612345600",
    ],
)  # fmt: skip
def test_what_is_written_wrongly_is_refused_and_says_what_was_read(text: str) -> None:
    with pytest.raises(UnknownCode) as refused:
        compound.parse(text)
    assert str(refused.value).startswith("Read '")


@pytest.mark.parametrize(("number", "flags"), [("G123498654321", "77"), ("G123417654321", "70"), ("A999926123456", "89")])
def test_flags_of_type_3_are_those_published_and_no_others(number: str, flags: str) -> None:
    plain = Din(number[:5], number[5:7], number[7:])
    assert plain.checked() == replace(plain, flags=flags)
    for wrong in {f"{value}" for value in range(60, 100)} - {flags}:
        with pytest.raises(WrongCheckCharacter):
            compound.parse(f"={number}{wrong}")


def test_a_donation_number_is_shown_and_typed_with_its_check_character() -> None:
    din = Din.issue(OURS, date(2026, 11, 21), 123456)
    assert (din.shown, din.check, din.data) == ("A9999 26 123456", "T", "=A99992612345600")
    assert Din.typed(f"{din.shown} {din.check}") == din
    with pytest.raises(UnknownCode):
        Din.typed(din.number)


def test_a_chain_of_identity_is_typed_with_its_check_character() -> None:
    chain = ChainOfIdentity.issue(OURS, date(2026, 11, 21), 123456)
    assert (chain.data, chain.check) == ("&/CHA999926123456", "K")
    assert ChainOfIdentity.typed("CHA999926123456K") == chain


def misread(shown: str) -> set[str]:
    """Every single substitution and every swap of neighbours."""
    wrong = {
        shown[:place] + other + shown[place + 1 :]
        for place in range(len(shown))
        for other in (CHECK_ALPHABET if place == len(shown) - 1 else ALPHABET)
    }
    wrong |= {shown[:place] + shown[place + 1] + shown[place] + shown[place + 2 :] for place in range(len(shown) - 1)}
    return wrong - {shown}


TYPED = [
    ("A999926123456T", Din), ("G123498654321H", Din), ("CHA999926123456K", ChainOfIdentity), ("A999926123456ABE", Part),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "kind"), TYPED)
def test_no_single_error_of_typing_is_missed(typed: str, kind: type[Din | Part | ChainOfIdentity]) -> None:
    assert kind.typed(typed).code == typed
    for wrong in misread(typed):
        with pytest.raises(WrongCode):
            kind.typed(wrong)


@given(dins, st.integers(1, len(DIVISIONS)))
def test_a_part_of_a_donation_is_the_same_from_the_symbol_and_from_typing(din: Din, number: int) -> None:
    part = Part.numbered(din, number)
    message = compound.parse(compound.message(din, part.product("S13841")))
    assert compound.named(message) == Part.typed(f"{part.shown} {part.check}") == part


def test_parts_of_a_donation_are_counted_by_two_letters_until_none_is_left() -> None:
    din = Din("A9999", "26", "123456")
    assert [Part.numbered(din, number).division for number in (1, 26, 27, 676)] == ["Aa", "Az", "Ba", "Zz"]
    for beyond in (0, 677):
        with pytest.raises(NumbersUsedUp):
            Part.numbered(din, beyond)


@pytest.mark.parametrize("ending", ["=<S1384100", "=<S1384199", "=<T0416003"])
def test_a_product_that_is_not_divided_by_letters_is_named_by_its_donation(ending: str) -> None:
    din = Din("A9999", "26", "123456")
    assert compound.named(compound.parse(f"=+02000{din.data}{ending}")) == din


def test_numbers_are_issued_only_under_a_recorded_licence_while_it_is_valid() -> None:
    facility = replace(OURS, since=date(2026, 3, 1), valid_until=date(2027, 2, 28), last=4)
    for kind in (Din, ChainOfIdentity):
        with pytest.raises(NotLicensed, match="recorded no"):
            kind.issue(None, facility.since, 1)
        for on in (date(2026, 2, 28), date(2027, 3, 1)):
            with pytest.raises(NotLicensed, match="is for 2026-03-01 to 2027-02-28"):
                kind.issue(facility, on, 1)
        assert [kind.issue(facility, on, 4).year for on in (facility.since, facility.valid_until)] == ["26", "27"]
        with pytest.raises(NumbersUsedUp):
            kind.issue(facility, facility.since, 5)


@pytest.mark.parametrize(
    "wrong",
    [
        {"licence": " "}, {"number": ""}, {"number": "O9999"}, {"number": "A99O9"}, {"valid_until": date(1999, 12, 31)},
        {"first": 0}, {"first": 7, "last": 6}, {"last": 1_000_000},
        {"unit": "S1384"}, {"unit": "T04161"}, {"unit": "s13841"}, {"unit": ""},
    ],
)  # fmt: skip
def test_a_site_without_number_licence_or_codes_that_can_be_issues_nothing(wrong: dict[str, Any]) -> None:
    with pytest.raises((NotLicensed, NumbersUsedUp, UnknownCode)):
        replace(OURS, **wrong)


@pytest.mark.parametrize(("year", "sequence"), [(2100, 1), (2026, -1), (2026, 1_000_000)])
def test_a_number_that_has_no_place_is_not_issued(year: int, sequence: int) -> None:
    for kind in (Din, ChainOfIdentity):
        with pytest.raises(ValueError, match=r"year|sequence"):
            kind.issue(OURS, date(year, 1, 1), sequence)


def test_a_product_code_tells_its_collection_and_division() -> None:
    autologous, dangerous, volunteer = (ProductCode("S1384", f"{letter}Ac") for letter in "1XV")
    assert [one.is_autologous for one in (autologous, dangerous, volunteer)] == [True, True, False]
    assert [one.is_biohazard for one in (autologous, dangerous, volunteer)] == [False, True, False]
    assert {one.division for one in (autologous, dangerous, volunteer)} == {"Ac"}
    assert [ProductCode(code, "100").is_investigational for code in ("YA001", "YZ001", "S1384")] == [True, True, False]
    assert ProductCode("D1234", "xyz").collection is None


def test_the_identifier_of_a_product_is_read_as_in_the_published_example() -> None:
    whole = "A9999E0398A999921123456000000"
    made = ProductIdentifier("A9999", "E0398", "A999921123456", "000000")
    assert ProductIdentifier.parse(whole) == made
    assert made.data == whole
    with pytest.raises(UnknownCode):
        ProductIdentifier.parse(whole[:-1])


def test_a_lot_has_zeros_in_front() -> None:
    assert Lot.of("B2601").data == "&,10000000000000B2601"
    with pytest.raises(UnknownCode):
        Lot.of("L" * 19)
