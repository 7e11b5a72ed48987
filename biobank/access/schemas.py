"""What people send and see of people."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from biobank.act.people import Person, Role, Side
from biobank.units import When
from biobank.web.signature import FactorCode, SignatureIn

Username = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9._-]{1,39}$")]
Place = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9/_-]{1,40}$")]
Password = Annotated[SecretStr, Field(max_length=200)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=100, pattern=r"^[^\x00-\x1f]*$")]
Pin = Annotated[SecretStr, Field(min_length=4, max_length=10)]
Document = Annotated[SecretStr, Field(min_length=4, max_length=60)]
"""The number of an identity document; kept as a keyed digest only."""
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=5, max_length=1000, pattern=r"^[^\x00]*$")]
Blocked = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=40, pattern=r"^[^\x00-\x1f]*$")]


class Order(BaseModel):
    """What somebody sends; a field that nobody knows is refused."""

    model_config = ConfigDict(extra="forbid")


class SignInIn(Order):
    """User name and password; from outside of the configured networks a code of the authenticator too."""

    username: Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f]*$")]
    password: Password
    code: FactorCode | None = None


class SessionOut(BaseModel):
    """A session: the token is told once. ``temporary``: the password must be changed before anything else."""

    token: str
    name: str
    side: Side
    temporary: bool


class IdentityIn(Order):
    """The document that somebody showed, and the other person who saw it, proving who they are with their own password."""

    document: Document
    shown: Words
    verifier: Username
    password: Password
    code: FactorCode | None = None


class PersonIn(Order):
    """A new named person with their roles; all roles are of the person's one side.

    With ``identity`` the person is present and types the password themselves. Without, the password is for one sign-in.
    """

    username: Username
    name: Words
    side: Side
    roles: Annotated[frozenset[Role], Field(min_length=1)]
    place: Place | None = None
    password: Password
    trained_until: When | None = None
    delegated_until: When | None = None
    identity: IdentityIn | None = None


class PersonOut(BaseModel):
    """A person as others see them."""

    username: str
    name: str
    side: Side
    roles: list[Role]
    places: list[str]

    @classmethod
    def of(cls, person: Person) -> "PersonOut":
        """From a person."""
        return cls(
            username=person.username,
            name=person.name,
            side=person.side,
            roles=sorted(person.roles),
            places=sorted(person.places),
        )


class ReasonIn(Order):
    """Why something is done that the record must explain."""

    reason: Reason


class ReviewIn(Order):
    """What there is to say about the review, if anything."""

    remark: Reason | None = None


class RightIn(Order):
    """A role at a place, or everywhere; until when its training and its delegation are good."""

    role: Role
    place: Place | None = None
    trained_until: When | None = None
    delegated_until: When | None = None


class RightEndIn(ReasonIn):
    """The role that ends, at a place or everywhere."""

    role: Role
    place: Place | None = None


class QualificationIn(RightIn):
    """Until when a training or a delegation is good, and where that is written."""

    reference: Reason


class SeenIn(Order):
    """The document that somebody showed; the person who sends this saw it."""

    document: Document
    shown: Words


class NewPasswordIn(Order):
    """The present password again, and the new one."""

    old: Password
    new: Password


class FactorIn(Order):
    """The password again."""

    password: Password


class SecretOut(BaseModel):
    """The secret for an authenticator, told once: as text, and as the address that authenticators read."""

    secret: str
    address: str


class FactorCodeIn(Order):
    """A code that the authenticator shows."""

    code: FactorCode


class PinIn(Order):
    """The password again, and the PIN to go with one's badge."""

    password: Password
    pin: Pin


class BadgeIn(Order):
    """What a badge says when it is scanned."""

    badge: Annotated[SecretStr, Field(min_length=6, max_length=100)]


class BadgeSignInIn(BadgeIn):
    """Badge and PIN."""

    pin: Pin


class InstrumentIn(Order):
    """An instrument that sends by itself: its name, its one role and place, and what its token is good for and until when."""

    username: Username
    name: Words
    role: Role
    place: Place
    routes: Annotated[
        frozenset[Annotated[str, StringConstraints(pattern=r"^(GET|POST) /api/[a-z{}/-]{1,100}$")]], Field(min_length=1)
    ]
    expires_at: When


class TokenOut(BaseModel):
    """The token of an instrument, told once."""

    token: str


class GivenPasswordOut(BaseModel):
    """A password to be told to the person; it is good for choosing their own."""

    password: str


class RightOut(BaseModel):
    """A right that somebody holds, and by when it is to be reviewed."""

    username: str
    role: Role
    place: str | None
    granted_at: datetime
    trained_until: datetime | None
    delegated_until: datetime | None
    reviewed_at: datetime | None
    review_due_at: datetime
    overdue: bool


class PolicyIn(Order):
    """The rules for passwords, training, delegation and review."""

    minimum_length: Annotated[int, Field(ge=8, le=64)]
    needs_classes: bool = False
    expires_after_days: Annotated[int, Field(ge=1, le=3650)] | None = None
    blocked_words: Annotated[list[Blocked], Field(max_length=10_000)] = []
    trained_roles: frozenset[Role]
    delegated_roles: frozenset[Role]
    review_every_days: Annotated[int, Field(ge=1, le=3650)]
    reason: Reason
    signature: SignatureIn


class PolicyOut(BaseModel):
    """The policy in force; number 0 is what holds before anybody signed one."""

    number: int
    minimum_length: int
    needs_classes: bool
    expires_after_days: int | None
    blocked_words: list[str]
    trained_roles: list[Role]
    delegated_roles: list[Role]
    review_every_days: int


class SignInFailureOut(BaseModel):
    """A proof of identity that failed; no user name where nobody has the name that was given."""

    username: str | None
    source: str
    route: str
    failed_at: datetime
