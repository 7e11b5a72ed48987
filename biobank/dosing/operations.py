"""Planning a dose: target, units, kit with its clocks and label, by the same steps in both arms."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from biobank.act.acts import Act
from biobank.cryostorage import queries as cryostorage
from biobank.custody import operations as custody
from biobank.custody.tables import Scope, Step
from biobank.dispensing import operations as dispensing
from biobank.dispensing import queries as kits
from biobank.dispensing.queries import KitFound
from biobank.dispensing.tables import Kit
from biobank.donation.rules import check_in_window
from biobank.dosing import queries, rules
from biobank.dosing.rules import Contents
from biobank.dosing.tables import DosePlan
from biobank.labelling import operations as labelling
from biobank.studies import queries as studies
from biobank.studies.protocol import ProtocolVersion, visit_due
from biobank.studies.rules import ParticipantState, check_allocated
from biobank.studies.tables import Participant, Weight
from biobank.studies.treatment import target_viable_cells
from labels import local


@dataclass(frozen=True)
class Planned:
    """A plan with its kit, the units at hand, and the number of the kit's label."""

    plan: DosePlan
    found: KitFound
    units_available: int
    label: int


def plan_dose(act: Act, code: str, period: int, window_at: datetime) -> Planned:
    """Plan the dose of a period and make its kit known.

    Raises NoSuchParticipant, WrongState, UnknownStep, OutsideWindow, WindowPassed, PlannedAlready, NoWeight, WeightTooOld,
    NotEnoughUnits.
    """
    participant = studies.participant(act.session, act.person, code)
    check_allocated(code, ParticipantState(participant.state))
    protocol = studies.protocol(act.session, participant)
    visit = _visit_at(protocol, participant, period, window_at)
    weight = _weight(act, protocol, participant, period, window_at)
    kit = _kit(act, protocol, participant, period, window_at)
    found = KitFound(kit, participant, visit)
    target = target_viable_cells(protocol.dose, weight.weight_kg)
    suffice, available = _units(act, protocol, found, target)
    plan = act.add(
        DosePlan(
            id=act.new_id(),
            kit_id=kit.id,
            weight_id=weight.id,
            weight_kg=weight.weight_kg,
            cells_per_kg=protocol.dose.viable_cells_per_kg,
            cap_viable_cells=protocol.dose.cap_viable_cells or target,
            target_viable_cells=target,
            units_to_thaw=suffice,
            planned_by=act.person.id,
            planned_at=act.recorded_at,
        )
    )
    return Planned(plan, found, available, _print_labels(act, protocol, found))


def _visit_at(protocol: ProtocolVersion, participant: Participant, period: int, window_at: datetime) -> str:
    """The dose's visit, which the window's day must fall into; days are those of UTC, as the baseline's."""
    visit = studies.visit_of_dose(protocol, period)
    assert participant.baseline_at is not None  # the database: whoever is allocated has a baseline
    due = visit_due(protocol, participant.baseline_at.astimezone(UTC).date(), visit)
    check_in_window(visit, window_at.astimezone(UTC).date(), due.earliest, due.latest)
    return visit


def _weight(act: Act, protocol: ProtocolVersion, participant: Participant, period: int, window_at: datetime) -> Weight:
    latest = studies.latest_weight(act.session, participant.id, period)
    if latest is None:
        raise rules.NoWeight(participant=participant.code, period=period)
    rules.check_weight(latest.measured_at, window_at, protocol.dose.weight_max_age_days, participant=participant.code)
    return latest


def _kit(act: Act, protocol: ProtocolVersion, participant: Participant, period: int, window_at: datetime) -> Kit:
    if (known := kits.kit_of(act.session, participant, period)) is not None:
        raise rules.PlannedAlready(participant=participant.code, period=period, kit=known.number)
    draw = act.randomness.stream("kit", participant.code, str(period))
    number = local.kit_number(draw)
    while kits.is_known(act.session, number):
        number = local.kit_number(draw)
    kit = dispensing.create_kit(act, participant, period, number, window_at.astimezone(UTC), protocol.kit)
    rules.check_ahead(kit.available_at, act.recorded_at)
    place = studies.facility_of(act.session, participant).code
    custody.record(act, kits.material(act.session, kit), Step.PLAN, place, scope=Scope.FACILITY)
    return kit


def _units(act: Act, protocol: ProtocolVersion, found: KitFound, target: int) -> tuple[int | None, int]:
    """How many units to thaw (None where the kit holds no cells), and how many are at hand."""
    usable = cryostorage.usable_units(act.session, found.participant.id)
    if queries.sealed_contents(act, found.kit) is Contents.SALINE:
        return None, len(usable)
    per_unit, recovery = protocol.product.viable_cells_per_unit, protocol.product.post_thaw_recovery
    suffice = rules.units_that_suffice(target, [unit.viable_cells for unit in usable], per_unit, recovery)
    needed = rules.units_to_thaw(target, per_unit, recovery)
    return rules.check_enough(suffice, target=target, needed=needed, available=len(usable)), len(usable)


def _print_labels(act: Act, protocol: ProtocolVersion, found: KitFound) -> int:
    """Print the kit's face and, where the study has texts for it, its outer carton; the number of the face.

    Every field follows from protocol, settings, participant and plan's clocks, none from the arm.
    """
    kit, volume, sponsor = found.kit, _volume(found.kit.fill_volume_ml), studies.sponsor(act.session, found.participant)
    shown = {
        "participant": found.participant.code,
        "visit": protocol.visit(found.visit).title,
        "trial": protocol.study,
        "route": protocol.dose.route,
        "use_before": f"{kit.expires_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
        "contact": act.label_contacts.get(protocol.study) or sponsor,
    }
    contents = {"kit": shown | {"volume": volume}}
    site = studies.site_of(act.session, found.participant)
    texts = act.label_cartons.get(f"{protocol.study}/{site.code}") or act.label_cartons.get(protocol.study)
    if texts:
        of_this = {"site": f"{site.code} {site.name}", "sponsor": sponsor, "quantity": f"1 × {volume}"}
        contents["carton"] = shown | of_this | dict(texts)
    return labelling.print_labels(act, kits.material(act.session, kit), contents, kit.number)[0].number


def _volume(millilitres: Decimal) -> str:
    return f"{millilitres.normalize():f} ml"
