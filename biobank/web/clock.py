"""The clock of the installation: told to everybody, moved only where it is simulated."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from biobank.act import changes
from biobank.act.kinds import Kind
from biobank.clock import SimulatedClock
from biobank.errors import Conflict
from biobank.units import When
from biobank.web.begin import Begin, Look

router = APIRouter(prefix="/api", tags=["installation"])


class ClockIsReal(Conflict):
    """Only the clock of a demonstration that simulates time can be moved."""

    code = "clock_is_real"


class ClockIn(BaseModel):
    """The moment to which the clock is put; absent: back to real time."""

    model_config = ConfigDict(extra="forbid")
    at: When | None


class ClockOut(BaseModel):
    """What time it is here."""

    now: datetime
    simulated: bool


@router.get("/clock")
def clock(look: Look) -> ClockOut:
    """What time it is here, and whether that time is simulated."""
    told = look.acts.clock
    return ClockOut(now=told.now(), simulated=isinstance(told, SimulatedClock) and told.moved)


@router.post("/clock")
def set_clock(order: ClockIn, begin: Begin) -> ClockOut:
    """Put the clock of a demonstration to another time. Raises ClockIsReal."""
    moved = begin.acts.clock
    if not isinstance(moved, SimulatedClock):
        raise ClockIsReal
    with begin(Kind.SET_CLOCK) as act:
        changes.write_down(act, "clock_at", "real time" if order.at is None else order.at.isoformat())
        if order.at is None:
            moved.release()
        else:
            moved.set(order.at)
    return ClockOut(now=moved.now(), simulated=moved.moved)
