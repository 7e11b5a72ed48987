"""From alarms that nobody acknowledged to the people who must be told of them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, case, func
from sqlmodel import Session, and_, col, select

from biobank.act.acts import Acts
from biobank.act.kinds import Kind
from biobank.act.people import WORKER
from biobank.monitoring.alarm_rules import WAITING, AlarmKind, AlarmRule
from biobank.monitoring.alarm_tables import Alarm, AlarmEvent, AlarmSetting
from biobank.monitoring.proof_rules import ProofState
from biobank.monitoring.proof_tables import AlarmProof
from biobank.notices import outbox
from biobank.notices.rules import Waiting


def tell(acts: Acts) -> int:
    """Write down who is to be told of which alarm by now; an act only where somebody is. Returns how many tellings."""
    with acts.look(WORKER) as session:
        if not outbox.due(session, _waiting(session), acts.clock.now()):
            return 0
    with acts.begin(WORKER, Kind.TELL_PEOPLE) as act:
        dues = outbox.due(act.session, _waiting(act.session), act.recorded_at)
        outbox.write(act, dues)
    return len(dues)


def _waiting(session: Session) -> list[Waiting]:
    proof = and_(
        AlarmProof.freezer_id == Alarm.freezer_id,
        AlarmProof.state == ProofState.RUNNING,
        Alarm.kind == AlarmKind.TOO_WARM,
        col(Alarm.raised_at) >= AlarmProof.began_at,
    )
    signed = select(AlarmSetting.freezer_id, AlarmSetting.repeat_s).order_by(col(AlarmSetting.number))
    repeats = dict(session.exec(signed).all())  # of each freezer the latest
    wanted = select(Alarm, _since(), AlarmProof.id).join(AlarmProof, proof, isouter=True)
    waiting = wanted.where(col(Alarm.closed_at).is_(None), col(Alarm.state).in_(WAITING)).order_by(col(Alarm.number))
    return [
        Waiting(one.id, one.facility_code, one.kind, one.subject, one.words, since, proof_id, _repeat(one, repeats))
        for one, since, proof_id in session.exec(waiting)
    ]


def _since() -> ColumnElement[datetime]:
    """When an alarm was raised first since it was anything else than waiting for somebody to acknowledge it.

    One of a proof is told each time that it is raised. So is one that was anything else at a time to come, before our clock was
    put back.
    """
    of_it = AlarmEvent.alarm_id == Alarm.id
    came, other = col(AlarmEvent.became).in_(WAITING), col(AlarmEvent.became).not_in(WAITING)
    before = select(func.max(AlarmEvent.at)).where(of_it, other).correlate(Alarm).scalar_subquery()
    first = select(func.min(AlarmEvent.at)).where(of_it, came, AlarmEvent.at >= func.coalesce(before, AlarmEvent.at))
    waited = func.coalesce(first.correlate(Alarm).scalar_subquery(), Alarm.raised_at)
    return case((col(AlarmProof.id).is_not(None), Alarm.raised_at), else_=waited)


def _repeat(alarm: Alarm, repeats: Mapping[UUID, int]) -> timedelta:
    """How often the last in the chain are told of an alarm, by the rule of its freezer where one was signed."""
    usual = AlarmRule.repeat_s
    return timedelta(seconds=usual if alarm.freezer_id is None else repeats.get(alarm.freezer_id, usual))
