"""The folder of an installation's backups: which are there and complete, and which are no longer wanted."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from biobank.db.encrypted import Damaged, header_of
from biobank.db.wal import PIECE_BYTES, Base, address, pieces

BASE, HOME, END = "base", "home", "end"
"""The parts of a backup, in the order in which they are written."""
MAKING = ".making"
WAL = "wal"
"""Beside the backups: the archive of the log, a folder for each server."""


@dataclass(frozen=True)
class Backup:
    """A complete backup, by what its last part says without a key."""

    folder: Path
    id: str
    made_at: datetime
    server: str
    base: Base

    @property
    def archive(self) -> Path:
        """Where the log that follows on it is, if it is archived."""
        return self.folder.parent / WAL / self.base.system

    @property
    def bytes(self) -> int:
        """Its size on the disk."""
        return sum(part.stat().st_size for part in self.folder.iterdir())


def backup_in(folder: Path) -> Backup:
    """The backup in ``folder``. Raises Damaged where it has no end, or one that is none."""
    if folder.name.endswith(MAKING) or not (folder / END).is_file():
        raise Damaged(f"{folder} holds no complete backup: its last part is not there.")
    about = header_of(folder / END)
    try:
        start, end = address(about["start"]), address(about["end"])
        base = Base(about["system"], int(about["timeline"]), start, end, int(about["segment_bytes"]))
        return Backup(folder, about["backup"], datetime.fromisoformat(about["made_at"]), about["server"], base)
    except (KeyError, ValueError) as missing:
        raise Damaged(f"{folder / END} is damaged: its first bytes are not those of a backup.") from missing


def backups(into: Path) -> list[Backup]:
    """The complete backups in ``into``, the oldest first, by what they say of themselves; only reading them proves it."""
    found = []
    for end in into.glob(f"*/{END}"):
        try:
            found.append(backup_in(end.parent))
        except Damaged:
            continue
    return sorted(found, key=lambda one: one.made_at)


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Hold ``folder`` as long as we live, so that another backup does not take it for one that was killed."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def sweep(into: Path) -> None:
    """Remove what killed backups left."""
    for folder in into.glob(f"*{MAKING}"):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder)
        except BlockingIOError:
            continue
        finally:
            os.close(descriptor)


def keep_newest(into: Path, number: int, system: str) -> list[Backup]:
    """Remove all but the newest ``number`` backups of a server, and the log that none of those needs; answers what is gone."""
    there = [one for one in backups(into) if one.base.system == system]
    removed = there[: max(0, len(there) - max(1, number))]
    for old in removed:
        (old.folder / END).unlink()  # first: without it the rest is no backup any more
        shutil.rmtree(old.folder)
    for one in there[len(removed) :][:1]:
        for piece in pieces(one.archive, one.base.timeline):
            if piece.start + 2 * PIECE_BYTES < one.base.start:
                piece.path.unlink()
    return removed
