"""What may happen in the clean room: one donor per batch, the limits of the process, and only cells that are there."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext
from enum import StrEnum

from biobank.errors import Conflict, NotFound
from biobank.studies.process import PassageStep, Process


class BatchPurpose(StrEnum):
    """Which way a donation went; known to the facility only."""

    DRUG = "drug"
    BIOBANK = "biobank"


class BatchState(StrEnum):
    """How far a batch is."""

    OPEN = "open"
    ISOLATED = "isolated"
    GROWING = "growing"
    HARVESTED = "harvested"
    STORED = "stored"
    FAILED = "failed"


NEXT: dict[BatchState, frozenset[BatchState]] = {
    BatchState.OPEN: frozenset({BatchState.ISOLATED, BatchState.FAILED}),
    BatchState.ISOLATED: frozenset({BatchState.GROWING, BatchState.STORED, BatchState.FAILED}),
    BatchState.GROWING: frozenset({BatchState.HARVESTED, BatchState.ISOLATED}),
    BatchState.HARVESTED: frozenset({BatchState.GROWING, BatchState.STORED, BatchState.FAILED}),
    BatchState.STORED: frozenset(),
    BatchState.FAILED: frozenset(),
}
"""A batch grows while any of its cultures does; where all were discarded, it is isolated as before. What grows is discarded
before its batch fails. Once a batch is stored nothing of it is seeded again; only more units are frozen."""


class CultureState(StrEnum):
    """The vessels of one passage."""

    GROWING = "growing"
    HARVESTED = "harvested"
    DISCARDED = "discarded"


NEXT_OF_CULTURE: dict[CultureState, frozenset[CultureState]] = {
    CultureState.GROWING: frozenset({CultureState.HARVESTED, CultureState.DISCARDED}),
    CultureState.HARVESTED: frozenset(),
    CultureState.DISCARDED: frozenset(),
}


class NoSuchBatch(NotFound):
    """No batch carries this code, or it is another facility's."""

    code = "no_such_batch"


class NoSuchCulture(NotFound):
    """No culture carries this code, or it is another facility's or another batch's."""

    code = "no_such_culture"


class NotAccepted(Conflict):
    """Only an accepted donation is worked on."""

    code = "not_accepted"


class AlreadyRouted(Conflict):
    """A donation has one batch."""

    code = "already_routed"


class NothingPlanned(Conflict):
    """The plan makes nothing of this donation."""

    code = "nothing_planned"


class ForeignDonation(Conflict):
    """The scanned donation is not the one from which this batch is made: two donors never meet in one batch."""

    code = "foreign_donation"


class WrongBatchState(Conflict):
    """The batch is not where this could happen to it."""

    code = "wrong_batch_state"


class NotForCulture(Conflict):
    """What goes to the biobank is isolated and frozen, never cultured."""

    code = "not_for_culture"


class NotCounted(Conflict):
    """There is no count from which cells could be taken."""

    code = "not_counted"


class NotEnoughCells(Conflict):
    """More cells than are left of the count."""

    code = "not_enough_cells"


class PassageTooHigh(Conflict):
    """The process ends before this passage."""

    code = "passage_too_high"


class WrongDensity(Conflict):
    """Seeded too thin or too dense for this passage."""

    code = "wrong_density"


class TooManyDoublings(Conflict):
    """The cells have doubled more often than the process allows."""

    code = "too_many_doublings"


class TooLongInCulture(Conflict):
    """The cells have been in culture for longer than the process allows."""

    code = "too_long_in_culture"


class CultureNotGrowing(Conflict):
    """Only a growing culture is fed, harvested or discarded."""

    code = "culture_not_growing"


class NotMedium(Conflict):
    """The lot is not one of medium."""

    code = "not_medium"


class LotExpired(Conflict):
    """The lot had expired at that time."""

    code = "lot_expired"


class NotHarvested(Conflict):
    """There is no harvest count yet."""

    code = "not_harvested"


class AlreadyVerified(Conflict):
    """The count was verified before."""

    code = "already_verified"


def check_may_become(batch: str, state: BatchState, to: BatchState) -> None:
    """Raises WrongBatchState."""
    if to not in NEXT[state]:
        raise WrongBatchState(batch=batch, state=state, to=to)


def check_may_isolate(batch: str, state: BatchState, donation: str, scanned: str) -> None:
    """The scanned donation is the batch's own, and was not isolated before. Raises ForeignDonation, WrongBatchState."""
    if scanned != donation:
        raise ForeignDonation(batch=batch, donation=donation, scanned=scanned)
    if state is not BatchState.OPEN:
        raise WrongBatchState(batch=batch, state=state, to=BatchState.ISOLATED)


def check_for_culture(batch: str, purpose: BatchPurpose, state: BatchState) -> None:
    """Another culture may be seeded while one grows. Raises NotForCulture for the biobank's, WrongBatchState for what is done."""
    if purpose is not BatchPurpose.DRUG:
        raise NotForCulture(batch=batch)
    if state is not BatchState.GROWING:
        check_may_become(batch, state, BatchState.GROWING)


def cultured(states: Collection[CultureState]) -> BatchState:
    """Where a batch stands by its cultures: one that grows, else one that was harvested, else the isolation alone."""
    if CultureState.GROWING in states:
        return BatchState.GROWING
    return BatchState.HARVESTED if CultureState.HARVESTED in states else BatchState.ISOLATED


def check_cells(wanted: int, left: int) -> None:
    """``wanted`` viable cells are left of the count. Raises NotEnoughCells."""
    if wanted > left:
        raise NotEnoughCells(wanted=wanted, left=left)


def check_passage(process: Process, passage: int) -> None:
    """Raises PassageTooHigh."""
    if passage > process.max_passage:
        raise PassageTooHigh(passage=passage, highest=process.max_passage)


def step_of(process: Process, passage: int) -> PassageStep:
    """What the process says of a passage: the last step that begins at or before it."""
    return max((step for step in process.passages if step.from_passage <= passage), key=lambda step: step.from_passage)


def check_density(process: Process, passage: int, cells: int, area_cm2: Decimal) -> None:
    """Cells per cm² lie within the window of this passage, widened by the tolerance. Raises WrongDensity."""
    step, tolerance = step_of(process, passage), process.seeding_tolerance_percent / 100
    lowest, highest = step.seed_at_least_per_cm2 * (1 - tolerance), step.seed_at_most_per_cm2 * (1 + tolerance)
    if not lowest * area_cm2 <= cells <= highest * area_cm2:
        density = (cells / area_cm2).quantize(Decimal(1))
        at_least, at_most = (limit.to_integral_value(way) for limit, way in ((lowest, ROUND_CEILING), (highest, ROUND_FLOOR)))
        raise WrongDensity(per_cm2=density, passage=passage, at_least=at_least, at_most=at_most)


def check_doublings(process: Process, cumulative: Decimal | None) -> None:
    """Cells that doubled more often than the process allows are not seeded again. Raises TooManyDoublings."""
    if cumulative is not None and cumulative > process.max_cumulative_doublings:
        raise TooManyDoublings(doublings=cumulative, most=process.max_cumulative_doublings)


def check_culture_time(process: Process, first_seeded_at: datetime | None, at: datetime) -> None:
    """Cells are not seeded again after the longest time in culture. Raises TooLongInCulture."""
    if first_seeded_at is not None and at - first_seeded_at > timedelta(days=process.max_culture_days):
        raise TooLongInCulture(since=first_seeded_at, most=process.max_culture_days)


def check_growing(culture: str, state: CultureState) -> None:
    """Raises CultureNotGrowing."""
    if state is not CultureState.GROWING:
        raise CultureNotGrowing(culture=culture, state=state)


def check_not_verified(culture: str, verified_at: datetime | None) -> None:
    """Raises AlreadyVerified."""
    if verified_at is not None:
        raise AlreadyVerified(culture=culture)


def check_medium(lot: str, *, medium: bool, expires_at: datetime, at: datetime) -> None:
    """The lot is of medium and had not expired at ``at``. Raises NotMedium, LotExpired."""
    if not medium:
        raise NotMedium(lot=lot)
    if expires_at <= at:
        raise LotExpired(lot=lot, expires_at=expires_at)


def viable(total_cells: int, viability_percent: Decimal) -> int:
    """Viable cells of a count, rounded down; the database computes the same."""
    return int(total_cells * viability_percent // 100)


def doublings(harvested: int, seeded: int) -> Decimal | None:
    """Population doublings, log2 of viable cells harvested over cells seeded, to three places; None where none is left."""
    if harvested == 0:
        return None
    with localcontext(prec=28):
        return ((Decimal(harvested) / Decimal(seeded)).ln() / Decimal(2).ln()).quantize(Decimal("0.001"))


def cumulative(process: Process, passage: int, before: Decimal | None, now: Decimal | None) -> Decimal | None:
    """Doublings so far, from the passage on at which the process begins to count; None before it."""
    if passage < process.doublings_counted_from_passage:
        return None
    return (before or Decimal(0)) + (now or Decimal(0))


def product_on_labels(study: str, purpose: BatchPurpose, cells: str) -> str:
    """What a batch, or what was frozen of it, is called on labels; ``cells`` says how it is at that time."""
    return f"{study}: {cells if purpose is BatchPurpose.DRUG else 'biobank, never for a patient'}"


def departures(process: Process, doubled: Decimal | None, first_seeded_at: datetime, at: datetime) -> Iterable[str]:
    """What of a harvest lies outside the process, in words. A harvest is a fact: it is recorded, and a deviation opened."""
    if doubled is not None and doubled > process.max_cumulative_doublings:
        yield f"{doubled} cumulative population doublings; the process allows {process.max_cumulative_doublings}"
    if at - first_seeded_at > timedelta(days=process.max_culture_days):
        yield f"in culture since {first_seeded_at:%Y-%m-%d}; the process allows {process.max_culture_days} days"
