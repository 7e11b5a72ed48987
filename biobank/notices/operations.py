"""Who is told of alarms: people enter contacts, put them on duty and end them."""

from sqlmodel import Session, col, select

from biobank.act.acts import Act
from biobank.act.people import Person
from biobank.errors import Conflict, NotFound
from biobank.notices.schemas import ContactIn, DutyIn, EndContactIn
from biobank.notices.tables import Contact, ContactWay, Duty


class NoSuchContact(NotFound):
    """Nobody of this name is told of alarms at a facility where this person works."""

    code = "no_such_contact"


class ContactKnown(Conflict):
    """Somebody of this name was entered at this facility before."""

    code = "contact_known"


def enter_contact(act: Act, order: ContactIn) -> Contact:
    """Enter somebody with the ways to them; they are told once they are on duty. Raises NoSuchContact, ContactKnown."""
    if not act.person.works_at(order.facility):
        raise NoSuchContact(name=order.name, facility=order.facility)
    if _named(act.session, order.facility, order.name) is not None:
        raise ContactKnown(name=order.name, facility=order.facility)
    contact = act.add(Contact(id=act.new_id(), facility_code=order.facility, name=order.name, registered_at=act.recorded_at))
    for number, (way, address) in enumerate(order.ways, start=1):
        act.add(ContactWay(id=act.new_id(), contact_id=contact.id, number=number, way=way, address=address))
    return contact


def put_on_duty(act: Act, order: DutyIn) -> Contact:
    """Put somebody on duty. Raises NoSuchContact."""
    contact = _contact(act.session, act.person, order.facility, order.name)
    act.add(
        Duty(
            id=act.new_id(),
            contact_id=contact.id,
            after_s=order.after_s,
            starts_at=order.starts_at,
            ends_at=order.ends_at,
        )
    )
    return contact


def end_contact(act: Act, order: EndContactIn) -> Contact:
    """Somebody is told no more. Raises NoSuchContact."""
    contact = _contact(act.session, act.person, order.facility, order.name)
    contact.ended_at = act.recorded_at
    return act.add(contact)


def _contact(session: Session, person: Person, facility: str, name: str) -> Contact:
    found = _named(session, facility, name)
    if found is None or found.ended_at is not None or not person.works_at(facility):
        raise NoSuchContact(name=name, facility=facility)
    return found


def _named(session: Session, facility: str, name: str) -> Contact | None:
    wanted = select(Contact).where(Contact.facility_code == facility, col(Contact.name) == name)
    return session.exec(wanted.with_for_update()).first()
