"""Refusals become answers: a code, a sentence in the lab's words, facts, and one HTTP status for each kind of refusal."""

import re
from collections.abc import Callable
from typing import Any

import psycopg
import sqlalchemy.exc
import structlog
from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from biobank.act.idempotency import Replay
from biobank.errors import BadInput, Conflict, NotAllowed, NotFound, NotNow, Refusal
from biobank.web.headers import safe_headers
from biobank.web.words import catalogue, say, say_problem

log = structlog.get_logger()

AWAY = (sqlalchemy.exc.OperationalError, psycopg.OperationalError)
"""The database does not answer, or stopped to: perhaps after it had recorded what was asked of it."""
AGAIN_S = 2
_WHOLE = "request"
"""What is named where something is wrong with no field by itself."""


class NotSignedIn(NotAllowed):
    """No session, or one that ended."""

    code = "not_signed_in"


_STATUS: tuple[tuple[type[Refusal], int], ...] = (
    (NotSignedIn, 401),
    (NotNow, 429),
    (NotFound, 404),
    (Conflict, 409),
    (NotAllowed, 403),
    (BadInput, 422),
)


def status_of(refusal: Refusal) -> int:
    """The HTTP status of a refusal; one of no kind is taken for a conflict."""
    return next((status for kind, status in _STATUS if isinstance(refusal, kind)), 409)


def answer_to(refusal: Refusal) -> JSONResponse:
    """The answer that a refusal gets."""
    facts = jsonable_encoder(refusal.facts)
    body = {"code": refusal.code, "message": say(refusal.code, facts), "facts": facts}
    later = {"Retry-After": str(facts["seconds"])} if isinstance(refusal, NotNow) else None
    return JSONResponse(body, status_of(refusal), later)


def install(app: FastAPI, record: Callable[[Request, Refusal], None]) -> None:
    """Teach ``app`` to answer refusals, bad input, a database that is away, and bugs.

    ``record`` writes a refusal down in an act of its own.
    """

    def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, Refusal)
        record(request, error)
        return answer_to(error)

    def unreadable(_request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        problems = [{"field": _field(one["loc"]), "problem": _problem(one)} for one in error.errors()]
        field, problem = problems[0]["field"], problems[0]["problem"]
        message = f"{problem.rstrip('.')}." if field == _WHOLE else f"Please correct {field}: {problem}"
        return JSONResponse({"code": "bad_input", "message": message, "problems": problems}, 422)

    def http(_request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        code = f"http_{error.status_code}"
        body = {"code": code, "message": catalogue().get(code, str(error.detail))}
        return JSONResponse(body, error.status_code, headers=dict(error.headers or {}))

    def replayed(_request: Request, error: Exception) -> Response:
        assert isinstance(error, Replay)
        return Response(error.answer, media_type="application/json", headers={"Idempotency-Replayed": "true"})

    def away(request: Request, error: Exception) -> Response:
        log.warning("database_away", route=f"{request.method} {request.url.path}", error=type(error).__name__)
        body = {"code": "http_503", "message": catalogue()["http_503"]}
        return JSONResponse(body, 503, {"Retry-After": str(AGAIN_S)})

    def bug(request: Request, error: Exception) -> Response:
        log.error("bug", route=f"{request.method} {request.url.path}", exc_info=error)
        body = {"code": "bug", "message": "Something went wrong here; nothing was changed."}
        # Starlette answers this outside of every middleware, and so without the headers that those add.
        return JSONResponse(body, 500, safe_headers(request.url.path, request.url.scheme, "application/json"))

    app.add_exception_handler(Refusal, refused)
    app.add_exception_handler(RequestValidationError, unreadable)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(Replay, replayed)
    for kind in AWAY:
        app.add_exception_handler(kind, away)
    app.add_exception_handler(Exception, bug)


def _field(place: tuple[Any, ...]) -> str:
    return ".".join(str(part) for part in place if part not in ("body", "query", "path", "header")) or _WHOLE


def _problem(error: dict[str, Any]) -> str:
    limits = dict(error.get("ctx", {}))
    if "expected" in limits:  # some of our codes are told as Python writes them: <State.VOID: 'void'>
        limits["expected"] = re.sub(r"<[\w.]+: ('[^']*')>", r"\1", str(limits["expected"]))
    return say_problem(error["type"], limits, error["msg"])
