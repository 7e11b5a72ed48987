"""Proof of who somebody is: the one place where a password is compared, for signing in, signing and seeing others."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from biobank.access import badges, factor, identity, passwords, queries, rules
from biobank.access.attempts import Try, account_of
from biobank.access.queries import Account
from biobank.access.tables import SignInFailure
from biobank.act.acts import Acts
from biobank.act.kinds import Kind
from biobank.act.people import DOOR, Person
from biobank.act.rights import IdentityNotVerified
from biobank.db.roles import Login
from biobank.web.signature import SignatureIn


@dataclass(frozen=True)
class Doorkeeper:
    """Compares proofs for one installation. ``now`` is real time: a lock lasts as long wherever a simulated clock stands."""

    acts: Acts
    key: bytes
    now: Callable[[], datetime]
    inside: Callable[[str], bool]
    """Whether a source lies in the configured networks; elsewhere a second factor is asked for, to sign in and to sign."""

    def enters(self, username: str, password: str, code: str | None, source: str, route: str) -> Account:
        """The account of whoever signs in.

        Raises WrongSignIn, SecondFactorNeeded, TooManyFailures; the same for a name that nobody has.
        """
        account = self._compared(username, self._proof(password, code, source), source, route)
        if account is None:
            raise rules.WrongSignIn
        return account

    def signs(self, person: Person, given: SignatureIn, source: str, route: str) -> bool:
        """Whether what is given is ``person``'s own; a session alone never signs. Counted against nobody but that person.

        Raises TooManyFailures, SecondFactorNeeded; IdentityNotVerified for somebody of whom nobody else saw who they are.
        """
        own = given.username == person.username  # another's name with their password is as wrong as a wrong password
        password = given.password.get_secret_value() if own else ""
        account = self._compared(person.username, self._proof(password, given.code, source), source, route)
        if account is not None and account.verified_at is None:
            raise IdentityNotVerified
        return account is not None

    def knows(self, person: Person, password: str, source: str, route: str) -> bool:
        """Whether this is ``person``'s password. Raises TooManyFailures."""
        return self._compared(person.username, _Proof(password), source, route) is not None

    def witness(self, username: str, password: str, code: str | None, source: str, route: str) -> Person:
        """The other person who is present and says so. Raises WrongSignIn, SecondFactorNeeded, TooManyFailures."""
        return self.enters(username, password, code, source, route).person

    def enters_by_badge(self, badge: str, pin: str, source: str, route: str) -> Account:
        """Whose badge and PIN these are; only inside, and counted as passwords are.

        Raises NoBadgeHere, WrongBadge, TooManyFailures.
        """
        if not self.inside(source):
            raise rules.NoBadgeHere
        found = badges.digest_of(self.key, badge)
        with self.acts.engines.of(Login.DESK).connect() as db:
            owner = badges.owner(db, found)
        name = owner.username if owner else f"badge {found.hex()}"
        proof = _Proof(pin, badge_pin=owner.pin_hash if owner else None, by_badge=True)
        account = self._compared(name, proof, source, route)
        if account is None:
            raise rules.WrongBadge
        return account

    def account(self, username: str) -> bytes:
        """What the counters call an account."""
        return account_of(self.key, username)

    def human(self, document: str) -> bytes:
        """What is kept of the number of an identity document."""
        return identity.digest_of(self.key, document)

    def _proof(self, password: str, code: str | None, source: str) -> "_Proof":
        if code is None and not self.inside(source):
            raise rules.SecondFactorNeeded
        return _Proof(password, code)

    def _compared(self, username: str, proof: "_Proof", source: str, route: str) -> Account | None:
        attempt = Try(self.account(username), source, self.now())
        with self.acts.engines.of(Login.DESK).begin() as db:
            known = attempt.admitted(db)
            account = queries.by_username(db, username)
            right = self._matches(account, proof)
            if right and account is not None and proof.code is not None:
                right = factor.is_right(db, self.key, account.person.id, proof.code, attempt.now)
            if right:
                attempt.went_well(db)
            else:
                attempt.failed(db, known)
        if not right:
            self._record(account, attempt, route)
        return account if right else None

    def _matches(self, account: Account | None, proof: "_Proof") -> bool:
        if proof.by_badge:
            return badges.matches(self.key, proof.badge_pin, proof.password) and account is not None and not account.temporary
        return passwords.matches(account.password_hash if account else None, proof.password)

    def _record(self, account: Account | None, attempt: Try, route: str) -> None:
        with self.acts.begin(DOOR, Kind.REFUSE_PROOF, login=Login.DESK) as act:
            known = None if account is None else account.person.id
            made = SignInFailure(id=act.new_id(), person_id=known, source=attempt.source, route=route, failed_at=attempt.now)
            act.add(made)


@dataclass(frozen=True)
class _Proof:
    password: str
    code: str | None = None
    badge_pin: str | None = None
    by_badge: bool = False
