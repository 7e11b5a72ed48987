"""Printers on a raw socket: good, slow, silent, lying, cut off; a label leaves once, or is left to a person."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from biobank.act.kinds import Kind
from biobank.act.people import PRINTING, Side
from biobank.custody import codes
from biobank.custody import operations as custody
from biobank.custody.tables import MaterialKind, Scope
from biobank.db.roles import Login
from biobank.labelling import jobs, operations, printers
from biobank.labelling.printer_rules import PrinterWay, PrintingSide
from biobank.labelling.schemas import Reached
from devices.printing import Printing
from devices.raw_printer import Patience
from labels.local import CodeKind
from tests.database import Database
from tests.printers import READY, RawPrinter, answer, raw_printer

FIELDS = {"participant": "SM-01-003-J", "collected_at": "2026-03-15 09:42 UTC", "volume": "80 ml"}
SHORT = Patience(connect_s=1, answer_s=0.5, write_s=0.5, finish_s=0.5)
Serve = Callable[[], bool]


@pytest.fixture
def printer(database: Database) -> Iterator[RawPrinter]:
    """The printer of the bedside, on the network from now on."""
    with raw_printer() as made:
        reach(database, made.port)
        yield made


def reach(database: Database, port: int, patience_s: int | None = None) -> None:
    """The printer of the bedside is at this port from now on."""
    reached = Reached(way=PrinterWay.ZPL, host="127.0.0.1", port=port, dpi=300, patience_s=patience_s)
    with database.acts.begin(database.people[Side.DESK], Kind.CHANGE_PRINTER, reason="A real printer") as act:
        printers.change(act, "bedside", reached, True)


@pytest.fixture
def serve(database: Database, tmp_path: Any) -> Serve:
    printing = Printing(database.acts, tmp_path, SHORT)

    def once() -> bool:
        with database.acts.look(PRINTING, Login.PRINTING) as session:
            [row] = [one for one in jobs.working(session) if one.side == PrintingSide.BEDSIDE]
        return printing.serve(row)

    return once


def label(database: Database) -> str:
    with database.acts.begin(database.people[Side.BEDSIDE], Kind.COLLECT) as act:
        made = custody.register(act, MaterialKind.DONATION, codes.next_code(act, Scope.BEDSIDE, CodeKind.DONATION))
        operations.print_label(act, made, "donation", FIELDS, made.code)
        return made.code


def states(database: Database) -> list[Any]:
    return sorted(state for (state,) in database.rows("SELECT state FROM print_job"))


def says(database: Database) -> Any:
    return database.rows("SELECT says FROM printer_status")[0][0]


def test_labels_go_to_the_printer_one_by_one(database: Database, printer: RawPrinter, serve: Serve) -> None:
    made = [label(database), label(database)]
    assert serve()
    assert (states(database), len(printer.labels)) == (["queued", "sent"], 1)
    assert serve()
    assert not serve()
    assert states(database) == ["sent", "sent"]
    assert len(set(printer.labels)) == len(made)
    [(status, answers, seen)] = database.rows("SELECT says, answers, seen_at IS NOT NULL FROM printer_status")
    assert (status, answers, seen) == ("ready", True, True)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"paper_out": 1}, "paper_out"),
        ({"ribbon_out": 1}, "ribbon_out"),
        ({"head_open": 1}, "head_open"),
        ({"paused": 1}, "paused"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "garbled"),
        (answer().replace(b"030,0", b"030,7"), "garbled"),
        (READY[:40], "garbled"),
    ],
)
def test_nothing_is_sent_to_a_printer_that_does_not_say_it_is_ready(
    database: Database, printer: RawPrinter, serve: Serve, told: Any, said: str
) -> None:
    label(database)
    printer.answers = [told if isinstance(told, bytes) else answer(**told)]
    assert not serve()
    assert (states(database), printer.labels, says(database)) == (["queued"], [], said)
    printer.answers = [READY]
    assert serve()
    assert (states(database), len(printer.labels)) == (["sent"], 1)


def test_a_printer_that_closes_at_once_or_is_gone_is_waited_for(database: Database, printer: RawPrinter, serve: Serve) -> None:
    label(database)
    printer.closes_at_once = True
    assert not serve()
    assert (states(database), says(database)) == (["queued"], "unreachable")
    reach(database, port=1)
    assert not serve()
    assert states(database) == ["queued"]


@pytest.mark.parametrize(
    "manner",
    [
        {"drops_at_label": True},
        {"stalls_at_label": True},
        {"answers": [READY, None]},
        {"answers": [READY, answer(paper_out=1)]},
        {"answers": [READY, answer(head_open=1)]},
        {"answers": [READY, answer(formats=1)]},
        {"answers": [READY, b"\x02nonsense\x03" * 3]},
    ],
    ids=["drops", "stalls", "falls silent", "runs out", "is opened", "never finishes", "talks nonsense"],
)
def test_a_printer_in_doubt_leaves_the_label_to_a_person_and_prints_it_once(
    database: Database, printer: RawPrinter, serve: Serve, manner: dict[str, Any]
) -> None:
    label(database)
    for name, value in manner.items():
        setattr(printer, name, value)
    assert serve()
    assert states(database) == ["unknown"]
    printer.answers, printer.drops_at_label, printer.stalls_at_label = [READY], False, False
    taken = len(printer.labels)
    assert not serve()
    assert (states(database), len(printer.labels)) == (["unknown"], taken), "nobody decided to print it again"


def test_a_printer_that_takes_its_time_is_waited_for(database: Database, printer: RawPrinter, serve: Serve) -> None:
    reach(database, printer.port, patience_s=9)
    label(database)
    unfinished = [answer(formats=1), answer(left=1)] * 3  # for longer than the usual patience here
    printer.answers, printer.waits_s = [READY, *unfinished, READY], 0.05
    assert serve()
    assert (states(database), printer.asked) == (["sent"], 8)


def test_a_printer_that_takes_all_and_prints_nothing_is_found_out_by_the_scan(
    database: Database, printer: RawPrinter, serve: Serve
) -> None:
    label(database)
    printer.throws_away = True
    assert serve()
    assert states(database) == ["sent"]
    assert database.rows("SELECT state FROM label_print") == [("printed",)], "sent is not applied"


def test_a_printer_that_never_tells_of_itself_is_trusted_until_it_has_told_once(
    database: Database, printer: RawPrinter, serve: Serve
) -> None:
    printer.answers = [None]
    for _ in range(3):
        label(database)
    assert serve()
    assert (states(database), len(printer.labels), says(database)) == (["queued", "queued", "sent"], 1, "silent")
    printer.drops_at_label = True
    assert serve()
    assert states(database) == ["queued", "sent", "unknown"], "the line was cut"
    printer.drops_at_label, printer.answers = False, [answer(paused=1), None]
    assert not serve()
    assert not serve()
    assert (states(database)[0], says(database)) == ("queued", "silent"), "out of media, a printer may fall silent"
