"""Encrypted files: nobody without the key reads one, and no byte of one is changed, moved, cut off or added unseen."""

from pathlib import Path

import pytest

from biobank.db import encrypted
from biobank.db.encrypted import BackupKey, Damaged, Encrypted, Encrypting, WrongKey, header_of, make_key, read_key

SECRET = b"the allocation of participant 7 "


@pytest.fixture
def key(tmp_path: Path) -> BackupKey:
    return make_key(tmp_path / "backup.key")


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encrypted, "CHUNK_BYTES", 64)


def written(path: Path, key: BackupKey, data: bytes, *, ended: bool = True) -> Path:
    with path.open("wb") as out:
        writer = Encrypting(out, key, {"part": "base"})
        writer.write(data)
        writer.close() if ended else writer.flush()
    return path


def read(path: Path, key: BackupKey, *, unfinished: bool = False) -> bytes:
    with Encrypted(path, key) as found:
        return b"".join(found.chunks(unfinished=unfinished))


def pieces_of(path: Path) -> tuple[bytes, list[bytes]]:
    """Header and chunks, each with its length."""
    data = path.read_bytes()
    at = len(encrypted.MAGIC) + 4
    at += int.from_bytes(data[at - 4 : at])
    header, chunks = data[:at], []
    while at < len(data):
        size = 4 + int.from_bytes(data[at : at + 4])
        chunks.append(data[at : at + size])
        at += size
    return header, chunks


@pytest.mark.parametrize("size", [0, 1, 63, 64, 65, 128, 1000])
def test_what_was_written_is_read_again(tmp_path: Path, key: BackupKey, size: int) -> None:
    data = (SECRET * 40)[:size]
    assert read(written(tmp_path / "file", key, data), key) == data


def test_neither_the_content_nor_the_key_is_in_the_file(tmp_path: Path, key: BackupKey) -> None:
    stored = written(tmp_path / "file", key, SECRET * 5).read_bytes()
    assert SECRET[:8] not in stored
    assert key.secret not in stored
    assert key.secret.hex().encode() not in stored
    assert header_of(tmp_path / "file")["key"] == key.id


def test_the_same_content_is_never_the_same_file(tmp_path: Path, key: BackupKey) -> None:
    (_, first), (_, second) = (pieces_of(written(tmp_path / name, key, SECRET)) for name in "ab")
    assert first != second


def test_every_flipped_bit_is_found(tmp_path: Path, key: BackupKey) -> None:
    whole = written(tmp_path / "file", key, SECRET * 6).read_bytes()
    for place in range(len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 1 << (place % 8)
        (tmp_path / "changed").write_bytes(changed)
        with pytest.raises((Damaged, WrongKey)):
            read(tmp_path / "changed", key)


def test_every_cut_is_found(tmp_path: Path, key: BackupKey) -> None:
    whole = written(tmp_path / "file", key, SECRET * 6).read_bytes()
    for size in range(len(whole)):
        (tmp_path / "cut").write_bytes(whole[:size])
        with pytest.raises(Damaged):
            read(tmp_path / "cut", key)


def test_chunks_cannot_be_exchanged_left_out_doubled_or_added(tmp_path: Path, key: BackupKey) -> None:
    header, chunks = pieces_of(written(tmp_path / "file", key, SECRET * 6))
    _, others = pieces_of(written(tmp_path / "other", key, SECRET * 6))
    a, b, *rest = chunks
    for wrong in ([b, a, *rest], [a, *rest], [a, a, b, *rest], [*chunks, rest[-1]], [others[0], b, *rest], [*chunks, b"more"]):
        (tmp_path / "wrong").write_bytes(header + b"".join(wrong))
        with pytest.raises(Damaged):
            read(tmp_path / "wrong", key)


def test_a_file_whose_writer_was_killed_is_read_as_far_as_it_goes(tmp_path: Path, key: BackupKey) -> None:
    whole = written(tmp_path / "file", key, SECRET * 6, ended=False)
    header, chunks = pieces_of(whole)
    assert read(whole, key, unfinished=True) == SECRET * 6
    with pytest.raises(Damaged, match="cut off"):
        read(whole, key)
    for torn in range(1, len(chunks[-1])):
        whole.write_bytes(header + b"".join(chunks[:-1]) + chunks[-1][:torn])
        assert read(whole, key, unfinished=True) == (SECRET * 6)[: 64 * (len(chunks) - 1)]


def test_another_key_is_said_to_be_another_key(tmp_path: Path, key: BackupKey) -> None:
    file, other = written(tmp_path / "file", key, SECRET), make_key(tmp_path / "other.key")
    with pytest.raises(WrongKey, match=f"encrypted with key {key.id}; the key given is {other.id}"):
        read(file, other)


def test_an_older_key_reads_what_it_wrote_and_the_newest_writes(tmp_path: Path, key: BackupKey) -> None:
    before, file = written(tmp_path / "before", key, SECRET), tmp_path / "backup.key"
    file.write_text(file.read_text() + "5a" * 32 + "\n")
    both = read_key(file)
    after = written(tmp_path / "after", both, SECRET)
    assert (header_of(before)["key"], header_of(after)["key"]) == (key.id, both.id)
    assert read(before, both) == read(after, both) == SECRET
    assert key.secret.hex() not in repr(both)
    with pytest.raises(WrongKey):
        read(after, key)


def test_a_key_is_for_its_owner_and_never_overwritten(tmp_path: Path, key: BackupKey) -> None:
    file = tmp_path / "backup.key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert read_key(file) == key
    with pytest.raises(FileExistsError):
        make_key(file)
    for mode in (0o640, 0o604, 0o620):
        file.chmod(mode)
        with pytest.raises(WrongKey, match="may be read by others"):
            read_key(file)


@pytest.mark.parametrize("text", ["", "00" * 31, "zz" * 32, "0" * 63, "ä"])
def test_what_is_no_key_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "none.key"
    file.touch(0o600)
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(WrongKey):
        read_key(file)
    with pytest.raises(WrongKey, match="not readable"):
        read_key(tmp_path / "missing.key")
