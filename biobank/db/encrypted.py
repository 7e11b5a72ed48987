"""Files that only the holder of a key reads, and in which every changed, moved, missing or added byte is found.

A file is a header that anybody may read and chunks of AES-256-GCM. Each file has a key of its own (HKDF-SHA-256 of the backup
key and a random salt), so that counting up is enough for a nonce: its last byte marks the last chunk. Every chunk is bound to
the hash of the header. That is the STREAM construction: nobody without the key can reorder, cut, add or join chunks unseen.
"""

import hashlib
import json
import os
import secrets
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from biobank.db.lasting import is_ours_alone, write_secret

MAGIC = b"biobank backup 1\n"
CHUNK_BYTES = 1 << 20
LONGEST_HEADER = 1 << 16
_LONGEST_CHUNK = CHUNK_BYTES + (1 << 16)
"""What cannot be compressed grows a little, and the tag has 16 bytes."""
_KEY_BYTES = 32


class BackupRefused(RuntimeError):
    """A backup cannot be made or read; the message says in words why."""


class WrongKey(BackupRefused):
    """The key is missing, readable by others, or another one than this was encrypted with."""


class Damaged(BackupRefused):
    """Something is not as it was written, or not there."""


@dataclass(frozen=True)
class BackupKey:
    """The key of an installation's backups, and the ``older`` ones that still read what they wrote.

    Its ``id`` stands in every header and tells nothing about it.
    """

    secret: bytes = field(repr=False)
    older: tuple["BackupKey", ...] = ()

    @property
    def id(self) -> str:
        """Which key it is: 16 hexadecimal digits."""
        return self._derived(b"", b"biobank backup key id").hex()[:16]

    def of_file(self, salt: bytes) -> AESGCM:
        """The cipher of one file."""
        return AESGCM(self._derived(salt, b"biobank backup file"))

    def named(self, key_id: str) -> "BackupKey | None":
        """This key or an older one, by its id."""
        return next((one for one in (self, *self.older) if one.id == key_id), None)

    def _derived(self, salt: bytes, info: bytes) -> bytes:
        return HKDF(SHA256(), 32, salt, info).derive(self.secret)


def make_key(file: Path) -> BackupKey:
    """A new key in ``file``, readable by its owner only. Raises FileExistsError: a key is never overwritten."""
    write_secret(file, f"{secrets.token_bytes(_KEY_BYTES).hex()}\n".encode())
    return read_key(file)


def read_key(file: Path) -> BackupKey:
    """The key in ``file``: its last line, and the older ones above. Raises WrongKey where it is missing or open to others."""
    try:
        ours, text = is_ours_alone(file), file.read_text()
    except (OSError, UnicodeDecodeError) as trouble:
        raise WrongKey(f"The key of the backups is not readable in {file}: {trouble}.") from trouble
    if not ours:
        raise WrongKey(f"The key of the backups in {file} may be read by others: make it your own, and `chmod 600 {file}`.")
    try:
        secrets_there = [bytes.fromhex(line) for line in text.split()]
    except ValueError:
        secrets_there = []
    if not secrets_there or any(len(secret) != _KEY_BYTES for secret in secrets_there):
        raise WrongKey(f"{file} holds no key of backups: 64 hexadecimal digits are expected, for each key a line.")
    *older, newest = secrets_there
    return BackupKey(newest, tuple(BackupKey(secret) for secret in older))


class Encrypting:
    """Writes one encrypted file. Not complete before ``close``: what ``flush`` wrote can be read with ``unfinished``."""

    def __init__(self, out: IO[bytes], key: BackupKey, about: Mapping[str, str]) -> None:
        salt = secrets.token_bytes(32)
        named = json.dumps({**about, "key": key.id, "salt": salt.hex()}, sort_keys=True).encode()
        header = MAGIC + len(named).to_bytes(4) + named
        self._out, self._cipher, self._bound = out, key.of_file(salt), hashlib.sha256(header).digest()
        self._number, self._waiting = 0, bytearray()
        out.write(header)

    def write(self, data: bytes | memoryview) -> int:
        """Take ``data``; whole chunks of it are written at once."""
        self._waiting += data
        while len(self._waiting) > CHUNK_BYTES:  # never down to nothing: the last chunk is marked, and may be a whole one
            self._put(bytes(self._waiting[:CHUNK_BYTES]), last=False)
            del self._waiting[:CHUNK_BYTES]
        return len(data)

    def flush(self) -> None:
        """Write what waits as a chunk, down to the disk."""
        if self._waiting:
            self._put(bytes(self._waiting), last=False)
            self._waiting.clear()
        self._to_disk()

    def close(self) -> None:
        """Write the last chunk, marked as the last, down to the disk. The file stays open."""
        self._put(bytes(self._waiting), last=True)
        self._waiting.clear()
        self._to_disk()

    def _put(self, data: bytes, *, last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._number, last), zlib.compress(data, 1), self._bound)
        self._out.write(len(sealed).to_bytes(4) + sealed)
        self._number += 1

    def _to_disk(self) -> None:
        self._out.flush()
        os.fsync(self._out.fileno())


class Encrypted:
    """One encrypted file, opened for reading. Nothing is given out that was not authenticated."""

    def __init__(self, path: Path, key: BackupKey) -> None:
        self.path = path
        try:
            self._file = path.open("rb")
        except OSError as trouble:
            raise Damaged(f"{path} is missing or cannot be read: {trouble.strerror}.") from trouble
        try:
            header = self._header()
            self.about = _readable(header)
            if not self.about:
                raise self._damaged("its first bytes are not those of a backup")
            wanted = key.named(self.about["key"])
            if wanted is None:
                raise WrongKey(f"{path} was encrypted with key {self.about['key']}; the key given is {key.id}.")
            self._cipher = wanted.of_file(bytes.fromhex(self.about["salt"]))
            self._bound = hashlib.sha256(header).digest()
        except BaseException:  # whatever it was, nobody gets this reader, so nobody else would close its file
            self._file.close()
            raise

    def chunks(self, *, unfinished: bool = False) -> Iterator[bytes]:
        """What was written, piece by piece. ``unfinished``: the writer may have been cut off at the end.

        Raises Damaged where a byte was changed, a chunk is missing, moved or added, or the end is missing.
        """
        number, ended = 0, False
        while length := self._file.read(4):
            sealed = self._file.read(size) if (size := int.from_bytes(length)) <= _LONGEST_CHUNK else b""
            if len(length) < 4 or len(sealed) < size:
                if unfinished and size <= _LONGEST_CHUNK:
                    return
                raise self._damaged(f"it ends within chunk {number}")
            if ended:
                raise self._damaged("there is something after its end")
            data, ended = self._opened(number, sealed)
            yield data
            number += 1
        if not ended and not unfinished:
            raise self._damaged(f"it is cut off after chunk {number - 1}" if number else "it is cut off after its first bytes")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()

    def _header(self) -> bytes:
        start = self._file.read(len(MAGIC) + 4)
        size = int.from_bytes(start[len(MAGIC) :])
        return start + self._file.read(min(size, LONGEST_HEADER))

    def _opened(self, number: int, sealed: bytes) -> tuple[bytes, bool]:
        for last in (False, True):
            try:
                return zlib.decompress(self._cipher.decrypt(_nonce(number, last), sealed, self._bound)), last
            except InvalidTag:
                continue
        raise self._damaged(f"chunk {number} is not as it was written")

    def _damaged(self, why: str) -> Damaged:
        return Damaged(f"{self.path} is damaged: {why}.")


def header_of(path: Path) -> dict[str, str]:
    """What the header of ``path`` says to anybody; empty where it is none. Only reading the file proves that it is true."""
    with path.open("rb") as file:
        return _readable(file.read(LONGEST_HEADER))


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11) + bytes([last])


def _readable(start: bytes) -> dict[str, str]:
    size = int.from_bytes(start[len(MAGIC) : len(MAGIC) + 4])
    named = start[len(MAGIC) + 4 :][:size]
    if not start.startswith(MAGIC) or len(named) != size:
        return {}
    try:
        about: dict[str, str] = json.loads(named)
        known = all(isinstance(value, str) for value in about.values()) and len(bytes.fromhex(about["salt"])) == 32
        return about if known and "key" in about else {}
    except (ValueError, KeyError, AttributeError):
        return {}
