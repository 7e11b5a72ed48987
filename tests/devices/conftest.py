"""A real Mosquitto, and the ingest as its own process."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from biobank.db.embedded import free_port
from devices.broker import installed_mosquitto
from tests.telemetry import SITE, Installation, installation
from tests.waiting import listens, until

__all__ = ["installation"]


@dataclass
class Mosquitto:
    """A real broker on a free port, that can be killed and started again with what it kept."""

    home: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"mqtt://127.0.0.1:{self.port}"

    def start(self) -> None:
        configuration = self.home / "mosquitto.conf"
        configuration.write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous true\npersistence true\n"
            f"persistence_location {self.home}/\nautosave_interval 1\n"
            "max_queued_messages 0\nmax_inflight_messages 0\nuser root\nlog_dest none\n"
        )
        program = installed_mosquitto()
        assert program is not None
        self.process = subprocess.Popen([program, "-c", str(configuration)])
        until(lambda: listens(self.port))

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Mosquitto]:
    broker = Mosquitto(tmp_path, free_port())
    broker.start()
    yield broker
    broker.kill()


@dataclass
class IngestProcess:
    """The ingest as it runs in an installation."""

    installation: Installation
    broker_url: str
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        environment = {**self.installation.environment, "BIOBANK_MQTT_URL": self.broker_url, "BIOBANK_SITE": SITE}
        command = [sys.executable, "-m", "devices.ingest"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, env=environment, stdout=log)

    @property
    def said(self) -> str:
        """All that it ever logged."""
        return self.log.read_text()

    def kill(self, signum: int = signal.SIGKILL) -> int:
        assert self.process is not None
        self.process.send_signal(signum)
        return self.process.wait(timeout=15)


@pytest.fixture
def ingest(installation: Installation, mosquitto: Mosquitto, tmp_path: Path) -> Iterator[IngestProcess]:
    running = IngestProcess(installation, mosquitto.url, tmp_path / "ingest.log")
    running.start()
    yield running
    running.kill()
