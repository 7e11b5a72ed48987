"""The parts of an installation as real processes: each can be killed at any moment, and is started again."""

import os
import signal
import subprocess
import sys
import threading
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from pathlib import Path

import psycopg

from biobank.db.embedded import EmbeddedPostgres, PostgresRefused, kept, let_go
from biobank.db.remains import main_process
from devices.places import CLONE
from devices.services import Service
from tests.waiting import until

LOOK_S, PATIENCE_S = 0.05, 120.0


class Part(ABC):
    """Something that runs, is looked after by a thread, and is started again when it is gone.

    ``away`` are the times (monotonic) from each kill until it was well again.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.kills = 0
        self.away: list[tuple[float, float]] = []
        self._down_until = 0.0
        self._gone_since: float | None = None
        self._turn = threading.RLock()
        self._ended = threading.Event()
        self._looking = threading.Thread(target=self._look_after, name=name)

    def start(self) -> None:
        """Start it, and look after it from now on."""
        self._begin()
        self._looking.start()

    def stop(self) -> None:
        """End it in order."""
        self._ended.set()
        if self._looking.is_alive():
            self._looking.join()
        self._end()

    def kill(self, child: int, lasts_s: float) -> None:
        """SIGKILL to it, or to one of its children where ``child`` is not negative; it is started again after ``lasts_s``."""
        while not self._killed(child, lasts_s):
            time.sleep(LOOK_S)

    def _killed(self, child: int, lasts_s: float) -> bool:
        until(self._alive, PATIENCE_S)
        with self._turn:
            self._note_gone(lasts_s)
            try:
                victim, main = self._victim(child), self._pid()
                os.kill(victim, signal.SIGKILL)
            except (ProcessLookupError, FileNotFoundError):  # it ended, or is being started, at this very moment
                return False
            if victim == main:
                until(lambda: not self._alive())
        self.kills += 1
        return True

    def restart(self, lasts_s: float) -> None:
        """Once it is well, end it in order; it is started again after ``lasts_s``."""
        until(lambda: self.well, PATIENCE_S)
        with self._turn:
            self._note_gone(lasts_s)
            self._end()

    @property
    def well(self) -> bool:
        """Whether it runs and does what it is for."""
        return self._gone_since is None and self._alive()

    def _note_gone(self, lasts_s: float) -> None:
        self._gone_since = self._gone_since or time.monotonic()
        self._down_until = time.monotonic() + lasts_s

    def _look_after(self) -> None:
        while not self._ended.wait(LOOK_S):
            with self._turn:
                if not self._alive() and time.monotonic() >= self._down_until:
                    self._gone_since = self._gone_since or time.monotonic()
                    self._begin()
                if self._gone_since is not None and self._alive() and self._is_well():
                    self.away.append((self._gone_since, time.monotonic()))
                    self._gone_since = None

    def _victim(self, child: int) -> int:
        main = self._pid()
        children = [int(one) for one in Path(f"/proc/{main}/task/{main}/children").read_text().split()]
        return children[child % len(children)] if child >= 0 and children else main

    @abstractmethod
    def _begin(self) -> None: ...

    @abstractmethod
    def _alive(self) -> bool: ...

    @abstractmethod
    def _pid(self) -> int: ...

    @abstractmethod
    def _end(self) -> None: ...

    @abstractmethod
    def _is_well(self) -> bool: ...


class Process(Part):
    """One process of the installation, with a log of its own."""

    def __init__(self, service: Service, home: Path, environment: dict[str, str]) -> None:
        super().__init__(service.name)
        self._service, self._environment = service, environment
        self.log, self._pid_file = home / "logs" / f"{service.name}.log", home / f"{service.name}.pid"
        self._keeper: subprocess.Popen[bytes] | None = None
        self._began = 0.0

    def _begin(self) -> None:
        self._end()
        self._pid_file.unlink(missing_ok=True)
        options = ["--ending", "TERM,KILL", "--patience", "20", "--pid-file", str(self._pid_file)]
        self._keeper = kept(self._service.command(sys.executable), self.log, CLONE, self._environment, options)
        self._began = time.time()

    def _alive(self) -> bool:
        return self._keeper is not None and self._keeper.poll() is None and self._pid() != 0

    def _pid(self) -> int:
        try:
            return int(self._pid_file.read_text() or 0)
        except FileNotFoundError:
            return 0

    def _end(self) -> None:
        if self._keeper is not None:
            let_go(self._keeper)
        self._keeper = None

    def _is_well(self) -> bool:
        return True


class Worker(Process):
    """The worker, which is well again when it gives a sign of life."""

    def __init__(self, service: Service, home: Path, environment: dict[str, str], admin_url: str) -> None:
        super().__init__(service, home, environment)
        self._admin_url = admin_url

    def _is_well(self) -> bool:
        since = "SELECT extract(epoch FROM at) > %s FROM heartbeat WHERE process = 'work'"
        try:
            with psycopg.connect(self._admin_url, connect_timeout=2) as db:
                return db.execute(since, [self._began]).fetchone() == (True,)
        except psycopg.OperationalError:
            return False


class Database(Part):
    """Our own PostgreSQL, which also ends by itself where its disk is full while it comes back.

    Where it hangs in the recovery after a child of it was killed, it is ended as `make run` ends it.
    """

    def __init__(self, postgres: EmbeddedPostgres) -> None:
        super().__init__("database")
        self._postgres = postgres
        self.hung = 0

    def _begin(self) -> None:
        with suppress(PostgresRefused):
            self._postgres.start()

    def _alive(self) -> bool:
        return self._postgres.running

    def _pid(self) -> int:
        return main_process(self._postgres.data)

    def _end(self) -> None:
        self._postgres.stop()

    def _is_well(self) -> bool:
        try:
            with psycopg.connect(self._postgres.admin_url, connect_timeout=2) as db:
                return db.execute("SELECT 1").fetchone() == (1,)
        except psycopg.OperationalError:
            if self._postgres.hangs():
                self.hung += 1
                self._postgres.kill()
                until(lambda: not self._alive())
            return False
