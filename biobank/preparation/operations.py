"""Beginning a preparation, thawing, counting again, deciding on a low dose, filling, and declaring ready."""

from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text

from biobank.access import signing
from biobank.act.acts import Act
from biobank.cryostorage import identification
from biobank.cryostorage import operations as cryostorage
from biobank.cryostorage import queries as units
from biobank.cryostorage.tables import Unit
from biobank.custody import operations as custody
from biobank.custody import queries as materials
from biobank.custody.rules import FOR_PATIENTS, Purpose, check_in_order, check_not_held, check_other_hands
from biobank.custody.tables import Scope, Step
from biobank.dispensing import queries as kits
from biobank.dispensing.rules import NEXT as KIT_NEXT
from biobank.dispensing.rules import KitState, NotAtThatPoint
from biobank.dosing.rules import Contents
from biobank.expansion import queries as batches
from biobank.expansion.rules import BatchPurpose
from biobank.expansion.tables import Batch
from biobank.labelling.operations import check_proven
from biobank.preparation import content, queries, rules
from biobank.preparation.queries import Case
from biobank.preparation.rules import Dose, PreparationState
from biobank.preparation.schemas import RecountIn, ThawIn
from biobank.preparation.tables import Fill, Preparation, Recount, Thaw
from biobank.studies import queries as studies
from biobank.studies.rules import ParticipantState, check_allocated
from biobank.studies.treatment import target_viable_cells
from biobank.supplies import queries as supplies
from biobank.supplies.tables import Lot, LotKind

_FILL_KIT = text("SELECT sealed.fill_kit(:kit, :preparation, :what)")


def begin(act: Act, code: str) -> None:
    """Begin to prepare a kit, in both arms alike.

    Raises NoSuchKit, WrongState, NotAtThatPoint, PreparationKnown, OutsidePreparation.
    """
    this = _case_for_change(act, code)
    _check_still_planned(this)
    _check_weight(act, this)
    if this.preparation is not None:
        raise rules.PreparationKnown(kit=this.number)
    _check_window(act, this)
    act.add(
        Preparation(
            id=act.new_id(),
            kit_id=this.found.kit.id,
            state=PreparationState.OPEN,
            opened_by=act.person.id,
            opened_at=act.occurred_at,
        )
    )


def thaw(act: Act, code: str, order: ThawIn) -> Unit:
    """Take a unit out of storage for a kit, or for a test where no kit is named; it never goes back.

    Unit and participant are scanned from the label; where it cannot be read, see identification.position_for_thaw.

    Raises NoSuchUnit, NoSuchKit, WrongUnit, ForeignUnit, BiobankUnit, LabelNotReadBack, HoldsNoCells, EnoughThawed, OnHold,
    LiesElsewhere, NotIdentified, NotStored, and what a preparation in another state raises.
    """
    unit = units.unit(act.session, act.person, code)
    this = None
    if order.kit is None:
        materials.lock_roots(act, [unit.root_id])
    else:
        this = _case_for_change(act, order.kit, unit.root_id)
    act.session.refresh(unit)
    batch = act.session.get_one(Batch, unit.batch_id)
    made_of = batches.origin(act.session, batch).participant.code
    rules.check_unit_label(unit.code, made_of, order.participant)
    preparation = None if this is None else _thaw_for(act, this, unit, batch, made_of)
    purpose = Purpose.PATIENT_USE if preparation else Purpose.TEST_THAW
    _check_not_held(act, (purpose,), unit.id, unit.batch_id, unit.root_id)
    position_id = identification.position_for_thaw(act.session, unit, order.position, for_patient=preparation is not None)
    cryostorage.take_out(act, unit)
    act.add(
        Thaw(
            id=act.new_id(),
            unit_id=unit.id,
            preparation_id=preparation.id if preparation else None,
            position_id=position_id,
            thawed_by=act.person.id,
            thawed_at=act.occurred_at,
        )
    )
    return unit


def _thaw_for(act: Act, this: Case, unit: Unit, batch: Batch, made_of: str) -> Preparation:
    """The preparation for which a unit may be thawed, no label of its batch open; a decision about a low dose ends with it."""
    preparation = _open(act, this)
    rules.check_holds_cells(this.number, this.contents)
    rules.check_for_patient(unit.code, made_of, BatchPurpose(batch.purpose), this.number, this.found.participant.code)
    check_proven(act, materials.material(act.session, batch.code))
    count = this.recount
    counted = None if count is None else int(count.volume_ml * count.viable_cells_per_ml)
    rules.check_needs_more(this.number, len(this.thawed), this.plan.units_to_thaw or 0, counted, this.limits.target)
    check_in_order(act.occurred_at, preparation.opened_at)
    rules.check_later(act.occurred_at, count.counted_at if count else None)
    preparation.low_dose_reason = preparation.low_dose_signature_id = None
    return preparation


def recount(act: Act, code: str, order: RecountIn) -> None:
    """Count what was thawed for a kit; a decision about a low dose was about the count before, and ends with it.

    Raises NoSuchKit, HoldsNoCells, NothingThawed, NotAllThawed, OutOfOrder, NotLater, and what a preparation in another
    state raises.
    """
    this = _case_for_change(act, code)
    preparation = _open(act, this)
    rules.check_holds_cells(this.number, this.contents)
    at_hand = len(queries.at_hand(act.session, this))
    rules.check_all_thawed(this.number, len(this.thawed), this.plan.units_to_thaw or 0, at_hand)
    check_in_order(act.occurred_at, max(thawed.thawed_at for thawed, _ in this.thawed))
    rules.check_later(act.occurred_at, this.recount.counted_at if this.recount else None)
    act.add(
        Recount(
            id=act.new_id(),
            preparation_id=preparation.id,
            viable_cells_per_ml=order.viable_cells_per_ml,
            viability_percent=order.viability_percent,
            volume_ml=order.volume_ml,
            method=order.method,
            counted_by=act.person.id,
            counted_at=act.occurred_at,
        )
    )
    preparation.low_dose_reason = preparation.low_dose_signature_id = None
    _record(act, this, Step.RECOUNT)


def decide_low_dose(act: Act, code: str, reason: str) -> None:
    """Decide, signed, that what the last count allows is given although it is below the limits.

    Raises NoSuchKit, HoldsNoCells, RecountMissing, NothingDrawn, DoseNotLow, LowDoseDecided, SameHands, NotSigned, and
    what a preparation in another state raises.
    """
    this = _case_for_change(act, code)
    preparation = _open(act, this)
    rules.check_holds_cells(this.number, this.contents)
    count = _counted(this)
    dose = this.dose(count)
    rules.check_something_drawn(this.number, dose)
    decided = preparation.low_dose_reason is not None
    rules.check_may_decide(this.number, this.limits, dose, count.viability_percent, decided=decided)
    check_other_hands(this.number, same=count.counted_by == act.person.id)
    preparation.low_dose_signature_id = signing.sign(act, this.number, content.of_low_dose(this, count, reason)).id
    preparation.low_dose_reason = reason


def fill(act: Act, code: str, scanned: str) -> None:
    """Fill a kit: cells drawn after the recount and made up with saline, or saline alone; always to the same volume.

    Raises NoSuchKit, NoSuchMaterial, NotSaline, LotExpiresFirst, RecountMissing, NothingDrawn, ViabilityTooLow,
    BelowMinimumDose, OnHold, OutOfOrder, and what a preparation in another state raises.
    """
    lot = supplies.lot(act.session, scanned)
    this = _case_for_change(act, code, lot.id)
    preparation = _open(act, this)
    kit = this.found.kit
    rules.check_saline(lot.code, saline=lot.kind == LotKind.SALINE, lot_expires_at=lot.expires_at, kit_expires_at=kit.expires_at)
    dose = _dose(act, this, decided=preparation.low_dose_reason is not None)
    check_in_order(act.occurred_at, max(preparation.opened_at, lot.received_at))
    _check_fit(act, this, lot)
    act.add(
        Fill(
            id=act.new_id(),
            preparation_id=preparation.id,
            lot_id=lot.id,
            drawn_ml=dose.drawn_ml,
            delivered_viable_cells=dose.delivered,
            filled_by=act.person.id,
            filled_at=act.occurred_at,
        )
    )
    preparation.state = PreparationState.FILLED
    act.session.flush()
    told = {"kit": kit.id, "preparation": preparation.id, "what": this.contents.value}
    act.session.connection().execute(_FILL_KIT, told)
    _record(act, this, Step.FILL)


def declare_ready(act: Act, code: str) -> None:
    """Declare, signed, that a filled kit is ready; the bedside sees it from the kit's own time on.

    Raises NoSuchKit, WrongState, NotAtThatPoint, NotPrepared, WrongPreparationState, OutsidePreparation, SameHands, OnHold,
    LabelNotReadBack, NotSigned.
    """
    this = _case_for_change(act, code)
    preparation = _for(this, PreparationState.READY)
    _check_weight(act, this)
    _check_window(act, this)
    assert this.filled is not None  # the state that led here
    filled, lot = this.filled
    check_other_hands(this.number, same=filled.filled_by == act.person.id)
    check_in_order(act.occurred_at, filled.filled_at)
    _check_fit(act, this, lot)
    check_proven(act, kits.material(act.session, this.found.kit))
    preparation.ready_signature_id = signing.sign(act, this.number, content.of_ready(this, filled, lot)).id
    preparation.state = PreparationState.READY
    this.found.kit.state = KitState.READY
    _record(act, this, Step.READY)


def _case_for_change(act: Act, code: str, *more_roots: UUID) -> Case:
    """A kit's preparation, read behind the locks of all its roots and of ``more_roots``."""
    found = kits.found(act.session, act.person, code)
    materials.lock_roots(act, [*queries.roots_of(act.session, found), *more_roots])
    act.session.expire_all()
    return queries.case_of(act.session, found)


def _check_still_planned(this: Case) -> None:
    """The participant takes part, and the kit is neither done nor void. Raises WrongState, NotAtThatPoint."""
    participant, state = this.found.participant, KitState(this.found.kit.state)
    check_allocated(participant.code, ParticipantState(participant.state))
    if KitState.READY not in KIT_NEXT[state]:
        raise NotAtThatPoint(kit=this.number, state=state)


def _check_weight(act: Act, this: Case) -> None:
    """The dose is still that of the period's latest weight, corrected or taken anew. Raises WeightCorrected."""
    weight = studies.latest_weight(act.session, this.found.participant.id, this.found.kit.period)
    assert weight is not None  # the plan's own, or what came after it
    now = target_viable_cells(this.protocol.dose, weight.weight_kg)
    rules.check_same_dose(this.number, this.plan.target_viable_cells, now)


def _check_window(act: Act, this: Case) -> None:
    kit = this.found.kit
    rules.check_window(this.number, (act.occurred_at, act.judged_at), kit.window_at, kit.expires_at)


def _for(this: Case, to: PreparationState) -> Preparation:
    """The preparation, which may come to ``to`` now."""
    _check_still_planned(this)
    state = PreparationState(this.preparation.state) if this.preparation else None
    rules.check_may_become(this.number, state, to)
    assert this.preparation is not None  # the rule
    return this.preparation


def _open(act: Act, this: Case) -> Preparation:
    """The preparation, in which something may be done towards filling."""
    preparation = _for(this, PreparationState.FILLED)
    _check_window(act, this)
    _check_weight(act, this)
    return preparation


def _counted(this: Case) -> Recount:
    """The count of everything that was thawed."""
    count = this.recount
    rules.check_counted(this.number, count.counted_at if count else None, (thawed.thawed_at for thawed, _ in this.thawed))
    assert count is not None  # the rule
    return count


def _dose(act: Act, this: Case, *, decided: bool) -> Dose:
    """What is drawn: nothing for saline, and less than the limits only where that was decided for this very count."""
    if this.contents is Contents.SALINE:
        return Dose(Decimal(0), 0)
    count = _counted(this)
    check_in_order(act.occurred_at, count.counted_at)
    dose = this.dose(count)
    rules.check_something_drawn(this.number, dose)
    if not decided:
        rules.check_within(this.limits, dose, count.viability_percent)
    return dose


def _check_not_held(act: Act, purposes: Iterable[Purpose], *held: UUID) -> None:
    check_not_held(materials.blocking(materials.open_holds(act.session, *held)), *purposes)


def _check_fit(act: Act, this: Case, lot: Lot) -> None:
    """Nothing that is in the kit is held, nor the kit itself. Raises OnHold."""
    of_units = (one for _, unit in this.thawed for one in (unit.id, unit.batch_id, unit.root_id))
    _check_not_held(act, FOR_PATIENTS, this.found.kit.id, lot.id, *of_units)


def _record(act: Act, this: Case, step: Step) -> None:
    """For the facility's eyes: when it worked on a kit, and how, is nothing for the bedside."""
    act.session.flush()
    place = studies.facility_of(act.session, this.found.participant).code
    custody.record(act, kits.material(act.session, this.found.kit), step, place, scope=Scope.FACILITY)
