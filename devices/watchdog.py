"""Watches the processes that watch the freezers, from outside of them: ``python -m devices.watchdog``.

It reads the signs of life of the worker, of the process that sends notices and of this site's ingest, and tells of their silence
by a road of its own: the ways and addresses of its settings, no outbox, no database. So it speaks also when that is gone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event

import psycopg
import structlog

from biobank.db.engines import Engines
from biobank.db.roles import Login
from biobank.ending import told_to_end
from biobank.logs import configure
from biobank.monitoring import heartbeats
from biobank.monitoring.heartbeats import INGEST, NOTIFY, WORK, Signs
from biobank.notices.addresses import check
from biobank.notices.rules import Way
from biobank.notices.ways import Message, WayFailed, Ways
from biobank.settings import Settings

log = structlog.get_logger()
EVERY_SECONDS = 5.0
PATIENCE = timedelta(seconds=60)
"""So long a process may give no sign of life; a default of this system, above every restart."""
BEHIND = timedelta(minutes=5)
"""So old may be what the worker has not judged yet."""
MOST_WAITING = {INGEST: (10_000, "messages wait in the ingest"), NOTIFY: (0, "notices are due and nobody sends them")}
"""So many may wait in a process, and what more of them are called."""
AGAIN = timedelta(minutes=15)
"""What goes on is told again after this."""


def troubles(signs: Signs, site: str, now: datetime) -> Mapping[str, str]:
    """What is wrong, by a name that stays the same while it lasts."""
    return dict(_troubles(signs, site, now))


def _troubles(signs: Signs, site: str, now: datetime) -> Iterator[tuple[str, str]]:
    for process, of in ((WORK, ""), (NOTIFY, ""), (INGEST, site)):
        beat = signs.beats.get((process, of))
        if beat is None:
            yield process, f"The process {process} has never given a sign of life"
        elif now - beat.at > PATIENCE:
            yield process, f"The process {process} gives no sign of life since {beat.at:%Y-%m-%d %H:%M:%S} UTC"
        elif process in MOST_WAITING and beat.waiting > MOST_WAITING[process][0]:
            yield f"{process} behind", f"{beat.waiting} {MOST_WAITING[process][1]}"
    if signs.unjudged_since is not None and now - signs.unjudged_since > BEHIND:
        yield "worker behind", f"Readings since {signs.unjudged_since:%Y-%m-%d %H:%M} UTC are not judged yet"


@dataclass
class Watchdog:
    """Tells of what is wrong when it begins, again while it lasts, and when it is over.

    What is there at one look only is a moment: a process that just began, or marks that are judged at once.
    """

    ways: Ways
    recipients: list[tuple[Way, str]]
    told: dict[str, datetime] = field(default_factory=dict)
    seen: frozenset[str] = frozenset()

    def look(self, found: Mapping[str, str], now: datetime) -> None:
        """Tell what is to be told of what was ``found``. What no way took is tried again at the next look."""
        lasting = {name: words for name, words in found.items() if name in self.seen}
        self.seen = frozenset(found)
        fresh = {name: words for name, words in lasting.items() if now - self.told.get(name, now - AGAIN) >= AGAIN}
        over = [name for name in self.told if name not in found]
        for name in over:
            log.warning("over", name=name)
        lines = [*fresh.values(), *(f"Over: {name}" for name in over)]
        if lines and self._tell(lines, now):
            self.told = {name: now if name in fresh else at for name, at in self.told.items() if name not in over}
            self.told |= dict.fromkeys(fresh, now)

    def _tell(self, lines: list[str], now: datetime) -> bool:
        link = self.ways.settings.public_url
        text = "\n".join([*lines, "", f"The watch over the freezers may be blind. Sign in: {link}", ""])
        message = Message(f"watchdog-{now:%Y%m%dT%H%M%S}", f"Biobank watchdog: {lines[0]}", text)
        log.error("told" if self.recipients else "nobody_is_told", lines=lines)
        return any([self._taken(way, address, message) for way, address in self.recipients]) or not self.recipients

    def _taken(self, way: Way, address: str, message: Message) -> bool:
        try:
            self.ways.send(way, address, message)
        except WayFailed as failure:
            log.warning("a way failed", way=way, why=str(failure))
            return False
        return True


@dataclass
class Database:
    """The signs of life, read on a connection of its own; what is wrong when there is none."""

    conninfo: str
    site: str
    answered_at: datetime

    def found(self, now: datetime) -> Mapping[str, str]:
        """What is wrong at ``now``."""
        try:
            with psycopg.connect(self.conninfo, connect_timeout=5, autocommit=True, options="-c timezone=UTC") as db:
                signs = heartbeats.read(db)
        except psycopg.OperationalError as error:
            log.warning("database_away", error=str(error).strip())
            away = now - self.answered_at > PATIENCE
            return {"database": f"The database does not answer since {self.answered_at:%H:%M:%S} UTC"} if away else {}
        self.answered_at = now
        return troubles(signs, self.site, now)


def watch(watchdog: Watchdog, database: Database, stopping: Event) -> None:
    """Look until ``stopping`` is set."""
    while not stopping.wait(EVERY_SECONDS):
        now = datetime.now(UTC)
        watchdog.look(database.found(now), now)


def recipients(settings: Settings) -> list[tuple[Way, str]]:
    """Ways and addresses from a setting such as ``email:night@lab.example sms:+4799999999``.

    Raises ValueError where one could never be told.
    """
    pairs = (one.partition(":") for one in settings.watchdog_tells.split())
    found = [(Way(way), address) for way, _, address in pairs]
    for way, address in found:
        check(way, address)
        if way is Way.SMS and not settings.sms_url:
            raise ValueError(f"{address} is told by short messages, and no gateway for them is set (BIOBANK_SMS_URL)")
    return found


def main() -> None:
    """Watch until SIGTERM or Ctrl-C."""
    configure()
    settings = Settings()
    stopping = told_to_end()
    url = Engines(settings.database_url, settings.secrets).url(Login.WORKER).set(drivername="postgresql")
    database = Database(url.render_as_string(hide_password=False), settings.site, datetime.now(UTC))
    told = recipients(settings)
    if not told:
        log.error("nobody_is_told", why="BIOBANK_WATCHDOG_TELLS names nobody")
    watch(Watchdog(Ways.of(settings), told), database, stopping)


if __name__ == "__main__":
    main()
