"""A backup of everything that a fresh machine needs: `biobank backup`. One folder of three encrypted parts.

`base` is PostgreSQL's own physical base backup with the log up to its end, so that nothing is lost that was acknowledged before
the backup ended. `home` has what lies beside the database: the passwords of the logins and the instance key, the exported heads
of the trail with the public parts of the keys that signed them (never the private ones). `end` is written last: what was counted
before and after. A folder without it, or still called `.making`, is no backup. Nothing is written in the clear, and the key of
the backups is in none of the parts.
"""

import io
import json
import re
import secrets
import shutil
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from psycopg import Connection, OperationalError, connect
from psycopg.rows import TupleRow
from sqlalchemy import URL, make_url

from biobank.db.binaries import library_path, wheel_binaries
from biobank.db.counts import counted
from biobank.db.encrypted import BackupKey, BackupRefused, Encrypting
from biobank.db.follow import keep_the_log
from biobank.db.lasting import sync_folder
from biobank.db.shelf import BASE, END, HOME, MAKING, Backup, backup_in, claimed, sweep

_POINT = re.compile(r"write-ahead log (start|end) point: ([0-9A-F]+/[0-9A-F]+)(?: on timeline (\d+))?")


@dataclass(frozen=True)
class Installation:
    """What is backed up: our own PostgreSQL by its superuser's address, the database's name, the home, and what lies beside."""

    admin_url: str
    database: str
    home: Path
    credentials: Path
    heads: Path

    @property
    def database_url(self) -> str:
        """The superuser at the records."""
        return make_url(self.admin_url).set(database=self.database).render_as_string(hide_password=False)


def make_backup(of: Installation, into: Path, key: BackupKey, now: datetime, *, followed: bool = False) -> Backup:
    """Back ``of`` up into a new folder below ``into``. ``followed``: the log from here on is archived beside it.

    Raises BackupRefused where the server is not ours or cannot be read, OSError where ``into`` cannot be written.
    """
    into.mkdir(mode=0o700, parents=True, exist_ok=True)
    sweep(into)
    made_at = now.astimezone(UTC)
    name = f"{made_at:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
    folder = into / (name + MAKING)
    folder.mkdir(mode=0o700)
    with claimed(folder):
        try:
            _fill(folder, of, key, {"backup": name}, made_at, followed)
        except OperationalError as trouble:
            shutil.rmtree(folder)
            raise BackupRefused(f"The database does not answer: {str(trouble).strip()}") from trouble
        except BaseException:  # also Ctrl-C: no half-made backup stays behind; it goes on to the caller
            shutil.rmtree(folder)
            raise
        sync_folder(folder)
        folder.rename(into / name)
        sync_folder(into)
    return backup_in(into / name)


def _fill(folder: Path, of: Installation, key: BackupKey, named: dict[str, str], made_at: datetime, followed: bool) -> None:
    with connect(of.admin_url, autocommit=True) as db:
        about = _server(db, of)
        if followed:
            keep_the_log(db)
        # until this connection ends, the server keeps the log that the base will need
        db.execute("SELECT pg_create_physical_replication_slot(%s, true, true)", [f"biobank_backup_{secrets.token_hex(4)}"])
        before, began = counted(of.database_url), time.monotonic()
        with _part(folder, HOME, key, named) as part:
            _pack_home(of, part)
        with _part(folder, BASE, key, named) as part:
            about |= _base(make_url(of.admin_url), part)
        after = counted(of.database_url)
        about |= named | {"made_at": made_at.isoformat()}
        told = {"before": before.told(), "after": after.told(), "seconds": round(time.monotonic() - began, 3)}
        told |= {"database": of.database, "parts": {one: (folder / one).stat().st_size for one in (HOME, BASE)}}
        with _part(folder, END, key, about) as part:
            part.write(json.dumps(told).encode())


def _server(db: Connection[TupleRow], of: Installation) -> dict[str, str]:
    row = db.execute(
        "SELECT current_setting('data_directory'), system_identifier::text, current_setting('server_version'),"
        " pg_size_bytes(current_setting('wal_segment_size'))::text FROM pg_control_system()"
    ).fetchone()
    assert row is not None
    if Path(row[0]).resolve() != (of.home / "postgres" / "data").resolve():
        raise BackupRefused("This PostgreSQL is not the one in our home: its own site backs it up.")
    return {"system": row[1], "server": row[2], "segment_bytes": row[3]}


def _base(server: URL, part: Encrypting) -> dict[str, str]:
    """PostgreSQL's own base backup, as a tar, straight into the part; answers where its log begins and ends."""
    binaries = wheel_binaries()
    arguments = ["-h", str(server.host), "-p", str(server.port), "-U", str(server.username), "-w", "-D", "-", "-F", "tar"]
    arguments += ["-X", "fetch", "-c", "fast", "--manifest-checksums=SHA256", "-v"]
    environment = library_path(binaries) | {"PGPASSWORD": str(server.password)}
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(
            [binaries / "pg_basebackup", *arguments], stdout=subprocess.PIPE, stderr=said, env=environment
        ) as child:
            assert child.stdout is not None
            try:
                while data := child.stdout.read(1 << 18):
                    part.write(data)
            except BaseException:  # also Ctrl-C: else leaving the block would wait for a child that nobody reads
                child.kill()
                raise
        said.seek(0)
        words = said.read().decode(errors="replace")
    if child.returncode != 0:
        raise BackupRefused(f"PostgreSQL could not be read whole: {' '.join(words.strip().splitlines()[-3:])}")
    points = {which: (place, timeline) for which, place, timeline in _POINT.findall(words)}
    return {"start": points["start"][0], "timeline": points["start"][1], "end": points["end"][0]}


def _pack_home(of: Installation, part: Encrypting) -> None:
    """Taken before the base, so that every exported head is about entries that the base has."""
    named = {f"heads/{path.relative_to(of.heads)}": path for path in of.heads.rglob("*") if path.is_file()}
    named |= {"postgres.password": of.home / "postgres.password", "credentials.json": of.credentials}
    with tarfile.open(fileobj=_Writable(part), mode="w|") as tar:
        for name, path in sorted(named.items()):
            data = path.read_bytes()
            if path.suffix == ".jsonl":
                data = data[: data.rfind(b"\n") + 1]  # a line may just be being written
            member = tarfile.TarInfo(name)
            member.size, member.mode, member.mtime = len(data), path.stat().st_mode & 0o777, path.stat().st_mtime
            tar.addfile(member, io.BytesIO(data))


class _Writable(io.RawIOBase):
    """A part as a file, for tarfile."""

    def __init__(self, part: Encrypting) -> None:
        super().__init__()
        self._part = part

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        return self._part.write(data)


@contextmanager
def _part(folder: Path, name: str, key: BackupKey, about: dict[str, str]) -> Iterator[Encrypting]:
    with (folder / name).open("xb") as out:
        part = Encrypting(out, key, {**about, "part": name})
        yield part
        part.close()
