"""The folder in which one installation keeps its database, passwords and logs."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STATE = Path("/var/lib/biobank")
"""Where everything lies for root: user `nobody`, as whom PostgreSQL then runs, cannot enter a clone below /root."""


def home_of(clone: Path) -> Path:
    """The home of the installation in ``clone``: BIOBANK_HOME, else for root a folder per clone, else `.biobank`."""
    if named := os.environ.get("BIOBANK_HOME"):
        return Path(named).resolve()
    if os.geteuid() != 0:
        return clone.resolve() / ".biobank"
    return STATE / hashlib.sha256(str(clone.resolve()).encode()).hexdigest()[:12]


@contextmanager
def throwaway_home() -> Iterator[Path]:
    """A home for one run of tests or one journey; it is gone afterwards. Stop what lives in it first."""
    root = os.geteuid() == 0
    if root:
        make_folder(STATE)
    home = Path(tempfile.mkdtemp(prefix="run-" if root else "biobank-", dir=STATE if root else None))
    try:
        home.chmod(0o711 if root else 0o700)
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


def make_folder(folder: Path) -> None:
    """Make ``folder``; for root one that others may pass through, not list. A folder that exists stays as it is."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
