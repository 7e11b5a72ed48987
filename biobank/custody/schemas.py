"""What people send and see of materials, handovers and holds."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from biobank.custody.queries import Hands
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


class PaperOut(BaseModel):
    """The numbered form from which something was entered, who did it on paper, and who entered it."""

    form: str
    done_by: str
    entered_by: str


class EventOut(BaseModel):
    """One thing that happened, and in whose hands: ``person`` is absent where this side is not told the name.

    ``late`` where it was recorded long after it happened, ``paper`` where it was done on paper.
    """

    step: Step
    place: str
    person: str | None
    occurred_at: datetime
    recorded_at: datetime
    late: bool
    paper: PaperOut | None

    @classmethod
    def of(cls, event: CustodyEvent, hands: Hands, late_after: timedelta) -> "EventOut":
        """From a record and the names that may be told."""
        paper = hands.papers.get(event.id)
        return cls(
            step=Step(event.step),
            place=event.place,
            person=hands.names.get(event.person_id),
            occurred_at=event.occurred_at,
            recorded_at=event.recorded_at,
            late=event.recorded_at - event.occurred_at > late_after,
            paper=paper and PaperOut(form=paper.form, done_by=paper.done_by, entered_by=paper.entered_by),
        )


class MaterialOut(BaseModel):
    """A material with what happened to it, as far as this person's side sees it."""

    code: str
    kind: MaterialKind
    events: list[EventOut]

    @classmethod
    def of(cls, material: Material, events: Iterable[CustodyEvent], hands: Hands, late_after: timedelta) -> "MaterialOut":
        """From records and the names that may be told."""
        told = [EventOut.of(one, hands, late_after) for one in events]
        return cls(code=material.code, kind=MaterialKind(material.kind), events=told)
