"""Signs of life of the processes that watch the freezers, in real time, whatever the clock of the record says.

The ingest writes its own on its own login, and the watchdog reads all of them from outside, both by plain psycopg.
"""

from datetime import datetime
from typing import Any, NamedTuple

from psycopg import Connection

from biobank.act.acts import Acts
from biobank.db.roles import Login

WORK, INGEST, NOTIFY = "work", "ingest", "notify"
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


def live(acts: Acts, process: str, waiting: int = 0) -> None:
    """Give a sign of life of a process that works by the worker's login."""
    with acts.engines.of(Login.WORKER).begin() as db:
        db.exec_driver_sql(BEAT, {"process": process, "site": "", "waiting": waiting})


def beat(db: Connection[Any], process: str, site: str = "", waiting: int = 0) -> None:
    """Give a sign of life."""
    db.execute(BEAT, {"process": process, "site": site, "waiting": waiting})


def read(db: Connection[Any]) -> Signs:
    """The signs of life of every process."""
    beats = db.execute("SELECT process, site, at, waiting FROM heartbeat").fetchall()
    oldest = db.execute("SELECT min(marked_at) FROM dirty_interval").fetchone()
    return Signs({(process, site): Beat(at, waiting) for process, site, at, waiting in beats}, oldest[0] if oldest else None)
