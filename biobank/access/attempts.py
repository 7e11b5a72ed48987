"""Who guesses is slowed down, account by account and source by source, and nobody else is.

Three counters. One for an account from one source. Two for strangers, that is for an account and a source that never met: one
for the account from anywhere new (against guessing from many sources), one for the source at any account new to it (against
trying one password on everybody). So an attacker locks himself out, and whoever owns the account still gets in from where they
always do, and from anywhere else unless the attack comes from very many sources. Counters leak, and an administrator empties
them.

The password itself is checked while the first counter's row is locked: a hundred guesses at once are a hundred guesses.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from biobank.access import rules
from biobank.access.rules import ACCOUNT, PAIR, SOURCE, Limit

ANY_ACCOUNT, ANY_SOURCE = b"", ""
STAYS_KNOWN = timedelta(days=90)
"""After that long without a sign-in an account is new to a source again, and its counters are forgotten."""

_READ = "SELECT failures, counted_at, blocked_until, known_at FROM attempt_counter WHERE account = :account AND source = :source"
_MAKE = text(
    "INSERT INTO attempt_counter (account, source, failures, counted_at) VALUES (:account, :source, 0, :now)"
    " ON CONFLICT DO NOTHING"
)
_WRITE = text(
    "UPDATE attempt_counter SET failures = :failures, counted_at = :now, blocked_until = :until"
    " WHERE account = :account AND source = :source"
)
_RIGHT = text(
    "UPDATE attempt_counter SET failures = 0, counted_at = :now, blocked_until = NULL, known_at = :now"
    " WHERE account = :account AND source = :source"
)
_EMPTY = text("UPDATE attempt_counter SET failures = 0, blocked_until = NULL WHERE account = :account")
_PURGE = text("DELETE FROM attempt_counter WHERE counted_at < :before")


@dataclass(frozen=True)
class Counter:
    """How often it failed, when that was last counted, until when nobody may try, and when it last went well."""

    failures: int
    counted_at: datetime
    blocked_until: datetime | None
    known_at: datetime | None


@dataclass(frozen=True)
class Try:
    """One attempt: at which account (a digest of the name as typed), from where, at which real time."""

    account: bytes
    source: str
    now: datetime

    def admitted(self, db: Connection) -> bool:
        """Lock the counter of this account and source until the transaction ends; whether the two met before.

        Raises TooManyFailures where this is not to be tried now.
        """
        pair = self._read(db, self.account, self.source)
        if not self._knows(pair):
            self._refuse_blocked(self._read(db, self.account, ANY_SOURCE))
            self._refuse_blocked(self._read(db, ANY_ACCOUNT, self.source))
        if pair is None:
            db.execute(_MAKE, {"account": self.account, "source": self.source, "now": self.now})
        pair = self._read(db, self.account, self.source, " FOR UPDATE")
        self._refuse_blocked(pair)
        return self._knows(pair)

    def went_well(self, db: Connection) -> None:
        """Count a success: this account and this source know each other from now on."""
        db.execute(_RIGHT, {"account": self.account, "source": self.source, "now": self.now})

    def failed(self, db: Connection, known: bool) -> None:
        """Count a failure."""
        self._count(db, PAIR, self.account, self.source)
        if not known:
            self._count(db, ACCOUNT, self.account, ANY_SOURCE)
            self._count(db, SOURCE, ANY_ACCOUNT, self.source)

    def _count(self, db: Connection, limit: Limit, account: bytes, source: str) -> None:
        place = {"account": account, "source": source, "now": self.now}
        db.execute(_MAKE, place)
        counter = self._read(db, account, source, " FOR UPDATE")
        assert counter is not None
        failures = limit.left(counter.failures, self.now - counter.counted_at) + 1
        wait = limit.wait(failures)
        db.execute(_WRITE, place | {"failures": failures, "until": self.now + wait if wait else None})

    def _read(self, db: Connection, account: bytes, source: str, locked: str = "") -> Counter | None:
        row = db.execute(text(_READ + locked), {"account": account, "source": source}).first()
        return Counter(*row) if row else None

    def _refuse_blocked(self, counter: Counter | None) -> None:
        if counter is not None and counter.blocked_until is not None and counter.blocked_until > self.now:
            raise rules.TooManyFailures(seconds=int((counter.blocked_until - self.now).total_seconds()) + 1)

    def _knows(self, counter: Counter | None) -> bool:
        return counter is not None and counter.known_at is not None and self.now - counter.known_at < STAYS_KNOWN


def account_of(key: bytes, name: str) -> bytes:
    """What is kept of a name as it was typed: people type their passwords there too."""
    return hmac.digest(key, b"account " + name.encode(), hashlib.sha256)


def empty(db: Connection, account: bytes) -> None:
    """Let everybody try this account again."""
    db.execute(_EMPTY, {"account": account})


def purge(db: Connection, now: datetime) -> int:
    """Forget counters that nobody touched for long; returns how many."""
    return db.execute(_PURGE, {"before": now - STAYS_KNOWN}).rowcount
