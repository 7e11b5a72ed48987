"""The web application, joined from its packages."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any
from uuid import UUID

from fastapi import APIRouter, FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.encoders import jsonable_encoder
from fastapi.openapi.utils import get_openapi
from sqlalchemy import text
from starlette.routing import BaseRoute

from biobank.access import authors, sessions
from biobank.access.administration import router as administration_routes
from biobank.access.proving import Doorkeeper
from biobank.access.routes import router as access_routes
from biobank.access.sessions import Lasting
from biobank.act.acts import Act, Acts
from biobank.act.kinds import Kind
from biobank.act.opening import acts_of
from biobank.act.people import Person
from biobank.act.rights import Caller
from biobank.clock import Clock, SystemClock
from biobank.continuity.routes import router as continuity_routes
from biobank.cryostorage.freezer_room import router as freezer_room_routes
from biobank.cryostorage.routes import router as cryostorage_routes
from biobank.cryostorage.warming_routes import router as warming_routes
from biobank.custody.routes import router as custody_routes
from biobank.custody.tables import Material
from biobank.db.roles import Login
from biobank.deviations.routes import router as deviations_routes
from biobank.dispensing import operations as dispensing
from biobank.dispensing.routes import router as dispensing_routes
from biobank.donation.routes import router as donation_routes
from biobank.dosing.routes import router as dosing_routes
from biobank.errors import Refusal
from biobank.expansion.routes import router as expansion_routes
from biobank.inspection.routes import router as inspection_routes
from biobank.labelling import operations as labelling
from biobank.labelling.printer_routes import router as printer_routes
from biobank.labelling.routes import router as labelling_routes
from biobank.logs import configure
from biobank.monitoring.alarm_routes import router as alarm_routes
from biobank.monitoring.limit_routes import router as limit_routes
from biobank.monitoring.logger_routes import router as logger_routes
from biobank.monitoring.proof_routes import router as proof_routes
from biobank.monitoring.routes import router as monitoring_routes
from biobank.notices.routes import router as notices_routes
from biobank.pages import routes as pages
from biobank.preparation.routes import router as preparation_routes
from biobank.quality.routes import router as quality_routes
from biobank.release.routes import router as release_routes
from biobank.settings import Settings
from biobank.studies.routes import router as studies_routes
from biobank.supplies.routes import router as supplies_routes
from biobank.tracing.routes import router as tracing_routes
from biobank.tracing.sight import sees
from biobank.web import problems
from biobank.web.clock import router as clock_routes
from biobank.web.drills import router as drill_routes
from biobank.web.limits import BodyLimit
from biobank.web.matrix import RIGHTS
from biobank.web.rates import Allowance, Rates
from biobank.web.source import lies_in

TITLE, VERSION = "Biobank", "0.1.0"
ROUTERS = (
    tracing_routes,  # first, because routes are tried in their order, and scans are by far the most
    access_routes,
    administration_routes,
    clock_routes,
    drill_routes,
    monitoring_routes,
    logger_routes,
    alarm_routes,
    limit_routes,
    proof_routes,
    notices_routes,
    custody_routes,
    continuity_routes,
    labelling_routes,
    printer_routes,
    supplies_routes,
    deviations_routes,
    studies_routes,
    dispensing_routes,
    donation_routes,
    expansion_routes,
    cryostorage_routes,
    warming_routes,
    freezer_room_routes,
    dosing_routes,
    preparation_routes,
    quality_routes,
    release_routes,
    inspection_routes,
    *pages.ROUTERS,
)

_REFUSAL = text(
    "INSERT INTO audit.refusal (id, person_id, route, code, facts, recorded_at)"
    " VALUES (:id, :person, :route, :code, CAST(:facts AS jsonb), :now)"
)


def make_app(settings: Settings, clock: Clock | None = None) -> FastAPI:
    """The application with everything it needs in its state."""
    acts = acts_of(settings, clock)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        await acts.engines.close_glances()
        acts.engines.dispose()

    app = FastAPI(
        title=TITLE,
        version=VERSION,
        routes=[*_routes()],
        lifespan=lifespan,
        docs_url=None,  # its scripts would come from elsewhere; pages.reference answers /docs
        redoc_url=None,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.add_middleware(BodyLimit, most=settings.max_body_bytes, most_with_photo=settings.max_photo_body_bytes)
    app.state.acts = acts
    app.state.home = settings.home
    app.state.session_lasting = Lasting(timedelta(hours=settings.session_hours), timedelta(minutes=settings.idle_minutes))
    app.state.instance_key = bytes.fromhex(settings.secrets["instance_key"])
    app.state.session_clock = SystemClock()  # a session lasts in real time, wherever a simulated clock stands
    app.state.find_caller = lambda token: _find(acts, token, app.state.session_clock.now(), app.state.session_lasting)
    app.state.find_author = lambda entered_by, username, at, route: authors.author(
        acts, entered_by, username, at, route, RIGHTS.get(route, frozenset())
    )
    app.state.rates = Rates(
        accounts=Allowance(settings.requests_per_second, settings.requests_at_once),
        strangers=Allowance(settings.strangers_per_second, settings.strangers_at_once),
    )
    app.state.sees = sees
    app.state.check_leaves = _check_leaves
    inside = partial(lies_in, settings.inside)
    app.state.door = Doorkeeper(acts, app.state.instance_key, lambda: app.state.session_clock.now(), inside)
    app.state.proves_identity = app.state.door.signs
    problems.install(app, lambda request, refusal: _record(acts, request, refusal))
    app.openapi = _document  # type: ignore[method-assign]  # as FastAPI has it of whoever makes their own
    pages.install(app)
    return app


@cache
def _document() -> dict[str, Any]:
    """What the interface takes and answers (OpenAPI): pages make their forms of it. Drawn once in a process, as the routes."""
    return get_openapi(title=TITLE, version=VERSION, routes=_routes())


@cache
def _routes() -> tuple[BaseRoute, ...]:
    """Every route, worked out once in a process, however many applications it makes."""
    own = APIRouter()
    own.add_api_route("/health", _health, methods=["GET"], tags=["installation"])
    return tuple(route for router in (*ROUTERS, own) for route in router.routes)


def from_environment() -> FastAPI:
    """The application as the environment sets it; what uvicorn's workers call."""
    configure()
    return make_app(Settings())


def _check_leaves(act: Act, material: Material) -> None:
    """A material is handed on when its time has come, and its label was read back."""
    dispensing.check_leaves(act, material)
    labelling.check_proven(act, material)


async def _find(acts: Acts, token: str, now: datetime, lasting: Lasting) -> Caller | None:
    caller = await sessions.find(acts, token, now, lasting)
    if caller is not None and sessions.wants_noting(caller, now):
        await run_in_threadpool(sessions.note, acts, caller.session_id, now)
    return caller


def _health(request: Request) -> dict[str, str]:
    """Whether the application reaches its database."""
    acts: Acts = request.app.state.acts
    with acts.engines.of(Login.DESK).connect() as db:
        db.execute(text("SELECT 1"))
    return {"status": "ok"}


def _record(acts: Acts, request: Request, refusal: Refusal) -> None:
    """Write the refusal of a known person down, in an act of its own."""
    person: Person | None = getattr(request.state, "person", None)
    if person is None:
        return
    with acts.begin(person, Kind.REFUSED) as act:
        values: dict[str, UUID | str | object] = {
            "id": act.new_id(),
            "person": person.id,
            "route": f"{request.method} {request.url.path}".replace("\0", "\ufffd"),  # text in PostgreSQL has no NUL
            "code": refusal.code,
            "facts": _json(refusal.facts),
            "now": act.recorded_at,
        }
        act.session.connection().execute(_REFUSAL, values)


def _json(facts: dict[str, object]) -> str:
    return json.dumps(jsonable_encoder(facts)).replace("\\u0000", "\\ufffd")
