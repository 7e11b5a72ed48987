"""`make run` as a person has it: started, killed in parts, stopped, started again."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from biobank.db.embedded import free_port
from biobank.db.homes import throwaway_home
from biobank.db.remains import processes_in
from devices.places import CLONE
from devices.services import LASTING
from tests.waiting import healthy, until

CHILDREN = ("broker", *(service.name for service in LASTING), "archive")


class Run:
    """One `make run` with a home and ports of its own."""

    def __init__(self, home: Path, ports: dict[str, str]) -> None:
        self.home = home
        self.said: list[str] = []
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("BIOBANK_", "DATABASE_"))}
        environment |= {"BIOBANK_HOME": str(home), "PYTHONUNBUFFERED": "1", "BIOBANK_DEMONSTRATION": "no", **ports}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "devices.processes"],
            cwd=CLONE,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    @property
    def words(self) -> str:
        return "".join(self.said)

    @property
    def url(self) -> str:
        found = re.search(r"The biobank is open: +(\S+)", self.words)
        assert found, self.words
        return found[1]

    def open(self) -> "Run":
        until(lambda: "The biobank is open" in self.words or self.process.poll() is not None)
        assert self.process.poll() is None, self.words
        return self

    def end(self, signum: int = signal.SIGTERM) -> int:
        self.process.send_signal(signum)
        code = self.process.wait(60)
        self._reader.join()
        return code

    def pid(self, name: str) -> int:
        file = self.home / "run" / f"{name}.pid"
        return int(file.read_text() or 0) if file.exists() else 0

    def asked(self, question: str) -> str:
        password = (self.home / "postgres.password").read_text()
        url = (self.home / "database.url").read_text().replace("//", f"//postgres:{password}@")
        with psycopg.connect(url) as connection:
            row = connection.execute(question.encode()).fetchone()
        return str(row[0]) if row else ""

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout:
            self.said.extend(iter(self.process.stdout.readline, ""))


@pytest.fixture
def ports() -> dict[str, str]:
    return {name: str(free_port()) for name in ("BIOBANK_PORT", "BIOBANK_BROKER_PORT", "BIOBANK_POSTGRES_PORT")}


@pytest.fixture
def home() -> Iterator[Path]:
    with throwaway_home() as folder:
        yield folder


@pytest.fixture
def run(home: Path, ports: dict[str, str]) -> Iterator[Run]:
    running = Run(home, ports)
    try:
        yield running.open()
    finally:
        if running.process.poll() is None:
            running.end()


def nothing_lives(run: Run, pids: list[int]) -> bool:
    return not any(Path(f"/proc/{pid}").exists() for pid in pids) and not processes_in(run.home / "postgres" / "data")


def test_a_signal_stops_every_process_in_order_a_killed_supervisor_takes_them_with_it_and_the_next_run_keeps_the_data(
    run: Run, home: Path, ports: dict[str, str]
) -> None:
    identity = "SELECT system_identifier FROM pg_control_system()"
    first, migrated = run.asked(identity), run.asked("SELECT count(*) FROM alembic_version")
    ends_in_order(run, signal.SIGTERM)
    again = Run(home, ports).open()
    assert (again.asked(identity), again.asked("SELECT count(*) FROM alembic_version")) == (first, migrated)
    pids = [again.pid(name) for name in CHILDREN]
    assert again.end(signal.SIGKILL) == -signal.SIGKILL
    until(lambda: nothing_lives(again, pids))
    ends_in_order(Run(home, ports).open(), signal.SIGINT)


def ends_in_order(run: Run, signum: int) -> None:
    pids = [run.pid(name) for name in CHILDREN]
    assert all(pids)
    assert run.end(signum) == 0
    assert "Everything has stopped." in run.words
    assert nothing_lives(run, pids)
    assert (run.home / "logs" / "postgres.log").read_text().rstrip().endswith("database system is shut down")


def test_whatever_is_killed_is_noticed_and_started_again_and_a_second_run_beside_it_is_refused(
    run: Run, home: Path, ports: dict[str, str]
) -> None:
    for name in CHILDREN:
        kill(run, name)
    kill_the_database(run)
    second = Run(home, {**ports, "BIOBANK_POSTGRES_PORT": str(free_port())})
    assert second.process.wait(30) == 1
    second._reader.join()
    assert f"in use by process {run.process.pid}" in second.words


def kill(run: Run, name: str) -> None:
    first = run.pid(name)
    os.kill(first, signal.SIGKILL)
    until(lambda: f"{name} was ended by SIGKILL" in run.words)
    until(lambda: run.pid(name) not in (0, first))
    until(lambda: healthy(run.url))


def kill_the_database(run: Run) -> None:
    main = int((run.home / "postgres" / "data" / "postmaster.pid").read_text().split("\n", 1)[0])
    os.kill(main, signal.SIGKILL)
    until(lambda: "PostgreSQL ended" in run.words)
    until(lambda: _asks(run))
    until(lambda: healthy(run.url))


def _asks(run: Run) -> bool:
    try:
        return run.asked("SELECT 1") == "1"
    except psycopg.OperationalError:
        return False
