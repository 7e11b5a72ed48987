"""What people read beside a symbol."""

from dataclasses import replace

import pytest

from labels.documents import Label, RefusedLabel
from labels.geometry import place
from labels.readable import Readable, readable
from labels.wrong import UnknownCode
from tests.labels.worst import COLLECTED, ISBT128, TRADE_ITEM, of_gs1


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        ("LX01D26000123L", Readable("LX01D26000123", "L", "LX01D26000123L")),
        ("B7K2Q9XMG", Readable("B7K2Q9XM", "G", "B7K2Q9XMG")),
        ("=A99992612345600", Readable("A9999 26 123456", "T", "=A99992612345600")),
        (ISBT128, Readable("A9999 26 123456 Ac", "C", "=+02000=A99992612345600=<S13841Ac")),
        (COLLECTED, Readable("W0199 26 888888", "9", "=W01992688888800")),
        ("&/CHA999926123456", Readable("CH A9999 26 123456", "K", "&/CHA999926123456")),
        (of_gs1("LX01U26000041G"), Readable("LX01U26000041", "G", of_gs1("LX01U26000041G"))),
        ("=+02000&/CHA999926123456=A99992612345600", Readable("A9999 26 123456", "T", "=A99992612345600")),
    ],
)
def test_the_number_stands_apart_from_its_check_character(payload: str, said: Readable) -> None:
    assert readable(payload) == said


@pytest.mark.parametrize("payload", ["=<S1384100", "=+01000=<S1384100", "=A9999261234560", f"(01){TRADE_ITEM}", of_gs1("77")])
def test_a_payload_without_a_number_is_no_label(examples: dict[str, Label], payload: str) -> None:
    with pytest.raises(UnknownCode):
        readable(payload)
    with pytest.raises(RefusedLabel) as refused:
        place(replace(examples["unit"], payload=payload))
    assert refused.value.field == "payload"


def test_the_check_character_of_a_donation_number_stands_in_its_box(examples: dict[str, Label]) -> None:
    drawing = place(replace(examples["unit"], payload=ISBT128))
    number, check, *_ = drawing.texts
    [frame] = drawing.frames
    assert (number.text, check.text) == ("A9999 26 123456 Ac", "C")
    assert frame.x < check.block.x
    assert check.block.x + check.block.width < frame.x + frame.width
