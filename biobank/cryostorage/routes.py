"""Freezers with their slots, freezing runs, and units with the place where they lie; for the facility only."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from biobank.access.verifying import second_person
from biobank.act.kinds import Kind
from biobank.cryostorage import identification, losses, operations, queries
from biobank.cryostorage.schemas import (
    DestructionIn,
    DiscardIn,
    FailureIn,
    FreezeIn,
    IdentificationIn,
    IdentificationOut,
    PlaceIn,
    PositionOut,
    PositionsIn,
    PositionsOut,
    RunOut,
    StoragePlaceOut,
    UnitOut,
)
from biobank.expansion import queries as batches
from biobank.expansion.schemas import BatchOut, CultureOut
from biobank.monitoring import queries as freezers
from biobank.monitoring.schemas import FreezerOut, ProbeOut, RegisterFreezer, SensorIn
from biobank.units import Code
from biobank.web.begin import Begin, Look

router = APIRouter(prefix="/api", tags=["storage"])
Number = Annotated[int, Path(ge=1, lt=2**31)]


@router.post("/freezers", status_code=201)
def register_freezer(order: RegisterFreezer, begin: Begin) -> FreezerOut:
    """Register a freezer with its alarm limit."""
    with begin(Kind.REGISTER_FREEZER) as act:
        freezer = operations.register_freezer(act, order)
        return act.answer(FreezerOut.of(freezer, freezer, [], []))


@router.post("/freezers/{code}/sensors", status_code=201)
def register_sensor(code: Code, order: SensorIn, begin: Begin) -> ProbeOut:
    """Register a probe of a freezer."""
    with begin(Kind.REGISTER_SENSOR) as act:
        return act.answer(ProbeOut.of(freezers.probe(act.session, operations.register_sensor(act, code, order))))


@router.post("/freezers/{code}/positions", status_code=201)
def register_positions(code: Code, order: PositionsIn, begin: Begin) -> PositionsOut:
    """Give codes to the slots of a box."""
    with begin(Kind.REGISTER_POSITIONS) as act:
        made = operations.register_positions(act, code, order)
        return act.answer(PositionsOut(freezer=code, positions=[PositionOut.of(one) for one in made]))


@router.get("/freezers/{code}/positions")
def positions(code: Code, look: Look) -> PositionsOut:
    """The slots of a freezer, and what lies in each."""
    with look() as session:
        freezer = freezers.freezer_where(session, look.person, code)
        told = [PositionOut.of(one, unit) for one, unit in queries.positions(session, freezer.id)]
        return PositionsOut(freezer=code, positions=told)


@router.get("/freezers/{code}/places")
def places(code: Code, look: Look) -> list[StoragePlaceOut]:
    """The racks and boxes of a freezer that carry labels of their own."""
    with look() as session:
        found = queries.places(session, freezers.freezer_where(session, look.person, code).id)
    return [StoragePlaceOut(code=label, rack=one.rack, box=one.box) for one, label in found]


@router.post("/batches/{code}/freezing-runs", status_code=201)
def freeze(code: Code, order: FreezeIn, begin: Begin) -> RunOut:
    """Freeze cells of a batch in units."""
    with begin(Kind.FREEZE, occurred_at=order.occurred_at) as act:
        return act.answer(RunOut.of(act.session, operations.freeze(act, code, order), code))


@router.get("/units")
def units(look: Look) -> list[UnitOut]:
    """Every unit made where the person works."""
    with look() as session:
        return [UnitOut.shown(one) for one in queries.units(session, look.person)]


@router.get("/units/{code}")
def unit(code: Code, look: Look) -> UnitOut:
    """One unit, and where it lies."""
    with look() as session:
        return UnitOut.of(session, queries.unit(session, look.person, code))


@router.post("/units/{code}/placement")
def place(code: Code, order: PlaceIn, begin: Begin) -> UnitOut:
    """Lay a unit into a slot, or move it to another."""
    with begin(Kind.STORE_UNIT, occurred_at=order.occurred_at) as act:
        return act.answer(UnitOut.of(act.session, operations.place(act, code, order.position)))


@router.post("/units/{code}/identification", status_code=201)
def identify(code: Code, order: IdentificationIn, request: Request, begin: Begin) -> UnitOut:
    """Identify a unit whose label cannot be read, where it lies: a frozen unit is never labelled again."""
    with begin(Kind.IDENTIFY_UNIT) as act:
        queries.unit(act.session, act.person, code)
        second = second_person(request, begin.person, order.second)
        found = identification.identify(act, code, order.unit, order.position, second, order.photo)
        return act.answer(UnitOut.of(act.session, found))


@router.get("/units/{code}/identifications")
def identifications(code: Code, look: Look) -> list[IdentificationOut]:
    """Each time that a unit was identified without its label."""
    with look() as session:
        found = identification.identifications(session, queries.unit(session, look.person, code).id)
        return [IdentificationOut.shown(number, one) for number, one in enumerate(found, 1)]


@router.get("/units/{code}/identifications/{number}/photo", response_class=Response)
def photo(code: Code, number: Number, look: Look) -> Response:
    """The photo by which a unit was identified."""
    with look() as session:
        taken, media_type = identification.photo(session, queries.unit(session, look.person, code), number)
    return Response(taken, media_type=media_type)


@router.post("/cultures/{code}/discarding")
def discard(code: Code, order: DiscardIn, begin: Begin) -> CultureOut:
    """Discard the vessels of a growing culture; they are not harvested."""
    with begin(Kind.DISCARD_CULTURE, occurred_at=order.occurred_at, reason=order.reason) as act:
        culture, batch = losses.discard(act, code)
        return act.answer(CultureOut.of(culture, batch.code, batches.label_of(act.session, culture.id)))


@router.post("/batches/{code}/failure")
def fail(code: Code, order: FailureIn, begin: Begin) -> BatchOut:
    """Give up a batch that was not released; a deviation is opened about it."""
    with begin(Kind.FAIL_BATCH, reason=order.reason, signature=order.signature) as act:
        return act.answer(BatchOut.of(act.session, losses.fail(act, code, order.reason)))


@router.post("/units/{code}/destruction")
def destroy(code: Code, order: DestructionIn, begin: Begin) -> UnitOut:
    """Destroy a unit that was not thawed; it leaves its position."""
    with begin(Kind.DESTROY_UNIT, occurred_at=order.occurred_at, reason=order.reason, signature=order.signature) as act:
        return act.answer(UnitOut.of(act.session, losses.destroy(act, code, order.reason)))
