"""What a session lets a person do: the roles they hold, each at its place, and whatever narrows them for now."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from biobank.act.people import Person, Role
from biobank.errors import NotAllowed

OWN_ACCOUNT = frozenset({"GET /api/me", "POST /api/me/password", "POST /api/sign-out"})
"""All that somebody may do before they have chosen a password of their own."""


class NotYourRole(NotAllowed):
    """None of the person's roles may call this route."""

    code = "not_your_role"


class PasswordIsTemporary(NotAllowed):
    """The password was given by an administrator, or is older than the policy allows; first comes a new one."""

    code = "password_is_temporary"


class NotTrained(NotAllowed):
    """The training for this role is missing or expired."""

    code = "not_trained"


class NotDelegated(NotAllowed):
    """The investigator's delegation of this role is missing or expired."""

    code = "not_delegated"


class OutOfScope(NotAllowed):
    """The token of this instrument is not good for this route."""

    code = "out_of_scope"


class IdentityNotVerified(NotAllowed):
    """Nobody else has seen yet who this person is, or not since their password was reset."""

    code = "identity_not_verified"


@dataclass(frozen=True)
class Grant:
    """A role at a place, and whether its training and its delegation are in date or not needed.

    No place means every place of the person's side.
    """

    role: Role
    place: str | None
    trained: bool = True
    delegated: bool = True


@dataclass(frozen=True)
class Caller:
    """Who asks: the person with all their roles and places, their session, and when it was last used (real time)."""

    person: Person
    session_id: UUID
    seen_at: datetime
    grants: tuple[Grant, ...] = field(default_factory=tuple)
    temporary: bool = False
    seen: bool = True
    """Whether it is known which human being this is."""

    only: frozenset[str] | None = None
    """The routes for which the token of an instrument is good; None for people."""


def admitted(caller: Caller, route: str, allowed: frozenset[Role]) -> Person:
    """The person as this route knows them: with those of their roles that may call it, at the places of these roles only.

    A right held at one site is no right at another site where the same person has another role. What changes a record takes a
    training and a delegation in date, and somebody who saw who the person is: else two accounts might be two people.
    Raises PasswordIsTemporary, OutOfScope, NotYourRole, IdentityNotVerified, NotTrained, NotDelegated.
    """
    if caller.temporary and route not in OWN_ACCOUNT:
        raise PasswordIsTemporary
    if caller.only is not None and route not in caller.only:
        raise OutOfScope
    return entitled(caller.person, caller.grants, route, allowed, seen=caller.seen)


def entitled(person: Person, grants: tuple[Grant, ...], route: str, allowed: frozenset[Role], *, seen: bool) -> Person:
    """The same for whatever way somebody is known: signed in, or by what they did on paper.

    Raises NotYourRole, IdentityNotVerified, NotTrained, NotDelegated.
    """
    counting = [grant for grant in grants if grant.role in allowed]
    if not counting:
        raise NotYourRole
    if route.startswith("POST") and len(allowed) < len(Role):
        if not seen:
            raise IdentityNotVerified
        counting = _qualified(counting)
    everywhere = any(grant.place is None for grant in counting)
    places = frozenset[str]() if everywhere else frozenset(grant.place for grant in counting if grant.place)
    return replace(person, roles=frozenset(grant.role for grant in counting), places=places)


def _qualified(grants: list[Grant]) -> list[Grant]:
    trained = [grant for grant in grants if grant.trained]
    if not trained:
        raise NotTrained(role=grants[0].role)
    delegated = [grant for grant in trained if grant.delegated]
    if not delegated:
        raise NotDelegated(role=trained[0].role)
    return delegated
