"""Proof of who somebody is: the one place where a password is compared, for signing in and for signing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from biobank.access import passwords, queries, rules
from biobank.access.attempts import Try, account_of
from biobank.access.tables import SignInFailure
from biobank.act.acts import Acts
from biobank.act.kinds import Kind
from biobank.act.people import DOOR, Person
from biobank.db.roles import Login
from biobank.web.signature import SignatureIn


@dataclass(frozen=True)
class Doorkeeper:
    """Compares proofs for one installation. ``now`` is real time: a lock lasts as long wherever a simulated clock stands."""

    acts: Acts
    key: bytes
    now: Callable[[], datetime]

    def enters(self, username: str, password: str, source: str, route: str) -> Person:
        """The person who signs in. Raises WrongSignIn, TooManyFailures; the same for a name that nobody has."""
        person = self._compared(username, password, source, route)
        if person is None:
            raise rules.WrongSignIn
        return person

    def signs(self, person: Person, given: SignatureIn, source: str, route: str) -> bool:
        """Whether what is given is ``person``'s own; a session alone never signs. Counted against nobody but that person.

        Raises TooManyFailures.
        """
        own = given.username == person.username  # another's name with their password is as wrong as a wrong password
        password = given.password.get_secret_value() if own else ""
        return self._compared(person.username, password, source, route) is not None

    def account(self, username: str) -> bytes:
        """What the counters call an account."""
        return account_of(self.key, username)

    def _compared(self, username: str, password: str, source: str, route: str) -> Person | None:
        attempt = Try(self.account(username), source, self.now())
        with self.acts.engines.of(Login.DESK).begin() as db:
            known = attempt.admitted(db)
            person, kept = queries.by_username(db, username) or (None, None)
            right = passwords.matches(kept, password)
            if right:
                attempt.went_well(db)
            else:
                attempt.failed(db, known)
        if not right:
            self._record(person, attempt, route)
        return person if right else None

    def _record(self, person: Person | None, attempt: Try, route: str) -> None:
        with self.acts.begin(DOOR, Kind.REFUSE_PROOF, login=Login.DESK) as act:
            known = None if person is None else person.id
            made = SignInFailure(id=act.new_id(), person_id=known, source=attempt.source, route=route, failed_at=attempt.now)
            act.add(made)
