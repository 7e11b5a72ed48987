"""The file of exported heads and public keys, outside the database: lines are only ever added, each forced to the disk."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from biobank.audit.heads import Head, SigningKey, read_line
from biobank.db.lasting import sync_folder

NAME = "heads.jsonl"


@dataclass(frozen=True)
class Exported:
    """What a file of heads says. ``unread`` are the numbers of lines that are neither a head nor a key."""

    heads: list[Head] = field(default_factory=list)
    keys: dict[str, SigningKey] = field(default_factory=dict)
    unread: list[int] = field(default_factory=list)


class HeadsFile:
    """One append-only file of JSON lines."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._keys: tuple[int, frozenset[str]] = (0, frozenset())

    def add(self, *lines: Head | SigningKey) -> None:
        """Append and force to the disk before returning. Raises OSError."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = not self.path.exists()
        with self.path.open("ab") as file:
            torn = file.tell() > 0 and self._last_byte() != b"\n"  # a line that a loss of power cut off stands alone
            file.write((("\n" if torn else "") + "".join(line.line() for line in lines)).encode())
            file.flush()
            os.fsync(file.fileno())
        if fresh:
            sync_folder(self.path.parent)

    def read(self) -> Exported:
        """Everything in it; nothing where it is not there."""
        said = Exported()
        if not self.path.exists():
            return said
        with self.path.open(encoding="utf-8", errors="replace") as file:
            for number, text in enumerate(file, 1):
                try:
                    line = read_line(text)
                except ValueError:
                    said.unread.append(number)
                    continue
                if isinstance(line, Head):
                    said.heads.append(line)
                else:
                    said.keys.setdefault(line.id, line)
        return said

    def keys_named(self) -> frozenset[str]:
        """The keys that are in it; only what came since the last question is read."""
        read_to, found = self._keys
        size = self.path.stat().st_size if self.path.exists() else 0
        if size < read_to:
            read_to, found = 0, frozenset()
        if size > read_to:
            with self.path.open("rb") as file:
                file.seek(read_to)
                fresh = file.read(size - read_to)
            self._keys = (size, found | {key.id for key in _lines(fresh.split(b"\n")) if isinstance(key, SigningKey)})
        return self._keys[1] if size else frozenset()

    def newest_first(self) -> Iterator[Head]:
        """Its heads from the end, read only as far back as they are asked for."""
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            at, rest = file.seek(0, os.SEEK_END), b""
            while at > 0:
                step = min(at, 65536)
                at -= step
                file.seek(at)
                first, *lines = (file.read(step) + rest).split(b"\n")
                rest = first
                yield from _heads(reversed(lines))
            yield from _heads([rest])

    def _last_byte(self) -> bytes:
        with self.path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read(1)


def _heads(texts: Iterable[bytes]) -> Iterator[Head]:
    return (line for line in _lines(texts) if isinstance(line, Head))


def _lines(texts: Iterable[bytes]) -> Iterator[Head | SigningKey]:
    for text in texts:
        try:
            yield read_line(text.decode())
        except ValueError:
            continue
