"""The printing process on a real database: each label once, and what nobody can know is left to a person."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from stat import S_IMODE
from typing import Any

import psycopg
import pypdfium2
import pytest
import zxingcpp

from biobank.act.kinds import Kind
from biobank.act.people import Side
from biobank.custody import codes
from biobank.custody import operations as custody
from biobank.custody.tables import MaterialKind, Scope
from biobank.db.roles import Login
from biobank.labelling import operations
from devices import printing
from labels.local import CodeKind
from tests.database import Database
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


def label(database: Database) -> tuple[str, int]:
    with database.acts.begin(database.people[Side.BEDSIDE], Kind.COLLECT) as act:
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


def test_labels_leave_in_the_order_in_which_they_were_asked_for(database: Database, folder: Path) -> None:
    made = []
    for _ in range(3):
        made.append(label(database))
        database.clock.advance(timedelta(seconds=1))
    assert printing.send_next(database.acts, folder)
    assert states(database) == ["sent", "queued", "queued"]
    assert printing.send_next(database.acts, folder)
    assert printing.send_next(database.acts, folder)
    assert not printing.send_next(database.acts, folder)
    assert files(folder) == ["bedside/1.pdf", "bedside/2.pdf", "bedside/3.pdf"], "a name tells nothing but the number"
    assert [scanned(folder / "bedside" / f"{number}.pdf") for _, number in made] == [{code} for code, _ in made]
    assert S_IMODE((folder / "bedside").stat().st_mode) == 0o700


def test_a_printer_that_fails_leaves_the_label_to_a_person(database: Database, folder: Path) -> None:
    label(database)
    folder.write_text("no folder")
    assert printing.send_next(database.acts, folder)
    assert states(database) == ["unknown"]
    assert not printing.send_next(database.acts, folder), "it would be printed twice"


def test_a_printer_that_is_a_path_is_no_printer(database: Database, folder: Path) -> None:
    label(database)
    with database.admin() as db:
        db.execute("UPDATE print_job SET printer = '../elsewhere'")
    assert printing.send_next(database.acts, folder)
    assert states(database) == ["unknown"]
    assert not (folder.parent / "elsewhere").exists()


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


def test_the_process_that_prints_writes_nothing_but_the_state_of_jobs(database: Database) -> None:
    label(database)
    with database.connect(Login.PRINTING) as db:
        for attack in (
            "UPDATE label_print SET state = 'void'",
            "UPDATE print_job SET printer = 'facility'",
            "DELETE FROM print_job",
            "SELECT * FROM participant",
            "SELECT * FROM unit",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), db.transaction():
                db.execute(attack)
