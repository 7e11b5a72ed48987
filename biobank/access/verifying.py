"""A second person who stands there and says so with badge and PIN: a verification, which is lighter than a signature."""

from fastapi import Request

from biobank.access import authors, rules
from biobank.access.proving import Doorkeeper
from biobank.access.schemas import BadgeSignInIn
from biobank.act.people import Person
from biobank.web.matrix import RIGHTS
from biobank.web.source import where


def second_person(request: Request, first: Person, given: BadgeSignInIn) -> Person:
    """Whoever stands beside ``first``: somebody else of the same side who might do the same there.

    Raises WrongBadge, NoBadgeHere, TooManyFailures; SecondIsFirst, NotTheirWork.
    """
    door: Doorkeeper = request.app.state.door
    source, route = where(request)
    found = door.enters_by_badge(given.badge.get_secret_value(), given.pin.get_secret_value(), source, route).person
    if found.id == first.id:
        raise rules.SecondIsFirst
    return authors.author(door.acts, first, found.username, door.acts.clock.now(), route, RIGHTS[route])
