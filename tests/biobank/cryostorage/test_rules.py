"""What may be frozen and laid where, case by case."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from biobank.cryostorage import rules
from biobank.cryostorage.rules import UnitState
from biobank.expansion.rules import BatchPurpose, BatchState, WrongBatchState
from biobank.studies.load import DEFINITIONS, load_definition

FREEZING = load_definition(DEFINITIONS / "smart-ms.toml").version("v2").process.freezing
NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)


def test_what_was_thawed_or_destroyed_never_goes_back() -> None:
    assert set(rules.NEXT) == set(UnitState)
    assert rules.NEXT[UnitState.THAWED] == rules.NEXT[UnitState.DESTROYED] == frozenset()


@pytest.mark.parametrize("state", UnitState)
def test_only_what_is_frozen_or_stored_is_laid_into_a_slot(state: UnitState) -> None:
    if state in (UnitState.FROZEN, UnitState.STORED):
        rules.check_may_place("U", state)
    else:
        with pytest.raises(rules.NeverBack) as refused:
            rules.check_may_place("U", state)
        assert refused.value.facts == {"unit": "U", "state": state}


@pytest.mark.parametrize("state", UnitState)
def test_only_what_lies_in_storage_is_taken_out(state: UnitState) -> None:
    if state is UnitState.STORED:
        rules.check_may_take_out("U", state)
    else:
        with pytest.raises(rules.NotStored):
            rules.check_may_take_out("U", state)


@pytest.mark.parametrize("state", UnitState)
def test_only_what_is_frozen_is_destroyed(state: UnitState) -> None:
    if state in (UnitState.FROZEN, UnitState.STORED):
        rules.check_may_destroy("U", state)
    else:
        with pytest.raises(rules.CannotBeDestroyed):
            rules.check_may_destroy("U", state)


@pytest.mark.parametrize("state", BatchState)
def test_a_batch_is_frozen_once_it_was_counted_and_did_not_fail(state: BatchState) -> None:
    if state in (BatchState.OPEN, BatchState.FAILED):
        with pytest.raises(WrongBatchState):
            rules.check_may_freeze("B", state)
    else:
        rules.check_may_freeze("B", state)


@pytest.mark.parametrize(
    ("state", "then"),
    [
        (BatchState.ISOLATED, BatchState.STORED),
        (BatchState.HARVESTED, BatchState.STORED),
        (BatchState.GROWING, BatchState.GROWING),
        (BatchState.STORED, BatchState.STORED),
        (BatchState.FAILED, BatchState.FAILED),
    ],
)
def test_a_batch_is_stored_unless_a_culture_of_it_grows(state: BatchState, then: BatchState) -> None:
    assert rules.once_stored(state) is then


@pytest.mark.parametrize(
    ("states", "stored"),
    [
        ([UnitState.STORED], True),
        ([UnitState.STORED, UnitState.FROZEN], False),
        ([UnitState.STORED, UnitState.THAWED, UnitState.DESTROYED], True),
        ([UnitState.THAWED, UnitState.DESTROYED], False),
        ([], False),
    ],
)
def test_units_that_wait_for_their_place_keep_a_batch_from_being_stored(states: list[UnitState], stored: bool) -> None:
    assert rules.all_stored(states) is stored


@pytest.mark.parametrize(
    ("purpose", "harvested", "verified", "refusal"),
    [
        (BatchPurpose.DRUG, True, True, None),
        (BatchPurpose.DRUG, True, False, rules.NotVerified),
        (BatchPurpose.DRUG, False, False, rules.NotFromHarvest),
        (BatchPurpose.DRUG, False, True, rules.NotFromHarvest),
        (BatchPurpose.BIOBANK, False, False, None),
        (BatchPurpose.BIOBANK, False, True, None),
    ],
)
def test_cells_for_use_come_from_a_verified_harvest(
    purpose: BatchPurpose, harvested: bool, verified: bool, refusal: type[Exception] | None
) -> None:
    if refusal is None:
        rules.check_source("B", purpose, harvested=harvested, verified=verified)
    else:
        with pytest.raises(refusal):
            rules.check_source("B", purpose, harvested=harvested, verified=verified)


@pytest.mark.parametrize(
    ("volumes_ml", "may"),
    [
        (["1.2"], True),
        (["2.0"], True),
        (["1.5"] * 8, True),
        (["1.199"], False),
        (["2.001"], False),
        (["1.5", "1.5", "0.1"], False),
    ],
)
def test_every_unit_has_a_volume_of_the_process(volumes_ml: list[str], may: bool) -> None:
    volumes = [Decimal(volume_ml) for volume_ml in volumes_ml]
    if may:
        rules.check_volumes(FREEZING, volumes)
    else:
        with pytest.raises(rules.WrongUnitVolume):
            rules.check_volumes(FREEZING, volumes)


@pytest.mark.parametrize(
    ("stays", "free"),
    [
        ([], True),
        ([("U1", NOW)], True),
        ([("U1", NOW - timedelta(days=3)), ("U2", NOW - timedelta(days=1))], True),
        ([("U1", None)], False),
        ([("U1", NOW - timedelta(days=3)), ("U2", None)], False),
        ([("U1", NOW + timedelta(seconds=1))], False),  # it left, but later than what is entered now
    ],
)
def test_a_slot_is_free_where_nothing_lies_or_lay_at_that_time_or_later(
    stays: list[tuple[str, datetime | None]], free: bool
) -> None:
    if free:
        rules.check_free("P", stays, NOW)
    else:
        with pytest.raises(rules.SlotTaken) as refused:
            rules.check_free("P", stays, NOW)
        assert refused.value.facts == {"position": "P", "unit": stays[-1][0]}


def test_a_unit_stays_in_the_facility_that_made_it() -> None:
    rules.check_facility("P", "gmp-1", "gmp-1")
    with pytest.raises(rules.WrongFacility):
        rules.check_facility("P", "gmp-2", "gmp-1")


@pytest.mark.parametrize(
    ("slots", "known", "refusal"),
    [
        (["A1", "A2"], [], None),
        (["A1", "A2", "A1"], [], rules.SlotTwice),
        (["A1", "A2"], ["A2"], rules.PositionKnown),
    ],
)
def test_a_slot_is_registered_once(slots: list[str], known: list[str], refusal: type[Exception] | None) -> None:
    if refusal is None:
        rules.check_slots("R1", "B1", slots, known)
    else:
        with pytest.raises(refusal):
            rules.check_slots("R1", "B1", slots, known)


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        (20_000_000, "20 M"),
        (19_999_999, "19.99 M"),
        (1_000_000, "1 M"),
        (999_999, "999999"),
        (1, "1"),
        (100_000_000, "100 M"),
        (10**12, "1000000 M"),
        (12_345_678, "12.34 M"),
    ],
)
def test_a_label_never_promises_more_cells_than_there_are(cells: int, shown: str) -> None:
    assert rules.in_words(cells) == shown
