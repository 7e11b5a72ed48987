"""Freezing, laying units into slots, moving them and taking them out; and the freezers and slots themselves."""

from biobank.act.acts import Act
from biobank.cryostorage import ledgers, queries, rules
from biobank.cryostorage.rules import Container, UnitState
from biobank.cryostorage.schemas import FreezeIn, PositionsIn, UnitIn
from biobank.cryostorage.tables import FreezingRun, Placement, Position, StoragePlace, Unit
from biobank.custody import codes
from biobank.custody import operations as custody
from biobank.custody import queries as materials
from biobank.custody.rules import Purpose, check_in_order, check_not_held
from biobank.custody.tables import Material, MaterialKind, Scope, Step
from biobank.expansion import operations as expansion
from biobank.expansion import queries as batches
from biobank.expansion.rules import BatchPurpose, BatchState, check_cells, product_on_labels
from biobank.expansion.tables import Batch
from biobank.labelling.operations import check_proven, print_labels
from biobank.monitoring import operations as monitoring
from biobank.monitoring import queries as freezers
from biobank.monitoring.schemas import RegisterFreezer, RegisterSensor, SensorIn
from biobank.monitoring.tables import NOTHING_LIES, Freezer, Sensor
from biobank.studies import queries as studies
from labels.local import CodeKind


def freeze(act: Act, code: str, order: FreezeIn) -> FreezingRun:
    """Freeze cells of one count in units; each is born with its batch's hold.

    Raises NoSuchBatch, NoSuchCulture, NotCounted, WrongBatchState, NotFromHarvest, NotVerified, WrongUnitVolume,
    NotEnoughCells, OutOfOrder.
    """
    batch = batches.batch_for_change(act, code)
    rules.check_may_freeze(batch.code, BatchState(batch.state))
    culture, count = expansion.source(act, batch, order.from_culture)
    harvested, verified = culture is not None, count.verified_at is not None
    rules.check_source(batch.code, BatchPurpose(batch.purpose), harvested=harvested, verified=verified)
    if count.verified_at is not None:
        check_in_order(act.occurred_at, count.verified_at)
    rules.check_volumes(expansion.process_of(act, batch).freezing, (one.volume_ml for one in order.units))
    check_cells(sum(one.viable_cells for one in order.units), batches.cells_left(act.session, count.id))
    run = act.add(
        FreezingRun(
            id=act.new_id(),
            batch_id=batch.id,
            root_id=batch.root_id,
            program=order.program,
            frozen_from=count.id,
            frozen_by=act.person.id,
            frozen_at=act.occurred_at,
        )
    )
    made_from = materials.material(act.session, culture.code if culture else batch.code)
    for one in order.units:
        _fill_unit(act, batch, run, made_from, one)
    return run


def _fill_unit(act: Act, batch: Batch, run: FreezingRun, made_from: Material, order: UnitIn) -> None:
    code = codes.next_unit(act, batches.origin(act.session, batch).donation.din)
    material = custody.register(act, MaterialKind.UNIT, code, root_id=batch.root_id, parents=[made_from])
    unit = act.add(
        Unit(
            id=material.id,
            batch_id=batch.id,
            root_id=batch.root_id,
            run_id=run.id,
            code=code,
            container=order.container,
            state=UnitState.FROZEN,
            viable_cells=order.viable_cells,
            volume_ml=order.volume_ml,
        )
    )
    expansion.hold(act, batch, material)
    custody.record(act, material, Step.FREEZE, batches.origin(act.session, batch).facility.code)
    print_labels(act, material, _labels(act, unit, run, batch), code)


def place(act: Act, code: str, scanned: str) -> Unit:
    """Lay a unit, its label read back, into the slot that was scanned; one that lies in another slot is moved.

    Nothing is read again for a move, which may be hurried. The worker is asked to look again at how warm the freezer was
    since: the act may be entered late.

    Raises NoSuchUnit, NoSuchPosition, NeverBack, OnHold, WrongFacility, LiesThere, LabelNotReadBack, SlotTaken, OutOfOrder.
    """
    unit = queries.unit_for_change(act, code)
    rules.check_may_place(unit.code, UnitState(unit.state))
    batch = act.session.get_one(Batch, unit.batch_id)
    position, freezer = queries.position_for_change(act, scanned)
    rules.check_facility(position.code, freezer.facility_code, batches.origin(act.session, batch).facility.code)
    check_in_order(act.occurred_at, act.session.get_one(FreezingRun, unit.run_id).frozen_at)
    if lies := queries.placement_of(act.session, unit.id):
        _check_may_move(act, unit, lies, position)
    else:
        check_proven(act, materials.material(act.session, code))
    rules.check_free(position.code, queries.stays(act.session, position.id), act.occurred_at)
    end_stay(act, unit)
    act.add(
        Placement(id=act.new_id(), unit_id=unit.id, position_id=position.id, placed_by=act.person.id, placed_at=act.occurred_at)
    )
    unit.state = UnitState.STORED
    act.session.flush()
    settle(act, batch)
    custody.record(act, materials.material(act.session, code), Step.STORE, freezer.facility_code)
    monitoring.ask_again(act, freezer, act.occurred_at)
    ledgers.mark(act.session, [unit.id], act.recorded_at)
    return unit


def _check_may_move(act: Act, unit: Unit, lies: Placement, position: Position) -> None:
    """A hold stops a unit where it lies; it never keeps a unit that was just frozen out of the cold."""
    if lies.position_id == position.id:
        raise rules.LiesThere(unit=unit.code, position=position.code)
    holds = materials.open_holds(act.session, unit.id, unit.batch_id, unit.root_id)
    check_not_held(materials.blocking(holds), Purpose.MOVEMENT)


def settle(act: Act, batch: Batch) -> None:
    """A batch is stored once none of its units waits for its place, unless a culture of it still grows or it failed."""
    if rules.all_stored([UnitState(one.state) for one in queries.units_of(act.session, batch.id)]):
        batch.state = rules.once_stored(BatchState(batch.state))


def end_stay(act: Act, unit: Unit) -> None:
    """A unit leaves the slot in which it lies, if it lies in one. Raises OutOfOrder."""
    if lies := queries.placement_of(act.session, unit.id):
        check_in_order(act.occurred_at, lies.placed_at)
        lies.removed_at = act.occurred_at
        act.session.flush()


def take_out(act: Act, unit: Unit) -> None:
    """Take a unit, its root locked, out of storage to be thawed; it never goes back. Its purpose's holds were asked.

    Raises NotStored, OutOfOrder.
    """
    rules.check_may_take_out(unit.code, UnitState(unit.state))
    end_stay(act, unit)
    unit.state = UnitState.THAWED
    act.session.flush()
    batch = act.session.get_one(Batch, unit.batch_id)
    place = batches.origin(act.session, batch).facility.code
    custody.record(act, materials.material(act.session, unit.code), Step.THAW, place)


def register_freezer(act: Act, order: RegisterFreezer) -> Freezer:
    """Register a freezer of a facility, with the rule by which it is judged. Raises NoSuchFacility, FreezerKnown."""
    if queries.facility(act.session, act.person, order.facility) is None:
        raise rules.NoSuchFacility(facility=order.facility)
    return monitoring.register_freezer(act, order, codes.next_code(act, Scope.FACILITY, CodeKind.FREEZER))


def register_sensor(act: Act, freezer: str, order: SensorIn) -> Sensor:
    """Register a probe of a freezer; its readings count from now on. Raises NoSuchFreezer."""
    code = codes.next_code(act, Scope.FACILITY, CodeKind.EQUIPMENT)
    stands_in = freezers.freezer_where(act.session, act.person, freezer)
    return monitoring.register_sensor(act, RegisterSensor(freezer=stands_in.code, **order.model_dump()), code)


def register_positions(act: Act, freezer: str, order: PositionsIn) -> list[Position]:
    """New slots, each under a code of its own, and labels for their rack and box, if these have none.

    Raises NoSuchFreezer, NothingLiesThere, SlotTwice, PositionKnown.
    """
    stands_in = freezers.freezer_where(act.session, act.person, freezer)
    if stands_in.kind in NOTHING_LIES:
        raise rules.NothingLiesThere(freezer=freezer)
    known = queries.slots_known(act.session, stands_in.id, order.rack, order.box, order.slots)
    rules.check_slots(order.rack, order.box, order.slots, known)
    _label(act, stands_in, CodeKind.RACK, order.rack)
    _label(act, stands_in, CodeKind.BOX, order.rack, order.box)
    return [_add_position(act, stands_in, order.rack, order.box, slot) for slot in order.slots]


def _add_position(act: Act, freezer: Freezer, rack: str, box: str, slot: str) -> Position:
    code = codes.next_code(act, Scope.FACILITY, CodeKind.POSITION)
    return act.add(Position(id=act.new_id(), code=code, freezer_id=freezer.id, rack=rack, box=box, slot=slot))


def _label(act: Act, freezer: Freezer, kind: CodeKind, rack: str, box: str | None = None) -> None:
    """Give a rack, or a box in it, a code and print its label, unless it has them, or this installation does without."""
    of_kind = MaterialKind.RACK if box is None else MaterialKind.BOX
    if of_kind in act.labels_left_out or queries.is_labelled(act.session, freezer.id, rack, box):
        return
    material = custody.register(act, of_kind, codes.next_code(act, Scope.FACILITY, kind))
    act.add(StoragePlace(id=material.id, freezer_id=freezer.id, rack=rack, box=box))
    shown = {"freezer": freezer.name, "place": " / ".join(filter(None, (rack, box)))}
    print_labels(act, material, {of_kind.value: shown}, material.code)


def _labels(act: Act, unit: Unit, run: FreezingRun, batch: Batch) -> dict[str, dict[str, str]]:
    """What stands on a unit, by layout: on the side and the cap of a vial, or on a bag."""
    participant = batches.origin(act.session, batch).participant
    volume = f"{unit.volume_ml.normalize():f} ml"
    contents = f"{rules.in_words(unit.viable_cells)} viable in {volume}"
    shown = {"identity": participant.code, "contents": contents, "frozen_on": f"{run.frozen_at:%Y-%m-%d}"}
    if unit.container == Container.VIAL:
        return {"unit": shown, "cap": {}}
    protocol = studies.protocol(act.session, participant)
    product = product_on_labels(protocol.study, BatchPurpose(batch.purpose), "frozen cells")
    store = f"≤ {protocol.process.freezing.store_at_most_c.normalize():f} °C"
    return {"bag": shown | {"product": product, "volume": volume, "storage": store}}
