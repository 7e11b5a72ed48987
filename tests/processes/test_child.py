"""One supervised process: a real broker, killed and stopped in every way."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from biobank.db.embedded import free_port
from biobank.db.homes import throwaway_home
from devices.certificates import equip_broker
from devices.child import Child
from devices.places import CLONE, Places, port_of
from devices.services import API, PREPARE, broker
from tests.waiting import listens, until

PARENT = """
import sys, time
from pathlib import Path
from devices.child import Child
from devices.places import Places
from devices.services import broker
home, port = Path(sys.argv[1]), int(sys.argv[2])
service = broker(port, str(home / "broker"))
child = Child(service, home, Places(home, "", "", 0).environment(service), print)
child.start()
while True:
    child.look()
    time.sleep(0.1)
"""


def pid_of(home: Path, name: str) -> int:
    return int((home / "run" / f"{name}.pid").read_text())


@pytest.fixture
def home() -> Iterator[Path]:
    with throwaway_home() as folder:
        (folder / "logs").mkdir(mode=0o711)
        equip_broker(folder / "mqtt", folder / "broker")
        yield folder


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def child(home: Path, port: int, said: list[str]) -> Iterator[Child]:
    service = broker(port, str(home / "broker"))
    running = Child(service, home, Places(home, "", "", 0).environment(service), said.append)
    running.start()
    try:
        until(lambda: listens(port))
        yield running
    finally:
        running.stop()


def test_a_killed_process_is_noticed_said_and_started_again(child: Child, home: Path, port: int, said: list[str]) -> None:
    first = pid_of(home, "broker")
    os.kill(first, signal.SIGKILL)
    until(lambda: (child.look(), bool(said))[1])
    assert "broker was ended by SIGKILL; it starts again in 1 s" in said[0]
    until(lambda: (child.look(), listens(port))[1])
    assert pid_of(home, "broker") != first


def test_a_process_that_keeps_dying_is_started_more_and_more_rarely(home: Path, said: list[str]) -> None:
    service = broker(1, "/proc/no-such-place")
    dying = Child(service, home, Places(home, "", "", 0).environment(service), said.append)
    dying.start()
    until(lambda: (dying.look(), len(said) == 2)[1])
    dying.stop()
    assert [words.partition(" in ")[2].split(" s")[0] for words in said] == ["1", "2"]


def test_a_stopped_process_is_gone_when_stop_returns(child: Child, home: Path, port: int) -> None:
    pid = pid_of(home, "broker")
    child.stop()
    assert not Path(f"/proc/{pid}").exists()
    assert not listens(port)
    assert not (home / "run" / "broker.pid").exists()


def test_a_killed_supervisor_leaves_no_process_behind(home: Path, port: int) -> None:
    command = [sys.executable, "-c", PARENT, str(home), str(port)]
    with subprocess.Popen(command, cwd=CLONE, env={**os.environ, "PYTHONPATH": str(CLONE)}) as parent:
        until(lambda: listens(port))
        pid = pid_of(home, "broker")
        parent.kill()
    until(lambda: not Path(f"/proc/{pid}").exists())
    assert not listens(port)


def test_a_taken_port_is_stepped_over_and_said(said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        monkeypatch.setenv("BIOBANK_PORT", str(taken))
        assert port_of("BIOBANK_PORT", said.append) > taken
    assert f"Port {taken} is taken by another program" in said[0]


def test_the_superusers_address_goes_to_the_preparation_only(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIOBANK_ADMIN_URL", "postgresql://inherited")
    places = Places(home, "postgresql://somewhere", "", 8000, admin_url="postgresql://postgres:secret@somewhere")
    assert "secret" in places.environment(PREPARE)["BIOBANK_ADMIN_URL"]
    assert "BIOBANK_ADMIN_URL" not in places.environment(API)
