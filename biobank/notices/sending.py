"""The process that sends notices: ``biobank notify``. Several may run; none sends what another one is sending."""

from threading import Event, Thread

import structlog
from sqlalchemy.exc import OperationalError

from biobank.act.acts import Acts
from biobank.notices import outbox
from biobank.notices.ways import Ways

log = structlog.get_logger()
AT_ONCE = 4
"""A mail server that does not answer holds up one of these, and the others go on."""
EVERY_SECONDS = 0.5


def notify(acts: Acts, ways: Ways, stop: Event) -> None:
    """Send what is due until ``stop`` is set; a lost database is waited for."""
    senders = [Thread(target=_send, args=(acts, ways, stop), name=f"sender {number}") for number in range(AT_ONCE)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()


def _send(acts: Acts, ways: Ways, stop: Event) -> None:
    while not stop.is_set():
        try:
            if outbox.send_next(acts, ways):
                continue
        except OperationalError as error:
            log.warning("database is away", error=str(error.orig))
        stop.wait(EVERY_SECONDS)
