"""A backup holds everything, is read by nobody without the key, and is refused whole where any part of it is not as it was."""

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from biobank.db.backup import make_backup
from biobank.db.binaries import owner
from biobank.db.counts import counted, differences
from biobank.db.encrypted import BackupRefused, Damaged, Encrypted, WrongKey, make_key
from biobank.db.homes import throwaway_home
from biobank.db.restore import RESTORING
from biobank.db.roles import Login
from biobank.db.shelf import BASE, END, HOME, MAKING, Backup, backup_in, backups, keep_newest
from tests.database import NOW
from tests.recovering import HEAD, Clients, Own, acts_in, own, restore, running

CLONE = Path(__file__).parents[3]
DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")
IN_THE_MIDDLE = """
import sys, time
from pathlib import Path
from datetime import UTC, datetime
from biobank.db import backup, encrypted
from biobank.db.encrypted import Encrypting, read_key
home = Path(sys.argv[2])
def slowly(part, data, write=Encrypting.write):
    if part._number == 3:
        print("in the middle", flush=True)
        time.sleep(600)
    return write(part, data)
Encrypting.write = slowly
of = backup.Installation(sys.argv[1], "biobank", home, home / "credentials.json", home / "heads")
backup.make_backup(of, Path(sys.argv[3]), read_key(home / "backup.key"), datetime.now(UTC))
"""


@pytest.fixture(scope="module")
def lab() -> Iterator[Own]:
    with own() as one:
        yield one


@pytest.fixture(scope="module")
def made(lab: Own) -> Backup:
    lab.act()
    return make_backup(lab.of, lab.shelf, lab.key, NOW)


@pytest.fixture
def room() -> Iterator[Path]:
    with throwaway_home() as folder:
        yield folder


def copy_of(made: Backup, room: Path) -> Path:
    return Path(shutil.copytree(made.folder, room / "copy"))


def flip(file: Path, place: int) -> None:
    with file.open("r+b") as changed:
        changed.seek(place, os.SEEK_END if place < 0 else os.SEEK_SET)
        byte = changed.read(1)[0]
        changed.seek(-1, os.SEEK_CUR)
        changed.write(bytes([byte ^ 1]))


def test_everything_comes_back_on_an_empty_folder(lab: Own, made: Backup, room: Path) -> None:
    here = counted(lab.of.database_url)
    back = restore(made.folder, room / "new", lab.key)
    assert (back.stopped, back.followed_bytes) == ("", 0)
    with running(back) as there:
        assert differences(here, here, counted(there.database_url, here.horizon)) == []
        assert acts_in(there) == acts_in(lab.of) != set()
        with psycopg.connect(there.database_url) as db:
            row = db.execute("SELECT pg_is_in_recovery(), timeline_id FROM pg_control_checkpoint()").fetchone()
        assert row == (False, made.base.timeline + 1)


def test_what_lies_beside_the_database_comes_back_and_no_private_key(lab: Own, made: Backup, room: Path) -> None:
    back = restore(made.folder, room / "new", lab.key)
    assert (back.home / "credentials.json").read_bytes() == lab.of.credentials.read_bytes()
    assert (back.home / "credentials.json").stat().st_mode & 0o777 == 0o600
    assert (back.home / "heads" / "heads.jsonl").read_text() == HEAD
    assert sorted(path.name for path in back.home.iterdir()) == [
        "credentials.json", "heads", "logs", "postgres", "postgres.password",
    ]  # fmt: skip
    assert (back.home / "postgres" / "data").stat().st_uid == owner().uid
    with running(back) as there:
        passwords = json.loads(there.credentials.read_text())
        for login in Login:
            address = there.database_url.replace(there.database_url.split("@")[0], f"postgresql://{login}:{passwords[login]}")
            psycopg.connect(address).close()


def test_the_restored_records_take_new_acts(lab: Own, made: Backup, room: Path) -> None:
    with running(restore(made.folder, room / "new", lab.key)) as there:
        new = replace(lab, of=there).act()
        assert new in acts_in(there)


def test_nothing_is_written_in_the_clear_and_only_its_owner_reads_it(lab: Own, made: Backup) -> None:
    password = json.loads(lab.of.credentials.read_text())[Login.FACILITY].encode()
    words = (password, b"prepare_database", b"PG_VERSION", lab.key.secret, lab.key.secret.hex().encode())
    for part in made.folder.iterdir():
        assert not [word for word in words if word in part.read_bytes()]
    assert stat.S_IMODE(made.folder.stat().st_mode) == 0o700
    with Encrypted(made.folder / HOME, lab.key) as part:
        assert password in b"".join(part.chunks())


@pytest.mark.parametrize("part", [HOME, BASE, END])
@pytest.mark.parametrize("place", [3, 60, 400, -1])
def test_a_flipped_bit_in_any_part_is_refused_by_name(lab: Own, made: Backup, room: Path, part: str, place: int) -> None:
    copy = copy_of(made, room)
    flip(copy / part, place)
    with pytest.raises((Damaged, WrongKey), match=rf"copy/{part}|{copy}"):
        restore(copy, room / "new", lab.key)
    assert not (room / "new").exists() or not any((room / "new").iterdir())


@pytest.mark.parametrize("part", [HOME, BASE, END])
def test_a_part_that_is_cut_off_or_missing_is_refused_by_name(lab: Own, made: Backup, room: Path, part: str) -> None:
    copy = copy_of(made, room)
    size = (copy / part).stat().st_size
    os.truncate(copy / part, size - 1)
    with pytest.raises(Damaged, match=f"{part} is damaged"):
        restore(copy, room / "new", lab.key)
    unfinished = shutil.copytree(made.folder, room / f"{made.id}{MAKING}")
    with pytest.raises(Damaged, match="no complete backup"):
        restore(unfinished, room / "new", lab.key)
    (copy / part).unlink()
    with pytest.raises(Damaged, match="is missing" if part != END else "no complete backup"):
        restore(copy, room / "new", lab.key)


@pytest.mark.parametrize("part", [HOME, BASE, END])
def test_what_was_added_after_the_end_of_a_part_is_refused(lab: Own, made: Backup, room: Path, part: str) -> None:
    copy = copy_of(made, room)
    with (copy / part).open("ab") as longer:
        longer.write(bytes(3))
    with pytest.raises(Damaged, match=f"{part} is damaged"):
        restore(copy, room / "new", lab.key)


@pytest.mark.parametrize("part", [HOME, BASE])
def test_a_part_of_another_backup_is_refused(lab: Own, made: Backup, room: Path, part: str) -> None:
    other = make_backup(lab.of, room / "shelf", lab.key, NOW)
    copy = copy_of(made, room)
    shutil.copy(other.folder / part, copy / part)
    with pytest.raises(Damaged, match="belongs to another backup"):
        restore(copy, room / "new", lab.key)
    shutil.copy(made.folder / END, copy / part)
    with pytest.raises(Damaged, match="another part of it"):
        restore(copy, room / "new", lab.key)


def test_the_wrong_key_is_said(lab: Own, made: Backup, room: Path) -> None:
    with pytest.raises(WrongKey, match=f"encrypted with key {lab.key.id}"):
        restore(made.folder, room / "new", make_key(room / "other.key"))
    assert not (room / "new").exists()


def test_nothing_is_restored_over_something_else(lab: Own, made: Backup, room: Path) -> None:
    (room / "new").mkdir()
    (room / "new" / "letter.txt").write_text("kept")
    for into in (room / "new", room / "new" / "letter.txt"):
        with pytest.raises(BackupRefused, match="not empty"):
            restore(made.folder, into, lab.key)
    assert (room / "new" / "letter.txt").read_text() == "kept"


def test_an_interrupted_restore_is_no_home(lab: Own, made: Backup, room: Path) -> None:
    (room / "new" / RESTORING).mkdir(parents=True)
    with pytest.raises(BackupRefused, match="not empty"):
        restore(made.folder, room / "new", lab.key)


def test_a_backup_that_is_killed_in_the_middle_is_none_and_the_next_one_clears_it_away(lab: Own, room: Path) -> None:
    shelf = room / "shelf"
    command = [sys.executable, "-c", IN_THE_MIDDLE, lab.of.admin_url, str(lab.of.home), str(shelf)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(CLONE)})
    assert child.stdout is not None
    assert child.stdout.readline() == "in the middle\n"
    (half,) = shelf.iterdir()
    make_backup(lab.of, shelf, lab.key, NOW)
    assert half.exists(), "one that is still being made is left alone"
    child.send_signal(signal.SIGKILL)
    child.communicate()
    assert (half / BASE).stat().st_size > 0
    assert half not in [one.folder for one in backups(shelf)]
    with pytest.raises(Damaged, match="no complete backup"):
        restore(half, room / "new", lab.key)
    make_backup(lab.of, shelf, lab.key, NOW + timedelta(seconds=1))
    assert not half.exists()
    until = time.monotonic() + 10
    while slots(lab) and time.monotonic() < until:
        time.sleep(0.05)
    assert slots(lab) == []


def slots(lab: Own) -> list[str]:
    with psycopg.connect(lab.of.admin_url) as db:
        return [name for (name,) in db.execute("SELECT slot_name FROM pg_replication_slots")]


def test_everything_acknowledged_before_the_end_of_a_backup_is_in_it_while_clients_write(lab: Own, room: Path) -> None:
    with Clients(lab.of.database_url) as clients:
        clients.wait_for(50)
        before = len(clients.done)
        made = make_backup(lab.of, room / "shelf", lab.key, NOW)
        clients.wait_for(50)
    due = {one.act for one in clients.done if one.place <= made.base.end}
    back = restore(made.folder, room / "new", lab.key)
    with running(back) as there:
        assert due <= acts_in(there)
        assert differences(back.before, back.after, counted(there.database_url, back.before.horizon)) == []
    assert len(due) > before, "some were acknowledged while the backup was being made"


def test_a_server_of_somebody_else_is_not_ours_to_back_up(lab: Own, room: Path) -> None:
    with pytest.raises(BackupRefused, match="its own site backs it up"):
        make_backup(replace(lab.of, home=room), room / "shelf", lab.key, NOW)
    assert not any((room / "shelf").iterdir())


def test_a_server_that_is_away_is_said_and_leaves_nothing(lab: Own, room: Path) -> None:
    away = replace(lab.of, admin_url=lab.of.admin_url.replace(str(lab.postgres.port), "1"))
    with pytest.raises(BackupRefused, match="does not answer"):
        make_backup(away, room / "shelf", lab.key, NOW)
    assert not any((room / "shelf").iterdir())


def test_only_the_oldest_are_removed_and_only_of_the_same_server(lab: Own, room: Path) -> None:
    made = [make_backup(lab.of, room, lab.key, NOW + timedelta(days=day)) for day in range(3)]
    assert keep_newest(room, 2, "another server") == []
    assert keep_newest(room, 2, made[0].base.system) == made[:1]
    assert backups(room) == made[1:]
    assert backup_in(made[2].folder) == made[2]


def test_what_is_not_as_it_was_counted_is_named(lab: Own) -> None:
    here = counted(lab.of.database_url)
    fewer = replace(here, rows=here.rows | {"public.person": here.rows["public.person"] - 1})
    were = here.rows["public.person"]
    assert differences(here, here, fewer) == [f"public.person: {were - 1} rows, {were} were there."]
    assert "entries of the trail" in differences(here, here, replace(here, entries=here.entries - 1))[0]
    assert "they are others" in differences(here, here, replace(here, digest=here.digest ^ 1))[0]
    missing = replace(here, rows={name: rows for name, rows in here.rows.items() if name != "audit.leaf"})
    assert differences(here, here, missing, later=True) == ["audit.leaf: -1 rows, at least 0 were there."]


@pytest.mark.needs("postgresql-15")
def test_debians_postgresql_15_is_backed_up_and_restored_by_its_own_programs(room: Path) -> None:
    with own(DEBIAN_15) as lab:
        act = lab.act()
        made = make_backup(lab.of, lab.shelf, lab.key, NOW)
        with pytest.raises(BackupRefused, match="PostgreSQL 15, and here is 18"):
            restore(made.folder, room / "new", lab.key)
        back = restore(made.folder, room / "new", lab.key, binaries=DEBIAN_15)
        assert back.reached == f"{made.base.end >> 32:X}/{made.base.end & 0xFFFFFFFF:X}"
        lab.postgres.stop()
        with running(back, DEBIAN_15) as there:
            assert act in acts_in(there)
