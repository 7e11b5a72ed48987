"""A backup becomes a home again, on any machine: `biobank restore --into EMPTYDIR --from BACKUP`.

Everything is laid down in a folder inside the empty one and brought up there once; only what came up is moved to its place.
PostgreSQL replays the log to its end and begins a new timeline, so that what this copy writes is never taken for a continuation
of what the lost machine wrote.
"""

import io
import json
import os
import shutil
import tarfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from psycopg import OperationalError, connect
from sqlalchemy import make_url

from biobank.db.binaries import library_path, owner, run_as_owner, usable, wheel_binaries
from biobank.db.counts import Counts
from biobank.db.embedded import EmbeddedPostgres, PostgresRefused
from biobank.db.encrypted import BackupKey, BackupRefused, Damaged, Encrypted
from biobank.db.homes import make_folder
from biobank.db.shelf import BASE, END, HOME, Backup, backup_in
from biobank.db.wal import Laid, lay, lsn

RESTORING = ".restoring"
LONGEST_RECOVERY_S = 24 * 3600.0
_AS_ARCHIVE = ("restore_command=false",)
"""All the log there is lies in the data folder already. Recovery ends where it ends, on a timeline of its own."""


@dataclass(frozen=True)
class Restored:
    """What came back: until where, what was counted when the backup was made, and why not more where something is missing."""

    home: Path
    backup: Backup
    reached: str
    followed_bytes: int
    last_act_at: datetime | None
    before: Counts
    after: Counts
    database: str
    stopped: str
    seconds: float


def restore(
    folder: Path,
    into: Path,
    key: BackupKey,
    *,
    binaries: Path | None = None,
    alone: bool = False,
    accept_loss: bool = False,
    fast: bool = False,
) -> Restored:
    """Make ``into``, which must be empty or not there, a home with the records of the backup in ``folder``.

    The archived log beside the backup is replayed too, unless ``alone``; where it is damaged or has a gap the restore is refused,
    or with ``accept_loss`` ends there. Raises BackupRefused with words for the person at the terminal; then ``into`` stays empty.
    ``fast`` gives up durability, for tests only.
    """
    began = time.monotonic()
    backup = backup_in(folder)
    told = _end_of(backup, key)
    if into.exists() and (not into.is_dir() or any(into.iterdir())):
        raise BackupRefused(f"{into} is not empty: nothing is ever restored over something else.")
    programs = _programs(backup, binaries)
    make_folder(into)
    home = into.resolve() / RESTORING
    try:
        laid = _lay_down(backup, home, key, programs, alone=alone, accept_loss=accept_loss)
        last_act_at = _bring_up(home, programs, told["database"], fast)
        _move_up(home, into)
    except PostgresRefused as refusal:
        raise BackupRefused(str(refusal)) from refusal
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return Restored(
        into.resolve(),
        backup,
        lsn(laid.end),
        laid.end - backup.base.end,
        last_act_at,
        Counts.of(told["before"]),
        Counts.of(told["after"]),
        told["database"],
        laid.stopped,
        time.monotonic() - began,
    )


def _end_of(backup: Backup, key: BackupKey) -> dict[str, Any]:
    """The last part: once it is read, everything that the backup says of itself is proven."""
    told: dict[str, Any] = json.loads(b"".join(_chunks(backup, END, key)))
    return told


def _chunks(backup: Backup, part: str, key: BackupKey) -> Iterator[bytes]:
    with Encrypted(backup.folder / part, key) as encrypted:
        if (encrypted.about.get("backup"), encrypted.about.get("part")) != (backup.id, part):
            raise Damaged(f"{encrypted.path} belongs to another backup, or is another part of it.")
        yield from encrypted.chunks()


def _programs(backup: Backup, binaries: Path | None) -> Path:
    """The programs of the PostgreSQL that made the backup: data belong to one major version."""
    programs = usable(binaries or wheel_binaries())
    done = run_as_owner([str(programs / "postgres"), "--version"], Path("/"), library_path(programs))
    ours, theirs = done.stdout.split()[2].partition(".")[0], backup.server.partition(".")[0]
    if ours != theirs:
        raise BackupRefused(f"The backup is of PostgreSQL {theirs}, and here is {ours}: install the biobank of that time first.")
    return programs


def _lay_down(backup: Backup, home: Path, key: BackupKey, programs: Path, *, alone: bool, accept_loss: bool) -> Laid:
    make_folder(home)
    _unpack(backup, HOME, key, home)
    server = EmbeddedPostgres(home)
    server.make_folders()
    _unpack(backup, BASE, key, server.data)
    _give_to_owner(server.data)
    checked = [str(programs / "pg_verifybackup"), "--quiet", str(server.data)]
    done = run_as_owner(checked, server.folder, library_path(programs))
    if done.returncode != 0:
        raise Damaged(f"The files were not written as they were backed up: {done.stderr.strip()[-500:]}")
    laid = Laid(backup.base.end)
    if not alone:
        laid = lay(backup.archive, key, backup.base, server.data / "pg_wal", accept_loss=accept_loss)
    (server.data / "recovery.signal").touch()
    _give_to_owner(server.data)
    return laid


def _unpack(backup: Backup, part: str, key: BackupKey, into: Path) -> None:
    """Write the files and folders of a part; anything else in it, or a path that leads elsewhere, is refused."""
    chunks = _chunks(backup, part, key)
    into.mkdir(mode=0o700, exist_ok=True)
    try:
        with tarfile.open(fileobj=io.BufferedReader(_Readable(chunks)), mode="r|") as tar:
            for member in tar:
                _write(tar, member, into, part)
    except tarfile.TarError as trouble:
        raise Damaged(f"{backup.folder / part} is damaged: it is no archive of files ({trouble}).") from trouble
    for _ in chunks:  # what a tar has after its end is nothing, but the mark of the last chunk is there
        continue


def _write(tar: tarfile.TarFile, member: tarfile.TarInfo, into: Path, part: str) -> None:
    named = PurePosixPath(member.name)
    if named.is_absolute() or ".." in named.parts or not (member.isfile() or member.isdir()):
        raise Damaged(f"The part {part} of the backup holds {member.name}, which is no file of ours.")
    path = into / named
    if member.isdir():
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = tar.extractfile(member)
    assert content is not None
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, member.mode & 0o600), "wb") as out:
        shutil.copyfileobj(content, out, 1 << 20)


class _Readable(io.RawIOBase):
    """Chunks as a file, for tarfile."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        super().__init__()
        self._chunks, self._left = chunks, memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left:
            following = next(self._chunks, None)
            if following is None:
                return 0
            self._left = memoryview(following)
        size = min(len(buffer), len(self._left))
        buffer[:size], self._left = self._left[:size], self._left[size:]
        return size


def _give_to_owner(folder: Path) -> None:
    if os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, owner().uid, owner().gid)


def _bring_up(home: Path, programs: Path, database: str, fast: bool) -> datetime | None:
    """Let PostgreSQL replay the log to its end, and see that it then takes writes; answers when the last act was."""
    with EmbeddedPostgres(home, binaries=programs, settings=_AS_ARCHIVE).start(fast=fast) as server:
        until = time.monotonic() + LONGEST_RECOVERY_S
        while _recovers(server.admin_url):
            if not server.running or time.monotonic() > until:
                last = server.log.read_text(errors="replace").splitlines()[-5:]
                raise PostgresRefused("The log of the backup could not be replayed to its end:\n" + "\n".join(last))
            time.sleep(0.1)
        url = make_url(server.admin_url).set(database=database).render_as_string(hide_password=False)
        with connect(url) as db:
            row = db.execute("SELECT max(recorded_at) FROM audit.act").fetchone()
        return row[0] if row else None


def _recovers(admin_url: str) -> bool:
    try:
        with connect(admin_url, connect_timeout=5) as db:
            row = db.execute("SELECT pg_is_in_recovery()").fetchone()
            return row is None or bool(row[0])
    except OperationalError:
        return True


def _move_up(home: Path, into: Path) -> None:
    """The records last: a home without them is empty, one with them has everything else already."""
    (home / "postgres.lock").unlink(missing_ok=True)
    for path in sorted(home.iterdir(), key=lambda one: one.name == "postgres"):
        path.rename(into / path.name)
    home.rmdir()
