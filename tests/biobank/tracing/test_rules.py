import pytest

from biobank.act.randomness import Randomness
from biobank.custody.rules import NoSuchMaterial
from biobank.tracing.rules import CodeMisread, ThingKind, read
from labels.local import CodeKind, build, kit_number, participant_code

KIT, PARTICIPANT = kit_number(Randomness(b"a kit").stream("kit")), participant_code("SM", "01", 3)
THINGS = {
    ThingKind.DONATION: CodeKind.DONATION,
    ThingKind.BATCH: CodeKind.BATCH,
    ThingKind.CULTURE: CodeKind.CULTURE,
    ThingKind.UNIT: CodeKind.UNIT,
    ThingKind.LOT: CodeKind.LOT,
    ThingKind.RACK: CodeKind.RACK,
    ThingKind.BOX: CodeKind.BOX,
    ThingKind.POSITION: CodeKind.POSITION,
    ThingKind.FREEZER: CodeKind.FREEZER,
    ThingKind.DEVIATION: CodeKind.DEVIATION,
}
CODES = {kind: build("01", letter, 2026, 12) for kind, letter in THINGS.items()}


@pytest.mark.parametrize("kind", THINGS)
def test_a_code_says_of_what_kind_its_thing_is(kind: ThingKind) -> None:
    assert read(CODES[kind]) == (kind, CODES[kind])


def test_kits_and_participants_are_told_by_their_form() -> None:
    assert read(PARTICIPANT) == (ThingKind.PARTICIPANT, PARTICIPANT)
    assert read(KIT) == (ThingKind.KIT, KIT)


@pytest.mark.parametrize("wrong", [KIT[:-1] + "*", PARTICIPANT[:-1] + "*"])
def test_a_wrong_check_character_of_a_kit_or_participant_never_passes(wrong: str) -> None:
    with pytest.raises((CodeMisread, NoSuchMaterial)):
        read(wrong)


def test_small_letters_and_blanks_around_a_code_are_forgiven() -> None:
    assert read(f"  {CODES[ThingKind.UNIT].lower()} ") == (ThingKind.UNIT, CODES[ThingKind.UNIT])


@pytest.mark.parametrize("place", range(6, 14))
def test_one_wrong_digit_is_misread_and_the_right_one_is_not_told(place: int) -> None:
    code = CODES[ThingKind.BATCH]
    wrong = code[:place] + ("8" if code[place] != "8" else "7") + code[place + 1 :]
    with pytest.raises(CodeMisread) as refusal:
        read(wrong)
    assert refusal.value.facts == {"field": "code", "read": wrong}


@pytest.mark.parametrize("text", ["", "UNIT 7", "=<S1384100", "ß" * 14, "LX01Ω26000012S", "\x00", "x" * 100])
def test_what_is_no_code_is_carried_by_nothing(text: str) -> None:
    with pytest.raises(NoSuchMaterial):
        read(text)


@pytest.mark.parametrize("letter", [CodeKind.EQUIPMENT, CodeKind.BADGE, CodeKind.TRANSPORT_BOX])
def test_kinds_that_nobody_registers_here_are_carried_by_nothing(letter: CodeKind) -> None:
    with pytest.raises(NoSuchMaterial):
        read(build("01", letter, 2026, 12))
