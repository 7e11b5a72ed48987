"""The background worker: judges dirty telemetry, seals the trail, signs heads, forgets idempotency keys. One leader."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from threading import Event
from uuid import UUID

import structlog
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from biobank.access import attempts
from biobank.act import changes, idempotency
from biobank.act.acts import Act, Acts
from biobank.act.kinds import Kind
from biobank.act.people import WORKER
from biobank.audit import sealer, signer
from biobank.audit.keyfile import KeyRefused
from biobank.audit.keys import Signing
from biobank.cryostorage import handling, ledgers
from biobank.cryostorage import queries as cryostorage
from biobank.cryostorage.tables import Unit
from biobank.custody import operations as custody
from biobank.custody import queries as materials
from biobank.custody.rules import FOR_PATIENTS, HoldKind
from biobank.db.roles import Login
from biobank.deviations import operations as deviations
from biobank.deviations.tables import Deviation
from biobank.monitoring import alarms, evaluation, following, heartbeats, history, proofs, telling, untimed
from biobank.monitoring import operations as monitoring_operations
from biobank.monitoring import queries as monitoring
from biobank.monitoring.alarm_tables import Alarm
from biobank.monitoring.queries import Dirty

log = structlog.get_logger()
EVERY_SECONDS = 1.0
LEDGERS_AT_ONCE = 20
"""So few that whoever waits for one of their roots, or for the worker's other tasks, hardly waits."""

_LEADER = 7_405_002
"""Who holds this advisory lock works; the others wait for it."""


def evaluate(acts: Acts) -> int:
    """Judge what was marked, freezer by freezer; returns how many. What changes a record is an act of the named worker, and
    where nothing changes there is none. Raises ExceptionGroup where some could not be judged: their marks stay.
    """
    with Session(acts.engines.of(Login.WORKER)) as session, session.begin():
        monitoring.take_dirty(session)
        dirty = monitoring.dirty(session)
    failed: list[Exception] = []
    for one in dirty:
        try:
            _judge(acts, one)
        except OperationalError:
            raise
        except Exception as error:  # a bug that one freezer meets must leave no other unjudged; it is raised when all have been
            failed.append(error)
    if failed:
        raise ExceptionGroup(f"{len(failed)} of {len(dirty)} freezers could not be judged", failed)
    return len(dirty)


def _judge(acts: Acts, dirty: Dirty) -> None:
    if _nothing_new(acts, dirty):
        return
    with acts.begin(WORKER, Kind.EVALUATE_READINGS) as act:
        weighed = evaluation.weigh(act.session, dirty)
        for judged in evaluation.settle(act, weighed):
            _hold_what_was_inside(act, judged)
        _look_at_ledgers(act.session, weighed, act.recorded_at)


def _nothing_new(acts: Acts, dirty: Dirty) -> bool:
    """Whether the excursions known stand as they are and every unit in them has its hold; else nothing is written."""
    with Session(acts.engines.of(Login.WORKER)) as session:
        weighed = evaluation.weigh(session, dirty)
        if weighed.standing is None or any(_not_held(session, judged) for judged in weighed.standing):
            return False
        _look_at_ledgers(session, weighed, acts.clock.now())
        session.commit()
        return True


def _look_at_ledgers(session: Session, weighed: evaluation.Weighed, now: datetime) -> None:
    ledgers.mark_warmed(session, weighed.freezer.id, weighed.start, weighed.end, now)


def _not_held(session: Session, judged: evaluation.Judged) -> list[Unit]:
    """The units that lay there while it was too warm and have no hold from the same line of results yet."""
    warm = judged.excursion
    known = {row.unit_id for row in monitoring.units_of(session, warm)}
    inside = cryostorage.units_inside(session, warm.freezer_id, warm.started_at, judged.until)
    return [unit for unit in inside if unit.id not in known]


def _hold_what_was_inside(act: Act, judged: evaluation.Judged) -> None:
    """A hold on exactly the units that lay there while it was too warm, and one deviation for each root among them.

    Done again when the excursion grew or was computed anew: a unit that has its hold from the same line is left alone.
    """
    warm = judged.excursion
    title = f"Freezer above {warm.limit_c} °C from {warm.started_at:%Y-%m-%d %H:%M:%S} UTC"
    for unit_id, *why in _held(act, _not_held(act.session, judged), title, f"Peak {warm.peak_c} °C"):
        monitoring_operations.hold_unit(act, warm, unit_id, *why)


def _held(act: Act, inside: Sequence[Unit], title: str, told: str) -> Iterator[tuple[UUID, UUID, UUID]]:
    """Each of these units, with its hold and the deviation of its root."""
    materials.lock_roots(act, [unit.root_id for unit in inside])  # all at once: whoever holds one waits for no counter of ours
    opened: dict[UUID, Deviation] = {}
    for unit in inside:
        if unit.root_id not in opened:
            opened[unit.root_id] = deviations.write_down(act, unit.id, unit.root_id, title, told)
        hold = custody.place_hold(act, unit.id, unit.root_id, HoldKind.EXCURSION, FOR_PATIENTS, title)
        yield unit.id, hold.id, opened[unit.root_id].id


def hold_untimed(acts: Acts) -> int:
    """Hold what lies where it is too warm while nobody can say since when; returns how many units."""
    with acts.look(WORKER) as session:
        now = acts.clock.now()
        if not any(_not_held_untimed(session, alarm, now) for alarm in untimed.warm(session, now)):
            return 0
    with acts.begin(WORKER, Kind.HOLD_WARMED) as act:
        return sum(_hold_untimed(act, alarm) for alarm in untimed.warm(act.session, act.recorded_at))


def _not_held_untimed(session: Session, alarm: Alarm, now: datetime) -> list[Unit]:
    known = untimed.held(session, alarm)
    inside = cryostorage.units_inside(session, alarm.freezer_id, alarm.began_at, now) if alarm.freezer_id else ()
    return [unit for unit in inside if unit.id not in known]


def _hold_untimed(act: Act, alarm: Alarm) -> int:
    inside = _not_held_untimed(act.session, alarm, act.recorded_at)
    title = f"Freezer too warm, seen from {alarm.began_at:%Y-%m-%d %H:%M:%S} UTC: times not reliable, a probe's clock is wrong"
    for unit_id, *why in _held(act, inside, title, alarm.words):
        untimed.hold_unit(act, alarm, unit_id, *why)
    return len(inside)


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
    (evaluate, 1.0),
    (catch_up, 1.0),
    (warm, 1.0),
    (hold_untimed, 1.0),
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
