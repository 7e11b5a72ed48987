"""Who did on paper what somebody else enters."""

from datetime import datetime

from biobank.access import queries, rules
from biobank.act.acts import Acts
from biobank.act.people import Person, Role
from biobank.act.rights import entitled
from biobank.db.roles import Login
from biobank.errors import NotAllowed


def author(acts: Acts, entered_by: Person, username: str, at: datetime, route: str, allowed: frozenset[Role]) -> Person:
    """The person who did this on paper, with the rights they held then, at the places where both of them work.

    Raises NotTheirWork, for whatever reason they might not do it.
    """
    with acts.engines.of(Login.DESK).connect() as db:
        found = queries.at_work(db, username, at)
    if found is None or found[0].side is not entered_by.side:
        raise rules.NotTheirWork(person=username)
    try:
        person = entitled(found[0], found[1], route, allowed, seen=found[2])
    except NotAllowed as refused:
        raise rules.NotTheirWork(person=username) from refused
    return rules.at_common_places(person, entered_by)
