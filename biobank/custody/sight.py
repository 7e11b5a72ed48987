"""Which materials exist for a person: those of their own sites or facilities. To anybody else they are not there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from sqlmodel import Session

from biobank.act.acts import Act
from biobank.act.people import Person
from biobank.custody import queries
from biobank.custody.rules import NoSuchMaterial
from biobank.custody.tables import MATTER, Material, MaterialKind
from biobank.web.begin import SignedIn

Sees = Callable[[Session, Person, Material], bool]
"""Whether a material is of a person's places; `app` hands it over, since a material knows no participant and no site."""

Leaves = Callable[[Act, Material], None]
"""Refuses a material that may not be handed on yet; from `app` too, since a material does not know that it is a kit."""


@dataclass(frozen=True)
class Sight:
    """What the person of one request sees, and what of it may be handed on."""

    person: Person
    of_places: Sees
    check_leaves: Leaves

    def sees(self, session: Session, material: Material) -> bool:
        """Whether ``material`` exists for this person."""
        return self.of_places(session, self.person, material)

    def material(self, session: Session, code: str, *kinds: MaterialKind) -> Material:
        """The material with this code, of one of ``kinds`` or else no rack or box.

        Raises NoSuchMaterial, also for one of another place.
        """
        found = queries.material(session, code, *(kinds or MATTER))
        if not self.sees(session, found):
            raise NoSuchMaterial(read=code)
        return found


async def _sight(request: Request, person: SignedIn) -> Sight:
    return Sight(person, request.app.state.sees, request.app.state.check_leaves)


Eyes = Annotated[Sight, Depends(_sight)]
