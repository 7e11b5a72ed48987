"""What may be frozen, where a unit may lie, and that nothing thawed ever goes back."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum

from biobank.errors import BadInput, Conflict, NotFound
from biobank.expansion.rules import NEXT as NEXT_OF_BATCH
from biobank.expansion.rules import BatchPurpose, BatchState, WrongBatchState
from biobank.studies.process import Freezing


class UnitState(StrEnum):
    """A frozen unit; what is thawed never goes back."""

    FROZEN = "frozen"
    STORED = "stored"
    THAWED = "thawed"
    DESTROYED = "destroyed"


NEXT: dict[UnitState, frozenset[UnitState]] = {
    UnitState.FROZEN: frozenset({UnitState.STORED, UnitState.DESTROYED}),
    UnitState.STORED: frozenset({UnitState.THAWED, UnitState.DESTROYED}),
    UnitState.THAWED: frozenset(),
    UnitState.DESTROYED: frozenset(),
}
"""A move within storage changes no state. What was thawed is used up; the kit or the test accounts for it."""


class Container(StrEnum):
    """What a unit is frozen in, which decides what is stuck on it."""

    VIAL = "vial"
    BAG = "bag"


class NoSuchUnit(NotFound):
    """No unit carries this code, or it is another facility's."""

    code = "no_such_unit"


class NoSuchPosition(NotFound):
    """No position carries this code, or it is another facility's."""

    code = "no_such_position"


class NoSuchFacility(NotFound):
    """There is no facility of this code, or not for this person."""

    code = "no_such_facility"


class PositionKnown(Conflict):
    """This freezer already has a position of that rack, box and slot."""

    code = "position_known"


class SlotTwice(BadInput):
    """The same slot was given twice."""

    code = "slot_twice"


class SlotTaken(Conflict):
    """The position holds a unit, or held one at that time."""

    code = "slot_taken"


class NothingLiesThere(Conflict):
    """In a room, and in what only proves alarms, there are no positions."""

    code = "nothing_lies_there"


class LiesThere(Conflict):
    """The unit lies at this position already."""

    code = "lies_there"


class WrongFacility(Conflict):
    """The freezer stands in another facility than the one that makes the batch."""

    code = "wrong_facility"


class NeverBack(Conflict):
    """What was thawed or destroyed is never stored again."""

    code = "never_back"


class NotStored(Conflict):
    """Only what lies in storage is taken out of it."""

    code = "not_stored"


class CannotBeDestroyed(Conflict):
    """What was thawed is used up, and what was destroyed is gone."""

    code = "cannot_be_destroyed"


class AlreadyReleased(Conflict):
    """The batch was released to its patient; what is wrong with it is a deviation."""

    code = "already_released"


class NotFromHarvest(Conflict):
    """A batch for use is frozen from a harvest, what goes to the biobank from the isolation."""

    code = "not_from_harvest"


class NotVerified(Conflict):
    """Nobody verified the harvest count yet."""

    code = "not_verified"


class WrongUnitVolume(Conflict):
    """The volume of a unit lies outside the process."""

    code = "wrong_unit_volume"


class MistypedCode(BadInput):
    """The check character of a typed code does not fit."""

    code = "mistyped_code"


class NotFrozen(Conflict):
    """What was thawed or destroyed is not identified any more."""

    code = "not_frozen"


class LiesElsewhere(Conflict):
    """The unit of this code is not the one that lies at the scanned position."""

    code = "lies_elsewhere"


class PhotoKnown(Conflict):
    """This very photo was brought in before."""

    code = "photo_known"


class NotIdentified(Conflict):
    """The label of this unit cannot be read, and it was not identified where it lies, or its position was not scanned."""

    code = "not_identified"


class NoSuchPhoto(NotFound):
    """The unit has no photo of this hash."""

    code = "no_such_photo"


FREEZABLE = frozenset({BatchState.ISOLATED, BatchState.GROWING, BatchState.HARVESTED, BatchState.STORED})
"""A batch that was counted and did not fail. While one culture grows, what another gave may be frozen."""


def check_may_freeze(batch: str, state: BatchState) -> None:
    """Raises WrongBatchState."""
    if state not in FREEZABLE:
        raise WrongBatchState(batch=batch, state=state, to=BatchState.STORED)


def once_stored(state: BatchState) -> BatchState:
    """The state of a batch whose units all lie in storage: stored, unless a culture of it still grows or it failed."""
    return BatchState.STORED if BatchState.STORED in NEXT_OF_BATCH[state] else state


def all_stored(states: Collection[UnitState]) -> bool:
    """Whether units lie in storage, and none waits for its place."""
    return UnitState.STORED in states and UnitState.FROZEN not in states


def check_source(batch: str, purpose: BatchPurpose, *, harvested: bool, verified: bool) -> None:
    """Cells for use come from a verified harvest. Raises NotFromHarvest, NotVerified."""
    if purpose is BatchPurpose.DRUG and not harvested:
        raise NotFromHarvest(batch=batch)
    if harvested and not verified:
        raise NotVerified(batch=batch)


def check_volumes(freezing: Freezing, volumes_ml: Iterable[Decimal]) -> None:
    """Every unit's volume (ml) lies within the process, limits included. Raises WrongUnitVolume."""
    lowest, highest = freezing.unit_volume_at_least_ml, freezing.unit_volume_at_most_ml
    for volume_ml in volumes_ml:
        if not lowest <= volume_ml <= highest:
            raise WrongUnitVolume(volume_ml=volume_ml, at_least_ml=lowest, at_most_ml=highest)


def check_may_place(unit: str, state: UnitState) -> None:
    """Raises NeverBack."""
    if state is not UnitState.STORED and UnitState.STORED not in NEXT[state]:
        raise NeverBack(unit=unit, state=state)


def check_may_take_out(unit: str, state: UnitState) -> None:
    """Raises NotStored."""
    if UnitState.THAWED not in NEXT[state]:
        raise NotStored(unit=unit, state=state)


def check_may_destroy(unit: str, state: UnitState) -> None:
    """Raises CannotBeDestroyed."""
    if UnitState.DESTROYED not in NEXT[state]:
        raise CannotBeDestroyed(unit=unit, state=state)


def check_frozen(unit: str, state: UnitState) -> None:
    """Raises NotFrozen."""
    if state not in (UnitState.FROZEN, UnitState.STORED):
        raise NotFrozen(unit=unit, state=state)


def check_found(unit: str, typed: str, position: str, *, lies_there: bool) -> None:
    """The typed code is that of the unit, and the unit lies at the scanned position. Raises LiesElsewhere."""
    if typed != unit or not lies_there:
        raise LiesElsewhere(unit=typed, position=position)


def check_identified(unit: str, *, identified: bool, here: bool, scanned: bool, for_patient: bool) -> None:
    """A patient gets no unit whose label cannot be read, unless it was identified where its position was scanned now.

    ``identified`` is wherever it lay, ``here`` where it lies. Raises NotIdentified.
    """
    if for_patient and identified and not (here and scanned):
        raise NotIdentified(unit=unit)


def check_not_released(batch: str, *, awaits_release: bool) -> None:
    """A batch fails before it is released, or never was to be. Raises AlreadyReleased."""
    if not awaits_release:
        raise AlreadyReleased(batch=batch)


def check_free(position: str, stays: Iterable[tuple[str, datetime | None]], at: datetime) -> None:
    """Nothing lies or lay at the position at ``at`` or later; ``stays`` are units and when they left. Raises SlotTaken."""
    for unit, left_at in stays:
        if left_at is None or left_at > at:
            raise SlotTaken(position=position, unit=unit)


def check_facility(position: str, stands_in: str, made_in: str) -> None:
    """Raises WrongFacility."""
    if stands_in != made_in:
        raise WrongFacility(position=position, stands_in=stands_in, made_in=made_in)


def check_slots(rack: str, box: str, slots: Sequence[str], known: Iterable[str]) -> None:
    """New slots, each once. Raises SlotTwice, PositionKnown."""
    for index, slot in enumerate(slots):
        if slot in slots[:index]:
            raise SlotTwice(field="slots", slot=slot)
    for slot in known:
        raise PositionKnown(rack=rack, box=box, slot=slot)


def in_words(cells: int) -> str:
    """A number of cells as a label has room for: millions to two places, never more than there are; below, every cell."""
    if cells < 1_000_000:
        return str(cells)
    millions = (Decimal(cells) / 1_000_000).quantize(Decimal("0.01"), ROUND_DOWN)
    return f"{millions.normalize():f} M"
