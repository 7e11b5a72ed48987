"""The folder in which one installation keeps its database, passwords and logs."""

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

STATE = Path("/var/lib/biobank")
"""Where everything lies for root: user `nobody`, as whom PostgreSQL then runs, cannot enter a clone below /root."""
THROWAWAY = "biobank-throwaway-"


def home_of(clone: Path) -> Path:
    """The home of the installation in ``clone``: BIOBANK_HOME, else for root a folder per clone, else `.biobank`."""
    if named := os.environ.get("BIOBANK_HOME"):
        return Path(named).resolve()
    if os.geteuid() != 0:
        return clone.resolve() / ".biobank"
    return STATE / hashlib.sha256(str(clone.resolve()).encode()).hexdigest()[:12]


@contextmanager
def throwaway_home(shelf: Path | None = None) -> Iterator[Path]:
    """A home for one run of tests or one journey, on ``shelf`` where one is named; it is gone afterwards.

    Stop what lives in it first. It is locked while the run lives. The kernel frees the lock of a run that is killed, and the
    next run clears it away.
    """
    root = os.geteuid() == 0
    if shelf is None:
        shelf = STATE if root else Path(tempfile.gettempdir())
        if root:
            make_folder(STATE)
    for left in shelf.glob(f"{THROWAWAY}*"):
        _clear(left)
    home, lock = _claimed(shelf)
    try:
        home.chmod(0o711 if root else 0o700)
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)
        os.close(lock)


def _claimed(shelf: Path) -> tuple[Path, int]:
    """A new folder and its lock; another one where somebody cleared it away before it was locked."""
    while True:
        home = Path(tempfile.mkdtemp(prefix=THROWAWAY, dir=shelf))
        try:
            lock = os.open(home, os.O_RDONLY)
        except FileNotFoundError:
            continue
        fcntl.flock(lock, fcntl.LOCK_EX)
        if home.exists():
            return home, lock
        os.close(lock)


def _clear(left: Path) -> None:
    """Remove a home that nobody lives in; one that is locked or somebody else's stays."""
    with suppress(OSError):
        lock = os.open(left, os.O_RDONLY | os.O_NOFOLLOW)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left)
        finally:
            os.close(lock)


def make_folder(folder: Path) -> None:
    """Make ``folder``; for root one that others may pass through, not list. A folder that exists stays as it is."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
