"""The process that sends notices: ``biobank notify``. Several may run; none sends what another one is sending."""

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from threading import Event

import structlog
from sqlalchemy.exc import OperationalError

from biobank.act.acts import Acts
from biobank.notices import outbox
from biobank.notices.ways import Ways

log = structlog.get_logger()
AT_ONCE = 4
"""A mail server that does not answer holds up one of these, and the others go on."""
EVERY_SECONDS = 0.5
LIVES_EVERY_SECONDS = 5.0


def notify(acts: Acts, ways: Ways, stop: Event, live: Callable[[int], None]) -> None:
    """Send what is due until ``stop`` is set; a lost database is waited for.

    ``live`` gives a sign of life with the number of notices that nobody sends. Where one sender fails, all end and its error
    is raised: whoever starts the process again starts all of them.
    """
    with ThreadPoolExecutor(AT_ONCE, "sender") as pool:
        senders = [pool.submit(_send, acts, ways, stop) for _ in range(AT_ONCE)]
        try:
            _live(acts, live)
            while not wait(senders, LIVES_EVERY_SECONDS, FIRST_COMPLETED).done:
                _live(acts, live)
        finally:
            stop.set()
    for sender in senders:
        sender.result()


def _live(acts: Acts, live: Callable[[int], None]) -> None:
    try:
        live(outbox.left_lying(acts))
    except OperationalError as error:
        log.warning("database is away", error=str(error.orig))


def _send(acts: Acts, ways: Ways, stop: Event) -> None:
    while not stop.is_set():
        try:
            if outbox.send_next(acts, ways):
                continue
        except OperationalError as error:
            log.warning("database is away", error=str(error.orig))
        stop.wait(EVERY_SECONDS)
