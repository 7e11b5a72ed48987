"""What administrators do about people: accounts, identity, rights, their review, and the policy. None of it touches a trial."""

from datetime import timedelta

from fastapi import APIRouter, Request

from biobank.access import badges, enrolment, identity, instruments, operations, profile, queries, rights
from biobank.access.proving import Doorkeeper
from biobank.access.schemas import (
    BadgeIn,
    GivenPasswordOut,
    InstrumentIn,
    PersonIn,
    PersonOut,
    PolicyIn,
    PolicyOut,
    QualificationIn,
    ReasonIn,
    ReviewIn,
    RightEndIn,
    RightIn,
    RightOut,
    SeenIn,
    SignInFailureOut,
    TokenOut,
    Username,
)
from biobank.act.acts import Act
from biobank.act.kinds import Kind
from biobank.web.begin import Begin, Look
from biobank.web.source import where

router = APIRouter(prefix="/api", tags=["people"])


@router.get("/people")
def people(look: Look) -> list[PersonOut]:
    """Everybody who works here."""
    with look() as session:
        return [PersonOut.of(person) for person in queries.everybody(session.connection())]


@router.post("/people", status_code=201)
def enrol(order: PersonIn, request: Request, begin: Begin) -> PersonOut:
    """Enrol a named person with roles of one side."""
    seen = _seen(request, order)
    with begin(Kind.ENROL_PERSON) as act:
        enrolment.hire(act, order, seen)
        return _answer(act, order.username)


@router.post("/people/{code}/identity")
def verify(code: Username, order: SeenIn, request: Request, begin: Begin) -> PersonOut:
    """You saw who this person is, by a document; they may sign from now on."""
    door: Doorkeeper = request.app.state.door
    with begin(Kind.VERIFY_IDENTITY) as act:
        identity.verify(act, code, door.human(order.document.get_secret_value()), order.shown)
        return _answer(act, code)


@router.post("/people/{code}/password-reset")
def reset_password(code: Username, order: ReasonIn, request: Request, begin: Begin) -> GivenPasswordOut:
    """Give this person a password for one sign-in; they sign again when somebody else has seen who they are."""
    door: Doorkeeper = request.app.state.door
    with begin(Kind.RESET_PASSWORD, reason=order.reason) as act:
        return GivenPasswordOut(password=identity.reset(act, code, door.now()))  # told once, and kept with no key


@router.post("/people/{code}/unlocking")
def unlock(code: Username, order: ReasonIn, request: Request, begin: Begin) -> PersonOut:
    """Let this person try again to sign in or sign, after too many failures."""
    door: Doorkeeper = request.app.state.door
    with begin(Kind.UNLOCK_PERSON, reason=order.reason) as act:
        operations.unlock(act, code, door.account(code))
        return _answer(act, code)


@router.post("/people/{code}/rights", status_code=201)
def give_right(code: Username, order: RightIn, begin: Begin) -> PersonOut:
    """Give this person a role, at one place or everywhere."""
    with begin(Kind.GRANT_ROLE) as act:
        rights.give(act, code, order)
        return _answer(act, code)


@router.post("/people/{code}/rights/ending")
def end_right(code: Username, order: RightEndIn, begin: Begin) -> PersonOut:
    """End a role of this person, from their next request on."""
    with begin(Kind.END_ROLE, reason=order.reason) as act:
        rights.end(act, code, order.role, order.place)
        return _answer(act, code)


@router.post("/people/{code}/qualifications")
def qualify(code: Username, order: QualificationIn, begin: Begin) -> PersonOut:
    """Write down until when a training or a delegation is good; an expired one stops the step."""
    with begin(Kind.QUALIFY_PERSON, reason=order.reference) as act:
        rights.qualify(act, code, order)
        return _answer(act, code)


@router.post("/people/{code}/review")
def review(code: Username, order: ReviewIn, begin: Begin) -> PersonOut:
    """You looked at every right of this person, and each is still needed."""
    with begin(Kind.REVIEW_RIGHTS, reason=order.remark) as act:
        rights.review(act, code)
        return _answer(act, code)


@router.post("/people/{code}/leaving")
def leave(code: Username, order: ReasonIn, request: Request, begin: Begin) -> PersonOut:
    """This person works here no longer: rights and sessions end now, and the user name is never used again."""
    door: Doorkeeper = request.app.state.door
    with begin(Kind.END_PERSON, reason=order.reason) as act:
        gone = PersonOut.of(queries.person(act.session.connection(), operations.person_of(act, code).username))
        rights.leave(act, code, door.now())
        return act.answer(gone)


@router.post("/people/{code}/badge")
def give_badge(code: Username, order: BadgeIn, request: Request, begin: Begin) -> PersonOut:
    """Give this person a badge; any earlier one ends, and they choose a PIN themselves."""
    door: Doorkeeper = request.app.state.door
    with begin(Kind.GIVE_BADGE) as act:
        badges.give(act, code, badges.digest_of(door.key, order.badge.get_secret_value()))
        return _answer(act, code)


@router.post("/instruments", status_code=201)
def register_instrument(order: InstrumentIn, begin: Begin) -> TokenOut:
    """Register an instrument that sends by itself; its token is shown once."""
    with begin(Kind.REGISTER_INSTRUMENT) as act:
        return TokenOut(token=instruments.register(act, order))  # told once, and kept with no key


@router.post("/people/{code}/tokens/ending")
def revoke_tokens(code: Username, order: ReasonIn, begin: Begin) -> PersonOut:
    """End every token of this instrument, from the next request on."""
    with begin(Kind.REVOKE_TOKEN, reason=order.reason) as act:
        instruments.revoke(act, code)
        return _answer(act, code)


@router.get("/access-review")
def access_review(look: Look) -> list[RightOut]:
    """Every right that somebody holds, with the day by which it is to be looked at again; the most urgent first."""
    now = look.acts.clock.now()
    with look() as session:
        every = timedelta(days=queries.policy(session.connection()).review_every_days)
        told = [dict(row._mapping) for row in queries.standing(session.connection())]
    for one in told:
        one["review_due_at"] = (one["reviewed_at"] or one["granted_at"]) + every
    return [RightOut(**one, overdue=one["review_due_at"] <= now) for one in told]


@router.get("/access-policy")
def policy(look: Look) -> PolicyOut:
    """The rules for passwords, training, delegation and review that are in force."""
    with look() as session:
        return PolicyOut.model_validate(queries.policy(session.connection()), from_attributes=True)


@router.post("/access-policy", status_code=201)
def set_policy(order: PolicyIn, begin: Begin) -> PolicyOut:
    """Sign other rules for passwords, training, delegation and review; they hold from the next request on."""
    with begin(Kind.SET_ACCESS_POLICY, reason=order.reason, signature=order.signature) as act:
        return PolicyOut.model_validate(profile.set_policy(act, order), from_attributes=True)


@router.get("/sign-in-failures")
def failures(look: Look) -> list[SignInFailureOut]:
    """The newest proofs of identity that failed: for whom, from where, at what."""
    with look() as session:
        return [SignInFailureOut.model_validate(row, from_attributes=True) for row in queries.failures(session.connection())]


def _seen(request: Request, order: PersonIn) -> enrolment.Seen | None:
    if order.identity is None:
        return None
    door: Doorkeeper = request.app.state.door
    told = order.identity
    witness = door.witness(told.verifier, told.password.get_secret_value(), told.code, *where(request))
    return enrolment.Seen(witness.id, door.human(told.document.get_secret_value()), told.shown)


def _answer(act: Act, username: str) -> PersonOut:
    act.session.flush()
    return act.answer(PersonOut.of(queries.person(act.session.connection(), username)))
