"""The ingest of one site, which BIOBANK_SITE names: ``python -m devices.ingest``.

The gateway's process hears the broker, one thread reads its messages, and this one writes: it takes all that waits, stores it in
one transaction, and only then lets the gateway acknowledge and publish the receipts. It can be killed at any moment: what was not
acknowledged comes again and is known then.
"""

import gc
import sys
import threading
import time
from datetime import datetime

import psycopg
import structlog

from biobank.act.opening import clock_of
from biobank.clock import Clock
from biobank.db.engines import Engines
from biobank.db.roles import Login
from biobank.ending import told_to_end
from biobank.logs import configure
from biobank.monitoring import heartbeats, storing
from biobank.settings import Settings
from devices import importing, payloads, topics
from devices.apart import Apart
from devices.batches import Batch, Inbox
from devices.certificates import INGEST
from devices.session import Broker

log = structlog.get_logger()

SYSTEM_PERSON = "ingest"
_LONGEST_PAUSE_S = 5.0


class AnotherIngest(RuntimeError):
    """This site's topic is already being read by another ingest."""


class Writer:
    """Stores batch after batch on one connection of the ingest's login."""

    def __init__(self, conninfo: str, site: str, clock: Clock) -> None:
        self._conninfo, self._site, self._clock = conninfo, site, clock
        self._db: psycopg.Connection | None = None
        self._ingest: storing.Ingest | None = None
        self._last: datetime | None = None

    def store(self, batch: Batch, stopping: threading.Event) -> storing.Stored | None:
        """Store ``batch``, however long the database is away; None where the process was asked to end before that."""
        pause = 0.1
        while True:
            try:
                db, ingest = self.connection()
                return storing.store(db, ingest, batch.reports, batch.refusals, self._now())
            except (psycopg.OperationalError, psycopg.InterfaceError) as error:
                log.warning("database_away", error=str(error).strip())
                self.close()
            if stopping.wait(pause):
                return None
            pause = min(pause * 2, _LONGEST_PAUSE_S)

    def connection(self) -> tuple[psycopg.Connection, storing.Ingest]:
        """The open connection, made where there is none. Raises AnotherIngest, psycopg.OperationalError."""
        if self._db is None or self._db.closed or self._ingest is None:
            self.close()
            self._db = psycopg.connect(self._conninfo, autocommit=True, options="-c timezone=UTC")
            self._ingest = self._prepare(self._db)
        return self._db, self._ingest

    def live(self, waiting: int) -> None:
        """Give a sign of life to the watchdog, unless the database is away: then that is the sign. And store a file that somebody
        brought in, where one waits.
        """
        try:
            db, ingest = self.connection()
            heartbeats.beat(db, heartbeats.INGEST, self._site, waiting)
            importing.store_next(db, ingest, self._now)
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            log.warning("database_away", error=str(error).strip())
            self.close()

    def close(self) -> None:
        """Close the connection; what was not committed never happened."""
        if self._db is not None:
            self._db.close()
        self._db = None

    def _prepare(self, db: psycopg.Connection) -> storing.Ingest:
        locked = db.execute("SELECT pg_try_advisory_lock(hashtext('ingest'), hashtext(%s))", [self._site]).fetchone()
        if not locked or not locked[0]:
            raise AnotherIngest(self._site)
        person = db.execute("SELECT id FROM person WHERE username = %s AND side = 'system'", [SYSTEM_PERSON]).fetchone()
        if person is None:
            raise LookupError(f"the system person {SYSTEM_PERSON!r} is missing: prepare the database first")
        db.execute("SELECT monitoring_make_partitions(%s, 4)", [self._clock.now().date().replace(day=1)])
        last = db.execute("SELECT max(stored_at) FROM reading_batch WHERE site = %s", [self._site]).fetchone()
        self._last = last[0] if last else None
        return storing.Ingest(self._site, person[0])

    def _now(self) -> datetime:
        """The time of the batch, later than any before: it also names the batch."""
        now = self._clock.now()
        if self._last is not None and now <= self._last:
            now = self._last + datetime.resolution
        self._last = now
        return now


def run(gateway: Apart, inbox: Inbox, writer: Writer, stopping: threading.Event) -> None:
    """Take, store, acknowledge, receipt, until stopped; then in order. Raises RuntimeError where the gateway died.

    What comes while a batch is stored makes the next one: the more there is to do, the larger they are.
    """
    due = 0.0
    try:
        while not stopping.is_set():
            if not gateway.alive:
                raise RuntimeError("the gateway died or hangs")
            if time.monotonic() >= due:
                due = time.monotonic() + heartbeats.EVERY_SECONDS
                writer.live(inbox.waiting)
            batch = inbox.take(timeout=0.5)
            stored = writer.store(batch, stopping) if batch.messages else None
            if stored is not None:
                gateway.confirm(batch.messages, [_receipt(batch, receipt) for receipt in stored.receipts])
    finally:
        gateway.stop()
        writer.close()


def _receipt(batch: Batch, receipt: storing.Receipt) -> tuple[str, bytes]:
    site = topics.device_of(batch.reports[0].source.topic).site
    payload = payloads.Receipt(version=1, sensor=receipt.sensor, boot=receipt.boot, counter=receipt.counter)
    return topics.receipt(site, receipt.device), payloads.write(payload)


def wait_for_turn(writer: Writer, stopping: threading.Event) -> bool:
    """Wait until the database answers and no other ingest reads this site; only then is the broker asked for
    messages.
    """
    while not stopping.is_set():
        try:
            writer.connection()
            return True
        except AnotherIngest:
            log.warning("another_ingest_reads_this_site")
        except psycopg.OperationalError as error:
            log.warning("database_away", error=str(error).strip())
        writer.close()
        stopping.wait(1)
    return False


def main() -> None:
    """Store the readings of the settings' site until SIGTERM or Ctrl-C."""
    configure()
    settings = Settings()
    stopping = told_to_end()
    engines = Engines(settings.database_url, settings.secrets, pool_size=1)
    clock = clock_of(settings, engines.of(Login.INGEST))
    engines.dispose()
    writer = Writer(
        engines.url(Login.INGEST).set(drivername="postgresql").render_as_string(hide_password=False), settings.site, clock
    )
    if wait_for_turn(writer, stopping):
        inbox, broker = Inbox(), Broker(settings.mqtt_url, settings.mqtt_folder)
        gateway = Apart(broker, INGEST, topics.all_readings(settings.site), inbox.arrived)
        gateway.start()
        gc.freeze()
        gc.set_threshold(200_000, 50, 50)  # messages make no cycles; looking for some took a tenth of the time of a full batch
        sys.setswitchinterval(0.0005)  # who reads must not keep the writer waiting after each answer of the database
        run(gateway, inbox, writer, stopping)


if __name__ == "__main__":
    main()
