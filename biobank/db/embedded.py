"""Our own PostgreSQL: made, started and stopped with the application, on 127.0.0.1 only, never as root."""

import fcntl
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import psycopg

from biobank.db.binaries import library_path, owner, run_as_owner, usable, wheel_binaries
from biobank.db.hanging import ASK_EVERY_S, HANGS_S, recovers, rejects
from biobank.db.homes import make_folder
from biobank.db.lasting import write_secret
from biobank.db.remains import clear_remains, main_process

KEEPER = Path(__file__).with_name("keeper.py")
ALWAYS = ("listen_addresses=127.0.0.1", "max_connections=600", "timezone=UTC", "log_timezone=UTC", "jit=off")
KEPT_FOR_THE_ARCHIVE = ("max_slot_wal_keep_size=8GB",)
"""So much log waits for an archive that does not take it; then the disk is worth more than the archive."""
UNSAFE_BUT_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
LONGEST_SOCKET_FOLDER = 90
"""The path of a Unix socket has 107 bytes, and PostgreSQL adds its own name to the folder's."""


class PostgresRefused(RuntimeError):
    """PostgreSQL could not be started; the message says in words why."""


class EmbeddedPostgres:
    """One PostgreSQL with its data in ``home``/postgres, for one process at a time.

    It ends when the process that started it ends, also when that is killed. ``binaries`` names the folder of another
    PostgreSQL's programs (15 or later); the data belong to the major version that made them. ``settings`` are further ones of
    this server, each `name=value`.
    """

    def __init__(self, home: Path, port: int | None = None, binaries: Path | None = None, settings: Sequence[str] = ()) -> None:
        self.home = home.resolve()
        self.folder = self.home / "postgres"
        self.data = self.folder / "data"
        self.log = self.home / "logs" / "postgres.log"
        self.port = port or 0
        self._wanted_port = port
        self._binaries = binaries
        self._settings = tuple(settings)
        self._keeper: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None
        self._ask_at = 0.0
        self._rejects_since: float | None = None

    @property
    def admin_url(self) -> str:
        """The superuser's address, with the password: only for preparing the database, and for tests."""
        return f"postgresql://postgres:{self._password}@127.0.0.1:{self.port}/postgres"

    @property
    def running(self) -> bool:
        """Whether the server that this object started still runs."""
        return self._keeper is not None and self._keeper.poll() is None

    def hangs(self, patience_s: float = HANGS_S) -> bool:
        """Whether the server has taken nobody for as long although nothing of it recovers; ask often, and ``kill`` it then."""
        now = time.monotonic()
        if now < self._ask_at:
            return False
        self._ask_at = now + ASK_EVERY_S
        if not self.running or not rejects(self.port) or recovers(self.data):
            self._rejects_since = None
            return False
        self._rejects_since = self._rejects_since or now
        return now - self._rejects_since >= patience_s

    def kill(self) -> None:
        """End the server at once; it is not ``running`` soon after, and the next start recovers. Raises OSError."""
        os.kill(main_process(self.data), signal.SIGKILL)

    def start(self, fast: bool = False) -> Self:
        """Start, and return when SELECT 1 is answered. ``fast`` gives up durability, for tests only.

        Raises PostgresRefused when another process uses the home, the port is taken or the server does not come up.
        """
        if self.running:
            return self
        if self._keeper is not None:
            let_go(self._keeper)
        self.make_folders()
        self._claim_home()
        try:
            self._binaries = usable(self._binaries or wheel_binaries())
            clear_remains(self.data)
            if not self.data.exists():
                self._make_data(fast)
            self._launch(fast)
        except BaseException:  # also Ctrl-C: a server that was launched must not outlive a start that failed
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """A fast and orderly shutdown; returns when the server is gone."""
        if self._keeper is not None:
            let_go(self._keeper)
        self._keeper = None
        if self._lock is not None:
            self._lock.close()
        self._lock = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    @property
    def _password_file(self) -> Path:
        return self.home / "postgres.password"

    @property
    def _password(self) -> str:
        return self._password_file.read_text().strip()

    def make_folders(self) -> None:
        """The folders of the home, and a password where there is none. Raises PostgresRefused where PostgreSQL cannot enter."""
        make_folder(self.home)
        make_folder(self.log.parent)
        if not self.folder.is_dir():
            self.folder.mkdir()
        self.folder.chmod(0o700)
        os.chown(self.folder, owner().uid, owner().gid)
        if run_as_owner(["test", "-w", str(self.folder)], Path("/"), dict(os.environ)).returncode != 0:
            raise PostgresRefused(
                f"PostgreSQL runs as user nobody, who cannot enter {self.home}. "
                "Set BIOBANK_HOME to a folder that every user may enter."
            )
        if not self._password_file.exists():
            write_secret(self._password_file, secrets.token_urlsafe(32).encode())

    def _claim_home(self) -> None:
        """Hold the home's lock, which the kernel takes away from a killed process, so that it is never stale."""
        if self._lock is not None:
            return
        lock = (self.home / "postgres.lock").open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip()
            lock.close()
            raise PostgresRefused(
                f"The database in {self.home} is in use by process {holder}. "
                "Stop that one first, or set BIOBANK_HOME to another folder."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock = lock

    def _make_data(self, fast: bool) -> None:
        """initdb beside the final place, then one rename: a half-made cluster is never taken for a whole one."""
        making = self.folder / "data.making"
        shutil.rmtree(making, ignore_errors=True)
        password = self.folder / "password"  # initdb reads it as the owner, who cannot read ours
        password.write_text(self._password)
        password.chmod(0o600)
        os.chown(password, owner().uid, owner().gid)
        arguments = ["-D", str(making), "-U", "postgres", f"--pwfile={password}", "-A", "scram-sha-256"]
        arguments += ["--locale=C", "--encoding=UTF8", "--data-checksums", *(["--no-sync"] if fast else [])]
        assert self._binaries is not None
        command = [str(self._binaries / "initdb"), *arguments]
        done = run_as_owner(command, self.folder, library_path(self._binaries))
        password.unlink()
        if done.returncode != 0:
            raise PostgresRefused(f"The database could not be made in {self.folder}: {done.stderr.strip()}")
        making.rename(self.data)

    def _launch(self, fast: bool) -> None:
        self.port = self._wanted_port or free_port()
        assert self._binaries is not None
        command = [str(self._binaries / "postgres"), "-D", str(self.data)]
        command += ["-p", str(self.port), "-k", str(self._sockets())]
        for setting in (*ALWAYS, *KEPT_FOR_THE_ARCHIVE, *self._settings, *(UNSAFE_BUT_FAST if fast else ())):
            command += ["-c", setting]
        dropped = ["--uid", str(owner().uid), "--gid", str(owner().gid)] if os.geteuid() == 0 else []
        self._keeper = kept(command, self.log, self.folder, library_path(self._binaries), dropped)
        self._wait_for_an_answer()

    def _sockets(self) -> Path:
        if len(str(self.folder)) <= LONGEST_SOCKET_FOLDER:
            return self.folder
        # Ours alone, as the next lines see to.
        short = Path(f"/tmp/biobank-{os.getuid()}-{self.folder.stat().st_ino}")  # nosec B108
        short.mkdir(mode=0o700, exist_ok=True)
        if short.lstat().st_uid not in (os.getuid(), owner().uid):
            raise PostgresRefused(f"{short} belongs to somebody else. Set BIOBANK_HOME to a folder with a shorter path.")
        os.chown(short, owner().uid, owner().gid)
        return short

    def _wait_for_an_answer(self, patience_s: float = 300) -> None:
        """Ask SELECT 1 until it is answered; recovery after a power cut may take however long."""
        until = time.monotonic() + patience_s
        while self.running and (time.monotonic() < until or recovers(self.data)):
            try:
                with psycopg.connect(self.admin_url, connect_timeout=5) as connection:
                    connection.execute("SELECT 1")
                    return
            except psycopg.OperationalError:
                time.sleep(0.05)
        last = "\n".join(self.log.read_text(errors="replace").splitlines()[-8:])
        raise PostgresRefused(f"PostgreSQL did not come up on port {self.port}. Its last words in {self.log}:\n{last}")


def kept(
    command: list[str], log: Path, folder: Path, environment: dict[str, str], options: Sequence[str] = ()
) -> "subprocess.Popen[bytes]":
    """Start ``command`` in a keeper's care: ``let_go`` ends it in order, and so does our own death."""
    with log.open("ab") as out:
        return subprocess.Popen(
            [sys.executable, "-I", "-S", str(KEEPER), *options, "--", *command],
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=out,
            cwd=folder,
            env=environment,
            start_new_session=True,
        )


def let_go(keeper: "subprocess.Popen[bytes]") -> None:
    """End what ``kept`` started, and wait until it is gone."""
    if keeper.stdin is not None:
        keeper.stdin.close()
    keeper.wait()


def free_port() -> int:
    """A port of 127.0.0.1 on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
