"""Sign in and out, and the people of an installation."""

from fastapi import APIRouter, Request, Response

from biobank.access import operations, queries, sessions
from biobank.access.proving import Doorkeeper
from biobank.access.schemas import FailureOut, PersonIn, PersonOut, ReasonIn, SessionOut, SignInIn, Username
from biobank.act.acts import Acts
from biobank.act.kinds import Kind
from biobank.web.begin import Begin, Look, SignedIn, route_of
from biobank.web.session import forget, keep, token_of
from biobank.web.source import source_of

router = APIRouter(prefix="/api", tags=["people"])


@router.post("/sign-in")
def sign_in(request: Request, response: Response, order: SignInIn) -> SessionOut:
    """Begin a session with user name and password."""
    acts: Acts = request.app.state.acts
    door: Doorkeeper = request.app.state.door
    lasting: sessions.Lasting = request.app.state.session_lasting
    person = door.enters(order.username, order.password.get_secret_value(), source_of(request), route_of(request))
    token = operations.sign_in(acts, person, door.now(), lasting)
    keep(request, response, token, int(lasting.longest.total_seconds()))
    return SessionOut(token=token, name=person.name, side=person.side)


@router.post("/sign-out", status_code=204)
def sign_out(request: Request, response: Response, person: SignedIn) -> None:
    """End this session."""
    sessions.end(request.app.state.acts, person, token_of(request), request.app.state.session_clock.now())
    forget(request, response)


@router.get("/me")
def me(person: SignedIn) -> PersonOut:
    """Who I am and what I may be asked to do."""
    return PersonOut.of(person)


@router.get("/people")
def people(look: Look) -> list[PersonOut]:
    """Everybody who works here."""
    with look() as session:
        return [PersonOut.of(person) for person in queries.everybody(session.connection())]


@router.post("/people", status_code=201)
def enrol(order: PersonIn, begin: Begin) -> PersonOut:
    """Enrol a named person with roles of one side."""
    with begin(Kind.ENROL_PERSON) as act:
        return act.answer(PersonOut.of(operations.enrol(act, order)))


@router.post("/people/{code}/unlocking")
def unlock(code: Username, order: ReasonIn, request: Request, begin: Begin) -> PersonOut:
    """Let this person try again to sign in or sign, after too many failures."""
    door: Doorkeeper = request.app.state.door
    with begin(Kind.UNLOCK_PERSON, reason=order.reason) as act:
        operations.unlock(act, code, door.account(code))
        return act.answer(PersonOut.of(queries.person(act.session.connection(), code)))


@router.get("/sign-in-failures")
def failures(look: Look) -> list[FailureOut]:
    """The newest proofs of identity that failed: for whom, from where, at what."""
    with look() as session:
        return [FailureOut.model_validate(row, from_attributes=True) for row in queries.failures(session.connection())]
