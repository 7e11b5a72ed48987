"""Where the processes of one machine find each other: ports that are free, the database, the broker, the home."""

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from biobank.db.homes import home_of
from devices.services import Service

CLONE = Path(__file__).parents[1]
DATABASE_URL_FILE = "database.url"
"""In the home, while our own PostgreSQL runs: server and database, no password, for commands beside it."""
USUAL_PORTS = {"BIOBANK_PORT": 8000, "BIOBANK_BROKER_PORT": 8883, "BIOBANK_POSTGRES_PORT": 54320}


def home() -> Path:
    """The home of the installation in this clone."""
    return home_of(CLONE)


def port_of(setting: str, say: Callable[[str], None]) -> int:
    """The port that ``setting`` names, or the next free one; stepping over a taken one is said. Raises OSError."""
    wanted = int(os.environ.get(setting, USUAL_PORTS[setting]))
    for port in range(wanted, min(wanted + 100, 65536)):
        if _free(port):
            return port
        say(f"Port {port} is taken by another program; trying {port + 1} ({setting}).")
    raise OSError(f"No free port between {wanted} and {wanted + 99}; set {setting}.")


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port in TIME_WAIT is free, one in use is not
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


@dataclass(frozen=True)
class Places:
    """What every process of the installation is told in its environment."""

    home: Path
    database_url: str
    mqtt_url: str
    api_port: int
    admin_url: str = ""
    clock: str = "system"

    @property
    def api_url(self) -> str:
        """What a person types into a browser on this machine."""
        return f"http://127.0.0.1:{self.api_port}"

    def environment(self, service: Service) -> dict[str, str]:
        """The environment of ``service``; the superuser's address goes to the preparation and the archive of the log only."""
        inherited = {name: value for name, value in os.environ.items() if name != "BIOBANK_ADMIN_URL"}
        told = {
            "BIOBANK_HOME": str(self.home),
            "DATABASE_URL": self.database_url,
            "BIOBANK_MQTT_URL": self.mqtt_url,
            "BIOBANK_PORT": str(self.api_port),
            "BIOBANK_CLOCK": self.clock,
            "PYTHONUNBUFFERED": "1",
        }
        if service.name in ("prepare", "archive") and self.admin_url:
            told["BIOBANK_ADMIN_URL"] = self.admin_url
        return inherited | told


def people_file(home: Path) -> Path:
    """Where the people of the demonstration and their passwords stand, for the person who started it."""
    return home / "demonstration-people.txt"
