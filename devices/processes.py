"""Everything on one machine, until Ctrl-C: ``python -m devices.processes`` (`make run`).

PostgreSQL (unless DATABASE_URL names one), the broker (unless BIOBANK_MQTT_URL names one), the processes of
``devices.services`` and simulated freezers. A process that dies is said and started again.
"""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import replace
from types import FrameType
from typing import Any, LiteralString

import psycopg

from biobank.clock import SimulatedClock
from biobank.db.embedded import EmbeddedPostgres, PostgresRefused, kept, let_go
from biobank.settings import Settings
from devices.broker import broker_url
from devices.certificates import equip_broker, issue_device
from devices.child import Child
from devices.places import CLONE, DATABASE_URL_FILE, Places, home, people_file, port_of
from devices.services import ARCHIVE, DEMONSTRATION, LASTING, PREPARE, PREPARE_DEMONSTRATION, Service, broker, simulator

PATIENCE_S = 120.0
WHAT_TO_TRY = """
   A demonstration at mid-trial is loaded. These people may log in at {url} (user name, password, side, role):

{people}
   (kept in {file})
   To try: log in as tess01 and open a participant, as tom and open a batch, as quinn, quentin and sam to release one,
   as pia to prepare a kit. Whatever carries a code opens in the scan box.
"""


class Stopped(BaseException):
    """Ctrl-C or SIGTERM: unwinds to the orderly end from wherever we are."""


def say(words: str) -> None:
    """One line to the person at the terminal."""
    print(words, flush=True)


class Supervisor:
    """Starts the processes, looks after them and ends them: the api first, PostgreSQL last."""

    def __init__(self) -> None:
        self.postgres: EmbeddedPostgres | None = None
        self.children: list[Child] = []
        self.places = Places(home(), "", "", 0)
        self._demonstration_wanted = False
        self._loading: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Bring everything up, in the order in which one needs the other. Raises PostgresRefused, SystemExit."""
        database_url, admin_url = self._database()
        mqtt_url, broker_port = self._broker_place()
        api_port = port_of("BIOBANK_PORT", say)
        self.places = Places(home(), database_url, mqtt_url, api_port, admin_url)
        if admin_url:
            self._prepare()
        if self.postgres is not None:
            self._look_for_demonstration(self.postgres)
            self._add(ARCHIVE)
        if broker_port:
            self._add(broker(broker_port, str(home() / "broker")))
        for service in LASTING:
            self._add(service)
        self._add_freezers()

    def run(self) -> None:
        """Look after the processes for ever; say the address once the pages answer."""
        until, answered = time.monotonic() + PATIENCE_S, False
        while True:
            for child in self.children:
                child.look()
            self._look_at_postgres()
            self._look_at_demonstration()
            if not answered and _answers(f"{self.places.api_url}/health"):
                answered = True
                _announce(self.places.api_url)
                self._load_demonstration()
            elif not answered and time.monotonic() > until:
                until = time.monotonic() + PATIENCE_S
                say(f"The pages do not answer yet. What the processes say is in {home() / 'logs'}.")
            time.sleep(0.2)

    def stop(self) -> None:
        """End every process in order; no record is lost, since each ends between two acts."""
        if self._loading is not None:
            let_go(self._loading)
        for child in reversed(self.children):
            child.stop()
        if self.postgres is not None:
            self.postgres.stop()
            (home() / DATABASE_URL_FILE).unlink(missing_ok=True)

    def _database(self) -> tuple[str, str]:
        named = os.environ.get("DATABASE_URL")
        if named:
            return named, os.environ.get("BIOBANK_ADMIN_URL", "")
        port = port_of("BIOBANK_POSTGRES_PORT", say)
        self.postgres = EmbeddedPostgres(home(), port).start()
        url = f"postgresql://127.0.0.1:{port}/biobank"
        (home() / DATABASE_URL_FILE).write_text(url)
        return url, self.postgres.admin_url

    def _broker_place(self) -> tuple[str, int]:
        named = os.environ.get("BIOBANK_MQTT_URL")
        if named:
            return named, 0
        equip_broker(home() / "mqtt", home() / "broker")
        port = port_of("BIOBANK_BROKER_PORT", say)
        return broker_url(port), port

    def _prepare(self) -> None:
        wanted = self.postgres is not None and os.environ.get("BIOBANK_DEMONSTRATION", "yes") != "no"
        prepare = PREPARE_DEMONSTRATION if wanted else PREPARE
        command, told = prepare.command(sys.executable), self.places.environment(prepare)
        done = subprocess.run(command, cwd=CLONE, env=told, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"The database could not be prepared:\n{done.stdout}{done.stderr}")

    def _add(self, service: Service) -> None:
        child = Child(service, home(), self.places.environment(service), say)
        child.start()
        self.children.append(child)

    def _add_freezers(self) -> None:
        """Simulated freezers for the sensors of our site; only on our own database, never on a configured one. Of one that proves
        alarms speaks its own device.
        """
        if self.postgres is None:
            return
        wanted = (
            "SELECT s.code, s.device FROM sensor s JOIN freezer f ON f.id = s.freezer_id"
            " WHERE s.state = 'approved' AND s.site = %s AND f.kind <> 'proof'"
        )
        if sensors := _read(self.postgres, wanted, Settings().site):
            for _, device in sensors:
                issue_device(home() / "mqtt", device)
            self._add(simulator(sensors))

    def _look_for_demonstration(self, postgres: EmbeddedPostgres) -> None:
        """A database marked as demonstration may simulate its clock; one without people gets the demonstration."""
        if _read(postgres, "SELECT id FROM instance WHERE demonstration"):
            self.places = replace(self.places, clock="simulated")
            SimulatedClock(home() / "clock").release()  # left behind where the loading was interrupted
            self._demonstration_wanted = not _read(postgres, "SELECT id FROM person WHERE side <> 'system' LIMIT 1")

    def _load_demonstration(self) -> None:
        if self._demonstration_wanted:
            say("   A demonstration at mid-trial is being loaded; it takes about half a minute …")
            command, told = DEMONSTRATION.command(sys.executable), self.places.environment(DEMONSTRATION)
            self._loading = kept(command, home() / "logs" / "demonstration.log", CLONE, told)
        elif people_file(home()).exists():
            say(f"   Who may log in, with passwords: {people_file(home())}")

    def _look_at_demonstration(self) -> None:
        if self._loading is None or (code := self._loading.poll()) is None:
            return
        let_go(self._loading)
        self._loading = None
        if code == 0:
            say(WHAT_TO_TRY.format(people=people_file(home()).read_text(), file=people_file(home()), url=self.places.api_url))
            self._add_freezers()
        else:
            say(f"The demonstration is not complete; why is in {home() / 'logs' / 'demonstration.log'}.")

    def _look_at_postgres(self) -> None:
        if self.postgres is None:
            return
        if not self.postgres.running:
            say("PostgreSQL ended; starting it again. Its log: " + str(self.postgres.log))
            self.postgres.start()
        elif self.postgres.hangs():
            say("PostgreSQL takes nobody and recovers nothing; ending it. Its log: " + str(self.postgres.log))
            self.postgres.kill()


def _read(postgres: EmbeddedPostgres, question: LiteralString, *values: str) -> list[Any]:
    """What our own database answers its superuser."""
    with psycopg.connect(postgres.admin_url.removesuffix("postgres") + "biobank") as db:
        return db.execute(question, values).fetchall()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # nosec B310
            return bool(answer.status == 200)
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False


def _announce(url: str) -> None:
    line = "═" * (len(url) + 30)
    say(f"\n{line}\n   The biobank is open:  {url}\n   Ctrl-C ends it; the data stay.\n{line}\n")


def _stop(signum: int, frame: FrameType | None) -> None:
    for again in (signal.SIGINT, signal.SIGTERM):
        signal.signal(again, signal.SIG_IGN)  # the orderly end is under way
    raise Stopped


def main() -> None:
    """Run everything until Ctrl-C or SIGTERM."""
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, _stop)
    supervisor = Supervisor()
    try:
        say(f"Starting; data and logs are in {home()} …")
        supervisor.start()
        supervisor.run()
    except Stopped:
        say("\nStopping …")
    except (PostgresRefused, OSError) as trouble:
        raise SystemExit(str(trouble)) from trouble
    finally:
        supervisor.stop()
    say("Everything has stopped.")


if __name__ == "__main__":
    main()
