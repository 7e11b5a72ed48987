"""Who is told of alarms, and what went out."""

from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from biobank.act.people import Person
from biobank.notices.rules import NoticeState, Way
from biobank.notices.schemas import LOOK_BACK, ContactOut, DutyOut, NoticeOut
from biobank.notices.tables import Contact, ContactWay, Duty, Notice, NoticeAttempt, NoticeLine


def contacts(session: Session, person: Person) -> list[ContactOut]:
    """Everybody who is told of alarms where this person works."""
    wanted = select(Contact).where(col(Contact.ended_at).is_(None)).order_by(col(Contact.facility_code), col(Contact.name))
    return [contact(session, one) for one in session.exec(wanted) if person.works_at(one.facility_code)]


def contact(session: Session, one: Contact) -> ContactOut:
    """One of them, with the ways and the duties."""
    ways = session.exec(select(ContactWay).where(ContactWay.contact_id == one.id).order_by(col(ContactWay.number)))
    duties = session.exec(select(Duty).where(Duty.contact_id == one.id).order_by(col(Duty.after_s), col(Duty.starts_at)))
    return ContactOut(
        facility=one.facility_code,
        name=one.name,
        ways={Way(way.way): way.address for way in ways},
        duties=[DutyOut.model_validate(duty, from_attributes=True) for duty in duties],
    )


def notices(session: Session, person: Person, now: datetime) -> list[NoticeOut]:
    """What went out lately, or is to go out, where this person works; the newest first."""
    wanted = (
        select(Notice, Contact)
        .join(Contact, col(Contact.id) == col(Notice.contact_id))
        .where(Notice.made_at > now - LOOK_BACK)
        .order_by(col(Notice.made_at).desc())
        .limit(1000)
    )
    return [_notice(session, one, to) for one, to in session.exec(wanted) if person.works_at(to.facility_code)]


def _notice(session: Session, one: Notice, to: Contact) -> NoticeOut:
    alarms = select(func.count(func.distinct(NoticeLine.alarm_id))).where(NoticeLine.notice_id == one.id)
    attempts = select(NoticeAttempt).where(NoticeAttempt.notice_id == one.id, col(NoticeAttempt.trouble).is_not(None))
    return NoticeOut(
        contact=to.name,
        state=NoticeState(one.state),
        made_at=one.made_at,
        sent_at=one.sent_at,
        alarms=session.exec(alarms).one(),
        troubles=[f"{attempt.way}: {attempt.trouble}" for attempt in session.exec(attempts)],
    )
