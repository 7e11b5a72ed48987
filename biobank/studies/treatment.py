"""The dose, the product and the kit of a study, as its protocol states them."""

from decimal import ROUND_CEILING, ROUND_DOWN, Decimal
from typing import Annotated, Literal

from pydantic import Field

from biobank.studies.part import (
    Days,
    Fraction,
    Kilograms,
    Millilitres,
    Part,
    Percent,
    Slug,
    SomeMinutes,
    Words,
)
from biobank.units import SomeCells

Route = Literal["intrathecal", "intravenous"]


class DoseExample(Part):
    """A weight and the target that it must give; the loader tries it."""

    weight_kg: Kilograms
    viable_cells: SomeCells


class Dose(Part):
    """Viable cells per kilogram of body weight, capped, with the tolerance of what is given.

    The range, where a study has one, holds the target. Below ``minimum_percent_of_target`` nothing is given without a
    decision. A weight older than ``weight_max_age_days`` does not count; a change beyond ``weight_change_percent``
    after filling needs a decision.
    """

    label: Slug
    source: Words
    route: Route
    viable_cells_per_kg: SomeCells
    lowest_viable_cells_per_kg: SomeCells | None = None
    highest_viable_cells_per_kg: SomeCells | None = None
    cap_viable_cells: SomeCells | None = None
    tolerance_percent: Percent
    minimum_percent_of_target: Percent
    weight_max_age_days: Days
    weight_change_percent: Percent
    examples: tuple[DoseExample, ...]


class Product(Part):
    """How the cells are made available: form, size of a unit, recovery after thaw, days from aspiration to dose."""

    label: Slug
    source: Words
    form: Literal["frozen", "fresh"]
    viable_cells_per_unit: SomeCells
    post_thaw_recovery: Fraction
    aspiration_to_dose_days: Days
    max_attempts: Annotated[int, Field(ge=1, le=9)]
    preparation: Literal["manufacture", "reconstitution"]


class Placebo(Part):
    """What the kit without cells holds; its volume is the fill volume, for another would show the arm."""

    composition: Words
    volume_ml: Millilitres


class Kit(Part):
    """What the bedside receives, the same in both arms: volume, shelf life, and when it is seen as ready.

    A kit is seen as ready ``ready_after_minutes`` after the preparation window begins, however long the work took, and
    may be used for ``shelf_life_minutes`` from then on.
    """

    label: Slug
    source: Words
    fill_volume_ml: Millilitres
    syringe_graduation_ml: Millilitres
    ready_after_minutes: SomeMinutes
    shelf_life_minutes: SomeMinutes
    placebo: Placebo


def target_viable_cells(dose: Dose, weight_kg: Decimal) -> int:
    """Return the target: viable cells per kilogram times weight, rounded down, never over the cap."""
    target = int((dose.viable_cells_per_kg * weight_kg).to_integral_value(rounding=ROUND_DOWN))
    return target if dose.cap_viable_cells is None else min(target, dose.cap_viable_cells)


def minimum_viable_cells(dose: Dose, target: int) -> int:
    """Return the viable cells below which nothing is given without a decision, rounded up."""
    return int((target * dose.minimum_percent_of_target / 100).to_integral_value(rounding=ROUND_CEILING))
