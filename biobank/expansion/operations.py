"""Routing, isolating, seeding, feeding, harvesting, and verifying with a second person's eyes."""

from decimal import Decimal

from sqlalchemy import text

from biobank.act.acts import Act
from biobank.custody import codes
from biobank.custody import operations as custody
from biobank.custody import queries as materials
from biobank.custody.rules import FOR_PATIENTS, HoldKind, check_in_order, check_not_held, check_other_hands
from biobank.custody.tables import Material, MaterialKind, Scope, Step
from biobank.deviations.operations import open_deviation
from biobank.donation import queries as donations
from biobank.donation.rules import DonationState
from biobank.donation.tables import Donation
from biobank.expansion import queries, rules
from biobank.expansion.rules import BatchPurpose, BatchState, CultureState
from biobank.expansion.schemas import CountIn, FeedIn, SeedIn
from biobank.expansion.tables import Batch, CellCount, Culture, Feed
from biobank.labelling.operations import print_label
from biobank.studies import queries as studies
from biobank.studies.process import Process
from biobank.studies.tables import Participant
from biobank.supplies import queries as supplies
from biobank.supplies.tables import Lot, LotKind
from labels.local import CodeKind

_ROUTE_OF = text("SELECT sealed.route_of(:donation)")
HELD: dict[BatchPurpose, tuple[HoldKind, str]] = {
    BatchPurpose.DRUG: (HoldKind.NOT_RELEASED, "Not released by the sponsor yet"),
    BatchPurpose.BIOBANK: (HoldKind.BIOBANK_ONLY, "Kept in the biobank, never for a patient"),
}
"""The hold with which a batch and everything made of it is born; a test thaw stays possible."""


def route(act: Act, din: str) -> Batch:
    """Learn what becomes of an accepted donation and open its batch, under the versions that the participant's protocol pins.

    Raises NoSuchMaterial, NotAccepted, AlreadyRouted, NothingPlanned, OutOfOrder.
    """
    donation = donations.donation_for_change(act, din)
    purpose = _purpose(act, donation)
    participant = act.session.get_one(Participant, donation.participant_id)
    protocol = studies.protocol(act.session, participant)
    root = materials.material(act.session, din)
    code = codes.next_code(act, Scope.FACILITY, CodeKind.BATCH)
    material = custody.register(act, MaterialKind.BATCH, code, root_id=donation.id, parents=[root])
    batch = act.add(
        Batch(
            id=material.id,
            root_id=donation.id,
            code=code,
            purpose=purpose,
            state=BatchState.OPEN,
            facility_id=studies.facility_of(act.session, participant).id,
            process_version=protocol.process.label,
            specification_version=protocol.specification.label,
            opened_by=act.person.id,
            opened_at=act.occurred_at,
        )
    )
    hold(act, batch, material)
    place = _place(act, batch)
    for each in (root, material):
        custody.record(act, each, Step.ROUTE, place, scope=Scope.FACILITY)
    print_label(act, material, "batch", _batch_label(batch, participant.code, protocol.study), code)
    return batch


def _purpose(act: Act, donation: Donation) -> BatchPurpose:
    if donation.state != DonationState.ACCEPTED:
        raise rules.NotAccepted(donation=donation.din, state=donation.state)
    check_in_order(act.occurred_at, queries.received_at(act.session, donation.id))
    if known := queries.batch_of_root(act.session, donation.id):
        raise rules.AlreadyRouted(donation=donation.din, batch=known.code)
    planned = act.session.connection().execute(_ROUTE_OF, {"donation": donation.id}).scalar_one()
    if planned not in set(BatchPurpose):
        raise rules.NothingPlanned(donation=donation.din)
    return BatchPurpose(planned)


def hold(act: Act, batch: Batch, material: Material) -> None:
    """Hold what was just registered as its batch is held: not released, or for the biobank only."""
    kind, reason = HELD[BatchPurpose(batch.purpose)]
    custody.place_hold(act, material.id, material.root_id, kind, FOR_PATIENTS, reason)


def process_of(act: Act, batch: Batch) -> Process:
    """The process under which a batch is made: that of its participant's protocol, which the batch pins."""
    return studies.protocol(act.session, queries.origin(act.session, batch).participant).process


def isolate(act: Act, code: str, scanned: str, order: CountIn) -> CellCount:
    """Count what was isolated from the batch's own donation. Raises NoSuchBatch, ForeignDonation, WrongBatchState."""
    batch = queries.batch_for_change(act, code)
    donation = queries.origin(act.session, batch).donation
    rules.check_may_isolate(batch.code, BatchState(batch.state), donation.din, scanned)
    check_in_order(act.occurred_at, batch.opened_at)
    count = _counted(act, batch, None, order, None, None)
    batch.state = BatchState.ISOLATED
    custody.record(act, materials.material(act.session, code), Step.ISOLATE, _place(act, batch))
    return count


def seed(act: Act, code: str, order: SeedIn) -> Culture:
    """Seed the vessels of a new passage with cells of one count.

    Raises NoSuchBatch, NoSuchCulture, NotForCulture, WrongBatchState, NotCounted, and what the process forbids.
    """
    batch = queries.batch_for_change(act, code)
    rules.check_for_culture(batch.code, BatchPurpose(batch.purpose), BatchState(batch.state))
    former, count = source(act, batch, order.from_culture)
    passage = former.passage + 1 if former else 0
    _check_seeding(act, batch, count, passage, order)
    made_from = materials.material(act.session, former.code if former else batch.code)
    number = codes.next_code(act, Scope.FACILITY, CodeKind.CULTURE)
    material = custody.register(act, MaterialKind.CULTURE, number, root_id=batch.root_id, parents=[made_from])
    culture = act.add(
        Culture(
            id=material.id,
            batch_id=batch.id,
            root_id=batch.root_id,
            code=number,
            passage=passage,
            state=CultureState.GROWING,
            vessel=order.vessel,
            vessels=order.vessels,
            area_cm2=order.area_cm2,
            cells_seeded=order.cells_seeded,
            seeded_from=count.id,
            seeded_by=act.person.id,
            seeded_at=act.occurred_at,
        )
    )
    batch.state = BatchState.GROWING
    custody.record(act, material, Step.SEED, _place(act, batch))
    identity = queries.origin(act.session, batch).participant.code
    print_label(act, material, "culture", _culture_label(batch, culture, identity), number)
    return culture


def source(act: Act, batch: Batch, from_culture: str | None) -> tuple[Culture | None, CellCount]:
    """The count from which cells are taken: of a culture of this batch, or at isolation. Raises NoSuchCulture, NotCounted."""
    culture = None
    if from_culture is not None:
        culture, its_batch = queries.culture(act.session, act.person, from_culture)
        if its_batch.id != batch.id:
            raise rules.NoSuchCulture(culture=from_culture)
    count = queries.count_of(act.session, batch.id, culture.id if culture else None)
    if count is None:
        raise rules.NotCounted(material=culture.code if culture else batch.code)
    check_in_order(act.occurred_at, count.counted_at)
    return culture, count


def _check_seeding(act: Act, batch: Batch, count: CellCount, passage: int, order: SeedIn) -> None:
    process = process_of(act, batch)
    rules.check_passage(process, passage)
    rules.check_doublings(process, count.cumulative_doublings)
    rules.check_culture_time(process, queries.first_seeded_at(act.session, batch.id), act.occurred_at)
    rules.check_density(process, passage, order.cells_seeded, order.area_cm2)
    rules.check_cells(order.cells_seeded, queries.cells_left(act.session, count.id))


def feed(act: Act, code: str, order: FeedIn) -> tuple[Feed, Lot]:
    """Change the medium. Raises NoSuchCulture, NoSuchMaterial, CultureNotGrowing, NotMedium, LotExpired, OnHold."""
    lot = supplies.lot(act.session, order.lot)
    culture, batch = queries.culture_for_change(act, code, lot.id)
    rules.check_growing(culture.code, CultureState(culture.state))
    check_in_order(act.occurred_at, max(culture.seeded_at, lot.received_at))
    rules.check_medium(lot.code, medium=lot.kind == LotKind.MEDIUM, expires_at=lot.expires_at, at=act.occurred_at)
    check_not_held(materials.blocking(materials.open_holds(act.session, lot.id)), *FOR_PATIENTS)
    fed = act.add(
        Feed(
            id=act.new_id(),
            culture_id=culture.id,
            lot_id=lot.id,
            volume_ml=order.volume_ml,
            fed_by=act.person.id,
            fed_at=act.occurred_at,
        )
    )
    custody.record(act, materials.material(act.session, code), Step.FEED, _place(act, batch))
    return fed, lot


def harvest(act: Act, code: str, order: CountIn) -> CellCount:
    """Harvest a growing culture and count; outside the limits of the process it opens a deviation.

    Raises NoSuchCulture, CultureNotGrowing.
    """
    culture, batch = queries.culture_for_change(act, code)
    rules.check_growing(culture.code, CultureState(culture.state))
    check_in_order(act.occurred_at, queries.last_fed_at(act.session, culture.id) or culture.seeded_at)
    process = process_of(act, batch)
    before = act.session.get_one(CellCount, culture.seeded_from).cumulative_doublings
    counted = culture.passage >= process.doublings_counted_from_passage
    doubled = rules.doublings(rules.viable(order.total_cells, order.viability_percent), culture.cells_seeded) if counted else None
    total = rules.cumulative(process, culture.passage, before, doubled)
    count = _counted(act, batch, culture, order, doubled, total)
    culture.state = CultureState.HARVESTED
    act.session.flush()
    batch.state = queries.standing(act.session, batch.id)
    custody.record(act, materials.material(act.session, code), Step.HARVEST, _place(act, batch))
    began = queries.first_seeded_at(act.session, batch.id) or culture.seeded_at
    if found := "; ".join(rules.departures(process, total, began, act.occurred_at)):
        open_deviation(act, culture.id, culture.root_id, "Harvest outside the limits of the process", f"{code}: {found}")
    return count


def verify_harvest(act: Act, code: str) -> CellCount:
    """Confirm a harvest count as a second person. Raises NoSuchCulture, NotHarvested, SameHands, AlreadyVerified."""
    culture, _ = queries.culture_for_change(act, code)
    count = queries.count_of(act.session, culture.batch_id, culture.id)
    if count is None:
        raise rules.NotHarvested(culture=code)
    rules.check_not_verified(code, count.verified_at)
    check_other_hands(code, same=count.counted_by == act.person.id)
    count.verified_by, count.verified_at = act.person.id, act.recorded_at
    act.session.flush()
    return count


def _counted(
    act: Act, batch: Batch, culture: Culture | None, order: CountIn, doubled: Decimal | None, total: Decimal | None
) -> CellCount:
    return act.add(
        CellCount(
            id=act.new_id(),
            batch_id=batch.id,
            root_id=batch.root_id,
            culture_id=culture.id if culture else None,
            method=order.method,
            total_cells=order.total_cells,
            viability_percent=order.viability_percent,
            viable_cells=rules.viable(order.total_cells, order.viability_percent),
            doublings=doubled,
            cumulative_doublings=total,
            counted_by=act.person.id,
            counted_at=act.occurred_at,
        )
    )


def _place(act: Act, batch: Batch) -> str:
    return queries.origin(act.session, batch).facility.code


def _batch_label(batch: Batch, identity: str, study: str) -> dict[str, str]:
    started = f"{batch.opened_at:%Y-%m-%d %H:%M} UTC"
    product = rules.product_on_labels(study, BatchPurpose(batch.purpose), "cells in culture")
    return {"identity": identity, "product": product, "started_at": started}


def _culture_label(batch: Batch, culture: Culture, identity: str) -> dict[str, str]:
    return {
        "passage": f"P{culture.passage}",
        "identity": identity,
        "batch": batch.code,
        "vessel": f"{culture.vessels} x {culture.vessel}",
        "seeded_at": f"{culture.seeded_at:%Y-%m-%d %H:%M} UTC",
    }
