"""Signs of life of the processes that watch the freezers, in real time, whatever the clock of the record says.

Plain psycopg: the ingest writes them on its own login, and the watchdog reads them from outside.
"""

from datetime import datetime
from typing import Any, NamedTuple

from psycopg import Connection

WORK, INGEST = "work", "ingest"
EVERY_SECONDS = 5.0

BEAT = """
INSERT INTO heartbeat (process, site, at, waiting) VALUES (%(process)s, %(site)s, clock_timestamp(), %(waiting)s)
ON CONFLICT (process, site) DO UPDATE SET at = excluded.at, waiting = excluded.waiting
"""


class Beat(NamedTuple):
    """When a process last gave a sign of life, and how many messages waited in it."""

    at: datetime
    waiting: int


class Signs(NamedTuple):
    """Every process's sign of life, by its name and site, and since when readings wait to be judged."""

    beats: dict[tuple[str, str], Beat]
    unjudged_since: datetime | None


def beat(db: Connection[Any], process: str, site: str = "", waiting: int = 0) -> None:
    """Give a sign of life."""
    db.execute(BEAT, {"process": process, "site": site, "waiting": waiting})


def read(db: Connection[Any]) -> Signs:
    """The signs of life of every process."""
    beats = db.execute("SELECT process, site, at, waiting FROM heartbeat").fetchall()
    oldest = db.execute("SELECT min(marked_at) FROM dirty_interval").fetchone()
    return Signs({(process, site): Beat(at, waiting) for process, site, at, waiting in beats}, oldest[0] if oldest else None)
