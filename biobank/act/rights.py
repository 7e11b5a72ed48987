"""What a session lets a person do: the roles they hold, each at its place, and whatever narrows them for now."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from biobank.act.people import Person, Role


@dataclass(frozen=True)
class Grant:
    """A role at a place; no place means every place of the person's side."""

    role: Role
    place: str | None


@dataclass(frozen=True)
class Caller:
    """Who asks: the person with all their roles and places, their session, and when it was last used (real time)."""

    person: Person
    session_id: UUID
    seen_at: datetime
    grants: tuple[Grant, ...] = ()


def narrowed(caller: Caller, allowed: frozenset[Role]) -> Person:
    """The person with those of their roles that are ``allowed``, and at the places of these roles only.

    A right held at one site is no right at another site where the same person has another role.
    """
    counting = [grant for grant in caller.grants if grant.role in allowed]
    everywhere = any(grant.place is None for grant in counting)
    places = frozenset[str]() if everywhere else frozenset(grant.place for grant in counting if grant.place)
    known = caller.person
    return Person(known.id, known.username, known.name, known.side, frozenset(grant.role for grant in counting), places)
