"""Files that must be there after a loss of power, and secrets that only their owner reads."""

import os
import stat
from pathlib import Path


def write_secret(file: Path, content: bytes) -> None:
    """Write a new file that only we can read, there also after a loss of power. Raises FileExistsError, never overwrites."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    sync_folder(file.parent)


def write_private(file: Path, text: str) -> None:
    """Write ``text`` into a file that only its owner reads, also before the first byte stands in it."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(text)


def is_ours_alone(path: Path) -> bool:
    """Whether a file or folder is ours and open to nobody else. Raises OSError where it is not there."""
    found = path.stat()
    return not stat.S_IMODE(found.st_mode) & 0o077 and found.st_uid == os.geteuid()


def sync_folder(folder: Path) -> None:
    """Make names that were just written in ``folder`` survive a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
