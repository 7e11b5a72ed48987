"""An installation of a test's own whose records are lost and come back: real server, real acts, clients that write meanwhile."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from uuid import UUID

import psycopg

from biobank.act.coded import coded
from biobank.db.backup import Installation
from biobank.db.embedded import EmbeddedPostgres
from biobank.db.encrypted import BackupKey, make_key
from biobank.db.homes import throwaway_home
from biobank.db.prepare import prepare
from biobank.db.restore import Restored
from biobank.db.restore import restore as restored
from biobank.db.wal import address
from tests.database import NOW, begin_preparing

restore = partial(restored, fast=True)
"""As in earnest, but for the waiting for the disk."""
HEAD = '{"head": {"size": 3}}\n'
_PERSON = "INSERT INTO person (id, username, name, side, enrolled_at) VALUES (%s, %s, %s, 'desk', %s)"


@dataclass(frozen=True)
class Own:
    """A prepared server with a key, and a folder for backups beside it."""

    postgres: EmbeddedPostgres
    of: Installation
    key: BackupKey
    shelf: Path

    def act(self) -> UUID:
        """One acknowledged act."""
        with psycopg.connect(self.of.database_url) as db:
            return one_act(db)


def one_act(db: psycopg.Connection) -> UUID:
    """Enrol somebody in an act; acknowledged when this returns."""
    act = begin_preparing(db)
    db.execute(_PERSON, [act, f"p{act.hex[:12]}", "Somebody", NOW])
    db.commit()
    return act


@contextmanager
def own(binaries: Path | None = None, *, fast: bool = True) -> Iterator[Own]:
    """A server with an empty prepared database, with one exported line of heads; gone afterwards."""
    with ExitStack() as ends:
        home, shelf = ends.enter_context(throwaway_home()), ends.enter_context(throwaway_home())
        server = EmbeddedPostgres(home, binaries=binaries).start(fast=fast)
        ends.callback(server.stop)
        of = Installation(server.admin_url, "biobank", home, home / "credentials.json", home / "heads")
        prepare(of.admin_url, of.database_url, of.credentials, coded(), NOW, demonstration=True)
        of.heads.mkdir()
        (of.heads / "heads.jsonl").write_text(HEAD + '{"torn')
        yield Own(server, of, make_key(home / "backup.key"), shelf / "backups")


@dataclass(frozen=True)
class Acknowledged:
    """An act, where the log stood after its acknowledgement, and when that was."""

    act: UUID
    place: int
    at: float


@dataclass
class Clients:
    """Some who write as fast as they can, until the server is gone or they are told."""

    url: str
    number: int = 4
    done: list[Acknowledged] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> "Clients":
        self._threads = [threading.Thread(target=self._write) for _ in range(self.number)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def wait_for(self, number: int) -> None:
        """Until so many more were acknowledged."""
        wanted, until = len(self.done) + number, time.monotonic() + 30
        while len(self.done) < wanted:
            assert time.monotonic() < until, "the clients do not get on"
            time.sleep(0.01)

    def _write(self) -> None:
        with suppress(psycopg.OperationalError), psycopg.connect(self.url) as db:
            while not self._stop.is_set():
                act = one_act(db)
                at = time.monotonic()
                row = db.execute("SELECT pg_current_wal_insert_lsn()::text").fetchone()
                db.commit()
                self.done.append(Acknowledged(act, address(row[0] if row else "0/0"), at))


@contextmanager
def running(back: Restored, binaries: Path | None = None) -> Iterator[Installation]:
    """The restored records, started."""
    with EmbeddedPostgres(back.home, binaries=binaries).start(fast=True) as server:
        yield Installation(server.admin_url, back.database, back.home, back.home / "credentials.json", back.home / "heads")


def acts_in(of: Installation) -> set[UUID]:
    """Every act that is there, and has what it did beside it."""
    with psycopg.connect(of.database_url) as db:
        question = "SELECT a.id FROM audit.act a JOIN audit.entry e ON e.act_id = a.id JOIN person p ON p.id = a.id"
        return {act for (act,) in db.execute(question)}


def slowest_write(file: Path, seconds: float, every_s: float) -> float:
    """How long (s) it took at worst, in so many seconds, to have a few bytes on the disk."""
    slowest_s, ends = 0.0, time.monotonic() + seconds
    with file.open("wb", buffering=0) as told:
        while (began := time.monotonic()) < ends:
            told.write(bytes(4096))
            os.fsync(told.fileno())
            slowest_s = max(slowest_s, time.monotonic() - began)
            time.sleep(every_s)
    file.unlink()
    return slowest_s
