"""The background worker: judges dirty telemetry, seals the trail, signs heads, forgets idempotency keys. One leader."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from threading import Event

import structlog
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from biobank import judging
from biobank.access import attempts
from biobank.act import changes, idempotency
from biobank.act.acts import Acts
from biobank.act.kinds import Kind
from biobank.act.people import WORKER
from biobank.audit import sealer, signer
from biobank.audit.keyfile import KeyRefused
from biobank.audit.keys import Signing
from biobank.cryostorage import handling, ledgers
from biobank.cryostorage import queries as cryostorage
from biobank.db.roles import Login
from biobank.monitoring import alarms, evaluation, following, heartbeats, history, proofs, telling

log = structlog.get_logger()
EVERY_SECONDS = 1.0
LEDGERS_AT_ONCE = 20
"""So few that whoever waits for one of their roots, or for the worker's other tasks, hardly waits."""

_LEADER = 7_405_002
"""Who holds this advisory lock works; the others wait for it."""


def warm(acts: Acts) -> int:
    """Hold the units whose budget of warmth is spent, among those of whose warmth something new is known; returns how many."""
    with acts.look(WORKER) as session:
        due = ledgers.due(session, LEDGERS_AT_ONCE)
        spent = [one.unit_id for one in due if ledgers.newly_spent(session, one.unit_id, acts.clock.now())]
    if spent:
        with acts.begin(WORKER, Kind.HOLD_WARMED) as act:
            handling.hold_spent(act, spent)
    with acts.engines.of(Login.WORKER).begin() as db:
        ledgers.forget(db, due, acts.clock.now())
    return len(spent)


def catch_up(acts: Acts) -> int:
    """Work out what a new threshold makes of a part of the past, and have the ledgers of who lay there looked at."""
    with Session(acts.engines.of(Login.WORKER)) as session, session.begin():
        caught = following.catch_up(session, acts.clock.now())
        if caught is None:
            return 0
        sensor, since, until = caught
        ledgers.mark_warmed(session, sensor.freezer_id, since, until, acts.clock.now())
    return 1


def seal(acts: Acts) -> int:
    """Seal the trail up to now; returns how many entries."""
    return sealer.seal(acts.engines.of(Login.WORKER), acts.clock.now())


def watch(acts: Acts) -> int:
    """Raise and return alarms; also where something lies, and nothing proves that alarms reach anybody."""
    return alarms.watch(acts, cryostorage.facilities)


def purge(acts: Acts) -> int:
    """Forget idempotency keys and counters of failed sign-ins that are older than they are kept."""
    with acts.engines.of(Login.WORKER).begin() as db:
        attempts.purge(db, datetime.now(UTC))  # counted in real time, wherever a simulated clock stands
        return idempotency.purge(db, acts.clock.now() - timedelta(days=idempotency.KEPT_DAYS))


def partitions(acts: Acts) -> int:
    """Make the coming months' partitions of readings."""
    with acts.begin(WORKER, Kind.EVALUATE_READINGS) as act:
        evaluation.make_partitions(act.session, acts.clock.now())
    return 0


def live(acts: Acts) -> int:
    """Give a sign of life to the watchdog."""
    heartbeats.live(acts, heartbeats.WORK)
    return 0


def signs(signing: Signing) -> Callable[[Acts], int]:
    """The task that signs heads over what was sealed, and exports them. What stops it is logged, and stops no other task."""

    def heads(acts: Acts) -> int:
        try:
            return signer.sign(acts.engines.of(Login.WORKER), signing, acts.clock.now())
        except (KeyRefused, signer.LogBroken, OSError) as refusal:
            log.error("no head was signed", why=str(refusal))
            return 0

    return heads


def notes(told: Mapping[str, str]) -> Callable[[Acts], int]:
    """The task that writes down which settings of the installation were changed."""

    def settings(acts: Acts) -> int:
        return changes.note(acts, told)

    return settings


Tasks = tuple[tuple[Callable[[Acts], int], float], ...]
_TASKS: Tasks = (
    (watch, 1.0),
    (telling.tell, 1.0),
    (proofs.follow, 1.0),
    (judging.evaluate, 1.0),
    (catch_up, 1.0),
    (warm, 1.0),
    (judging.hold_untimed, 1.0),
    (live, heartbeats.EVERY_SECONDS),
    (seal, 1.0),
    (history.sum_up, 60.0),
    (purge, 3600.0),
    (partitions, 3600.0),
)
"""Whoever is on duty is told before anything is judged that may take long."""
AGAIN_SECONDS = 60.0
"""So soon at the latest what failed is tried again."""
HEADS_EVERY_SECONDS = 30.0
"""Whatever is sealed is under a signed head outside of the database within a minute."""


def work(acts: Acts, stop: Event, signing: Signing | None = None, told: Mapping[str, str] | None = None) -> None:
    """Work until ``stop`` is set; ``told`` are the settings whose changes are written down.

    A lost database is waited for, and whoever loses leadership waits for it again. A task that fails stops no other one; but as
    long as one does there is no sign of life, so that the watchdog tells of it.
    """
    tasks = (*_TASKS, (signs(signing), HEADS_EVERY_SECONDS)) if signing is not None else _TASKS
    tasks = ((notes(told), 3600.0), *tasks) if told is not None else tasks
    while not stop.is_set():
        try:
            with acts.engines.of(Login.WORKER).connect() as db:
                if _leads(db):
                    _rounds(acts, db, stop, tasks)
        except OperationalError as error:
            log.warning("database is away", error=str(error.orig))
        stop.wait(EVERY_SECONDS)


def _leads(db: Connection) -> bool:
    return bool(db.execute(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": _LEADER}).scalar_one())


def _rounds(acts: Acts, leading: Connection, stop: Event, tasks: Tasks) -> None:
    due, failing = dict.fromkeys((task for task, _ in tasks), 0.0), set[Callable[[Acts], int]]()
    leading.commit()
    while not stop.is_set():
        leading.execute(text("SELECT 1"))  # raises when the connection that holds the lock is gone
        leading.commit()
        for task, every in tasks:
            if time.monotonic() < due[task] or (task is live and failing):
                continue
            if _goes_well(task, acts):
                failing.discard(task)
            else:
                failing.add(task)
            due[task] = time.monotonic() + (min(every, AGAIN_SECONDS) if task in failing else every)
        stop.wait(EVERY_SECONDS)


def _goes_well(task: Callable[[Acts], int], acts: Acts) -> bool:
    try:
        done = task(acts)
    except OperationalError:
        raise
    except Exception:  # a bug in one task must not end the alarms of all; it is logged, tried again, and silences `live`
        log.exception("task_failed", task=task.__name__)
        return False
    if done:
        log.info(task.__name__, count=done)
    return True
