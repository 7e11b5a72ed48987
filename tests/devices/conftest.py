"""A real Mosquitto, and the ingest as its own process."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from paho.mqtt import publish

from biobank.db.embedded import free_port
from biobank.db.homes import throwaway_home
from devices.broker import installed_mosquitto, mosquitto_command
from devices.certificates import equip_broker, issue_device
from devices.gateway import Broker
from tests.telemetry import SITE, Installation, installation
from tests.waiting import listens, until

if TYPE_CHECKING:
    from paho.mqtt.publish import MessagesList, TLSParameter  # there for the checker only

__all__ = ["installation"]


@dataclass
class Mosquitto:
    """A real broker on a free port, as an installation runs it; it can be killed and started again with what it kept."""

    home: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def kept(self) -> Path:
        """Its data folder."""
        return self.home / "broker"

    @property
    def certificates(self) -> Path:
        return self.home / "mqtt"

    @property
    def broker(self) -> Broker:
        return Broker(f"mqtts://127.0.0.1:{self.port}", self.certificates)

    def tls(self, device: str) -> "TLSParameter":
        """With what ``device`` speaks to it."""
        authority, certificate, key = map(str, issue_device(self.certificates, device))
        return {"ca_certs": authority, "certfile": certificate, "keyfile": key}

    def send(self, topic: str, *payloads: bytes, device: str, retain: bool = False) -> None:
        """Publish as ``device`` and wait until the broker has acknowledged all."""
        messages: MessagesList = [(topic, payload, 1, retain) for payload in payloads]
        publish.multiple(messages, hostname="127.0.0.1", port=self.port, client_id=device, tls=self.tls(device))

    def start(self) -> None:
        program = installed_mosquitto()
        assert program is not None
        equip_broker(self.certificates, self.kept)
        command = mosquitto_command(program, self.port, self.kept)
        with (self.home / "broker.log").open("ab") as log:
            self.process = subprocess.Popen(command, cwd=self.kept, stderr=log)
        until(lambda: listens(self.port))

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()


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
