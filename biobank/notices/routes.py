"""Who is told of alarms; for the facility only."""

from fastapi import APIRouter

from biobank.act.kinds import Kind
from biobank.notices import operations, queries
from biobank.notices.schemas import ContactIn, ContactOut, DutyIn, EndContactIn, NoticeOut
from biobank.web.begin import Begin, Look

router = APIRouter(prefix="/api", tags=["alarms"])


@router.get("/contacts")
def contacts(look: Look) -> list[ContactOut]:
    """Everybody who is told of alarms where the person works."""
    with look() as session:
        return queries.contacts(session, look.person)


@router.get("/notices")
def notices(look: Look) -> list[NoticeOut]:
    """What people were told of alarms in the last month, and what every way said that failed."""
    with look() as session:
        return queries.notices(session, look.person, look.acts.clock.now())


@router.post("/contacts", status_code=201)
def enter_contact(order: ContactIn, begin: Begin) -> ContactOut:
    """Enter somebody who is told of alarms, with the ways to them."""
    with begin(Kind.ENTER_CONTACT) as act:
        return act.answer(queries.contact(act.session, operations.enter_contact(act, order)))


@router.post("/contacts/duty", status_code=201)
def put_on_duty(order: DutyIn, begin: Begin) -> ContactOut:
    """Put somebody on duty: they are told of what nobody acknowledged for so long."""
    with begin(Kind.SET_DUTY) as act:
        return act.answer(queries.contact(act.session, operations.put_on_duty(act, order)))


@router.post("/contacts/ending")
def end_contact(order: EndContactIn, begin: Begin) -> ContactOut:
    """Somebody is told of alarms no more."""
    with begin(Kind.END_CONTACT, reason=order.reason) as act:
        return act.answer(queries.contact(act.session, operations.end_contact(act, order)))
