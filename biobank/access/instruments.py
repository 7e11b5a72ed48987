"""Instruments: named, with one role at one place, and a token that is good for some routes, for some time, and revocable.

An instrument has no password and nobody saw who it is: it signs nothing and is nobody's second person.
"""

import secrets

from sqlmodel import col, select

from biobank.access import rights, rules
from biobank.access.operations import person_of
from biobank.access.schemas import InstrumentIn
from biobank.access.sessions import TOKEN_MARK, digest
from biobank.access.tables import ApiToken, PersonRow
from biobank.act.acts import Act
from biobank.act.people import SIDE_OF


def register(act: Act, order: InstrumentIn) -> str:
    """A new instrument; its token is told once. Raises UserNameTaken, NotForInstruments."""
    rules.check_scope(order.role, order.routes)
    if act.session.exec(select(PersonRow.id).where(PersonRow.username == order.username)).first():
        raise rules.UserNameTaken(username=order.username)
    made = PersonRow(
        id=act.new_id(), username=order.username, name=order.name, side=SIDE_OF[order.role], enrolled_at=act.recorded_at
    )
    instrument = act.add(made)
    rights.grant(act, instrument, order.role, order.place, order.expires_at, order.expires_at)
    token = TOKEN_MARK + secrets.token_urlsafe(32)
    act.add(
        ApiToken(
            id=act.new_id(),
            person_id=instrument.id,
            token_sha256=digest(token),
            routes=sorted(order.routes),
            given_at=act.recorded_at,
            expires_at=order.expires_at,
        )
    )
    return token


def revoke(act: Act, username: str) -> None:
    """End every token of an instrument, from the next request on. Raises NoSuchPerson."""
    instrument = person_of(act, username)
    wanted = select(ApiToken).where(ApiToken.person_id == instrument.id, col(ApiToken.ended_at).is_(None)).with_for_update()
    for token in act.session.exec(wanted):
        token.ended_at = act.recorded_at
