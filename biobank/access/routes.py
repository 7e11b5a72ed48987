"""Sign in and out, and one's own account."""

from fastapi import APIRouter, Request, Response

from biobank.access import identity, operations, rules, sessions
from biobank.access.proving import Doorkeeper
from biobank.access.schemas import NewPasswordIn, PersonOut, SessionOut, SignInIn
from biobank.act.acts import Acts
from biobank.act.kinds import Kind
from biobank.act.rights import Caller
from biobank.db.roles import Login
from biobank.web.begin import SignedIn, route_of
from biobank.web.session import forget, keep, token_of
from biobank.web.source import source_of

router = APIRouter(prefix="/api", tags=["people"])


@router.post("/sign-in")
def sign_in(request: Request, response: Response, order: SignInIn) -> SessionOut:
    """Begin a session with user name and password."""
    acts: Acts = request.app.state.acts
    door: Doorkeeper = request.app.state.door
    lasting: sessions.Lasting = request.app.state.session_lasting
    account = door.enters(order.username, order.password.get_secret_value(), source_of(request), route_of(request))
    token = operations.sign_in(acts, account.person, door.now(), lasting)
    keep(request, response, token, int(lasting.longest.total_seconds()))
    return SessionOut(token=token, name=account.person.name, side=account.person.side, temporary=account.temporary)


@router.post("/sign-out", status_code=204)
def sign_out(request: Request, response: Response, person: SignedIn) -> None:
    """End this session."""
    sessions.end(request.app.state.acts, person, token_of(request), request.app.state.session_clock.now())
    forget(request, response)


@router.get("/me")
def me(person: SignedIn) -> PersonOut:
    """Who I am and what I may be asked to do."""
    return PersonOut.of(person)


@router.post("/me/password", status_code=204)
def choose_password(request: Request, order: NewPasswordIn, person: SignedIn) -> None:
    """Choose a new password; every other session of yours ends."""
    door: Doorkeeper = request.app.state.door
    caller: Caller = request.state.caller
    if not door.knows(person, order.old.get_secret_value(), source_of(request), route_of(request)):
        raise rules.WrongPassword
    with door.acts.begin(person, Kind.CHANGE_PASSWORD, login=Login.DESK) as act:
        identity.choose(act, order.new.get_secret_value(), door.now(), caller.session_id)
