"""What people of the facility send and see of preparations. All of it is arm-aware, none of it is for the bedside."""

from datetime import datetime
from decimal import Decimal

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session

from biobank.access.signed import SignedOut
from biobank.access.tables import Signature
from biobank.dosing.rules import Contents
from biobank.preparation import content, queries
from biobank.preparation.queries import Case
from biobank.preparation.rules import PreparationState
from biobank.preparation.tables import Fill, Recount
from biobank.supplies.tables import Lot
from biobank.units import CellsPerMillilitre, Code, Millilitres, Percent, Reason, When, Words
from biobank.web.signature import SignatureIn


class BeginIn(BaseModel):
    """When the work began."""

    model_config = ConfigDict(extra="forbid")
    occurred_at: When | None = None


class ThawIn(BaseModel):
    """For which kit, none for a test, and whose name was scanned from the unit's label.

    The position is scanned where the label cannot be read and the unit was identified.
    """

    model_config = ConfigDict(extra="forbid")
    kit: Code | None
    participant: Code
    position: Code | None = None
    occurred_at: When | None = None


class RecountIn(BaseModel):
    """The count of everything that was thawed, pooled."""

    model_config = ConfigDict(extra="forbid")
    viable_cells_per_ml: CellsPerMillilitre
    viability_percent: Percent
    volume_ml: Millilitres
    method: Words
    occurred_at: When | None = None


class LowDoseIn(BaseModel):
    """Why a low dose is given all the same, signed."""

    model_config = ConfigDict(extra="forbid")
    reason: Reason
    signature: SignatureIn


class FillIn(BaseModel):
    """The scanned lot of saline with which the kit is made up."""

    model_config = ConfigDict(extra="forbid")
    lot: Code
    occurred_at: When | None = None


class ReadyIn(BaseModel):
    """The signature of whoever checked."""

    model_config = ConfigDict(extra="forbid")
    signature: SignatureIn


class VoidIn(BaseModel):
    """Why a kit is given up, signed."""

    model_config = ConfigDict(extra="forbid")
    reason: Reason
    signature: SignatureIn


class RecountOut(BaseModel):
    """A count after thaw, and what may be drawn after it."""

    viable_cells_per_ml: int
    viability_percent: Decimal
    volume_ml: Decimal
    method: str
    counted_at: datetime
    to_draw_ml: Decimal

    @classmethod
    def of(cls, this: Case, count: Recount) -> "RecountOut":
        """From a record."""
        return cls(
            viable_cells_per_ml=count.viable_cells_per_ml,
            viability_percent=count.viability_percent,
            volume_ml=count.volume_ml,
            method=count.method,
            counted_at=count.counted_at,
            to_draw_ml=this.dose(count).drawn_ml,
        )


class FillOut(BaseModel):
    """How the kit was filled: cells drawn, made up with saline to the fill volume."""

    lot: str
    drawn_ml: Decimal
    saline_ml: Decimal
    delivered_viable_cells: int
    filled_at: datetime

    @classmethod
    def of(cls, this: Case, fill: Fill, lot: Lot) -> "FillOut":
        """From records."""
        return cls(
            lot=lot.code,
            drawn_ml=fill.drawn_ml,
            saline_ml=this.found.kit.fill_volume_ml - fill.drawn_ml,
            delivered_viable_cells=fill.delivered_viable_cells,
            filled_at=fill.filled_at,
        )


class PreparationOut(BaseModel):
    """A preparation; ``state`` is absent as long as nobody began. ``units`` are those at hand, the oldest first."""

    kit: str
    participant: str
    state: PreparationState | None
    contains: Contents
    target_viable_cells: int
    minimum_viable_cells: int
    units_to_thaw: int | None
    units: list[str]
    thawed: list[str]
    recount: RecountOut | None
    low_dose_reason: str | None
    low_dose_decision: SignedOut | None
    fill: FillOut | None
    ready_declaration: SignedOut | None

    @classmethod
    def of(cls, session: Session, this: Case) -> "PreparationOut":
        """From records."""
        made = this.preparation
        return cls(
            kit=this.number,
            participant=this.found.participant.code,
            state=PreparationState(made.state) if made else None,
            contains=this.contents,
            target_viable_cells=this.limits.target,
            minimum_viable_cells=this.limits.minimum,
            units_to_thaw=this.plan.units_to_thaw,
            units=[unit.code for unit in queries.at_hand(session, this)],
            thawed=[unit.code for _, unit in this.thawed],
            recount=RecountOut.of(this, this.recount) if this.recount else None,
            low_dose_reason=made.low_dose_reason if made else None,
            low_dose_decision=_low_dose(session, this),
            fill=FillOut.of(this, *this.filled) if this.filled else None,
            ready_declaration=_ready(session, this),
        )


def _low_dose(session: Session, this: Case) -> SignedOut | None:
    """The signature under the decision to give a low dose; decisions from before it was kept have none."""
    made = this.preparation
    if made is None or made.low_dose_signature_id is None or made.low_dose_reason is None or this.recount is None:
        return None
    signature = session.get_one(Signature, made.low_dose_signature_id)
    return SignedOut.of(signature, this.number, content.of_low_dose(this, this.recount, made.low_dose_reason))


def _ready(session: Session, this: Case) -> SignedOut | None:
    """The signature under the declaration that the kit is ready."""
    made = this.preparation
    if made is None or made.ready_signature_id is None or this.filled is None:
        return None
    signature = session.get_one(Signature, made.ready_signature_id)
    return SignedOut.of(signature, this.number, content.of_ready(this, *this.filled))
