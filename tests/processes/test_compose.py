"""The compose file without a container engine: its command lines are the table's, and run here as they stand."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import yaml

from biobank.db.embedded import EmbeddedPostgres, free_port
from biobank.db.homes import throwaway_home
from biobank.settings import Settings
from devices.broker import end_running
from devices.certificates import INGEST, equip_broker, issue_device, revoke
from devices.places import CLONE
from devices.services import LASTING, NOTIFY, PREPARE, WATCHDOG
from devices.session import Broker
from tests.mosquitto import hearing
from tests.needs import program
from tests.waiting import healthy, listens, until

COMPOSE: dict[str, Any] = yaml.safe_load((CLONE / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service.get("build")}
DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")


@pytest.mark.parametrize("service", [PREPARE, *LASTING], ids=lambda service: service.name)
def test_compose_runs_the_command_line_of_the_table(service: Any) -> None:
    assert SERVICES[service.name]["command"] == service.command()


def test_compose_has_every_process_and_no_other() -> None:
    assert set(OURS) == {service.name for service in (PREPARE, *LASTING)} | {"certificates"}
    assert set(SERVICES) - set(OURS) == {"postgres", "broker"}


def test_the_pages_are_reachable_from_this_machine_and_the_broker_for_whoever_has_a_certificate() -> None:
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert ports == {"api": ["127.0.0.1:8000:8000"], "broker": ["8883:8883"]}
    assert "require_certificate true" in (CLONE / "devices/mosquitto.conf").read_text().splitlines()


def test_only_the_preparation_knows_the_superuser() -> None:
    assert [name for name, service in OURS.items() if "POSTGRES_PASSWORD" in str(service.get("environment"))] == ["prepare"]


def test_no_password_stands_in_the_compose_file() -> None:
    assert re.findall(r"PASSWORD[^\n]*", (CLONE / "docker-compose.yml").read_text())
    for name, service in SERVICES.items():
        for setting, value in service.get("environment", {}).items():
            assert "PASSWORD" not in setting or value.startswith("${"), name


WAYS, OF_LABELS = ("smtp_", "sms_", "notice_", "public_"), ("label", "gs1_", "isbt128")


@pytest.mark.parametrize(
    ("name", "begins"), [(NOTIFY.name, WAYS), (WATCHDOG.name, WAYS), ("api", OF_LABELS), ("work", OF_LABELS)]
)
def test_whoever_tells_people_or_prints_is_given_every_setting_of_it(name: str, begins: tuple[str, ...]) -> None:
    wanted = {f"BIOBANK_{setting.upper()}" for setting in Settings.model_fields if setting.startswith(begins)}
    assert {setting for setting, value in SERVICES[name]["environment"].items() if value is None} == wanted


class Composition:
    """The services of the compose file as processes of this machine: hosts, ports and volumes put in their place."""

    def __init__(self, folder: Path, ends: ExitStack) -> None:
        self.folder, self.ends = folder, ends
        self.postgres = EmbeddedPostgres(folder / "server", binaries=DEBIAN_15)
        self.broker_port, self.api_port = free_port(), free_port()
        self.home, self.messages = folder / "home", folder / "messages"

    def local(self, text: str) -> str:
        """``text`` of the compose file with what differs on this machine."""
        password = self.postgres.home / "postgres.password"
        text = re.sub(r"\$\{BIOBANK_POSTGRES_PASSWORD[^}]*\}", lambda _: password.read_text(), text)
        text = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)  # what `.env` does not name
        for there, here in {
            "postgres:5432": f"127.0.0.1:{self.postgres.port}",
            "broker:8883": f"127.0.0.1:{self.broker_port}",
            "/var/lib/biobank": str(self.home),
            "/mosquitto/data": str(self.messages),
            "/mosquitto/config": str(self.folder),
            "0.0.0.0": "127.0.0.1",
        }.items():
            text = text.replace(there, here)
        return text

    def start_postgres(self) -> None:
        """Start what the service of that name is here."""
        self.ends.callback(self.postgres.stop)
        self.postgres.start(fast=True)

    def start(self, name: str) -> "subprocess.Popen[bytes]":
        """Start the very command of service ``name`` with its environment."""
        service = SERVICES[name]
        given = service.get("environment", {}).items()
        environment = {key: self.local(str(value)) for key, value in given if value is not None}
        if "BIOBANK_PORT" in environment:
            environment["BIOBANK_PORT"] = str(self.api_port)
        command = [sys.executable if word == "python" else self.local(word) for word in service["command"]]
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("BIOBANK_", "DATABASE_"))}
        kept["PATH"] += f":{Path(program('mosquitto') or '').parent}"
        folder = Path(self.local(service["working_dir"])) if "working_dir" in service else CLONE
        with (self.folder / f"{name}.log").open("wb") as log:
            child = subprocess.Popen(command, cwd=folder, env=kept | environment, stdout=log, stderr=log)
        self.ends.callback(self._end, child)
        return child

    def complete(self, name: str) -> None:
        """Run a service that ends by itself."""
        assert self.start(name).wait(120) == 0, self.log(name)

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text()

    def start_broker(self) -> "subprocess.Popen[bytes]":
        """Start the broker with the very files that compose mounts; only listener and folder are this machine's."""
        for mounted in (volume.split(":") for volume in SERVICES["broker"]["volumes"] if volume.startswith("./")):
            text = (CLONE / mounted[0]).read_text()
            text = text.replace("listener 8883\n", f"listener {self.broker_port} 127.0.0.1\n")
            Path(self.local(mounted[1])).write_text(self.local(text))
        started = self.start("broker")
        until(lambda: listens(self.broker_port))
        return started

    @staticmethod
    def _end(child: "subprocess.Popen[bytes]") -> None:
        child.terminate()
        try:
            child.wait(30)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


@pytest.fixture
def composition() -> Iterator[Composition]:
    with throwaway_home() as folder, ExitStack() as ends:
        yield Composition(folder, ends)


@pytest.mark.needs("mosquitto", "postgresql-15")
def test_every_service_runs_here_as_compose_would_run_it(composition: Composition) -> None:
    composition.start_postgres()
    composition.complete("certificates")
    lasting = {"broker": composition.start_broker()}
    composition.complete("prepare")
    lasting |= {service.name: composition.start(service.name) for service in LASTING}
    until(lambda: healthy(f"http://127.0.0.1:{composition.api_port}"))
    time.sleep(2)
    assert {name: child.poll() for name, child in lasting.items()} == dict.fromkeys(lasting), {
        name: composition.log(name) for name, child in lasting.items() if child.poll() is not None
    }
    assert "not authori" not in composition.log("broker")
    assert re.search(r"New client connected .* as ingest", composition.log("broker"))


@pytest.mark.needs("mosquitto")
def test_a_revoked_device_is_out_within_seconds_and_the_broker_ends_with_what_watches_it(composition: Composition) -> None:
    ours = composition.home / "mqtt"
    equip_broker(ours, composition.messages)
    issue_device(ours, "d000")
    watching, broker = composition.start_broker(), Broker(f"mqtts://127.0.0.1:{composition.broker_port}", ours)
    with hearing(broker, "d000", "none") as lost, hearing(broker, INGEST, "none") as ingest:
        revoke(ours, "d000")
        equip_broker(ours, composition.messages)
        until(lambda: "certificate verify failed" in composition.log("broker"), 10)
        assert not lost.connected
        until(lambda: ingest.connected)
    assert watching.poll() is None
    assert end_running(composition.messages)
    assert watching.wait(10) == 0, "a broker that ends by itself is started again by the engine"
    again = composition.start_broker()
    again.terminate()
    again.wait(10)
    assert not listens(composition.broker_port)
