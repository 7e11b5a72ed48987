"""The watch over alarms: what is so now, compared with the alarms that stand, and what follows from it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from biobank.act.acts import Act, Acts
from biobank.act.kinds import Kind
from biobank.act.people import WORKER
from biobank.custody import codes
from biobank.custody.tables import Scope
from biobank.monitoring import listening, proof_queries
from biobank.monitoring.alarm_rules import AlarmKind, AlarmState, Condition, next_state
from biobank.monitoring.alarm_tables import Alarm, AlarmDisabling
from biobank.monitoring.listening import Place
from biobank.monitoring.proof_queries import Lying


@dataclass(frozen=True)
class Change:
    """What becomes of an alarm (None where it is new); ``condition`` is None where all is well again."""

    alarm: Alarm | None
    condition: Condition | None
    place: Place
    after: AlarmState


def nowhere(_: Session) -> Collection[str]:
    """Material lies at no facility, as far as monitoring itself knows."""
    return ()


def watch(acts: Acts, lying: Lying = nowhere) -> int:
    """Raise and return alarms; an act of the worker only where one changes. Returns how many did."""
    with acts.look(WORKER) as session:
        if not changes(session, acts.clock.now(), lying):
            return 0
    with acts.begin(WORKER, Kind.WATCH_ALARMS) as act:
        todo = changes(act.session, act.recorded_at, lying, lock=True)
        apply(act, todo)
    return len(todo)


def changes(session: Session, now: datetime, lying: Lying, *, lock: bool = False) -> list[Change]:
    """What is to be changed of the alarms; nothing, as long as everything is as it was. Causes come before what follows."""
    wanted = select(Alarm).where(col(Alarm.closed_at).is_(None))
    standing = {(AlarmKind(one.kind), one.subject): one for one in session.exec(wanted.with_for_update() if lock else wanted)}
    told = listening.told(session, frozenset(standing), now, lying)
    silencing = _silencing(session, now)
    found = [_of_condition(one, told.places[one.kind, one.subject], standing, silencing, now) for one in told.conditions]
    there = {(one.kind, one.subject) for one in told.conditions}
    asking_nobody = proof_queries.asking_nobody(session)
    found += [_of_nothing(alarm, asking_nobody) for key, alarm in standing.items() if key not in there]
    return [one for one in found if one.alarm is None or one.after != one.alarm.state or _is_over(one)]


def apply(act: Act, todo: Iterable[Change]) -> None:
    """Write down what ``changes`` found under lock."""
    for one in todo:
        alarm = one.alarm or _new(act, one)
        if one.condition is not None and one.condition.cause is not None:
            alarm.cause_id = _standing(act.session, *one.condition.cause).id
        _become(alarm, one, act.recorded_at)
        act.add(alarm)


def _of_condition(
    condition: Condition,
    place: Place,
    standing: Mapping[tuple[AlarmKind, str], Alarm],
    silencing: list[AlarmDisabling],
    now: datetime,
) -> Change:
    alarm = standing.get((condition.kind, condition.subject))
    began, delay = (alarm.began_at, timedelta(seconds=alarm.delay_s)) if alarm else (condition.since, condition.delay)
    silenced = next((AlarmState(one.how) for one in silencing if _silences(one, condition, place)), None)
    if silenced is None and condition.cause is not None:
        silenced = AlarmState.SUPPRESSED
    state = AlarmState(alarm.state) if alarm else AlarmState.NORMAL
    after = next_state(state, present=True, due=now - began >= delay, silenced=silenced)
    return Change(alarm, condition, place, after)


def _of_nothing(alarm: Alarm, asking_nobody: Collection[UUID]) -> Change:
    state = AlarmState(alarm.state)
    after = next_state(state, present=False, due=False, silenced=None)
    if state is AlarmState.RETURNED and alarm.id in asking_nobody:
        after = AlarmState.NORMAL
    return Change(alarm, None, Place(alarm.freezer_id, alarm.facility_code), after)


def _standing(session: Session, kind: AlarmKind, subject: str) -> Alarm:
    wanted = select(Alarm).where(Alarm.kind == kind, Alarm.subject == subject, col(Alarm.closed_at).is_(None))
    return session.exec(wanted).one()


def _silencing(session: Session, now: datetime) -> list[AlarmDisabling]:
    """What is disabled now, out of service before shelved."""
    lasting = select(AlarmDisabling).where(col(AlarmDisabling.until_at) > now, col(AlarmDisabling.rearmed_at).is_(None))
    return sorted(session.exec(lasting), key=lambda one: one.how)


def _silences(one: AlarmDisabling, condition: Condition, place: Place) -> bool:
    """Whoever disables all alarms of a freezer does not disable that nothing proves them: that is disabled by its name alone."""
    named = one.kind == condition.kind
    return one.freezer_id == place.freezer_id and (named or (one.kind is None and condition.kind is not AlarmKind.NOT_PROVEN))


def _is_over(one: Change) -> bool:
    return one.condition is None and one.after is AlarmState.NORMAL


def _new(act: Act, change: Change) -> Alarm:
    condition = change.condition
    assert condition is not None
    return act.add(
        Alarm(
            id=act.new_id(),
            number=codes.next_number(act, Scope.FACILITY, "alarm"),
            kind=condition.kind,
            subject=condition.subject,
            freezer_id=change.place.freezer_id,
            facility_code=change.place.facility_code,
            state=AlarmState.NORMAL,
            words=condition.words,
            delay_s=int(condition.delay.total_seconds()),
            began_at=condition.since,
        )
    )


def _become(alarm: Alarm, change: Change, at: datetime) -> None:
    if change.condition is None:
        alarm.returned_at = alarm.returned_at or at
        alarm.closed_at = at if change.after is AlarmState.NORMAL else None
    else:
        alarm.returned_at = None
        if change.after is AlarmState.UNACKNOWLEDGED:
            alarm.raised_at, alarm.words = at, change.condition.words
            alarm.acknowledged_at = alarm.acknowledged_by = None
    alarm.state = change.after
