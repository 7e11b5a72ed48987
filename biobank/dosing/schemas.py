"""What people of the facility send and see of dose plans."""

from datetime import datetime
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from biobank.dosing.operations import Planned
from biobank.studies.schemas import Period
from biobank.units import When


class PlanIn(BaseModel):
    """For which period, and when the preparation begins."""

    model_config = ConfigDict(extra="forbid")
    period: Period
    window_at: When


class PlanOut(BaseModel):
    """A planned dose and its kit. ``units_to_thaw`` is null where the kit holds no cells."""

    kit: str
    participant: str
    period: int
    visit: str
    weight_kg: Decimal
    target_viable_cells: int
    units_to_thaw: int | None
    units_available: int
    window_at: datetime
    available_at: datetime
    expires_at: datetime
    fill_volume_ml: Decimal
    label: int

    @classmethod
    def of(cls, planned: Planned) -> "PlanOut":
        """From records."""
        kit, plan = planned.found.kit, planned.plan
        return cls(
            kit=kit.number,
            participant=planned.found.participant.code,
            period=kit.period,
            visit=planned.found.visit,
            weight_kg=plan.weight_kg,
            target_viable_cells=plan.target_viable_cells,
            units_to_thaw=plan.units_to_thaw,
            units_available=planned.units_available,
            window_at=kit.window_at,
            available_at=kit.available_at,
            expires_at=kit.expires_at,
            fill_volume_ml=kit.fill_volume_ml,
            label=planned.label,
        )
