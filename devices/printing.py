"""Send queued labels to their printers, one at a time, each in a transaction of its own."""

import signal
from threading import Event

import structlog
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from biobank.app import acts_of
from biobank.db.roles import Login
from biobank.settings import Settings

log = structlog.get_logger()
EVERY_SECONDS = 1.0
_LEFT = text("SELECT count(*) FROM print_job WHERE state = 'queued'")


def waiting(db: Connection) -> int:
    """How many labels wait. Printers are driven in a later version: until then labels are printed as PDF."""
    return int(db.execute(_LEFT).scalar_one())


def main() -> None:
    """Run until told to end; a lost database is waited for."""
    stop = Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    acts, said = acts_of(Settings()), 0
    while not stop.wait(EVERY_SECONDS):
        try:
            with acts.engines.of(Login.PRINTING).connect() as db:
                left = waiting(db)
        except OperationalError as error:
            log.warning("database is away", error=str(error.orig))
            continue
        if left != said:
            log.info("labels waiting for a printer", count=left)
            said = left
    acts.engines.dispose()


if __name__ == "__main__":
    main()
