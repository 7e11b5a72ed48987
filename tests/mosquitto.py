"""A real broker as an installation runs it: the repository's configuration, and certificates of an authority of its own."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from paho.mqtt import publish

from devices.broker import installed_mosquitto, mosquitto_command
from devices.certificates import equip_broker, issue_device
from devices.gateway import Gateway
from devices.session import Broker
from tests.waiting import listens, until

if TYPE_CHECKING:
    from paho.mqtt.publish import MessagesList, TLSParameter  # there for the checker only


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


@contextmanager
def hearing(broker: Broker, name: str, topic: str) -> Iterator[Gateway]:
    """A session of ``name`` that stands and hears ``topic``."""
    gateway = Gateway(broker, name, topic)
    gateway.start()
    try:
        until(lambda: gateway.connected)
        yield gateway
    finally:
        gateway.stop()
