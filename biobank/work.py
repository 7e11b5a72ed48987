"""The background worker: judges dirty intervals of telemetry, seals the trail, forgets old idempotency keys. One leader."""

import time
from collections.abc import Callable
from datetime import timedelta
from threading import Event

import structlog
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from biobank.act import idempotency
from biobank.act.acts import Acts
from biobank.act.kinds import Kind
from biobank.act.people import WORKER
from biobank.audit import sealer
from biobank.db.roles import Login
from biobank.monitoring import evaluation, queries

log = structlog.get_logger()
EVERY_SECONDS = 1.0
_LEADER = 7_405_002
"""Who holds this advisory lock works; the others wait for it."""


def evaluate(acts: Acts) -> int:
    """Judge every dirty interval, each in an act of the named worker; returns how many."""
    with acts.look(WORKER) as session:
        dirty = queries.dirty(session)
    for one in dirty:
        with acts.begin(WORKER, Kind.EVALUATE_READINGS) as act:
            evaluation.judge(act, one)
    return len(dirty)


def seal(acts: Acts) -> int:
    """Seal the trail up to now; returns how many entries."""
    return sealer.seal(acts.engines.of(Login.WORKER), acts.clock.now())


def purge(acts: Acts) -> int:
    """Forget idempotency keys that are older than they are kept."""
    with acts.engines.of(Login.WORKER).begin() as db:
        return idempotency.purge(db, acts.clock.now() - timedelta(days=idempotency.KEPT_DAYS))


def partitions(acts: Acts) -> int:
    """Make the coming months' partitions of readings."""
    with acts.begin(WORKER, Kind.EVALUATE_READINGS) as act:
        evaluation.make_partitions(act.session, acts.clock.now())
    return 0


_TASKS: tuple[tuple[Callable[[Acts], int], float], ...] = ((evaluate, 1.0), (seal, 1.0), (purge, 3600.0), (partitions, 3600.0))


def work(acts: Acts, stop: Event) -> None:
    """Work until ``stop`` is set; a lost database is waited for, and whoever loses leadership waits for it again."""
    while not stop.is_set():
        try:
            with acts.engines.of(Login.WORKER).connect() as db:
                if _leads(db):
                    _rounds(acts, db, stop)
        except OperationalError as error:
            log.warning("database is away", error=str(error.orig))
        stop.wait(EVERY_SECONDS)


def _leads(db: Connection) -> bool:
    return bool(db.execute(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": _LEADER}).scalar_one())


def _rounds(acts: Acts, leading: Connection, stop: Event) -> None:
    due = dict.fromkeys((task for task, _ in _TASKS), 0.0)
    leading.commit()
    while not stop.is_set():
        leading.execute(text("SELECT 1"))  # raises when the connection that holds the lock is gone
        leading.commit()
        for task, every in _TASKS:
            if time.monotonic() >= due[task]:
                due[task] = time.monotonic() + every
                if done := task(acts):
                    log.info(task.__name__, count=done)
        stop.wait(EVERY_SECONDS)
