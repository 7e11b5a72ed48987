"""Judging telemetry: from the marks of the ingest to the excursions, and to the holds of what lay there meanwhile."""

import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from biobank.act.acts import Act, Acts
from biobank.act.kinds import Kind
from biobank.act.people import WORKER
from biobank.cryostorage import ledgers
from biobank.cryostorage import queries as cryostorage
from biobank.cryostorage.tables import Unit
from biobank.custody import operations as custody
from biobank.custody import queries as materials
from biobank.custody.rules import FOR_PATIENTS, HoldKind
from biobank.db.roles import Login
from biobank.deviations import operations as deviations
from biobank.deviations.rules import DeviationState
from biobank.deviations.tables import Deviation
from biobank.monitoring import evaluation, untimed
from biobank.monitoring import operations as monitoring_operations
from biobank.monitoring import queries as monitoring
from biobank.monitoring.alarm_tables import AlarmUnit
from biobank.monitoring.queries import Dirty
from biobank.monitoring.tables import ExcursionUnit
from biobank.monitoring.untimed import Untimed

AT_A_STRETCH_S = 10.0
"""After so long the worker looks at its other tasks, however much waits to be judged."""


def evaluate(acts: Acts) -> int:
    """Judge what was marked, freezer by freezer and portion by portion; returns how many freezers. What changes a record is an
    act of the named worker, and where nothing changes there is none. Raises ExceptionGroup where some could not be judged:
    their marks stay.
    """
    with Session(acts.engines.of(Login.WORKER)) as session, session.begin():
        monitoring.take_dirty(session)
    failed: dict[UUID, Exception] = {}
    judged: set[UUID] = set()
    ends = time.monotonic() + AT_A_STRETCH_S
    while (dirty := [one for one in _marked(acts) if one.freezer_id not in failed]) and time.monotonic() < ends:
        for one in dirty:
            judged.add(one.freezer_id)
            try:
                _judge(acts, one)
            except OperationalError:
                raise
            except Exception as error:  # a bug that one freezer meets must leave no other unjudged; raised when all have been
                failed[one.freezer_id] = error
    if failed:
        raise ExceptionGroup(f"{len(failed)} of {len(judged)} freezers could not be judged", list(failed.values()))
    return len(judged)


def _marked(acts: Acts) -> list[Dirty]:
    with Session(acts.engines.of(Login.WORKER)) as session:
        return monitoring.dirty(session)


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
    warm, inside = judged.excursion, _not_held(act.session, judged)
    title = f"Freezer above {warm.limit_c} °C from {warm.started_at:%Y-%m-%d %H:%M:%S} UTC"
    for unit_id, *why in _held(act, inside, title, f"Peak {warm.peak_c} °C", monitoring.units_of(act.session, warm)):
        monitoring_operations.hold_unit(act, warm, unit_id, *why)


def _held(
    act: Act, inside: Sequence[Unit], title: str, told: str, before: Sequence[ExcursionUnit | AlarmUnit]
) -> Iterator[tuple[UUID, UUID, UUID]]:
    """Each of these units, with its hold and the deviation of its root: that of the units held ``before``, while it is open."""
    materials.lock_roots(act, [unit.root_id for unit in inside])  # all at once: whoever holds one waits for no counter of ours
    known = [act.session.get_one(Deviation, deviation_id) for deviation_id in {row.deviation_id for row in before}]
    opened = {one.root_id: one for one in known if one.state == DeviationState.OPEN}
    for unit in inside:
        if unit.root_id not in opened:
            opened[unit.root_id] = deviations.write_down(act, unit.id, unit.root_id, title, told)
        hold = custody.place_hold(act, unit.id, unit.root_id, HoldKind.EXCURSION, FOR_PATIENTS, title)
        yield unit.id, hold.id, opened[unit.root_id].id


def hold_untimed(acts: Acts) -> int:
    """Hold what lies where it is too warm while nobody can say since when; returns how many units."""
    with acts.look(WORKER) as session:
        now = acts.clock.now()
        if not any(_not_held_untimed(session, one, now) for one in untimed.warm(session, now)):
            return 0
    with acts.begin(WORKER, Kind.HOLD_WARMED) as act:
        return sum(_hold_untimed(act, one) for one in untimed.warm(act.session, act.recorded_at))


def _not_held_untimed(session: Session, warm: Untimed, now: datetime) -> list[Unit]:
    """The units that lay there since, and have no hold from this alarm nor from what readings tell of the same time."""
    timed = monitoring.excursions(session, warm.freezer.id, warm.since, now)
    known = {row.unit_id for row in untimed.units_of(session, warm.alarm)}
    known |= {row.unit_id for one in timed for row in monitoring.units_of(session, one)}
    inside = cryostorage.units_inside(session, warm.freezer.id, warm.since, now)
    return [unit for unit in inside if unit.id not in known]


def _hold_untimed(act: Act, warm: Untimed) -> int:
    inside = _not_held_untimed(act.session, warm, act.recorded_at)
    title = f"Freezer too warm, seen from {warm.since:%Y-%m-%d %H:%M:%S} UTC: times not reliable, a probe's clock is wrong"
    for unit_id, *why in _held(act, inside, title, warm.alarm.words, untimed.units_of(act.session, warm.alarm)):
        untimed.hold_unit(act, warm.alarm, unit_id, *why)
    return len(inside)
