"""An installation of a run's own: PostgreSQL, API and worker as real processes, with a clock that the run moves."""

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from biobank.act.coded import coded
from biobank.db.embedded import EmbeddedPostgres, free_port, kept, let_go
from biobank.db.homes import throwaway_home
from biobank.db.prepare import prepare
from biobank.settings import Settings
from devices.places import CLONE
from devices.trial.doorway import open_door
from devices.trial.people import ADMINISTRATOR, VERIFIER, Member
from devices.trial.speaking import Speaker, client

DATABASE = "biobank"
PATIENCE_S = 60


@dataclass(frozen=True)
class Instance:
    """A running installation. ``admin_url`` is the superuser at its database: what is there, whatever the program says."""

    url: str
    admin_url: str
    home: Path
    environment: dict[str, str]


@contextmanager
def started(*, workers: int = 2, working: bool = True, secrets_text: str | None = None) -> Iterator[Instance]:
    """An empty installation marked as demonstration, with a simulated clock; gone afterwards.

    ``secrets_text`` is a credentials file to be used, so that two installations draw the same random streams.
    """
    with ExitStack() as ends:
        home = ends.enter_context(throwaway_home())
        postgres = ends.enter_context(EmbeddedPostgres(home).start(fast=True))
        credentials = home / "credentials.json"
        if secrets_text is not None:
            credentials.write_text(secrets_text)
        url = f"postgresql://127.0.0.1:{postgres.port}/{DATABASE}"
        prepare(postgres.admin_url, url, credentials, coded(), datetime.now(UTC), demonstration=True)
        port = free_port()
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("BIOBANK_", "DATABASE_"))}
        environment |= {"BIOBANK_HOME": str(home), "DATABASE_URL": url, "BIOBANK_CLOCK": "simulated"}
        environment |= {"BIOBANK_PORT": str(port), "BIOBANK_WORKERS": str(workers), "PYTHONUNBUFFERED": "1"}
        environment |= {"BIOBANK_REQUESTS_PER_SECOND": "100000"}  # hundreds of clients share a few accounts here
        for name in ("serve", *(["work"] if working else [])):
            command = [sys.executable, "-m", "biobank.cli", name]
            keeper = kept(command, home / "logs" / f"{name}.log", CLONE, environment, ["--ending", "TERM,KILL"])
            ends.callback(let_go, keeper)
        admin = postgres.admin_url.rsplit("/", 1)[0] + f"/{DATABASE}"
        yield Instance(f"http://127.0.0.1:{port}", admin, home, environment)


def passwords_of(members: tuple[Member, ...]) -> dict[str, str]:
    """A password for everybody, made for this run."""
    return {one.username: secrets.token_urlsafe(12) for one in (ADMINISTRATOR, VERIFIER, *members)}


@contextmanager
def open_to(instance: Instance, passwords: dict[str, str]) -> Iterator[Speaker]:
    """Enrol the first administrators, wait until the API answers, and speak to it."""
    told = instance.environment
    settings = Settings(database_url=told["DATABASE_URL"], home=instance.home, pool_size=2)
    open_door(settings, passwords)
    with client(instance.url) as http:
        speaker = Speaker(http, passwords)
        speaker.wait(PATIENCE_S)
        yield speaker
