"""From a request to an act: who asks, whether one of their roles may, and the transaction."""

import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, LiteralString

from fastapi import Depends, Header, Request
from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError
from sqlmodel import Session

from biobank.act.acts import Act, Acts
from biobank.act.idempotency import Claim
from biobank.act.kinds import Kind
from biobank.act.paper import Paper
from biobank.act.people import LOGIN_OF, Person, SignedBy
from biobank.act.rights import Caller, OutOfScope, admitted
from biobank.errors import BadInput
from biobank.units import Code, ShortWords, When
from biobank.web.matrix import RIGHTS
from biobank.web.origin import check_own_pages
from biobank.web.problems import NotSignedIn
from biobank.web.rates import Rates, TooManyRequests
from biobank.web.session import is_bearer, token_of
from biobank.web.signature import SignatureIn, WrongSignature
from biobank.web.source import route_of, source_of, where

FindAuthor = Callable[[Person, str, datetime, str], Person]
"""Who did on paper what this person enters, by user name, time and route; raises where they might not. `app` hands it over."""

FindCaller = Callable[[str], Awaitable[Caller | None]]
"""Finds who has a session token; `app` hands it over, so that this module needs no tables."""

ProvesIdentity = Callable[[Person, SignatureIn, str, str], bool]
"""Whether what is given to sign is the person's own, from which source and at which route; `app` hands it over."""

ReadsPaper = Callable[[], Paper]
"""Who did on paper what this request enters, known by their name and rights of then."""

MOST_TYPED = 200


def _few(typed_codes: str) -> str:
    if typed_codes.count(" ") >= MOST_TYPED:
        raise PydanticCustomError("too_long", "too many fields", {"max_length": MOST_TYPED})
    return typed_codes


TypedCodes = Annotated[
    str, StringConstraints(max_length=8000, pattern=r"^[a-z0-9_.]{0,100}( [a-z0-9_.]{1,100})*$"), AfterValidator(_few)
]
"""Names of fields of the body, one after another; counted beside the pattern, which else had 20,000 states at every route."""


class HalfAForm(BadInput):
    """What was done on paper has a form, a person and a time: all three, and no other time beside."""

    code = "half_a_form"


async def signed_in(request: Request) -> Person:
    """The person who asks, allowed to ask this; found once in a request, whatever part of it wants to know.

    Raises NotSignedIn, NotYourRole, TooManyRequests; CrossSite for a browser led astray.
    """
    known: Person | None = getattr(request.state, "person", None)
    if known is not None:
        return known
    if not is_bearer(request):
        check_own_pages(request)
    find: FindCaller = request.app.state.find_caller
    caller = await find(token_of(request))
    _check_rate(request, caller)
    if caller is None:
        raise NotSignedIn
    request.state.person = caller.person  # also where the next lines refuse: a refusal is written down with who was refused
    request.state.caller = caller
    route = route_of(request)
    person = admitted(caller, route, RIGHTS.get(route, frozenset()))
    request.state.person = person
    return person


def _check_rate(request: Request, caller: Caller | None) -> None:
    """The first refusal is written down with who was refused; each further one would cost more than what it refuses."""
    rates: Rates = request.app.state.rates
    answer = rates.strangers.ask(source_of(request)) if caller is None else rates.accounts.ask(caller.person.id)
    if answer.wait_s:
        request.state.person = caller.person if caller and answer.first else None
        raise TooManyRequests(seconds=answer.wait_s)


async def _body(request: Request) -> bytes:
    return await request.body()


@dataclass(frozen=True)
class Beginner:
    """Begins the act of one request."""

    acts: Acts
    person: Person
    claim: Claim | None
    proves: Callable[[Person, SignatureIn], bool]
    paper: ReadsPaper | None
    typed: tuple[str, ...] = ()

    def __call__(
        self,
        kind: Kind,
        *,
        occurred_at: datetime | None = None,
        reason: str | None = None,
        signature: SignatureIn | None = None,
    ) -> AbstractContextManager[Act]:
        """One act of ``kind`` by the person who asks, or by whom they say did it on paper; signed where a signature is given.

        See Acts.begin. Raises HalfAForm, NotTheirWork, WrongSignature before anything is begun.
        """
        done_on = None if self.paper is None else self.paper()
        if done_on is not None and occurred_at not in (None, done_on.done_at):
            raise HalfAForm(field="occurred_at")
        signed = None if signature is None else self._signed(signature)
        return self.acts.begin(
            self.person, kind, occurred_at=occurred_at, reason=reason, signed=signed,
            claim=self.claim, done_on=done_on, typed=self.typed,
        )  # fmt: skip

    def next(self, kind: Kind, *, reason: str | None = None) -> AbstractContextManager[Act]:
        """A further act of the same request; its key was claimed by the act before, whose answer is not kept."""
        return self.acts.begin(self.person, kind, reason=reason)

    def _signed(self, signature: SignatureIn) -> SignedBy:
        if not self.proves(self.person, signature):
            raise WrongSignature
        return SignedBy(self.person.id, self.person.name, signature.meaning)


async def _paper(
    request: Request,
    person: Annotated[Person, Depends(signed_in)],
    paper_form: Annotated[Code | None, Header(description="the number of the form on which this was done")] = None,
    paper_done_by: Annotated[ShortWords | None, Header(description="the user name of whoever did it")] = None,
    paper_done_at: Annotated[When | None, Header(description="when they did it")] = None,
) -> ReadsPaper | None:
    if paper_form is None and paper_done_by is None and paper_done_at is None:
        return None
    if paper_form is None or paper_done_by is None or paper_done_at is None:
        raise HalfAForm(field="paper_form")
    form, username, at, route = paper_form.upper(), paper_done_by, paper_done_at, route_of(request)
    if request.state.caller.only is not None:
        raise OutOfScope
    find: FindAuthor = request.app.state.find_author
    return lambda: Paper(form, find(person, username, at, route), at)


async def _begin(
    request: Request,
    person: Annotated[Person, Depends(signed_in)],
    body: Annotated[bytes, Depends(_body)],
    paper: Annotated[ReadsPaper | None, Depends(_paper)],
    idempotency_key: Annotated[str | None, Header(min_length=8, max_length=100, pattern=r"^[\x21-\x7e]+$")] = None,
    typed_codes: Annotated[TypedCodes, Header(description="fields whose code was typed instead of scanned")] = "",
) -> Beginner:
    claim = None
    if idempotency_key is not None:
        secret: bytes = request.app.state.instance_key
        paper_told = (request.headers.get(f"paper-{one}", "") for one in ("form", "done-by", "done-at"))
        asked = " ".join((request.method, request.url.path, *paper_told)).rstrip()
        claim = Claim(idempotency_key, asked, _digest(secret, body))
    proves: ProvesIdentity = request.app.state.proves_identity
    here = where(request)
    typed = tuple(dict.fromkeys(typed_codes.split()))
    return Beginner(request.app.state.acts, person, claim, lambda who, given: proves(who, given, *here), paper, typed)


async def _look(request: Request) -> "Looker":
    return Looker(request.app.state.acts, await signed_in(request))


@dataclass(frozen=True)
class Looker:
    """Opens the read-only transaction of one request."""

    acts: Acts
    person: Person

    def __call__(self) -> AbstractContextManager[Session]:
        """Read with the rights of the person's side."""
        return self.acts.look(self.person)

    async def first(self, statement: LiteralString, key: str) -> Any:
        """The row of ``key`` by a single statement with the same rights, read on the event loop; see Glances.first."""
        return await self.acts.engines.glances(LOGIN_OF[self.person.side]).first(statement, key)


def _digest(secret: bytes, body: bytes) -> bytes:
    """An HMAC of the body without what proves an identity, so that no hash of a password is kept beside a key."""
    try:
        parsed = json.loads(body)
    except ValueError:
        return hmac.digest(secret, body, hashlib.sha256)
    return hmac.digest(secret, json.dumps(_unproved(parsed), sort_keys=True).encode(), hashlib.sha256)


_PROOFS = frozenset({"signature", "password", "document", "pin"})


def _unproved(part: Any) -> Any:
    if isinstance(part, dict):
        return {name: _unproved(value) for name, value in part.items() if name not in _PROOFS}
    return [_unproved(one) for one in part] if isinstance(part, list) else part


Begin = Annotated[Beginner, Depends(_begin)]
Look = Annotated[Looker, Depends(_look)]
SignedIn = Annotated[Person, Depends(signed_in)]
