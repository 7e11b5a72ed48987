"""What people send and see of people."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from biobank.act.people import Person, Role, Side

Username = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9._-]{1,39}$")]
Place = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9/_-]{1,40}$")]


class SignInIn(BaseModel):
    """User name and password."""

    model_config = ConfigDict(extra="forbid")
    username: Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f]*$")]
    password: Annotated[SecretStr, Field(max_length=200)]


class SessionOut(BaseModel):
    """A session: the token is told once."""

    token: str
    name: str
    side: Side


class PersonIn(BaseModel):
    """A new named person with their roles; all roles are of the person's one side."""

    model_config = ConfigDict(extra="forbid")
    username: Username
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=100, pattern=r"^[^\x00-\x1f]*$")]
    side: Side
    roles: Annotated[frozenset[Role], Field(min_length=1)]
    place: Place | None = None
    password: Annotated[SecretStr, Field(max_length=200)]


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


class ReasonIn(BaseModel):
    """Why something is done that the record must explain."""

    model_config = ConfigDict(extra="forbid")
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=5, max_length=1000, pattern=r"^[^\x00]*$")]


class FailureOut(BaseModel):
    """A proof of identity that failed; no user name where nobody has the name that was given."""

    username: str | None
    source: str
    route: str
    failed_at: datetime
