"""The outbox: what people must be told is written down in an act of the worker, and goes out by another process."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import func
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from biobank.act.acts import Act, Acts
from biobank.act.kinds import Kind
from biobank.act.people import WORKER
from biobank.notices import rules
from biobank.notices.rules import Due, NoticeState, OnDuty, Waiting, Way
from biobank.notices.tables import Contact, ContactWay, Duty, Notice, NoticeAttempt, NoticeLine
from biobank.notices.ways import Message, WayFailed, Ways

log = structlog.get_logger()
GATHER = timedelta(seconds=2)
"""What comes within this goes out together, so that many alarms of one cause are one message; a default of this system."""

LYING = timedelta(minutes=5)
"""So long after it was due a notice may wait for a sender; a default of this system, above every way's patience."""


def due(session: Session, waiting: Sequence[Waiting], now: datetime) -> list[Due]:
    """Whom to tell of which of these alarms now."""
    if not waiting:
        return []
    of_these = col(NoticeLine.alarm_id).in_([one.alarm_id for one in waiting])
    lines = select(NoticeLine, Notice.state).join(Notice, col(Notice.id) == col(NoticeLine.notice_id)).where(of_these)
    told: dict[tuple[UUID, UUID, datetime], int] = {}
    for line, state in session.exec(lines):
        key = line.alarm_id, line.duty_id, line.raised_at
        turn = line.turn if state == NoticeState.SENT else rules.ON_ITS_WAY
        told[key] = max(turn, told.get(key, turn))
    return rules.due(waiting, _duties(session), told, now)


def write(act: Act, dues: Iterable[Due]) -> None:
    """Write down who is told what, for each person in one notice, also in one that is about to go out."""
    notices: dict[tuple[UUID, UUID | None], Notice] = {}
    for one in dues:
        to = one.duty.contact_id, one.waiting.proof_id
        if to not in notices:
            notices[to] = _gathering(act, *to)
        act.session.add(
            NoticeLine(
                id=act.new_id(),
                notice_id=notices[to].id,
                alarm_id=one.waiting.alarm_id,
                duty_id=one.duty.duty_id,
                raised_at=one.waiting.since,
                kind=one.waiting.kind,
                words=rules.again(one.waiting.words) if one.turn else one.waiting.words,
                turn=one.turn,
            )
        )
    act.session.flush()


def send_next(acts: Acts, ways: Ways) -> bool:
    """Send one notice that is due, by the first way of its person that takes it (that of a proof by each); False where none is.

    It is marked sent only after the other side took it: whoever is killed between sends it once more, under the same number.
    """
    with acts.look(WORKER) as session:
        if session.exec(_due_at(acts.clock.now())).first() is None:
            return False
    with acts.begin(WORKER, Kind.SEND_NOTICE) as act:
        notice = act.session.exec(_due_at(act.recorded_at).with_for_update(skip_locked=True)).first()
        if notice is not None:
            _send(act, notice, ways)
    return notice is not None


def told_facilities(session: Session) -> frozenset[str]:
    """The facilities that have a chain of people who are told of alarms."""
    return frozenset(one.facility_code for one in _duties(session))


def left_lying(acts: Acts) -> int:
    """How many notices were due so long ago that no sender can be at work on them."""
    with acts.look(WORKER) as session:
        lying = select(func.count()).where(Notice.state == NoticeState.QUEUED, Notice.due_at < acts.clock.now() - LYING)
        return session.exec(lying).one()


def _due_at(now: datetime) -> SelectOfScalar[Notice]:
    due_now = select(Notice).where(Notice.state == NoticeState.QUEUED, Notice.due_at <= now)
    return due_now.order_by(col(Notice.due_at)).limit(1)


def _send(act: Act, notice: Notice, ways: Ways) -> None:
    message = _message(act.session, notice, ways.settings.public_url)
    reached = select(ContactWay).where(ContactWay.contact_id == notice.contact_id).order_by(col(ContactWay.number))
    took, everywhere = _took(act.session, notice), notice.proof_id is not None
    left = [one for one in act.session.exec(reached) if one.way not in took]
    for one in tuple(left):
        trouble = _tried(ways, one, message)
        act.add(NoticeAttempt(id=act.new_id(), notice_id=notice.id, way=one.way, at=act.recorded_at, trouble=trouble))
        if trouble is None:
            left = [other for other in left if everywhere and other is not one]
        if not left:
            notice.state, notice.sent_at = NoticeState.SENT, act.recorded_at
            break
    else:
        notice.tries += 1
        notice.due_at = act.recorded_at + rules.pause(notice.tries)
    act.add(notice)


def _took(session: Session, notice: Notice) -> frozenset[Way]:
    """The ways that have taken a notice."""
    taken = select(NoticeAttempt.way).where(NoticeAttempt.notice_id == notice.id, col(NoticeAttempt.trouble).is_(None))
    return frozenset(Way(way) for way in session.exec(taken))


def _tried(ways: Ways, one: ContactWay, message: Message) -> str | None:
    """Why a way did not take the message; None where it did."""
    try:
        ways.send(Way(one.way), one.address, message)
    except WayFailed as failure:
        log.warning("a way failed", way=one.way, why=str(failure))
        return str(failure)
    return None


def _message(session: Session, notice: Notice, link: str) -> Message:
    found = select(NoticeLine.kind, NoticeLine.words).where(NoticeLine.notice_id == notice.id)
    lines = session.exec(found.distinct().order_by(col(NoticeLine.kind), col(NoticeLine.words))).all()
    test = notice.proof_id is not None
    return Message(str(notice.id), rules.subject(lines, test=test), rules.message(lines, link, test=test))


def _gathering(act: Act, contact_id: UUID, proof_id: UUID | None) -> Notice:
    """The notice to this contact that waits for more, or a new one."""
    waiting = select(Notice).where(
        Notice.contact_id == contact_id,
        col(Notice.proof_id).is_not_distinct_from(proof_id),
        Notice.state == NoticeState.QUEUED,
        Notice.tries == 0,
        Notice.due_at > act.recorded_at,
    )
    found = act.session.exec(waiting.with_for_update(skip_locked=True)).first()
    if found is not None:
        return found
    return act.add(
        Notice(
            id=act.new_id(),
            contact_id=contact_id,
            state=NoticeState.QUEUED,
            made_at=act.recorded_at,
            due_at=act.recorded_at + GATHER,
            tries=0,
            proof_id=proof_id,
        )
    )


def _duties(session: Session) -> list[OnDuty]:
    wanted = select(Duty, Contact.facility_code).join(Contact, col(Contact.id) == col(Duty.contact_id))
    return [
        OnDuty(one.id, one.contact_id, facility, timedelta(seconds=one.after_s), one.starts_at, one.ends_at)
        for one, facility in session.exec(wanted.where(col(Contact.ended_at).is_(None)))
    ]
