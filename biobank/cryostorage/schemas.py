"""What people send and see of freezing runs, units and positions."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field, StringConstraints
from sqlmodel import Session, col

from biobank.access.schemas import BadgeSignInIn
from biobank.cryostorage import queries
from biobank.cryostorage.identification import Identified
from biobank.cryostorage.queries import UnitFound
from biobank.cryostorage.rules import Container, UnitState
from biobank.cryostorage.tables import FreezingRun, Position, Unit
from biobank.expansion.rules import BatchPurpose
from biobank.units import Code, Millilitres, Reason, ShortWords, SomeCells, When
from biobank.web.signature import SignatureIn

Shelf = Annotated[str, StringConstraints(min_length=1, max_length=12, pattern=r"^[A-Za-z0-9.-]+$")]


class UnitIn(BaseModel):
    """One bag or vial of a freezing run."""

    model_config = ConfigDict(extra="forbid")
    viable_cells: SomeCells
    volume_ml: Millilitres
    container: Container = Container.VIAL


class FreezeIn(BaseModel):
    """A freezing run. Without ``from_culture`` the cells are those of the isolation."""

    model_config = ConfigDict(extra="forbid")
    program: ShortWords
    from_culture: Code | None = None
    units: Annotated[list[UnitIn], Field(min_length=1, max_length=100)]
    occurred_at: When | None = None


class PlaceIn(BaseModel):
    """Where a unit is laid, as scanned."""

    model_config = ConfigDict(extra="forbid")
    position: Code
    occurred_at: When | None = None


class IdentificationIn(BaseModel):
    """The code typed from what can be read or from the freezer's list, the scanned position, who else stands there, a photo."""

    model_config = ConfigDict(extra="forbid")
    unit: Code
    position: Code
    second: BadgeSignInIn
    photo: Annotated[Base64Bytes, Field(min_length=1)]


class IdentifiedOut(BaseModel):
    """A unit that was identified where it lay, by whom, and the SHA-256 of the photo."""

    unit: str
    position: str
    identified_at: datetime
    name: str
    second: str
    sha256: str

    @classmethod
    def of(cls, found: Identified) -> "IdentifiedOut":
        """From what was found."""
        told = {"identified_at": found.identified_at, "name": found.name, "second": found.second}
        return cls(unit=found.unit, position=found.position, sha256=found.sha256.hex(), **told)


class IdentificationOut(IdentifiedOut):
    """The same, and the address of the photo."""

    photo: str

    @classmethod
    def shown(cls, number: int, found: Identified) -> "IdentificationOut":
        """From what was found, and which it is among those of the unit."""
        photo = f"/api/units/{found.unit}/identifications/{number}/photo"
        return cls(**IdentifiedOut.of(found).model_dump(), photo=photo)


class DiscardIn(BaseModel):
    """Why a culture is discarded."""

    model_config = ConfigDict(extra="forbid")
    reason: Reason
    occurred_at: When | None = None


class FailureIn(BaseModel):
    """Why a batch is given up, signed."""

    model_config = ConfigDict(extra="forbid")
    reason: Reason
    signature: SignatureIn


class DestructionIn(FailureIn):
    """Why a unit is destroyed, signed."""

    occurred_at: When | None = None


class UnitOut(BaseModel):
    """A unit; ``position`` is absent where it lies nowhere."""

    code: str
    batch: str
    participant: str
    purpose: BatchPurpose
    state: UnitState
    container: Container
    viable_cells: int
    volume_ml: Decimal
    position: str | None
    label: int

    @classmethod
    def of(cls, session: Session, unit: Unit) -> "UnitOut":
        """From a record."""
        [found] = queries.found(session, col(Unit.id) == unit.id)
        return cls.shown(found)

    @classmethod
    def shown(cls, found: UnitFound) -> "UnitOut":
        """From what was found with the record."""
        return cls(
            code=found.unit.code,
            batch=found.batch.code,
            participant=found.participant,
            purpose=BatchPurpose(found.batch.purpose),
            state=UnitState(found.unit.state),
            container=Container(found.unit.container),
            viable_cells=found.unit.viable_cells,
            volume_ml=found.unit.volume_ml,
            position=found.position,
            label=found.label,
        )


class RunOut(BaseModel):
    """A freezing run with its units."""

    batch: str
    program: str
    frozen_at: datetime
    units: list[UnitOut]

    @classmethod
    def of(cls, session: Session, run: FreezingRun, batch: str) -> "RunOut":
        """From records."""
        units = [UnitOut.shown(one) for one in queries.found(session, col(Unit.run_id) == run.id)]
        return cls(batch=batch, program=run.program, frozen_at=run.frozen_at, units=units)


class PositionsIn(BaseModel):
    """New slots of a box in a rack of a freezer."""

    model_config = ConfigDict(extra="forbid")
    rack: Shelf
    box: Shelf
    slots: Annotated[list[Shelf], Field(min_length=1, max_length=400)]


class PositionOut(BaseModel):
    """One slot, and what lies there."""

    code: str
    rack: str
    box: str
    slot: str
    unit: str | None

    @classmethod
    def of(cls, position: Position, unit: str | None = None) -> "PositionOut":
        """From a record."""
        return cls(code=position.code, rack=position.rack, box=position.box, slot=position.slot, unit=unit)


class StoragePlaceOut(BaseModel):
    """A rack of a freezer, or a box in it, by the code on its label."""

    code: str
    rack: str
    box: str | None


class PositionsOut(BaseModel):
    """Slots of a freezer."""

    freezer: str
    positions: list[PositionOut]
