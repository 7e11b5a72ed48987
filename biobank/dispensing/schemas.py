"""What people send and see of kits. Nothing here may depend on the arm."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from biobank.dispensing.queries import KitFound
from biobank.dispensing.rules import KitState
from biobank.units import Code, Key, When

SyringeMillilitres = Annotated[Decimal, Field(ge=0, le=200, max_digits=5, decimal_places=2, description="ml, zero allowed")]


class RetrievalIn(BaseModel):
    """Whose wristband was scanned, and at which visit."""

    model_config = ConfigDict(extra="forbid")
    participant: Code
    visit: Key
    occurred_at: When | None = None


class AdministrationIn(BaseModel):
    """To whom, at which visit, how much was given and how much is left."""

    model_config = ConfigDict(extra="forbid")
    participant: Code
    visit: Key
    given_ml: SyringeMillilitres
    remains_ml: SyringeMillilitres
    occurred_at: When | None = None


class RemainsIn(BaseModel):
    """How much was destroyed."""

    model_config = ConfigDict(extra="forbid")
    destroyed_ml: SyringeMillilitres
    occurred_at: When | None = None


class KitOut(BaseModel):
    """A kit; at the bedside one that the facility handed over."""

    code: str
    participant: str
    period: int
    visit: str
    state: KitState
    available_at: datetime
    expires_at: datetime
    fill_volume_ml: Decimal

    @classmethod
    def of(cls, found: KitFound) -> "KitOut":
        """From a record."""
        kit = found.kit
        return cls(
            code=kit.number,
            participant=found.participant.code,
            period=kit.period,
            visit=found.visit,
            state=KitState(kit.state),
            available_at=kit.available_at,
            expires_at=kit.expires_at,
            fill_volume_ml=kit.fill_volume_ml,
        )
