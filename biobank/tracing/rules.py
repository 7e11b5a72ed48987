"""What a printed code may stand for, and what is said of one that was misread."""

from enum import StrEnum

from biobank.custody.rules import NoSuchMaterial
from biobank.errors import BadInput
from labels import scanning
from labels.isbt128.numbers import Din, Part
from labels.local import CodeKind, KitNumber, LocalCode, ParticipantCode
from labels.scanning import Named
from labels.wrong import WrongCheckCharacter, WrongCode


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
    RACK = "rack"
    BOX = "box"
    POSITION = "position"
    FREEZER = "freezer"
    DEVIATION = "deviation"


_BY_LETTER = {
    CodeKind.DONATION: ThingKind.DONATION,
    CodeKind.BATCH: ThingKind.BATCH,
    CodeKind.CULTURE: ThingKind.CULTURE,
    CodeKind.UNIT: ThingKind.UNIT,
    CodeKind.LOT: ThingKind.LOT,
    CodeKind.RACK: ThingKind.RACK,
    CodeKind.BOX: ThingKind.BOX,
    CodeKind.POSITION: ThingKind.POSITION,
    CodeKind.FREEZER: ThingKind.FREEZER,
    CodeKind.DEVIATION: ThingKind.DEVIATION,
}
_BY_TYPE = {
    ParticipantCode: ThingKind.PARTICIPANT,
    KitNumber: ThingKind.KIT,
    Din: ThingKind.DONATION,
    Part: ThingKind.UNIT,
}


class CodeMisread(BadInput):
    """The check character says that something was misread or mistyped. The right one is not told: the code is read again."""

    code = "code_misread"


def read(text: str) -> tuple[ThingKind, str]:
    """The kind of thing that a scanned or typed code names, and the code as printed. Raises CodeMisread, NoSuchMaterial."""
    try:
        thing = scanning.named(scanning.told(text).content)
    except WrongCheckCharacter as wrong:
        raise CodeMisread(field="code", read=text) from wrong
    except WrongCode as unknown:
        raise NoSuchMaterial(read=text) from unknown
    kind = None if thing is None else _kind(thing)
    if thing is None or kind is None:
        raise NoSuchMaterial(read=text)
    return kind, thing.code


def _kind(thing: Named) -> ThingKind | None:
    return _BY_LETTER.get(thing.kind) if isinstance(thing, LocalCode) else _BY_TYPE.get(type(thing))
