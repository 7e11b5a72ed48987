"""The pages ask the interface of this very application as the person who looks: they show nothing that it would not answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import httpx2
from fastapi import FastAPI, Request

from biobank.act.people import Role
from biobank.errors import Refusal
from biobank.pages.words import as_written_here, in_words
from biobank.web.origin import check_form, check_own_pages, form_token
from biobank.web.problems import status_of
from biobank.web.session import token_of
from biobank.web.words import say

_PASSED_ON = ("authorization", "cookie", "host", "origin", "sec-fetch-site")


class NoVisitor(Exception):
    """Nobody is signed in; the page of signing in comes first."""


class Refused(Exception):
    """The interface refused what a page asked for, in words."""

    def __init__(
        self, status: int, code: str, message: str, problems: Mapping[str, str], facts: Mapping[str, Any] = MappingProxyType({})
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.problems = problems
        """What is wrong with single fields, by their names."""
        self.facts = facts
        """What the sentence names, by the names that the interface gives it."""


@dataclass(frozen=True)
class Visitor:
    """Who looks at a page."""

    username: str
    name: str
    side: str
    roles: frozenset[Role]
    places: tuple[str, ...]
    now: str
    simulated: bool
    """What time it is for the record, and whether that time was made up for a demonstration."""
    form_token: str
    """What every form that is shown to them carries."""


class Interface:
    """The interface of this application, asked inside this process for one request of a browser."""

    def __init__(self, request: Request, cookie: str = "") -> None:
        """``cookie`` is that of a session that began with this very request."""
        app: FastAPI = request.app
        self.app = app
        self._request = request
        self._session_token = cookie.partition("=")[2] or token_of(request)
        kept = {name.encode(): request.headers[name].encode("latin-1") for name in _PASSED_ON if name in request.headers}
        kept |= {b"cookie": cookie.encode("latin-1")} if cookie else {}
        source = (request.client.host, request.client.port) if request.client else ("", 0)
        transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False, client=source)
        self._client = httpx2.AsyncClient(transport=transport, base_url=str(request.base_url), headers=kept)

    async def read(self, path: str) -> Any:
        """What a route answers to this person. Raises NoVisitor, Refused."""
        return _told(await self._client.get(path))

    async def send(
        self, path: str, body: dict[str, Any], once: str = "", beside: Mapping[str, str] = MappingProxyType({})
    ) -> httpx2.Response:
        """What a route answers when something is sent to it; ``once`` is its idempotency key, ``beside`` are further headers.

        Raises NoVisitor, Refused.
        """
        headers = {**beside, "Idempotency-Key": once} if once else dict(beside)
        answer = await self._client.post(path, json=body, headers=headers)
        _told(answer)
        return answer

    async def visitor(self) -> Visitor:
        """Who asks. Raises NoVisitor."""
        me = await self.read("/api/me")
        time = await self.read("/api/clock")
        roles = frozenset(Role(role) for role in me["roles"])
        told = me["username"], me["name"], me["side"], roles, tuple(me["places"]), time["now"], time["simulated"]
        return Visitor(*told, self.form_token())

    def form_token(self) -> str:
        """What the forms carry that are shown in this session."""
        return form_token(self.app.state.instance_key, self._session_token)

    def check_form(self, given: str) -> None:
        """A form comes from our pages, and was shown in this session. Raises Refused."""
        try:
            check_own_pages(self._request)
            check_form(self.app.state.instance_key, self._session_token, given)
        except Refusal as refusal:
            raise Refused(status_of(refusal), refusal.code, say(refusal.code, {}), {}) from refusal


def _told(answer: httpx2.Response) -> Any:
    if answer.is_success:
        return answer.json() if answer.content else None
    told = answer.json()
    if told.get("code") == "not_signed_in":
        raise NoVisitor
    raise Refused(answer.status_code, told["code"], as_written_here(told["message"]), _problems(told), told.get("facts", {}))


def _sentence(why: str) -> str:
    return f"{why[:1].upper()}{why[1:]}."


def _problems(told: Mapping[str, Any]) -> dict[str, str]:
    """The fields that an answer names, in words: those of bad input, or the one that a refusal is about."""
    listed = {one["field"]: in_words(one["problem"]) for one in told.get("problems", ())}
    facts = told.get("facts", {})
    why = str(facts.get("why") or facts.get("reason") or "")
    words = _sentence(why) if why else as_written_here(told["message"])
    listed |= {one["field"]: _sentence(one["reason"]) for one in facts.get("all", ())}
    return listed or ({str(facts["field"]): words} if "field" in facts else {})
