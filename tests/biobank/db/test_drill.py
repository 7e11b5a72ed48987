"""The drill as an administrator has it: what came back is compared and verified, and when that was last good is remembered."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import psycopg
import pytest
from typer.testing import CliRunner

from biobank.cli import main
from biobank.db.backup import make_backup
from biobank.db.counts import Counts, counted
from biobank.db.drill import FOLDER, Report, Verified, drill, drill_of, keep_report, last_good
from biobank.db.follow import follow, following
from biobank.db.homes import throwaway_home
from biobank.db.shelf import END, WAL, backups
from biobank.db.verbs import _verified
from devices.places import CLONE, Places
from devices.services import API, ARCHIVE
from tests.database import NOW
from tests.recovering import Own, own

VERIFIED = Verified(True, "verified")


@pytest.fixture(scope="module")
def lab() -> Iterator[Own]:
    with own(fast=False) as one:
        one.act()
        yield one


@pytest.fixture
def room() -> Iterator[Path]:
    with throwaway_home() as folder:
        yield folder


def said(home: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """What `./manage VERB …` runs."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BIOBANK_", "DATABASE_"))}
    command = [sys.executable, "-m", "devices.beside", "-m", "biobank.cli", *arguments]
    environment = kept | {"BIOBANK_HOME": str(home)}
    return subprocess.run(command, cwd=CLONE, env=environment, capture_output=True, text=True, check=False)


def asked(environment: dict[str, str], *arguments: str) -> tuple[int, str]:
    """What `biobank VERB …` answers, in this process."""
    others = dict.fromkeys(name for name in os.environ if name.startswith(("BIOBANK_", "DATABASE_")))
    done = CliRunner().invoke(main, arguments, env={**others, **environment})
    return done.exit_code, done.output


def test_a_drill_on_a_bare_machine_makes_an_instance_restores_it_verifies_its_log_and_is_remembered(room: Path) -> None:
    done = said(room, "restore", "--drill")
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"tables   \d+ with \d+ rows; [1-9]\d* finished entries", done.stdout)
    assert "heads    Nothing was changed, removed, inserted or cut off." in done.stdout
    assert "lost     nothing that was acknowledged" in done.stdout
    assert re.search(r"The drill is good; it took \d+\.\d s\.", done.stdout)
    (file,) = (room / FOLDER).iterdir()
    assert json.loads(file.read_text())["good"] is True
    assert f"last good {json.loads(file.read_text())['at']}" in said(room, "backup", "status").stdout
    assert not (room / "postgres").exists(), "neither made records where there were none"


def test_what_the_verification_found_stands_in_the_report(lab: Own) -> None:
    exported = lab.of.heads / "heads.jsonl"
    kept = exported.read_text()
    head = {"size": 3, "root": "00" * 32, "time": NOW.isoformat(), "key": "00" * 8, "signature": "00" * 64}
    exported.write_text(json.dumps({"head": head}) + "\n")  # and the database has no leaf
    try:
        found = _verified(lab.of)
    finally:
        exported.write_text(kept)
    assert not found.good
    assert "This log is NOT as it was written." in found.words


def test_a_drill_of_the_running_instance_compares_every_table(lab: Own) -> None:
    report = drill(lab.of, lab.key, NOW, lambda copy: VERIFIED, fast=True)
    assert (report.good, report.lost, report.heads) == (True, [], "verified")
    with psycopg.connect(lab.of.database_url) as db:
        row = db.execute("SELECT (SELECT count(*) FROM audit.entry), (SELECT count(*) FROM person)").fetchone()
    assert row is not None
    assert report.entries == row[0]
    assert report.rows > row[0] + row[1]
    assert report.seconds > 0


def test_a_log_that_does_not_verify_makes_the_drill_bad_and_the_last_good_one_stays(lab: Own, room: Path) -> None:
    changed = Verified(False, "This log is NOT as it was written.")
    bad = drill(lab.of, lab.key, NOW.replace(day=16), lambda copy: changed, fast=True)
    good = replace(bad, lost=[], at=NOW.isoformat())
    for report in (good, bad):
        keep_report(room, report)
    assert not bad.good
    assert bad.lines()[-2:] == ["lost     This log is NOT as it was written.", bad.lines()[-1]]
    assert "NOT good" in bad.lines()[-1]
    assert last_good(room) == good
    assert last_good(room / "elsewhere") is None


def test_records_that_are_missing_from_what_came_back_are_named(lab: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    def on_a_copy_that_lost_some(url: str, horizon: str | None = None) -> Counts:
        if horizon is not None:  # only the copy is counted up to another count's horizon
            with psycopg.connect(url) as db:
                db.execute("ALTER TABLE audit.entry DISABLE TRIGGER append_only")
                db.execute("DELETE FROM audit.entry WHERE id = (SELECT max(id) FROM audit.entry)")
        return counted(url, horizon)

    monkeypatch.setattr("biobank.db.drill.counted", on_a_copy_that_lost_some)
    report = drill(lab.of, lab.key, NOW, lambda copy: VERIFIED, fast=True)
    assert [one.split(" ")[0] for one in report.lost] == ["Of", "audit.entry:"]
    assert "entries of the trail" in report.lost[0]


@contextmanager
def followed(lab: Own) -> Iterator[None]:
    stop = Event()
    thread = Thread(target=follow, args=(lab.of.admin_url, lab.shelf / WAL, lab.of.home / "backup.key", stop))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def test_a_drill_of_an_archived_backup_brings_back_everything_acknowledged_until_it_began(lab: Own) -> None:
    made = make_backup(lab.of, lab.shelf, lab.key, NOW, followed=True)
    with followed(lab):
        with psycopg.connect(lab.of.admin_url, autocommit=True) as db:
            while (there := following(db)) is None or not there.active:
                time.sleep(0.02)
        later = [lab.act() for _ in range(3)]
        report = drill_of(made.folder, lab.key, NOW, lambda copy: VERIFIED, lab.of)
    assert report.good
    assert report.until == "until the drill began"
    assert report.entries >= 3 + len(later)
    alone = drill_of(made.folder, lab.key, NOW, lambda copy: VERIFIED, lab.of)
    assert alone.until == "until the backup ended"


def test_an_administrator_backs_up_and_restores_by_command(lab: Own, room: Path) -> None:
    of_lab = {"BIOBANK_HOME": str(lab.of.home), "BIOBANK_BACKUP_FOLDER": str(room)}
    of_lab |= {"BIOBANK_BACKUP_KEY": str(room / "backup.key")}
    of_lab |= {"DATABASE_URL": f"postgresql://127.0.0.1:{lab.postgres.port}/biobank", "BIOBANK_ADMIN_URL": lab.of.admin_url}
    code, words = asked(of_lab, "backup", "--keep", "3")
    assert (code, "A key was made" in words, "same disk as the records" in words) == (0, True, True)
    (made,) = backups(room)
    assert str(made.folder) in words
    assert f"the newest {made.id}" in asked(of_lab, "backup", "status")[1]
    bare = {"BIOBANK_HOME": str(room / "home")}
    restoring = ("restore", "--into", str(room / "new"), "--from", str(room), "--key", str(room / "backup.key"))
    code, words = asked(bare, *restoring)
    assert (code, f"Restored {made.id} into {room / 'new'}" in words) == (0, True)
    assert not (room / "home").exists(), "a restore makes no records beside those that it restores"
    assert asked(bare, *restoring) == (1, f"{room / 'new'} is not empty: nothing is ever restored over something else.\n")
    (made.folder / END).unlink()
    code, words = asked(bare, "restore", "--into", str(room / "other"), *restoring[3:])
    assert (code, "no complete backup" in words) == (1, True)


def test_another_sites_server_is_left_to_its_own_backup(room: Path) -> None:
    theirs = {"BIOBANK_HOME": str(room), "DATABASE_URL": "postgresql://db.example.org/biobank"}
    for arguments in (("backup",), ("restore", "--drill")):
        code, words = asked(theirs, *arguments)
        assert (code, "that site's backup is responsible" in words, str(room / "credentials.json") in words) == (1, True, True)
    code, words = asked({"BIOBANK_HOME": str(room)}, "backup")
    assert (code, "There are no records" in words) == (1, True)
    code, words = asked({"BIOBANK_HOME": str(room)}, "restore")
    assert (code, "--into EMPTYDIR and --from BACKUP" in words) == (1, True)


def test_only_what_archives_the_log_is_told_the_superusers_address(tmp_path: Path) -> None:
    admin_url = "postgresql://postgres:p@127.0.0.1/postgres"
    places = Places(tmp_path, "postgresql://127.0.0.1/biobank", "mqtt://127.0.0.1", 8000, admin_url)
    assert "BIOBANK_ADMIN_URL" in places.environment(ARCHIVE)
    assert "BIOBANK_ADMIN_URL" not in places.environment(API)


def test_a_report_is_read_as_it_was_written() -> None:
    one = Report("2026-03-15T12:00:00+00:00", "b", 1, 1.0, 1.0, 1.0, 1.0, "0/1", "", 1, 1, 1, "until", "heads", ["a"])
    assert Report.of(json.loads(json.dumps(one.told()))) == one
    assert not replace(one, lost=["a"]).good
