"""The log is archived while it is written: what is lost with the machine is a fraction of a second, and a gap is never unseen."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event

import psycopg
import pytest

from biobank.db.backup import make_backup
from biobank.db.encrypted import Damaged, make_key, read_key
from biobank.db.follow import SLOT, WINDOW_S, Following, follow, following, keep_the_log
from biobank.db.homes import throwaway_home
from biobank.db.shelf import WAL, Backup, keep_newest
from biobank.db.wal import PIECE_BYTES, Base, address, lay, lsn, pieces
from tests.database import NOW
from tests.recovering import Clients, Own, acts_in, own, restore, running, slowest_write

CLONE = Path(__file__).parents[3]
FOLLOWING = """
import sys
from pathlib import Path
from threading import Event
from biobank.db.follow import follow
follow(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), Event())
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Own]:
    with own(fast=False) as one:  # what is acknowledged must be on the disk, as it is in earnest
        yield one


@pytest.fixture
def lab(server: Own) -> Iterator[Own]:
    """The same server for every test; a folder of backups for each, as if the administrator had named another disk."""
    with throwaway_home() as folder:
        yield replace(server, shelf=folder / "backups")


@pytest.fixture
def room() -> Iterator[Path]:
    with throwaway_home() as folder:
        yield folder


@contextmanager
def followed(lab: Own) -> Iterator[None]:
    stop = Event()
    thread = threading.Thread(target=follow, args=(lab.of.admin_url, lab.shelf / WAL, lab.of.home / "backup.key", stop))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def follower(lab: Own) -> "subprocess.Popen[str]":
    """A process of its own, which can be killed."""
    command = [sys.executable, "-c", FOLLOWING, lab.of.admin_url, str(lab.shelf / WAL), str(lab.of.home / "backup.key")]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, text=True, env={**os.environ, "PYTHONPATH": str(CLONE)})


def state(lab: Own) -> Following | None:
    with psycopg.connect(lab.of.admin_url) as db:
        return following(db)


def until_archived(lab: Own, patience_s: float = 20) -> None:
    """Until everything acknowledged so far is on the archive's disk."""
    with psycopg.connect(lab.of.admin_url, autocommit=True) as db:
        row = db.execute("SELECT pg_current_wal_flush_lsn()::text").fetchone()
        assert row is not None
        until = time.monotonic() + patience_s
        while (there := following(db)) is None or there.place < address(row[0]):
            assert time.monotonic() < until, "the archive does not get on"
            time.sleep(0.02)


def until_active(lab: Own) -> None:
    until = time.monotonic() + 20
    while (there := state(lab)) is None or not there.active:
        assert time.monotonic() < until, "nobody follows"
        time.sleep(0.02)


def backed_up(lab: Own) -> Backup:
    return make_backup(lab.of, lab.shelf, lab.key, NOW, followed=True)


def test_nothing_is_archived_before_the_first_backup_and_the_log_is_kept_from_it_on(lab: Own) -> None:
    with followed(lab):
        lab.act()
        time.sleep(0.3)
    assert state(lab) is None
    assert not (lab.shelf / WAL).exists()
    with psycopg.connect(lab.of.admin_url, autocommit=True) as db:
        keep_the_log(db)
        first = following(db)
        keep_the_log(db)
        assert following(db) == first
        assert db.execute("SELECT count(*) FROM pg_replication_slots WHERE slot_name = %s", [SLOT]).fetchone() == (1,)


def test_what_was_acknowledged_before_the_machine_was_lost_comes_back_but_for_the_last_moment(room: Path) -> None:
    with own(fast=False) as lab:
        made = backed_up(lab)
        clients, lost_at, slowest_s = lost_while_written(lab)
        back = restore(made.folder, room / "new", lab.key)
    with running(back) as there:
        came_back = acts_in(there)
    missing = [one for one in clients.done if one.act not in came_back]
    window_s = max((lost_at - one.at for one in missing), default=0.0)
    assert window_s < WINDOW_S + 0.9 + 2 * slowest_s, "only the last moment may be missing, and what the disk is busy with"
    assert not [one for one in missing if one.place <= address(back.reached)]
    assert len(came_back) > 100


def lost_while_written(lab: Own) -> tuple[Clients, float, float]:
    """Server and archiving are killed in the middle of the work, at the time told; and how long (s) the disk took at worst."""
    archiving = follower(lab)
    with Clients(lab.of.database_url) as clients:
        until_active(lab)
        slowest_s = slowest_write(lab.shelf / "reference", 1.5, WINDOW_S)
        lost_at = time.monotonic()
        archiving.kill()
        os.kill(int((lab.postgres.data / "postmaster.pid").read_text().split("\n", 1)[0]), signal.SIGKILL)
    archiving.wait()
    return clients, lost_at, slowest_s


def test_everything_acknowledged_until_the_archive_caught_up_comes_back(lab: Own, room: Path) -> None:
    made = backed_up(lab)
    with followed(lab):
        acts = {lab.act() for _ in range(20)}
        until_archived(lab)
        back = restore(made.folder, room / "new", lab.key)
    with running(back) as there:
        assert acts <= acts_in(there)
    with running(restore(made.folder, room / "alone", lab.key, alone=True)) as there:
        assert not acts & acts_in(there)


def test_a_killed_follower_leaves_no_gap(lab: Own, room: Path) -> None:
    made = backed_up(lab)
    acts = set()
    for _ in range(3):
        child = follower(lab)
        until_active(lab)
        acts |= {lab.act() for _ in range(20)}
        until_archived(lab)
        child.kill()
        child.wait()
        acts |= {lab.act() for _ in range(5)}
        until = time.monotonic() + 10
        while (there := state(lab)) is not None and there.active and time.monotonic() < until:
            time.sleep(0.02)
    with followed(lab):
        until_archived(lab)
    assert len(pieces(made.archive, made.base.timeline)) >= 4
    with running(restore(made.folder, room / "new", lab.key)) as back:
        assert acts <= acts_in(back)


def test_a_long_log_is_cut_into_pieces_and_replayed_across_segments(lab: Own, room: Path) -> None:
    made = backed_up(lab)
    with followed(lab):
        with psycopg.connect(lab.of.database_url, autocommit=True) as db:
            for _ in range(3):
                db.execute("SELECT pg_logical_emit_message(false, 'bulk', repeat('x', 15000000))")
            db.execute("SELECT pg_switch_wal()")
        act = lab.act()
        until_archived(lab)
    there = pieces(made.archive, made.base.timeline)
    assert len(there) >= 3
    back = restore(made.folder, room / "new", lab.key)
    assert back.followed_bytes > 2 * PIECE_BYTES
    with running(back) as copy:
        assert act in acts_in(copy)
    later = make_backup(lab.of, lab.shelf, lab.key, NOW.replace(day=16), followed=True)
    keep_newest(lab.shelf, 1, made.base.system)
    assert len(pieces(made.archive, made.base.timeline)) < len(there), "the log that no backup needs is gone"
    restore(later.folder, room / "later", lab.key)


def test_a_gap_or_a_damaged_piece_is_refused_by_name_unless_the_loss_is_accepted(lab: Own, room: Path) -> None:
    made = backed_up(lab)
    acts = []
    for _ in range(3):
        with followed(lab):
            acts.append(lab.act())
            until_archived(lab)
    *_, second, third = pieces(made.archive, made.base.timeline)
    whole = second.path.read_bytes()
    for changed in (whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:], third.path.read_bytes()):
        second.path.write_bytes(changed)
        with pytest.raises(Damaged, match=second.path.name):
            lay(made.archive, lab.key, made.base, room)
    second.path.unlink()
    with pytest.raises(Damaged, match=rf"The log from [0-9A-F/]+ to {lsn(third.start)} is missing"):
        restore(made.folder, room / "new", lab.key)
    back = restore(made.folder, room / "new", lab.key, accept_loss=True)
    assert "is missing" in back.stopped
    with running(back) as there:
        assert [act in acts_in(there) for act in acts] == [True, False, False]


def test_a_log_that_the_server_threw_away_is_said_and_the_next_backup_begins_anew(room: Path) -> None:
    with own() as lab:
        backed_up(lab)
        lab.postgres.stop()
        for settings in (("max_slot_wal_keep_size=16MB", "min_wal_size=32MB", "max_wal_size=32MB"), ()):
            lab.postgres._settings = settings
            lab.postgres.start(fast=True)
            again = replace(lab, of=replace(lab.of, admin_url=lab.postgres.admin_url))
            if settings:
                throw_the_log_away(again)
                lab.postgres.stop()
        there = state(again)
        assert there is not None
        assert there.lost
        made = make_backup(again.of, again.shelf, again.key, NOW.replace(day=17), followed=True)
        assert (there := state(again)) is not None
        assert not there.lost
        assert there.place <= made.base.start


def throw_the_log_away(lab: Own) -> None:
    with psycopg.connect(lab.of.database_url, autocommit=True) as db:
        for _ in range(6):
            db.execute("SELECT pg_logical_emit_message(false, 'bulk', repeat('x', 15000000))")
            db.execute("CHECKPOINT")


def test_the_log_of_another_server_or_under_another_key_is_refused(lab: Own, room: Path) -> None:
    made = backed_up(lab)
    with followed(lab):
        lab.act()
        until_archived(lab)
    stranger = Base("7", made.base.timeline, made.base.start, made.base.end, made.base.segment_bytes)
    with pytest.raises(Damaged, match="another place of the log"):
        lay(made.archive, lab.key, stranger, room)
    with pytest.raises(Damaged, match="encrypted with key"):
        lay(made.archive, make_key(room / "other.key"), made.base, room)


def test_the_key_may_be_exchanged_while_the_log_is_archived(lab: Own, room: Path) -> None:
    file = lab.of.home / "backup.key"
    made = backed_up(lab)
    with followed(lab):
        acts = {lab.act()}
        until_archived(lab)
        file.write_text(file.read_text() + "5a" * 32 + "\n")
    with followed(lab):
        acts |= {lab.act()}
        until_archived(lab)
    both = read_key(file)
    with pytest.raises(Damaged, match=f"encrypted with key {both.id}; the key given is {lab.key.id}"):
        restore(made.folder, room / "new", lab.key)
    with running(restore(made.folder, room / "new", both)) as there:
        assert acts <= acts_in(there)


def test_a_log_from_before_the_backup_is_not_needed_and_its_key_may_be_lost(lab: Own, room: Path) -> None:
    backed_up(lab)
    with followed(lab):
        lab.act()
        until_archived(lab)
    file = lab.of.home / "backup.key"
    file.write_text("a5" * 32)
    made = make_backup(lab.of, lab.shelf, read_key(file), NOW.replace(day=16), followed=True)
    with followed(lab):
        act = lab.act()
        until_archived(lab)
    with running(restore(made.folder, room / "new", read_key(file))) as there:
        assert act in acts_in(there)
    file.write_text(lab.key.secret.hex())


@pytest.mark.parametrize("written", ["0/0", "0/2000028", "16/B374D848", "FF/FFFFFFFF"])
def test_an_address_is_read_and_written(written: str) -> None:
    assert lsn(address(written)) == written
