"""What is signed of a dose: the content of the low-dose decision and of the declaration that a kit is ready."""

from typing import Any

from biobank.preparation.queries import Case
from biobank.preparation.rules import Dose
from biobank.preparation.tables import Fill, Recount
from biobank.supplies.tables import Lot


def of_low_dose(this: Case, count: Recount, reason: str) -> dict[str, Any]:
    """The dose that this count allows, decided for this reason."""
    told = {"reason": reason, "viability_percent": count.viability_percent, "counted_at": count.counted_at}
    return _of_dose(this, this.dose(count)) | told


def of_ready(this: Case, filled: Fill, lot: Lot) -> dict[str, Any]:
    """The dose as it was filled."""
    told = {"lot": lot.code, "filled_at": filled.filled_at}
    return _of_dose(this, Dose(filled.drawn_ml, filled.delivered_viable_cells)) | told


def _of_dose(this: Case, dose: Dose) -> dict[str, Any]:
    return {
        "kit": this.number,
        "participant": this.found.participant.code,
        "visit": this.found.visit,
        "contains": this.contents,
        "target_viable_cells": this.limits.target,
        "minimum_viable_cells": this.limits.minimum,
        "units": [unit.code for _, unit in this.thawed],
        "drawn_ml": dose.drawn_ml,
        "delivered_viable_cells": dose.delivered,
        "fill_volume_ml": this.found.kit.fill_volume_ml,
        "expires_at": this.found.kit.expires_at,
    }
