"""From alarms that nobody acknowledged to the people who must be told of them."""

from sqlmodel import Session, col, select

from biobank.act.acts import Acts
from biobank.act.kinds import Kind
from biobank.act.people import WORKER
from biobank.monitoring.alarm_rules import WAITING
from biobank.monitoring.alarm_tables import Alarm
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
    wanted = select(Alarm).where(col(Alarm.closed_at).is_(None), col(Alarm.state).in_(WAITING)).order_by(col(Alarm.number))
    return [
        Waiting(one.id, one.facility_code, one.kind, one.subject, one.words, one.raised_at)
        for one in session.exec(wanted)
        if one.raised_at is not None
    ]
