"""The archive of the write-ahead log: encrypted pieces as they were received, and how they are laid beside a restored base.

A piece is what one receiver got in one go, named by timeline and place. Pieces may overlap, since a receiver that was killed
begins again where it last confirmed; they must not leave a gap. An address in the log (LSN) counts bytes from its beginning.
"""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from biobank.db.encrypted import BackupKey, Damaged, Encrypted, Encrypting, WrongKey
from biobank.db.lasting import sync_folder

PIECE_BYTES = 16 << 20
"""After so much a piece is closed and the next one begun."""


def address(lsn: str) -> int:
    """The number of PostgreSQL's `16/B374D848`."""
    high, low = lsn.split("/")
    return (int(high, 16) << 32) + int(low, 16)


def lsn(number: int) -> str:
    """PostgreSQL's writing of an address."""
    return f"{number >> 32:X}/{number & 0xFFFFFFFF:X}"


@dataclass(frozen=True, order=True)
class Piece:
    """One file of the archive, by its name."""

    timeline: int
    start: int
    path: Path


def pieces(archive: Path, timeline: int) -> list[Piece]:
    """What the archive has of one timeline, in the order of the log."""
    found = [_named(path) for path in archive.glob("*.wal")] if archive.is_dir() else []
    return sorted(piece for piece in found if piece.timeline == timeline)


def _named(path: Path) -> Piece:
    timeline, start, _ = path.stem.split("-")
    return Piece(int(timeline, 16), int(start, 16), path)


class PieceWriter:
    """One piece in the making. What ``flush`` returned from is kept, whatever happens next."""

    def __init__(self, archive: Path, key: BackupKey, system: str, timeline: int, start: int) -> None:
        archive.mkdir(mode=0o700, parents=True, exist_ok=True)
        making = archive / f"{timeline:08X}-{start:016X}-{secrets.token_hex(4)}.making"
        self._file = os.fdopen(os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        self._sealing = Encrypting(self._file, key, _about(system, timeline, start))
        self._sealing.flush()
        making.rename(making.with_suffix(".wal"))  # a piece by name has a whole header
        sync_folder(archive)
        self.start = self.end = start

    @property
    def full(self) -> bool:
        """Whether the next one should be begun."""
        return self.end - self.start >= PIECE_BYTES

    def write(self, data: bytes) -> None:
        """Take the bytes that follow."""
        self._sealing.write(data)
        self.end += len(data)

    def flush(self) -> None:
        """Bring everything taken down to the disk."""
        self._sealing.flush()

    def close(self) -> None:
        """End the piece in order."""
        with self._file:
            self._sealing.close()


def _about(system: str, timeline: int, start: int) -> dict[str, str]:
    return {"part": "wal", "system": system, "timeline": str(timeline), "start": lsn(start)}


@dataclass(frozen=True)
class Base:
    """What the log must join on: the server and timeline of a base backup, and where the log inside it begins and ends."""

    system: str
    timeline: int
    start: int
    end: int
    segment_bytes: int


@dataclass(frozen=True)
class Laid:
    """How far the log reaches, and why not further where something is missing or damaged."""

    end: int
    stopped: str = ""


def lay(archive: Path, key: BackupKey, base: Base, pg_wal: Path, *, accept_loss: bool = False) -> Laid:
    """Write the archive's pieces into ``pg_wal`` as far as they follow on ``base`` without a gap.

    Raises Damaged at the first gap or damage; with ``accept_loss`` it ends there. That nothing is missing at the very end is
    seen from the exported heads of the trail alone.
    """
    reached, unread = base.end, ""
    near = (piece for piece in pieces(archive, base.timeline) if piece.start + 2 * PIECE_BYTES > base.end)
    try:
        for piece in near:
            if piece.start > reached:
                raise Damaged(unread or f"The log from {lsn(reached)} to {lsn(piece.start)} is missing in {archive}.")
            try:
                reached = max(reached, _lay_piece(piece, key, base, pg_wal))
            except WrongKey as other:
                unread = str(other)
                if piece.start >= base.end:
                    raise Damaged(unread) from other  # else it may end before the backup does, and not be needed
        if unread and reached == base.end:
            raise Damaged(unread)
    except Damaged as damage:
        if not accept_loss:
            raise
        return Laid(reached, str(damage))
    return Laid(reached)


def _lay_piece(piece: Piece, key: BackupKey, base: Base, pg_wal: Path) -> int:
    """Any piece may lack its end, as its receiver may have been killed; where that leaves a gap, the next one tells."""
    with Encrypted(piece.path, key) as encrypted:
        if not _about(base.system, piece.timeline, piece.start).items() <= encrypted.about.items():
            raise Damaged(f"{piece.path} is damaged: it belongs to another place of the log than its name says.")
        place = piece.start
        for data in encrypted.chunks(unfinished=True):
            _put(pg_wal, base, place, data)
            place += len(data)
        return place


def _put(pg_wal: Path, base: Base, place: int, data: bytes) -> None:
    while data:
        number, offset = divmod(place, base.segment_bytes)
        per_file = 0x100000000 // base.segment_bytes
        path = pg_wal / f"{base.timeline:08X}{number // per_file:08X}{number % per_file:08X}"
        part = data[: base.segment_bytes - offset]
        with path.open("r+b" if path.exists() else "w+b") as segment:
            segment.truncate(base.segment_bytes)
            segment.seek(offset)
            segment.write(part)
        place, data = place + len(part), data[len(part) :]
