"""Freezers with their slots, freezing runs, and units with the place where they lie; for the facility only."""

from fastapi import APIRouter

from biobank.act.kinds import Kind
from biobank.cryostorage import operations, queries
from biobank.cryostorage.schemas import FreezeIn, PlaceIn, PositionOut, PositionsIn, PositionsOut, RunOut, UnitOut
from biobank.monitoring import queries as freezers
from biobank.monitoring.queries import Probe
from biobank.monitoring.schemas import FreezerOut, ProbeOut, RegisterFreezer, SensorIn
from biobank.units import Code
from biobank.web.begin import Begin, Look

router = APIRouter(prefix="/api", tags=["storage"])


@router.post("/freezers", status_code=201)
def register_freezer(order: RegisterFreezer, begin: Begin) -> FreezerOut:
    """Register a freezer with its alarm limit."""
    with begin(Kind.REGISTER_FREEZER) as act:
        return act.answer(FreezerOut.of(operations.register_freezer(act, order), [], []))


@router.post("/freezers/{code}/sensors", status_code=201)
def register_sensor(code: Code, order: SensorIn, begin: Begin) -> ProbeOut:
    """Register a probe of a freezer."""
    with begin(Kind.REGISTER_SENSOR) as act:
        return act.answer(ProbeOut.of(Probe(operations.register_sensor(act, code, order), None)))


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
