"""The printing process on a real database: each label once, and what nobody can know is left to a person."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from stat import S_IMODE
from typing import Any

import psycopg
import pypdfium2
import pytest
import zxingcpp

from biobank.act.kinds import Kind
from biobank.act.people import PRINTING, Side
from biobank.custody import codes
from biobank.custody import operations as custody
from biobank.custody.tables import MaterialKind, Scope
from biobank.db.roles import Login
from biobank.labelling import jobs, operations, printers
from biobank.labelling.printer_rules import PrinterWay, PrintingSide
from biobank.labelling.schemas import PrinterIn
from devices.printing import Printing
from labels.local import CodeKind
from tests.database import Database
from tests.printers import raw_printer
from tests.waiting import until

FIELDS = {"participant": "SM-01-003-J", "collected_at": "2026-03-15 09:42 UTC", "volume": "80 ml"}
Start = Callable[[], "subprocess.Popen[bytes]"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "prints"


@pytest.fixture
def start(database: Database, folder: Path, tmp_path: Path) -> Iterator[Start]:
    """Starts the process as `make run` does; whatever is left of it ends with the test."""

    credentials = tmp_path / "credentials.json"
    credentials.write_text(json.dumps(database.server.passwords))
    address = database.engines.url(Login.PRINTING).set(username=None, password=None)
    told = {"DATABASE_URL": str(address), "BIOBANK_CREDENTIALS": str(credentials), "BIOBANK_PRINT_FOLDER": str(folder)}
    running: list[subprocess.Popen[bytes]] = []

    def begin() -> "subprocess.Popen[bytes]":
        running.append(subprocess.Popen([sys.executable, "-m", "devices.printing"], env=os.environ | told))
        return running[-1]

    yield begin
    for process in running:
        process.kill()
        process.wait()


def label(database: Database, *places: str) -> tuple[str, int]:
    """A label printed by somebody of the bedside who works at these places."""
    person = replace(database.people[Side.BEDSIDE], places=frozenset(places))
    with database.acts.begin(person, Kind.COLLECT) as act:
        made = custody.register(act, MaterialKind.DONATION, codes.next_code(act, Scope.BEDSIDE, CodeKind.DONATION))
        return made.code, operations.print_label(act, made, "donation", FIELDS, made.code).number


def states(database: Database) -> list[Any]:
    jobs = "SELECT j.state FROM print_job j JOIN label_print l ON l.id = j.label_print_id ORDER BY l.number"
    return [state for (state,) in database.rows(jobs)]


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir())


def scanned(path: Path) -> set[str]:
    page = pypdfium2.PdfDocument(path.read_bytes())
    try:
        return {symbol.text for symbol in zxingcpp.read_barcodes(page[0].render(scale=300 / 72).to_pil().convert("L"))}
    finally:
        page.close()


@pytest.fixture
def put(database: Database, folder: Path) -> Callable[[], bool]:
    """Serves the folder of the bedside once; whether a label was sent, or tried."""
    with database.acts.look(PRINTING, Login.PRINTING) as session:
        printer = next(one for one in jobs.working(session) if one.name == "bedside")
    return lambda: Printing(database.acts, folder).serve(printer)


def test_labels_leave_in_the_order_in_which_they_were_asked_for(
    database: Database, folder: Path, put: Callable[[], bool]
) -> None:
    made = []
    for _ in range(3):
        made.append(label(database))
        database.clock.advance(timedelta(seconds=1))
    assert put()
    assert states(database) == ["sent", "queued", "queued"]
    assert put()
    assert put()
    assert not put()
    assert files(folder) == ["bedside/1.pdf", "bedside/2.pdf", "bedside/3.pdf"], "a name tells nothing but the number"
    assert [scanned(folder / "bedside" / f"{number}.pdf") for _, number in made] == [{code} for code, _ in made]
    assert S_IMODE((folder / "bedside").stat().st_mode) == 0o700


def test_a_printer_that_fails_leaves_the_label_to_a_person(database: Database, folder: Path, put: Callable[[], bool]) -> None:
    label(database)
    (folder / "bedside" / ".1.pdf.part").mkdir(parents=True)
    assert put()
    assert states(database) == ["unknown"]
    assert not put(), "it would be printed twice"


def test_a_printer_that_is_away_is_waited_for(database: Database, folder: Path, put: Callable[[], bool]) -> None:
    label(database)
    folder.write_text("no folder")
    assert not put()
    assert states(database) == ["queued"], "nothing left"
    assert database.rows("SELECT printer, says, seen_at FROM printer_status") == [("bedside", "unreachable", None)]
    folder.unlink()
    assert put()
    assert states(database) == ["sent"]


def test_a_process_killed_while_it_sends_prints_nothing_twice(database: Database, folder: Path, start: Start) -> None:
    label(database)
    (folder / "bedside").mkdir(parents=True)
    stuck = folder / "bedside" / ".1.pdf.part"
    os.mkfifo(stuck)  # a printer that takes the label and never ends: nobody reads the pipe
    process = start()
    until(lambda: states(database) == ["sending"])
    process.kill()
    process.wait()
    stuck.unlink()
    label(database)
    assert states(database) == ["sending", "queued"]
    start()
    until(lambda: states(database) == ["unknown", "sent"])
    assert files(folder) == ["bedside/2.pdf"]


def test_of_two_processes_one_prints(database: Database, folder: Path, start: Start) -> None:
    processes = [start(), start()]
    for _ in range(20):
        label(database)
    until(lambda: set(states(database)) == {"sent"})
    assert len(files(folder)) == 20
    processes[0].kill()
    processes[0].wait()
    label(database)
    until(lambda: set(states(database)) == {"sent"})
    processes[1].terminate()
    assert processes[1].wait(10) == 0


def test_a_stalling_printer_holds_up_no_other_and_nothing_is_printed_twice_after_a_kill_at_it(
    database: Database, folder: Path, start: Start
) -> None:
    with raw_printer() as ward:
        ward.stalls_at_label = True
        here = {"side": PrintingSide.BEDSIDE, "place": "smart-ms/01"}
        order = PrinterIn(printer="ward-1", **here, way=PrinterWay.ZPL, host="127.0.0.1", port=ward.port, dpi=203)
        with database.acts.begin(database.people[Side.DESK], Kind.REGISTER_PRINTER) as act:
            printers.register(act, order)
        label(database, "smart-ms/01")
        process = start()
        until(lambda: states(database) == ["sending"])
        label(database, "smart-ms/01")
        for _ in range(3):
            label(database, "smart-ms/02")
        until(lambda: states(database) == ["sending", "queued", "sent", "sent", "sent"])
        process.kill()
        process.wait()
        ward.stalls_at_label = False
        start()
        until(lambda: states(database) == ["unknown", "sent", "sent", "sent", "sent"])
        assert len(ward.labels) == 1, "the first was not sent again"
    assert files(folder) == ["bedside/3.pdf", "bedside/4.pdf", "bedside/5.pdf"]


def test_the_process_that_prints_writes_nothing_but_the_state_of_jobs(database: Database) -> None:
    label(database)
    with database.connect(Login.PRINTING) as db:
        for attack in (
            "UPDATE label_print SET state = 'void'",
            "UPDATE print_job SET printer = 'facility'",
            "UPDATE printer SET host = 'elsewhere'",
            "INSERT INTO print_answer SELECT gen_random_uuid(), id, true, 'it came out', printed_by, now() FROM label_print",
            "DELETE FROM print_job",
            "SELECT * FROM participant",
            "SELECT * FROM unit",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), db.transaction():
                db.execute(attack)
        step = "UPDATE print_job SET state = %s"
        with pytest.raises(psycopg.DatabaseError, match="said by people"), db.transaction():
            db.execute(step, ["withdrawn"])
        db.execute(step, ["sending"])
        db.execute(step, ["unknown"])
        for state in ("printed", "not_printed"):
            with pytest.raises(psycopg.DatabaseError, match="said by people"), db.transaction():
                db.execute(step, [state])
