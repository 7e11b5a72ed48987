"""Sign in and out, and the people of an installation."""

from datetime import timedelta

from fastapi import APIRouter, Request, Response

from biobank.access import operations, queries
from biobank.access.schemas import PersonIn, PersonOut, SessionOut, SignInIn
from biobank.act.acts import Acts
from biobank.act.kinds import Kind
from biobank.web.begin import Begin, Look, SignedIn, token_of

router = APIRouter(prefix="/api", tags=["people"])


@router.post("/sign-in")
def sign_in(request: Request, response: Response, order: SignInIn) -> SessionOut:
    """Begin a session with user name and password."""
    acts: Acts = request.app.state.acts
    lasts: timedelta = request.app.state.session_lasts
    now = request.app.state.session_clock.now()
    person, token = operations.sign_in(acts, order.username, order.password.get_secret_value(), now, lasts)
    kept = int(lasts.total_seconds())
    secure = request.url.scheme == "https"
    response.set_cookie("biobank_session", token, httponly=True, samesite="strict", max_age=kept, secure=secure)
    return SessionOut(token=token, name=person.name, side=person.side)


@router.post("/sign-out", status_code=204)
def sign_out(request: Request, person: SignedIn) -> None:
    """End this session."""
    operations.sign_out(request.app.state.acts, person, token_of(request), request.app.state.session_clock.now())


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
