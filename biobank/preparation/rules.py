"""What may happen in the hours before a dose: what is thawed for whom, how much is drawn, and when a kit is ready."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum

from biobank.dosing.rules import Contents
from biobank.errors import BadInput, Conflict
from biobank.expansion.rules import BatchPurpose
from biobank.studies.specification import Specification
from biobank.units import floor_to


class PreparationState(StrEnum):
    """How far the session is."""

    OPEN = "open"
    FILLED = "filled"
    READY = "ready"


NEXT: dict[PreparationState, frozenset[PreparationState]] = {
    PreparationState.OPEN: frozenset({PreparationState.FILLED}),
    PreparationState.FILLED: frozenset({PreparationState.READY}),
    PreparationState.READY: frozenset(),
}
"""A kit is filled once; what went wrong after that makes another kit."""


class NotPrepared(Conflict):
    """Nobody began to prepare this kit."""

    code = "not_prepared"


class PreparationKnown(Conflict):
    """The preparation of this kit was begun before."""

    code = "preparation_known"


class WrongPreparationState(Conflict):
    """The preparation is not where this could happen."""

    code = "wrong_preparation_state"


class OutsidePreparation(Conflict):
    """Before the planned window, or after the kit would have expired."""

    code = "outside_preparation"


class WeightCorrected(Conflict):
    """The weight on which the dose was planned was corrected or taken anew since, and with it the dose changed."""

    code = "weight_corrected"


class WrongUnit(Conflict):
    """The scanned label is not that of the unit: the chain of identity is broken."""

    code = "wrong_unit"


class ForeignUnit(Conflict):
    """The unit is of somebody else than the participant for whom the kit is."""

    code = "foreign_unit"


class BiobankUnit(Conflict):
    """What was made for the biobank is never given to a patient."""

    code = "biobank_unit"


class HoldsNoCells(Conflict):
    """A kit of saline: nothing is thawed, counted or decided for it."""

    code = "holds_no_cells"


class EnoughThawed(Conflict):
    """As many units as the dose needs are thawed."""

    code = "enough_thawed"


class NotAllThawed(Conflict):
    """The units of the plan are not all thawed, and there are more at hand."""

    code = "not_all_thawed"


class NothingThawed(Conflict):
    """There is nothing to count."""

    code = "nothing_thawed"


class NotLater(BadInput):
    """The time given is not later than that of the step before."""

    code = "not_later"


class RecountMissing(Conflict):
    """What was thawed was not counted, or more was thawed since."""

    code = "recount_missing"


class ViabilityTooLow(Conflict):
    """After thaw too few of the cells live, and nobody decided to give them."""

    code = "viability_too_low"


class BelowMinimumDose(Conflict):
    """The dose would be below the least that is given without a decision."""

    code = "below_minimum_dose"


class NothingDrawn(Conflict):
    """Less than one graduation of the syringe would be drawn; no decision makes that a dose."""

    code = "nothing_drawn"


class DoseNotLow(Conflict):
    """The dose is within its limits; there is nothing to decide."""

    code = "dose_not_low"


class LowDoseDecided(Conflict):
    """It was decided for this very count."""

    code = "low_dose_decided"


class NotSaline(Conflict):
    """The lot is not one of saline."""

    code = "not_saline"


class LotExpiresFirst(Conflict):
    """The lot expires before the kit does."""

    code = "lot_expires_first"


@dataclass(frozen=True)
class Limits:
    """What a dose is held against: the plan's target, the least given without a decision, and viability after thaw (%)."""

    target: int
    minimum: int
    viability_percent: Decimal | None


@dataclass(frozen=True)
class Dose:
    """What is drawn (ml) and how many viable cells that is."""

    drawn_ml: Decimal
    delivered: int


def check_may_become(kit: str, state: PreparationState | None, to: PreparationState) -> None:
    """Raises NotPrepared, WrongPreparationState."""
    if state is None:
        raise NotPrepared(kit=kit)
    if to not in NEXT[state]:
        raise WrongPreparationState(kit=kit, state=state)


def check_window(kit: str, times: tuple[datetime, datetime], opens_at: datetime, closes_at: datetime) -> None:
    """A kit is prepared within its own hours, by the clocks of bench and server alike. Raises OutsidePreparation."""
    if not opens_at <= min(times) or not max(times) < closes_at:
        raise OutsidePreparation(kit=kit, opens_at=opens_at, closes_at=closes_at)


def check_same_dose(kit: str, planned: int, now: int) -> None:
    """The dose (viable cells) is still the one that was planned. Raises WeightCorrected."""
    if planned != now:
        raise WeightCorrected(kit=kit, planned=planned, now=now)


def check_unit_label(unit: str, made_of: str, scanned: str) -> None:
    """The participant on the scanned label is the one of whom the unit is. Raises WrongUnit."""
    if scanned != made_of:
        raise WrongUnit(unit=unit, read=scanned)


def check_for_patient(unit: str, made_of: str, purpose: BatchPurpose, kit: str, kit_for: str) -> None:
    """A patient gets their own cells, and none that were made for the biobank. Raises ForeignUnit, BiobankUnit."""
    if made_of != kit_for:
        raise ForeignUnit(unit=unit, kit=kit)
    if purpose is not BatchPurpose.DRUG:
        raise BiobankUnit(unit=unit)


def check_holds_cells(kit: str, contents: Contents) -> None:
    """Raises HoldsNoCells."""
    if contents is not Contents.CELLS:
        raise HoldsNoCells(kit=kit)


def check_needs_more(kit: str, thawed: int, planned: int, counted: int | None, target: int) -> None:
    """More is thawed up to the plan, and beyond it only when the count (viable cells) fell short. Raises EnoughThawed."""
    if thawed >= planned and (counted is None or counted >= target):
        raise EnoughThawed(kit=kit, thawed=thawed)


def check_all_thawed(kit: str, thawed: int, planned: int, at_hand: int) -> None:
    """The pool is counted when the plan's units are in it, or no more can be had. Raises NothingThawed, NotAllThawed."""
    if thawed == 0:
        raise NothingThawed(kit=kit)
    if thawed < planned and at_hand > 0:
        raise NotAllThawed(kit=kit, thawed=thawed, planned=planned)


def check_later(at: datetime, after: datetime | None) -> None:
    """``at`` lies after ``after``, so that the order of a count and what it counts is never in doubt. Raises NotLater."""
    if after is not None and at <= after:
        raise NotLater(field="occurred_at", after=after)


def check_counted(kit: str, counted_at: datetime | None, thawed_at: Iterable[datetime]) -> None:
    """Everything that was thawed is in the latest count. Raises RecountMissing."""
    if counted_at is None or any(at > counted_at for at in thawed_at):
        raise RecountMissing(kit=kit)


def dose(target: int, viable_cells_per_ml: int, volume_ml: Decimal, fill_volume_ml: Decimal, graduation_ml: Decimal) -> Dose:
    """What is drawn for ``target`` viable cells: no more than is there and fits, rounded down to the syringe's graduation (ml).

    What is delivered is rounded down too, so that it never exceeds the target.
    """
    drawn_ml = floor_to(min(Decimal(target) / viable_cells_per_ml, volume_ml, fill_volume_ml), graduation_ml)
    return Dose(drawn_ml, int((drawn_ml * viable_cells_per_ml).to_integral_value(rounding=ROUND_DOWN)))


def least_viability(specification: Specification) -> Decimal | None:
    """The viability after thaw (%) that the specification requires; None where it requires none."""
    bounds = [
        test.at_least
        for test in specification.tests
        if test.stage == "post_thaw" and test.standing == "required" and test.unit == "%" and test.at_least is not None
    ]
    return max(bounds, default=None)


def check_something_drawn(kit: str, drawn: Dose) -> None:
    """Raises NothingDrawn."""
    if drawn.delivered == 0:
        raise NothingDrawn(kit=kit)


def check_within(limits: Limits, drawn: Dose, viability_percent: Decimal) -> None:
    """What is given without a decision. Raises ViabilityTooLow, BelowMinimumDose."""
    if limits.viability_percent is not None and viability_percent < limits.viability_percent:
        raise ViabilityTooLow(viability_percent=viability_percent, at_least=limits.viability_percent)
    if drawn.delivered < limits.minimum:
        raise BelowMinimumDose(delivered=drawn.delivered, minimum=limits.minimum)


def check_may_decide(kit: str, limits: Limits, drawn: Dose, viability_percent: Decimal, *, decided: bool) -> None:
    """There is something to decide, and nobody did yet. Raises LowDoseDecided, DoseNotLow."""
    if decided:
        raise LowDoseDecided(kit=kit)
    try:
        check_within(limits, drawn, viability_percent)
    except (ViabilityTooLow, BelowMinimumDose):
        return
    raise DoseNotLow(kit=kit, delivered=drawn.delivered, minimum=limits.minimum)


def check_saline(lot: str, *, saline: bool, lot_expires_at: datetime, kit_expires_at: datetime) -> None:
    """What fills a kit is saline and lasts as long as the kit. Raises NotSaline, LotExpiresFirst."""
    if not saline:
        raise NotSaline(lot=lot)
    if lot_expires_at < kit_expires_at:
        raise LotExpiresFirst(lot=lot, expires_at=lot_expires_at, needed_until=kit_expires_at)
