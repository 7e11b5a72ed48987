"""Who may be enrolled as what, and how often one may guess."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from biobank.act.people import SIDE_OF, Person, Role, Side
from biobank.errors import BadInput, Conflict, NotAllowed, NotFound, NotNow
from biobank.web.matrix import HUMANS_ONLY, RIGHTS


class WrongSignIn(NotAllowed):
    """User name or password is wrong; which one is not said."""

    code = "wrong_sign_in"


class TooManyFailures(NotNow):
    """Too many proofs of identity failed here; the same for an account that is not there."""

    code = "too_many_failures"


class NoSuchPerson(NotFound):
    """Nobody who works here has this user name."""

    code = "no_such_person"


class VerifiesTheirOwn(NotAllowed):
    """Who gave somebody their password, or is that person, does not say who they are."""

    code = "verifies_their_own"


class PasswordNotOwn(Conflict):
    """The person still has the password that was given to them."""

    code = "password_not_own"


class AnotherHuman(Conflict):
    """The document belongs to somebody of another side, or the account to another human being."""

    code = "another_human"


class NotTheirWork(NotAllowed):
    """Nobody of this name, or nobody of the same side, held at that time a right to do this."""

    code = "not_their_work"


class SamePassword(BadInput):
    """The new password is the old one."""

    code = "same_password"


class WrongPassword(NotAllowed):
    """The present password is not the one given."""

    code = "wrong_password"


class SecondFactorNeeded(NotAllowed):
    """From here a code of the authenticator is asked for as well; the same whether or not there is such an account."""

    code = "second_factor_needed"


class WrongCode(BadInput):
    """This is no code of the authenticator, or it was used before."""

    code = "wrong_code"


class NotForInstruments(NotAllowed):
    """A token of an instrument is good for routes of its role that no human must answer for."""

    code = "not_for_instruments"


class NoBadgeHere(NotAllowed):
    """The desk works with passwords; badges are for the bench, inside the house."""

    code = "no_badge_here"


class BadgeKnown(Conflict):
    """The badge is somebody's."""

    code = "badge_known"


class NoBadge(Conflict):
    """A PIN belongs to a badge; this person has none yet."""

    code = "no_badge"


class GuessablePin(BadInput):
    """The PIN is among the first that somebody would try."""

    code = "guessable_pin"


class WrongBadge(NotAllowed):
    """Badge or PIN is wrong; which one is not said."""

    code = "wrong_badge"


class YourOwnRights(NotAllowed):
    """Nobody changes their own rights or resets their own password."""

    code = "your_own_rights"


class RightKnown(Conflict):
    """The person holds this role there already."""

    code = "right_known"


class NoSuchRight(NotFound):
    """The person does not hold this role there."""

    code = "no_such_right"


class TreatsAndAssesses(Conflict):
    """Whoever treated at a site never assesses there, nor the other way round: participants stay at their site."""

    code = "treats_and_assesses"


class UserNameTaken(Conflict):
    """The user name belongs, or once belonged, to somebody."""

    code = "user_name_taken"


class RoleOfOtherSide(BadInput):
    """Everybody has one side; a role of another side cannot be given."""

    code = "role_of_other_side"


def check_roles(side: Side, roles: frozenset[Role]) -> None:
    """All roles are of the person's side. Raises RoleOfOtherSide."""
    for role in sorted(roles):
        if SIDE_OF[role] != side:
            raise RoleOfOtherSide(field="roles", role=role, side=side)


_OPPOSED = {Role.TREATING: Role.ASSESSOR, Role.ASSESSOR: Role.TREATING}


def check_new_right(role: Role, place: str | None, held: Role, where: str | None, standing: bool) -> None:
    """``held`` is a role that the same human ever held, ``standing`` with this account. Raises RightKnown, TreatsAndAssesses."""
    if standing and (held, where) == (role, place):
        raise RightKnown(role=role)
    if _OPPOSED.get(role) == held and (where == place or None in (where, place)):
        raise TreatsAndAssesses


def check_scope(role: Role, routes: Iterable[str]) -> None:
    """Routes of this role, none of which takes a signature or a second human. Raises NotForInstruments."""
    for route in sorted(routes):
        if SIDE_OF[role] == Side.DESK or route in HUMANS_ONLY or role not in RIGHTS.get(route, frozenset()):
            raise NotForInstruments(route=route)


def check_may_verify(verifier: UUID, person: UUID, given_by: UUID | None) -> None:
    """Somebody else than the person and than whoever gave them their password. Raises VerifiesTheirOwn."""
    if verifier in (person, given_by):
        raise VerifiesTheirOwn


@dataclass(frozen=True)
class Limit:
    """How many failures are free, and how fast they are forgotten; each further one doubles the wait, up to an hour.

    The numbers are defaults of this system; NIST SP 800-63B-4 §3.2.2 allows at most 100 failures in a row.
    """

    free: int
    one_forgotten_in: timedelta

    def left(self, failures: int, since: timedelta) -> int:
        """How many of ``failures`` still count when the last was counted ``since`` ago."""
        return max(0, failures - int(since / self.one_forgotten_in))

    def wait(self, failures: int) -> timedelta:
        """How long nobody may try after this many failures; none while they are free."""
        over = failures - self.free
        return timedelta(0) if over <= 0 else min(FIRST_WAIT * 2 ** min(over - 1, 20), LONGEST_WAIT)


FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)
PAIR = Limit(free=5, one_forgotten_in=timedelta(hours=1))
"""One account from one source."""
ACCOUNT = Limit(free=50, one_forgotten_in=timedelta(minutes=10))
"""One account from all sources that are new to it."""
SOURCE = Limit(free=50, one_forgotten_in=timedelta(minutes=10))
"""One source at all accounts that are new to it."""


class SecondIsFirst(NotAllowed):
    """Nobody is the second person to their own work."""

    code = "second_is_first"


def at_common_places(person: Person, entered_by: Person) -> Person:
    """Whoever enters another's work makes them no right where one of the two does not work. Raises NotTheirWork."""
    if not person.places or not entered_by.places:
        return replace(person, places=person.places or entered_by.places)
    if not person.places & entered_by.places:
        raise NotTheirWork(person=person.username)
    return replace(person, places=person.places & entered_by.places)
