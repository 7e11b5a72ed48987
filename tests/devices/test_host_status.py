import pytest

from biobank.labelling.printer_rules import PrinterSays, may_be_sent_to
from devices.host_status import HostStatus, is_whole, read
from tests.printers import READY, answer


def test_what_a_printer_says_is_read_from_three_strings() -> None:
    assert read(READY) == HostStatus(PrinterSays.READY)
    assert read(answer(formats=2, left=3)) == HostStatus(PrinterSays.READY, unfinished=5)
    assert read(answer(paper_out=1, head_open=1)).says is PrinterSays.HEAD_OPEN, "what a person sees first"
    assert read(b"\r\n" + READY + b"\r\n") == HostStatus(PrinterSays.READY)


@pytest.mark.parametrize(
    "told",
    [
        b"OK", READY[:-3], READY * 2, READY.replace(b",", b";"), READY.replace(b"1245", b""), READY.replace(b"1234,0", b"1234"),
        READY.replace(b"0,0,1245", b"2,0,1245"), b"\x02" * 600, bytes(range(256)),
    ],
)  # fmt: skip
def test_anything_else_is_garbled_and_never_ready(told: bytes) -> None:
    assert read(told).says is PrinterSays.GARBLED


@pytest.mark.parametrize("told", [b"", b"\r\n"])
def test_nothing_is_silence(told: bytes) -> None:
    assert read(told).says is PrinterSays.SILENT
    assert not is_whole(told)


def test_an_answer_without_end_is_read_no_further() -> None:
    assert is_whole(READY)
    assert not is_whole(READY[:-4])
    assert is_whole(b"x" * 600)


@pytest.mark.parametrize("says", PrinterSays)
def test_labels_go_only_to_a_ready_printer_or_to_one_that_never_told_of_itself(says: PrinterSays) -> None:
    assert may_be_sent_to(says, has_answered=True) is (says is PrinterSays.READY)
    assert may_be_sent_to(says, has_answered=False) is (says in (PrinterSays.READY, PrinterSays.SILENT))
