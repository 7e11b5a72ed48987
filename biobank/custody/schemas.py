"""What people send and see of materials, handovers and holds."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from biobank.custody.rules import HoldKind, Purpose
from biobank.custody.tables import CustodyEvent, Handover, Hold, Material, MaterialKind, Step
from biobank.units import Reason, ShortWords, When


class HandOverIn(BaseModel):
    """Where a material goes."""

    model_config = ConfigDict(extra="forbid")
    to_place: ShortWords
    occurred_at: When | None = None


class TakeOverIn(BaseModel):
    """The confirmation of the other side."""

    model_config = ConfigDict(extra="forbid")
    occurred_at: When | None = None


class HandoverOut(BaseModel):
    """A handover; it counts when ``taken_at`` is there."""

    to_place: str
    handed_at: datetime
    taken_at: datetime | None

    @classmethod
    def of(cls, handover: Handover) -> "HandoverOut":
        """From a record."""
        return cls(to_place=handover.to_place, handed_at=handover.handed_at, taken_at=handover.taken_at)


class HoldIn(BaseModel):
    """What to hold back, and why."""

    model_config = ConfigDict(extra="forbid")
    purposes: Annotated[frozenset[Purpose], Field(min_length=1)]
    reason: Reason


class LiftIn(BaseModel):
    """Why a hold is lifted."""

    model_config = ConfigDict(extra="forbid")
    reason: Reason


class HoldOut(BaseModel):
    """A hold, open while ``lifted_at`` is absent."""

    number: int
    kind: HoldKind
    purposes: list[Purpose]
    reason: str
    placed_at: datetime
    lifted_at: datetime | None

    @classmethod
    def of(cls, hold: Hold) -> "HoldOut":
        """From a record."""
        return cls(
            number=hold.number,
            kind=HoldKind(hold.kind),
            purposes=[Purpose(purpose) for purpose in hold.purposes],
            reason=hold.reason,
            placed_at=hold.placed_at,
            lifted_at=hold.lifted_at,
        )


class EventOut(BaseModel):
    """One thing that happened, and in whose hands: ``person`` is absent where this side is not told the name.

    ``late`` where it was recorded long after it happened.
    """

    step: Step
    place: str
    person: str | None
    occurred_at: datetime
    recorded_at: datetime
    late: bool

    @classmethod
    def of(cls, event: CustodyEvent, hands: Mapping[UUID, str], late_after: timedelta) -> "EventOut":
        """From a record and the names that may be told."""
        return cls(
            step=Step(event.step),
            place=event.place,
            person=hands.get(event.person_id),
            occurred_at=event.occurred_at,
            recorded_at=event.recorded_at,
            late=event.recorded_at - event.occurred_at > late_after,
        )


class MaterialOut(BaseModel):
    """A material with what happened to it, as far as this person's side sees it."""

    code: str
    kind: MaterialKind
    events: list[EventOut]

    @classmethod
    def of(
        cls, material: Material, events: Iterable[CustodyEvent], hands: Mapping[UUID, str], late_after: timedelta
    ) -> "MaterialOut":
        """From records and the names that may be told."""
        told = [EventOut.of(one, hands, late_after) for one in events]
        return cls(code=material.code, kind=MaterialKind(material.kind), events=told)
