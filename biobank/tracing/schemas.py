"""What a scan answers, and the whole story of a thing."""

from datetime import datetime

from pydantic import BaseModel

from biobank.custody.rules import HoldKind, Purpose
from biobank.custody.schemas import EventOut
from biobank.custody.tables import Hold
from biobank.monitoring.schemas import TemperaturesOut
from biobank.tracing.facts import Fact
from biobank.tracing.family import Kin
from biobank.tracing.queries import Thing
from biobank.tracing.rules import ThingKind


class ScanOut(BaseModel):
    """What a code stands for; ``held`` is absent at the bedside, which is not told of holds."""

    code: str
    kind: ThingKind
    state: str
    held: bool | None

    @classmethod
    def of(cls, thing: Thing) -> "ScanOut":
        """From what was found."""
        return cls(code=thing.code, kind=thing.kind, state=thing.state, held=thing.held)


class KinOut(BaseModel):
    """A thing of the family; one generation away is what was made from it, or what it was made from, directly."""

    code: str
    kind: ThingKind
    state: str
    generation: int

    @classmethod
    def of(cls, kin: Kin) -> "KinOut":
        """From what was found."""
        return cls(code=kin.code, kind=kin.kind, state=kin.state, generation=kin.generation)


class StoryHoldOut(BaseModel):
    """An open hold that reaches the thing, and the material on which it was put."""

    material: str
    number: int
    kind: HoldKind
    purposes: list[Purpose]
    reason: str
    placed_at: datetime

    @classmethod
    def of(cls, hold: Hold, material: str) -> "StoryHoldOut":
        """From a record and the code of its material."""
        return cls(
            material=material,
            number=hold.number,
            kind=HoldKind(hold.kind),
            purposes=[Purpose(purpose) for purpose in hold.purposes],
            reason=hold.reason,
            placed_at=hold.placed_at,
        )


class StoryOut(ScanOut):
    """Everything that is known of a thing: where it is, what holds it, its family, what happened to it, how cold it lies.

    ``facts`` are the fields of its kind; ``parents`` and ``children`` go back to the participant and on to every kit.
    """

    place: str | None
    facts: dict[str, Fact]
    holds: list[StoryHoldOut]
    parents: list[KinOut]
    children: list[KinOut]
    events: list[EventOut]
    temperature: TemperaturesOut | None
