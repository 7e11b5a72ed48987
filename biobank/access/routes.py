"""Sign in and out, and one's own account."""

import pyotp
from fastapi import APIRouter, Request, Response

from biobank.access import badges, factor, identity, operations, rules, sessions
from biobank.access.proving import Doorkeeper
from biobank.access.queries import Account
from biobank.access.schemas import (
    BadgeSignInIn,
    FactorCodeIn,
    FactorIn,
    NewPasswordIn,
    PersonOut,
    PinIn,
    SecretOut,
    SessionOut,
    SignInIn,
)
from biobank.act.kinds import Kind
from biobank.act.rights import Caller
from biobank.db.roles import Login
from biobank.web.begin import SignedIn
from biobank.web.session import forget, keep, token_of
from biobank.web.source import where

router = APIRouter(prefix="/api", tags=["people"])


@router.post("/sign-in")
def sign_in(request: Request, response: Response, order: SignInIn) -> SessionOut:
    """Begin a session with user name and password."""
    door: Doorkeeper = request.app.state.door
    account = door.enters(order.username, order.password.get_secret_value(), order.code, *where(request))
    return _begun(request, response, account)


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
    if not door.knows(person, order.old.get_secret_value(), *where(request)):
        raise rules.WrongPassword
    with door.acts.begin(person, Kind.CHANGE_PASSWORD, login=Login.DESK) as act:
        identity.choose(act, order.new.get_secret_value(), door.now(), caller.session_id)


@router.post("/me/second-factor", status_code=201)
def begin_second_factor(request: Request, order: FactorIn, person: SignedIn) -> SecretOut:
    """Get a new secret for your authenticator; any earlier one stops working. It is shown once."""
    door: Doorkeeper = request.app.state.door
    if not door.knows(person, order.password.get_secret_value(), *where(request)):
        raise rules.WrongPassword
    with door.acts.begin(person, Kind.SET_SECOND_FACTOR, login=Login.DESK) as act:
        secret = factor.begin(act, door.key)
    return SecretOut(secret=secret, address=pyotp.TOTP(secret).provisioning_uri(name=person.username, issuer_name="Biobank"))


@router.post("/me/second-factor/confirmation")
def confirm_second_factor(request: Request, order: FactorCodeIn, person: SignedIn) -> PersonOut:
    """Show that your authenticator has the secret; from then on its codes count."""
    door: Doorkeeper = request.app.state.door
    with door.acts.begin(person, Kind.SET_SECOND_FACTOR, login=Login.DESK) as act:
        factor.confirm(act, door.key, order.code, door.now())
    return PersonOut.of(person)


@router.post("/me/pin")
def choose_pin(request: Request, order: PinIn, person: SignedIn) -> PersonOut:
    """Choose the PIN that goes with your badge."""
    door: Doorkeeper = request.app.state.door
    if not door.knows(person, order.password.get_secret_value(), *where(request)):
        raise rules.WrongPassword
    with door.acts.begin(person, Kind.SET_PIN, login=Login.DESK) as act:
        badges.choose_pin(act, door.key, order.pin.get_secret_value())
    return PersonOut.of(person)


@router.post("/badge-sign-in")
def sign_in_by_badge(request: Request, response: Response, order: BadgeSignInIn) -> SessionOut:
    """Begin a session at the bench with badge and PIN; whatever is signed takes the password all the same."""
    door: Doorkeeper = request.app.state.door
    account = door.enters_by_badge(order.badge.get_secret_value(), order.pin.get_secret_value(), *where(request))
    return _begun(request, response, account, by_badge=True)


def _begun(request: Request, response: Response, account: Account, *, by_badge: bool = False) -> SessionOut:
    door: Doorkeeper = request.app.state.door
    lasting: sessions.Lasting = request.app.state.session_lasting
    before, person = token_of(request), account.person
    token = operations.sign_in(door.acts, person, door.now(), lasting, by_badge=by_badge, instead_of=before)
    keep(request, response, token, int(lasting.longest.total_seconds()))
    return SessionOut(token=token, name=person.name, side=person.side, temporary=account.temporary and not by_badge)
