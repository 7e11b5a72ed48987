"""One act is one transaction: who, what kind, when. Browser, API client, device and worker all begin here."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID, uuid4

from psycopg.errors import CheckViolation
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, SQLModel

from biobank.act import idempotency, paper
from biobank.act.kinds import Kind
from biobank.act.paper import Paper
from biobank.act.people import LOGIN_OF, Person, SignedBy
from biobank.act.randomness import Randomness
from biobank.act.tables import TypedCode
from biobank.clock import Clock
from biobank.db.engines import Engines
from biobank.db.roles import Login
from biobank.errors import BadInput, Conflict, NotAllowed, Refusal
from labels.isbt128.numbers import Facility

Row = TypeVar("Row", bound=SQLModel)
Answer = TypeVar("Answer", bound=BaseModel)

BENCH_CLOCK_AHEAD = timedelta(minutes=2)
LATEST_ENTRY = timedelta(days=14)
"""How far back an event may be entered; a default of this system. Paper records of a longer outage are a matter for QA.

What happened may be entered late. What opens something is asked of the server's clock as well: preparing and fetching a kit
within its time, and the days that a good result waits after freezing.
"""
LATE = timedelta(minutes=15)
CODE_PREFIX = "01"
"""The installation's two characters in every code that it makes, where the settings name no others."""
LABEL_LANGUAGE = "en"
"""The language of labels, where the settings name no other."""

_BEGIN = text(
    "SELECT audit.begin_act(:id, :kind, :person, :side, CAST(:recorded AS timestamptz), CAST(:occurred AS timestamptz), :reason)"
)
RULES_OF_DATABASE = re.compile("BB0[1-9][0-9]")
"""What triggers and sealed functions raise about the lab's work; lower numbers mean a bug of ours (no act, wrong login)."""
_SAME_HUMAN = "BB032"
_OVERTAKEN = {"23505", "23P01", "40001", "40P01"}  # unique, exclusion, serialisation, deadlock


class Overtaken(Conflict):
    """Somebody else changed the same thing at the same moment; nothing was changed by this act."""

    code = "overtaken"


class NoReason(BadInput):
    """This kind of act demands a written reason that says something; the database refused the one given."""

    code = "no_reason"


class RefusedByDatabase(Conflict):
    """The database itself refused what no rule had caught before it; the last wall, not the first."""

    code = "refused_by_database"


class SameHuman(NotAllowed):
    """The second person of this act is the same human being as the first, under another user name; the database knows them."""

    code = "same_human"


class WrongTime(BadInput):
    """The time of the event lies in the future, or too far in the past."""

    code = "wrong_time"


@dataclass
class Act:
    """What an operation holds in its hand: the transaction, the person, the kind and the time. Times are aware UTC.

    ``person`` did it; ``entered_by`` is somebody else only where it was done on ``paper``.
    """

    id: UUID
    kind: Kind
    person: Person
    entered_by: Person
    session: Session
    recorded_at: datetime
    occurred_at: datetime
    randomness: Randomness
    reason: str | None = None
    signed: SignedBy | None = None
    claim: idempotency.Claim | None = None
    code_prefix: str = CODE_PREFIX
    paper: Paper | None = None
    label_language: str = LABEL_LANGUAGE
    label_contacts: Mapping[str, str] = field(default_factory=dict)
    gs1_items: Mapping[str, str] = field(default_factory=dict)
    isbt128: Facility | None = None
    label_cartons: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    labels_left_out: Collection[str] = ()

    @property
    def judged_at(self) -> datetime:
        """When what opens for a time is asked for: by the server's clock, or when it was done on an issued form."""
        return self.recorded_at if self.paper is None else self.occurred_at

    def new_id(self) -> UUID:
        """An identifier for a new row: version 4, which carries no time and no order."""
        return uuid4()

    def add(self, row: Row) -> Row:
        """Add ``row`` and flush at once, so that rows that point at it find it."""
        self.session.add(row)
        self.session.flush()
        return row

    def answer(self, out: Answer) -> Answer:
        """Keep ``out`` as the answer to this act's idempotency key, in the same transaction; acts that sign keep none."""
        if self.claim is not None and self.signed is None:
            self.session.flush()
            idempotency.keep(self.session, self.entered_by.id, self.claim, out.model_dump_json())
        return out


@dataclass(frozen=True)
class Acts:
    """Begins acts and looks for one installation."""

    engines: Engines
    clock: Clock
    randomness: Randomness
    late_after: timedelta = LATE
    """What is recorded longer after it happened is shown as a late entry."""
    code_prefix: str = CODE_PREFIX
    label_language: str = LABEL_LANGUAGE
    label_contacts: Mapping[str, str] = field(default_factory=dict)
    gs1_items: Mapping[str, str] = field(default_factory=dict)
    isbt128: Facility | None = None
    label_cartons: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    labels_left_out: Collection[str] = ()

    @contextmanager
    def begin(
        self,
        person: Person,
        kind: Kind,
        *,
        occurred_at: datetime | None = None,
        reason: str | None = None,
        signed: SignedBy | None = None,
        claim: idempotency.Claim | None = None,
        login: Login | None = None,
        done_on: Paper | None = None,
        typed: Sequence[str] = (),
    ) -> Iterator[Act]:
        """One act in one transaction: committed when the block ends, undone when it raises.

        It runs on the pool of the person's side, or on ``login`` (sessions run as the desk). What was ``done_on`` paper is the
        work of whoever did it, at the time when they did; ``person`` enters it. ``typed`` names fields whose code nobody scanned.

        Raises WrongTime, NoReason, Overtaken, SameHuman, RefusedByDatabase; NotOnPaper, NoSuchPaper, FormUsed, BeforeIssue;
        idempotency.Replay where this key was answered before.
        """
        now = self.clock.now()
        if done_on is not None:
            paper.check_may_be_on_paper(kind)
            occurred_at = done_on.done_at
        act = Act(
            uuid4(), kind, done_on.done_by if done_on else person, person,
            Session(self.engines.of(login or LOGIN_OF[person.side]), expire_on_commit=False), now,
            _bounded(occurred_at, now), self.randomness, reason, signed, claim, self.code_prefix, done_on, self.label_language,
            self.label_contacts, self.gs1_items, self.isbt128, self.label_cartons, self.labels_left_out,
        )  # fmt: skip
        try:
            with act.session, act.session.begin():
                act.session.connection().execute(_BEGIN, _begin_values(act))
                if claim is not None:
                    idempotency.claim(act.session, person.id, claim, now)
                if done_on is not None:
                    paper.enter(act.session, act.id, person, done_on)
                for field in typed:
                    act.add(TypedCode(id=act.new_id(), act_id=act.id, field=field))
                yield act
        except DBAPIError as error:
            refusal = _refusal_by_database(error)
            if refusal is None:
                raise
            raise refusal from error

    @contextmanager
    def look(self, person: Person, login: Login | None = None) -> Iterator[Session]:
        """Read, and only read, with the rights of the person's side, or of ``login`` (the trail is read as the auditor)."""
        engine = self.engines.of(login or LOGIN_OF[person.side])
        with engine.connect().execution_options(postgresql_readonly=True) as connection, Session(connection) as session:
            yield session


def _bounded(occurred_at: datetime | None, now: datetime) -> datetime:
    if occurred_at is None:
        return now
    if occurred_at > now + BENCH_CLOCK_AHEAD:
        raise WrongTime(field="occurred_at", why="lies in the future")
    if occurred_at < now - LATEST_ENTRY:
        raise WrongTime(field="occurred_at", why=f"lies more than {LATEST_ENTRY.days} days back")
    return occurred_at


def _refusal_by_database(error: DBAPIError) -> Refusal | None:
    """What the database refused, as a refusal; None where it is a bug of ours."""
    if isinstance(error.orig, CheckViolation) and error.orig.diag.constraint_name == "ck_act_reason":
        return NoReason(field="reason")
    state = getattr(error.orig, "sqlstate", None) or ""
    if state in _OVERTAKEN:
        return Overtaken()
    if state == _SAME_HUMAN:
        return SameHuman()
    return RefusedByDatabase(rule=state) if RULES_OF_DATABASE.fullmatch(state) else None


def _begin_values(act: Act) -> dict[str, object]:
    return {
        "id": act.id,
        "kind": act.kind.value,
        "person": act.entered_by.id,
        "side": act.entered_by.side.value,
        "recorded": act.recorded_at,
        "occurred": act.occurred_at,
        "reason": act.reason,
    }
