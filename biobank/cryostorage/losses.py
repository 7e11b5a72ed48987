"""What is lost on the way: cultures discarded, batches that failed, units destroyed. None of it comes back."""

from biobank.access import signing
from biobank.act.acts import Act
from biobank.cryostorage import queries, rules
from biobank.cryostorage.operations import end_stay, settle
from biobank.cryostorage.rules import UnitState
from biobank.cryostorage.tables import FreezingRun, Unit
from biobank.custody import operations as custody
from biobank.custody import queries as materials
from biobank.custody.rules import check_in_order
from biobank.custody.tables import Step
from biobank.deviations import queries as deviations
from biobank.deviations.operations import open_deviation
from biobank.expansion import queries as batches
from biobank.expansion.rules import BatchState, CultureState, check_growing, check_may_become
from biobank.expansion.tables import Batch, Culture


def discard(act: Act, code: str) -> tuple[Culture, Batch]:
    """Discard the vessels of a growing culture; its batch stands where its other cultures leave it.

    Raises NoSuchCulture, CultureNotGrowing, OutOfOrder.
    """
    culture, batch = batches.culture_for_change(act, code)
    check_growing(culture.code, CultureState(culture.state))
    check_in_order(act.occurred_at, batches.last_fed_at(act.session, culture.id) or culture.seeded_at)
    culture.state = CultureState.DISCARDED
    act.session.flush()
    batch.state = batches.standing(act.session, batch.id)
    settle(act, batch)
    _record(act, culture.code, batch, Step.DISCARD)
    return culture, batch


def fail(act: Act, code: str, reason: str) -> Batch:
    """Give up a batch that was not released, signed; a deviation is opened about it, and nothing of it grows any more.

    Raises NoSuchBatch, WrongBatchState, AlreadyReleased, NotSigned.
    """
    batch = batches.batch_for_change(act, code)
    state = BatchState(batch.state)
    check_may_become(batch.code, state, BatchState.FAILED)
    awaits = deviations.awaits_release(act.session, batch.id, batch.root_id)
    rules.check_not_released(batch.code, awaits_release=awaits)
    signing.sign(act, batch.code, {"act": "fail_batch", "batch": batch.code, "was": state, "reason": reason})
    batch.state = BatchState.FAILED
    act.session.flush()
    open_deviation(act, batch.id, batch.root_id, "The batch failed", reason)
    _record(act, batch.code, batch, Step.FAIL)
    return batch


def destroy(act: Act, code: str, reason: str) -> Unit:
    """Destroy a unit that was not thawed, signed; no hold stops it, since what is held back is what is destroyed.

    Raises NoSuchUnit, CannotBeDestroyed, OutOfOrder, NotSigned.
    """
    unit = queries.unit_for_change(act, code)
    state = UnitState(unit.state)
    rules.check_may_destroy(unit.code, state)
    check_in_order(act.occurred_at, act.session.get_one(FreezingRun, unit.run_id).frozen_at)
    batch = act.session.get_one(Batch, unit.batch_id)
    told = {"act": "destroy_unit", "unit": unit.code, "batch": batch.code, "was": state, "reason": reason}
    signing.sign(act, unit.code, told)
    end_stay(act, unit)
    unit.state = UnitState.DESTROYED
    act.session.flush()
    settle(act, batch)
    _record(act, unit.code, batch, Step.DESTROY)
    return unit


def _record(act: Act, code: str, batch: Batch, step: Step) -> None:
    act.session.flush()
    custody.record(act, materials.material(act.session, code), step, batches.origin(act.session, batch).facility.code)
