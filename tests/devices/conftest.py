"""A real Mosquitto, and the ingest as its own process."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from biobank.db.embedded import free_port
from biobank.db.homes import throwaway_home
from devices.session import Broker
from tests.mosquitto import Mosquitto
from tests.telemetry import SITE, Installation, installation

__all__ = ["Mosquitto", "installation"]


@pytest.fixture
def mosquitto() -> Iterator[Mosquitto]:
    with throwaway_home() as home:
        broker = Mosquitto(home, free_port())
        broker.start()
        try:
            yield broker
        finally:
            broker.kill()


@dataclass
class IngestProcess:
    """The ingest as it runs in an installation."""

    installation: Installation
    broker: Broker
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        environment = {
            **self.installation.environment,
            "BIOBANK_MQTT_URL": self.broker.url,
            "BIOBANK_MQTT_CERTIFICATES": str(self.broker.certificates),
            "BIOBANK_SITE": SITE,
        }
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
    running = IngestProcess(installation, mosquitto.broker, tmp_path / "ingest.log")
    running.start()
    yield running
    running.kill()
