"""What a printed code may stand for, and what is said of one that was misread."""

from enum import StrEnum

from biobank.custody.rules import NoSuchMaterial
from biobank.errors import BadInput
from labels import local
from labels.local import CodeKind, KitNumber, LocalCode, ParticipantCode
from labels.wrong import UnknownCode, WrongCheckCharacter


class ThingKind(StrEnum):
    """Everything that carries a printed code and can be scanned."""

    PARTICIPANT = "participant"
    LABEL_SET = "label_set"
    DONATION = "donation"
    KIT = "kit"
    BATCH = "batch"
    CULTURE = "culture"
    UNIT = "unit"
    LOT = "lot"
    POSITION = "position"
    FREEZER = "freezer"
    DEVIATION = "deviation"


_BY_LETTER = {
    CodeKind.DONATION: ThingKind.DONATION,
    CodeKind.BATCH: ThingKind.BATCH,
    CodeKind.CULTURE: ThingKind.CULTURE,
    CodeKind.UNIT: ThingKind.UNIT,
    CodeKind.LOT: ThingKind.LOT,
    CodeKind.POSITION: ThingKind.POSITION,
    CodeKind.FREEZER: ThingKind.FREEZER,
    CodeKind.DEVIATION: ThingKind.DEVIATION,
}


class CodeMisread(BadInput):
    """The check character says that something was misread or mistyped. The right one is not told: the code is read again."""

    code = "code_misread"


def read(text: str) -> tuple[ThingKind, str]:
    """The kind of thing that a scanned or typed code names, and the code as printed. Raises CodeMisread, NoSuchMaterial."""
    try:
        parsed = local.parse_any(text)
    except WrongCheckCharacter as wrong:
        raise CodeMisread(field="code", read=text) from wrong
    except UnknownCode as unknown:
        raise NoSuchMaterial(read=text) from unknown
    kind = _kind(parsed)
    if kind is None:
        raise NoSuchMaterial(read=text)
    return kind, parsed.code


def _kind(parsed: LocalCode | KitNumber | ParticipantCode) -> ThingKind | None:
    if isinstance(parsed, ParticipantCode):
        return ThingKind.PARTICIPANT
    if isinstance(parsed, KitNumber):
        return ThingKind.KIT
    return _BY_LETTER.get(parsed.kind)
