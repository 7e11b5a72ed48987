"""What is thawed, drawn and given, case by case."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from biobank.custody.rules import SameHands, check_other_hands
from biobank.dosing.rules import Contents
from biobank.expansion.rules import BatchPurpose
from biobank.preparation import rules
from biobank.preparation.rules import Dose, Limits, PreparationState
from biobank.studies.load import DEFINITIONS, load_definition
from biobank.studies.treatment import minimum_viable_cells

VERSION = load_definition(DEFINITIONS / "smart-ms.toml").version("v2")
WINDOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
EXPIRES = WINDOW + timedelta(hours=4)
SECOND = timedelta(seconds=1)
MILLION = 1_000_000
LIMITS = Limits(72_400_000, 50_680_000, Decimal(70))
FILL, STEP = Decimal(5), Decimal("0.1")


@pytest.mark.parametrize(
    ("target", "per_ml", "volume", "drawn", "delivered"),
    [
        (72_400_000, 16 * MILLION, "5", "4.5", 72_000_000),
        (72_400_000, 72_400_000, "5", "1.0", 72_400_000),
        (72_400_000, 72_399_999, "5", "1.0", 72_399_999),
        (72_400_000, 72_400_001, "5", "0.9", 65_160_000),
        (100 * MILLION, 19_999_999, "6", "5.0", 99_999_995),
        (100 * MILLION, 10 * MILLION, "6", "5.0", 50 * MILLION),
        (100 * MILLION, 20 * MILLION, "4.87", "4.8", 96 * MILLION),
        (72_400_000, 10**10, "5", "0", 0),
        (72_400_000, 3, "0.05", "0", 0),
        (72_400_000, 3, "0.5", "0.5", 1),
    ],
)
def test_what_is_drawn_is_rounded_down_to_the_syringe_and_never_more_than_the_target(
    target: int, per_ml: int, volume: str, drawn: str, delivered: int
) -> None:
    assert rules.dose(target, per_ml, Decimal(volume), FILL, STEP) == Dose(Decimal(drawn), delivered)
    assert delivered <= target


@pytest.mark.parametrize("graduation", ["0.01", "0.1", "0.2", "0.5", "1"])
@pytest.mark.parametrize("per_ml", range(14_000_001, 30_000_000, 1_234_567))
def test_no_concentration_and_no_syringe_give_more_than_the_target(per_ml: int, graduation: str) -> None:
    drawn = rules.dose(72_400_000, per_ml, Decimal(5), FILL, Decimal(graduation))
    assert drawn.delivered <= 72_400_000
    assert drawn.drawn_ml % Decimal(graduation) == 0
    assert 0 < drawn.drawn_ml <= FILL


def test_the_minimum_is_a_part_of_the_target_rounded_up() -> None:
    assert minimum_viable_cells(VERSION.dose, 72_400_000) == 50_680_000
    assert minimum_viable_cells(VERSION.dose, 72_400_001) == 50_680_001


def test_viability_after_thaw_is_what_the_specification_requires() -> None:
    assert rules.least_viability(VERSION.specification) == 70
    none = VERSION.specification.model_copy(update={"tests": ()})
    assert rules.least_viability(none) is None


@pytest.mark.parametrize(
    ("delivered", "viability", "refusal"),
    [
        (50_680_000, "70", None),
        (72_400_000, "100", None),
        (50_679_999, "88", rules.BelowMinimumDose),
        (72_400_000, "69.99", rules.ViabilityTooLow),
        (1, "0", rules.ViabilityTooLow),
    ],
)
def test_below_the_minimum_or_with_dead_cells_nothing_is_given_without_a_decision(
    delivered: int, viability: str, refusal: type[rules.BelowMinimumDose | rules.ViabilityTooLow] | None
) -> None:
    drawn = Dose(Decimal(1), delivered)
    if refusal is None:
        rules.check_within(LIMITS, drawn, Decimal(viability))
        with pytest.raises(rules.DoseNotLow):
            rules.check_may_decide("K", LIMITS, drawn, Decimal(viability), decided=False)
        return
    with pytest.raises(refusal):
        rules.check_within(LIMITS, drawn, Decimal(viability))
    rules.check_may_decide("K", LIMITS, drawn, Decimal(viability), decided=False)
    with pytest.raises(rules.LowDoseDecided):
        rules.check_may_decide("K", LIMITS, drawn, Decimal(viability), decided=True)


def test_without_a_limit_viability_stops_nothing() -> None:
    rules.check_within(Limits(10, 7, None), Dose(Decimal(1), 7), Decimal(0))


def test_less_than_a_graduation_is_no_dose() -> None:
    rules.check_something_drawn("K", Dose(Decimal("0.1"), 1))
    with pytest.raises(rules.NothingDrawn):
        rules.check_something_drawn("K", Dose(Decimal(0), 0))


@pytest.mark.parametrize("at", [WINDOW, WINDOW + SECOND, EXPIRES - SECOND])
def test_a_kit_is_prepared_within_its_own_hours(at: datetime) -> None:
    rules.check_window("K", (at, at), WINDOW, EXPIRES)


@pytest.mark.parametrize("at", [WINDOW - SECOND, EXPIRES, EXPIRES + SECOND])
@pytest.mark.parametrize("other", [WINDOW - SECOND, WINDOW, EXPIRES + SECOND])
def test_before_its_window_and_after_its_expiry_nothing_is_prepared(at: datetime, other: datetime) -> None:
    for times in ((at, other), (other, at)):
        with pytest.raises(rules.OutsidePreparation):
            rules.check_window("K", times, WINDOW, EXPIRES)


def test_a_patient_gets_their_own_cells_and_none_of_the_biobank() -> None:
    rules.check_unit_label("U", "P1", "P1")
    rules.check_for_patient("U", "P1", BatchPurpose.DRUG, "K", "P1")
    with pytest.raises(rules.WrongUnit) as wrong:
        rules.check_unit_label("U", "P1", "P2")
    assert wrong.value.facts == {"unit": "U", "read": "P2"}
    with pytest.raises(rules.ForeignUnit):
        rules.check_for_patient("U", "P1", BatchPurpose.DRUG, "K", "P2")
    with pytest.raises(rules.BiobankUnit):
        rules.check_for_patient("U", "P1", BatchPurpose.BIOBANK, "K", "P1")


def test_a_kit_of_saline_thaws_nothing() -> None:
    rules.check_holds_cells("K", Contents.CELLS)
    with pytest.raises(rules.HoldsNoCells):
        rules.check_holds_cells("K", Contents.SALINE)


@pytest.mark.parametrize(
    ("thawed", "counted", "more"),
    [(0, None, True), (4, None, True), (5, None, False), (5, 72_400_000, False), (5, 72_399_999, True), (4, 80_000_000, True)],
)
def test_more_is_thawed_than_planned_only_when_the_count_fell_short(thawed: int, counted: int | None, more: bool) -> None:
    if more:
        rules.check_needs_more("K", thawed, 5, counted, 72_400_000)
        return
    with pytest.raises(rules.EnoughThawed):
        rules.check_needs_more("K", thawed, 5, counted, 72_400_000)


def test_what_is_counted_is_the_whole_pool() -> None:
    rules.check_all_thawed("K", 5, 5, at_hand=3)
    rules.check_all_thawed("K", 4, 5, at_hand=0)
    with pytest.raises(rules.NotAllThawed):
        rules.check_all_thawed("K", 4, 5, at_hand=1)
    with pytest.raises(rules.NothingThawed):
        rules.check_all_thawed("K", 0, 5, at_hand=0)


def test_a_count_counts_for_what_was_thawed_before_it() -> None:
    rules.check_counted("K", WINDOW, [WINDOW - SECOND, WINDOW])
    for counted_at in (None, WINDOW):
        with pytest.raises(rules.RecountMissing):
            rules.check_counted("K", counted_at, [WINDOW, WINDOW + SECOND])


def test_the_order_of_counts_is_never_in_doubt() -> None:
    rules.check_later(WINDOW, None)
    rules.check_later(WINDOW, WINDOW - SECOND)
    for after in (WINDOW, WINDOW + SECOND):
        with pytest.raises(rules.NotLater):
            rules.check_later(WINDOW, after)


def test_a_kit_is_made_up_with_saline_that_lasts_as_long_as_the_kit() -> None:
    rules.check_saline("L", saline=True, lot_expires_at=EXPIRES, kit_expires_at=EXPIRES)
    with pytest.raises(rules.NotSaline):
        rules.check_saline("L", saline=False, lot_expires_at=EXPIRES, kit_expires_at=EXPIRES)
    with pytest.raises(rules.LotExpiresFirst):
        rules.check_saline("L", saline=True, lot_expires_at=EXPIRES - SECOND, kit_expires_at=EXPIRES)


@pytest.mark.parametrize("to", PreparationState)
@pytest.mark.parametrize("state", PreparationState)
def test_a_preparation_goes_one_way(state: PreparationState, to: PreparationState) -> None:
    order = list(PreparationState)
    if order.index(to) == order.index(state) + 1:
        rules.check_may_become("K", state, to)
        return
    with pytest.raises(rules.WrongPreparationState):
        rules.check_may_become("K", state, to)


def test_nothing_happens_to_a_kit_that_nobody_began_to_prepare() -> None:
    with pytest.raises(rules.NotPrepared):
        rules.check_may_become("K", None, PreparationState.FILLED)


def test_whoever_checks_is_not_who_did() -> None:
    check_other_hands("K", same=False)
    with pytest.raises(SameHands):
        check_other_hands("K", same=True)
