"""One reader for everything: every code of ours, as a camera sees it, as a person types it, and through each keyboard."""

from datetime import date, time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from labels import gs1, local, scanning, wedges
from labels.gs1 import SEPARATOR, Elements
from labels.isbt128.compound import Compound
from labels.isbt128.moments import Means, Moment
from labels.isbt128.numbers import ChainOfIdentity, Din
from labels.isbt128.products import ProductCode
from labels.isbt128.structures import EuropeanCode
from labels.local import CodeKind
from labels.profiles import VERSIONS, Profile
from labels.scanning import NotReadable
from labels.wedges import Caps, Wedge
from labels.wrong import UnknownCode, WrongCheckCharacter, WrongCode

SEC = "IE0TE999R019917123456A00S13840Ac20170110"
CARTON = Elements((("01", "09521234543213"), ("17", "261231"), ("10", "B26-1")))

numbers = st.integers(0, 999_999)
dins = numbers.map(lambda number: Din("A9999", "26", f"{number:06}"))
compounds = st.builds(
    lambda din, division, at: Compound((din, ProductCode("S1384", f"1{division}"), Moment(Means.EXPIRES, date(2028, 2, 29), at))),
    dins,
    st.from_regex("[A-Z][0a-z]", fullmatch=True),
    st.times().map(lambda at: time(at.hour, at.minute)),
)
local_codes = st.builds(local.build, st.sampled_from(["01", "YZ", "QA"]), st.sampled_from(CodeKind), st.just(2026), numbers)
participants = st.builds(local.participant_code, st.sampled_from(["SM", "ZY", "QW"]), st.just("01"), st.integers(1, 999))
kits = st.randoms(use_true_random=False).map(lambda random: local.kit_number(random.randrange))
lots = st.text("ABMQWYZ0123456789-", min_size=1, max_size=12)
cartons = st.builds(lambda lot: Elements((("01", "09521234543213"), ("17", "261231"), ("10", lot))).data, lots)
plain = st.one_of(
    local_codes,
    participants,
    kits,
    dins.map(lambda din: din.data),
    compounds.map(lambda message: message.data),
    dins.map(lambda din: ChainOfIdentity(din.facility, din.year, din.sequence).data),
    st.sampled_from([SEC, EuropeanCode(SEC).data]),
    cartons,
)
identified = st.builds(
    lambda code, mark: ("]C1" if code.startswith("01") else mark) + code, plain, st.sampled_from(["]C0", "]d1", "]Q1"])
)
keyboards = st.sampled_from([(wedge, caps) for wedge in Wedge for caps in Caps])


@given(plain | identified, keyboards)
@example("ABYZ2345" + local.check_character("ABYZ2345"), (Wedge.QWERTZ, Caps.OFF))
@example("=A99992612345600", (Wedge.QWERTZ, Caps.LETTERS))
@example("]d1=A99992612345600", (Wedge.NORWEGIAN, Caps.EVERYTHING))
def test_through_any_keyboard_a_code_comes_out_as_it_is_or_not_at_all(code: str, keyboard: tuple[Wedge, Caps]) -> None:
    try:
        read = scanning.wedged(wedges.typed(code, *keyboard))
    except (NotReadable, UnknownCode):
        return
    assert read.content == scanning.seen(code).content


@given(plain | identified, keyboards)
def test_what_was_typed_can_always_be_told_back(code: str, keyboard: tuple[Wedge, Caps]) -> None:
    told = {(wedge, caps): sent for wedge, caps, sent in wedges.intended(wedges.typed(code, *keyboard))}
    assert told[keyboard] == code


@pytest.mark.parametrize("keyboard", [(wedge, caps) for wedge in Wedge for caps in Caps])
@pytest.mark.parametrize("code", ["LX01D26000123L", "SM-01-003-J", "B7K2Q9XMG", "=A99992612345600", "]d1=A99992612345600"])
def test_the_usual_codes_are_repaired_from_every_keyboard(code: str, keyboard: tuple[Wedge, Caps]) -> None:
    read = scanning.wedged(wedges.typed(code, *keyboard))
    assert read.content == scanning.seen(code).content


def test_a_repair_says_what_was_undone() -> None:
    read = scanning.wedged("LXà&Dé-ààà&é\"L")
    assert (read.content, read.keyboard, read.caps) == (local.parse("LX01D26000123L"), Wedge.AZERTY, Caps.OFF)
    assert scanning.wedged("LX01D26000123L").keyboard is Wedge.AMERICAN
    assert scanning.wedged("Á99992612345600").keyboard is Wedge.QWERTZ


def test_what_two_keyboards_read_as_two_codes_is_refused() -> None:
    number = "23Y45Y6Y"  # with Z for each Y it has the same check character
    code = number + local.check_character(number)
    for wedge in (Wedge.AMERICAN, Wedge.QWERTZ):
        with pytest.raises(NotReadable):
            scanning.wedged(wedges.typed(code, wedge))
        assert scanning.wedged(wedges.typed(code, wedge), keyboard=wedge).content == local.parse_any(code)
    assert scanning.seen(code).content == local.parse_any(code)


@pytest.mark.parametrize(
    ("text", "profile", "symbology"),
    [
        ("LX01D26000123L", Profile.LOCAL, ""),
        ("]d1LX01D26000123L", Profile.LOCAL, "d1"),
        ("]C0=A99992612345600", Profile.ISBT128, "C0"),
        ("&/CHA999926123456", Profile.ISBT128, ""),
        (SEC, Profile.SEC, ""),
        ("&,4" + SEC, Profile.SEC, ""),
        (f"]C1{CARTON.data}", Profile.GS1, "C1"),
        (f"]d2{CARTON.data}", Profile.GS1, "d2"),
        (f"]Q3{CARTON.data}", Profile.GS1, "Q3"),
        (CARTON.data, Profile.GS1, ""),
        ("]E09521234543213", Profile.GS1, "E0"),
    ],
)
def test_the_symbology_and_then_the_structure_tell_what_it_is(text: str, profile: Profile, symbology: str) -> None:
    read = scanning.seen(text)
    assert (read.profile, read.symbology, read.version) == (profile, symbology, VERSIONS[profile])


UNKNOWN = ["]C1LX01D26000123L", "]d2=A99992612345600", "]C0" + CARTON.data, "]X0LX01D26000123L", "hello", "", "]"]
UNTYPED = ["=A99992612345600", f"SEC: {SEC}", SEC, "]d1LX01D26000123L", "LX01Ð26000123L", CARTON.data, "A999926123456"]


@pytest.mark.parametrize("text", UNKNOWN)
def test_an_unknown_code_says_what_was_read(text: str) -> None:
    for way in (scanning.seen, scanning.wedged):
        with pytest.raises(UnknownCode, match="Read '"):
            way(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("=A99992612345600", "A999926123456T"),
        ("]d1=+02000=A99992612345600=*026325", "A999926123456T"),
        ("=+02000=A99992612345600=<S13841Ab", "A999926123456ABE"),
        ("a9999 26 123456 t", "A999926123456T"),
        ("A9999 26 123456 Ab E", "A999926123456ABE"),
        ("&/CHA999926123456", "CHA999926123456K"),
        ("LX01D26000123L", "LX01D26000123L"),
        ("(01)09521234543213(21)LX01U26000041G", "LX01U26000041G"),
        (CARTON.shown, None),
        ("&,4" + SEC, None),
        ("=<S1384100", None),
    ],
)
def test_what_was_scanned_and_what_was_typed_name_the_same_thing(text: str, code: str | None) -> None:
    thing = scanning.named(scanning.told(text).content)
    assert (thing and thing.code) == code


@given(local_codes | participants | kits | st.just(SEC))
def test_no_code_of_ours_is_one_of_gs1(code: str) -> None:
    with pytest.raises(UnknownCode):
        gs1.parse(code)


def test_a_separator_that_the_wedge_lost_is_not_guessed() -> None:
    two = Elements((("01", "09521234543213"), ("10", "A5"), ("21", "77")))
    assert scanning.wedged(f"]C1{two.data}").content == two
    with pytest.raises(UnknownCode):
        scanning.wedged(f"]C1{two.data.replace(SEPARATOR, '')}")


@given(local_codes | participants | kits | dins.map(lambda din: f"{din.shown} {din.check}"))
def test_what_a_person_types_is_read_with_its_check_character_only(code: str) -> None:
    shown = scanning.entered(f" {code.lower()} ")
    assert shown.content == scanning.entered(code).content
    with pytest.raises(WrongCode):
        scanning.entered(code[:-1].rstrip("- "))


@pytest.mark.parametrize("code", ["LX01D26000123K", "A9999 26 123456 S", "B7K2Q9XMH", "SM-01-003-K", "(01)09521234543214"])
def test_a_wrong_check_character_is_said(code: str) -> None:
    with pytest.raises(WrongCheckCharacter):
        scanning.entered(code)


@pytest.mark.parametrize("code", UNTYPED)
def test_what_has_no_check_character_is_scanned_and_never_typed(code: str) -> None:
    with pytest.raises(UnknownCode):
        scanning.entered(code)


def test_gs1_is_typed_with_its_brackets() -> None:
    assert scanning.entered(CARTON.shown).content == CARTON
    assert gs1.parse_shown(CARTON.shown) == CARTON


@given(st.text() | st.from_regex(r"(\][A-Za-z][0-9])?[=&(0-9A-Z][ -~]{0,50}", fullmatch=True))
def test_whatever_is_read_is_a_code_or_refused_in_words(text: str) -> None:
    for way in (scanning.seen, scanning.wedged, scanning.entered):
        try:
            said = way(text).version
        except WrongCode as refused:
            said = str(refused) if str(refused).startswith("Read ") else ""
        assert said
