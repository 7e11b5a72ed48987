"""How many cells, how many units for them, and from which weight. The same questions in both arms."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum

from biobank.errors import BadInput, Conflict


class Contents(StrEnum):
    """What a kit holds; known to the facility only."""

    CELLS = "cells"
    SALINE = "saline"


class WindowPassed(BadInput):
    """The kit would have been available before it was planned."""

    code = "window_passed"


class PlannedAlready(Conflict):
    """This participant's period has its kit."""

    code = "planned_already"


class NoWeight(Conflict):
    """No weight was taken for this period."""

    code = "no_weight"


class WeightTooOld(Conflict):
    """The last weight does not count any more at the planned window."""

    code = "weight_too_old"


class NotEnoughUnits(Conflict):
    """The released units that are in storage and not held do not hold the dose."""

    code = "not_enough_units"


def units_to_thaw(target: int, viable_cells_per_unit: int, recovery: Decimal) -> int:
    """How many units hold ``target`` viable cells after thaw: 72.4e6 from units of 20e6 at 0.80 are 5."""
    return int((target / (viable_cells_per_unit * recovery)).to_integral_value(rounding=ROUND_CEILING))


def units_that_suffice(target: int, contents: Iterable[int], viable_cells_per_unit: int, recovery: Decimal) -> int | None:
    """How many of the units in hand, taken in their order, hold ``target`` after thaw; None where all of them do not.

    A unit counts with the viable cells that were frozen in it, but with no more than the product plans per unit: what lies
    above the plan is not relied on before the recount. Units filled as planned give the same as ``units_to_thaw``.
    """
    held, taken = 0, 0
    for frozen in contents:
        held, taken = held + min(frozen, viable_cells_per_unit), taken + 1
        if held * recovery >= target:
            return taken
    return None


def check_ahead(available_at: datetime, now: datetime) -> None:
    """A kit is planned before the bedside could see it ready. Raises WindowPassed."""
    if available_at <= now:
        raise WindowPassed(field="window_at", available_at=available_at)


def check_weight(measured_at: datetime, window_at: datetime, max_age_days: int, *, participant: str) -> None:
    """A weight counts for so many days, reckoned to the window. Raises WeightTooOld."""
    if window_at - measured_at > timedelta(days=max_age_days):
        raise WeightTooOld(participant=participant, measured_at=measured_at, max_age_days=max_age_days)


def check_enough(suffice: int | None, *, target: int, needed: int, available: int) -> int:
    """How many units are thawed. Raises NotEnoughUnits."""
    if suffice is None:
        raise NotEnoughUnits(target=target, needed=needed, available=available)
    return suffice
