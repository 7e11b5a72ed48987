"""What a killed run leaves in a data folder: a server that is still ending, and a pid file."""

import os
import signal
import time
from pathlib import Path

PATIENCE_SECONDS = 60


def clear_remains(data: Path) -> None:
    """Wait until no process lives in ``data``, then remove the pid file of the dead server.

    Call only while holding the home's lock. PostgreSQL takes any living process with the old number for its own server,
    which happens where numbers are few (containers); its processes all have the data folder as their working folder,
    and that cannot be mistaken. Where there is no /proc, PostgreSQL's own judgement stands. Raises TimeoutError.
    """
    if not (data / "postmaster.pid").exists() or not Path("/proc/self/cwd").exists():
        return
    until = time.monotonic() + PATIENCE_SECONDS
    while living := processes_in(data):
        if time.monotonic() > until:
            raise TimeoutError(f"The database server of an earlier run (process {min(living)}) does not end.")
        _ask_to_end(data, living)
        time.sleep(0.1)
    (data / "postmaster.pid").unlink(missing_ok=True)


def processes_in(folder: Path) -> list[int]:
    """The processes whose working folder is ``folder``; those of other users are seen by root only."""
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and _works_in(entry, folder)]


def _works_in(process: Path, folder: Path) -> bool:
    try:
        return (process / "cwd").readlink() == folder
    except OSError:  # it has just ended, is a zombie, or is somebody else's
        return False


def _ask_to_end(data: Path, living: list[int]) -> None:
    """A fast shutdown, sent to the main process; without that one its children end by themselves."""
    try:
        main = main_process(data)
        if main in living:
            os.kill(main, signal.SIGINT)
    except (ValueError, FileNotFoundError, ProcessLookupError):
        return


def main_process(data: Path) -> int:
    """The main process of the server of ``data``, as it wrote it down. Raises FileNotFoundError, ValueError."""
    return int((data / "postmaster.pid").read_text().split("\n", 1)[0])
