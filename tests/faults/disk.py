"""A small disk of its own for the database, so that it can really be full: a file with a file system, mounted."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

SIZE_MIB = 2048


@dataclass(frozen=True)
class Disk:
    """The disk mounted at ``folder``, where ``mounted``; else the machine's, which nobody fills."""

    folder: Path
    mounted: bool

    @property
    def _ballast(self) -> Path:
        return self.folder / "ballast"

    def fill(self) -> None:
        """Leave not one block; nothing happens where the disk is the machine's."""
        if not self.mounted:
            return
        with self._ballast.open("wb") as ballast:
            piece, at = 64 * 1024 * 1024, 0
            while piece >= 512:
                try:
                    os.posix_fallocate(ballast.fileno(), at, piece)
                    at += piece
                except OSError:  # no space left for so much
                    piece //= 2

    def clear(self) -> None:
        """Give the room back."""
        self._ballast.unlink(missing_ok=True)


@contextmanager
def disk(home: Path) -> Iterator[Disk]:
    """A disk for the database of ``home``; it needs root, and a machine that lets root mount."""
    folder, image = home / "postgres", home / "disk.img"
    folder.mkdir()
    if os.geteuid() != 0 or not _mounted(image, folder):
        yield Disk(folder, False)
        return
    try:
        yield Disk(folder, True)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)


def _mounted(image: Path, folder: Path) -> bool:
    """No block is kept for root: the ballast is root's, and the database is not."""
    with suppress(OSError, subprocess.CalledProcessError):
        with image.open("wb") as file:
            file.truncate(SIZE_MIB * 1024 * 1024)
        for command in (["mkfs.ext4", "-q", "-m", "0", str(image)], ["mount", "-o", "loop", str(image), str(folder)]):
            if shutil.which(command[0]) is None:
                return False
            subprocess.run(command, check=True, capture_output=True)
        return True
    return False
