"""The preparation of a kit: what was thawed for it, counted and filled, and what it is held against."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, select

from biobank.act.people import Person
from biobank.cryostorage import queries as cryostorage
from biobank.cryostorage.tables import Unit
from biobank.dispensing import queries as kits
from biobank.dispensing.queries import KitFound
from biobank.donation.tables import Donation
from biobank.dosing import queries as dosing
from biobank.dosing.rules import Contents
from biobank.dosing.tables import DosePlan
from biobank.preparation import rules
from biobank.preparation.rules import Dose, Limits
from biobank.preparation.tables import Fill, Preparation, Recount, Thaw
from biobank.studies import queries as studies
from biobank.studies.protocol import ProtocolVersion
from biobank.studies.treatment import minimum_viable_cells
from biobank.supplies.tables import Lot


@dataclass(frozen=True)
class Case:
    """A kit with its plan and how far its preparation is; ``preparation`` is None as long as nobody began."""

    found: KitFound
    plan: DosePlan
    protocol: ProtocolVersion
    preparation: Preparation | None
    thawed: list[tuple[Thaw, Unit]]
    recount: Recount | None
    filled: tuple[Fill, Lot] | None

    @property
    def number(self) -> str:
        """The kit's number."""
        return self.found.kit.number

    @property
    def contents(self) -> Contents:
        """What the kit is to hold."""
        return dosing.contents_of(self.plan)

    @property
    def limits(self) -> Limits:
        """What the dose is held against."""
        target = self.plan.target_viable_cells
        least = rules.least_viability(self.protocol.specification)
        return Limits(target, minimum_viable_cells(self.protocol.dose, target), least)

    def dose(self, count: Recount) -> Dose:
        """What would be drawn after this count."""
        graduation_ml, fill_volume_ml = self.protocol.kit.syringe_graduation_ml, self.found.kit.fill_volume_ml
        return rules.dose(self.limits.target, count.viable_cells_per_ml, count.volume_ml, fill_volume_ml, graduation_ml)


def case(session: Session, person: Person, code: str) -> Case:
    """A kit's preparation, as far as this person works for its participant. Raises NoSuchKit."""
    return case_of(session, kits.found(session, person, code))


def case_of(session: Session, found: KitFound) -> Case:
    """The preparation of a kit."""
    made = session.exec(select(Preparation).where(Preparation.kit_id == found.kit.id)).first()
    plan, protocol = dosing.plan_of(session, found.kit), studies.protocol(session, found.participant)
    if made is None:
        return Case(found, plan, protocol, None, [], None, None)
    return Case(found, plan, protocol, made, thaws(session, made.id), latest_recount(session, made.id), fill(session, made.id))


def thaws(session: Session, preparation_id: UUID) -> list[tuple[Thaw, Unit]]:
    """What was thawed for a preparation, in that order."""
    wanted = select(Thaw, Unit).join(Unit, col(Unit.id) == col(Thaw.unit_id)).where(Thaw.preparation_id == preparation_id)
    return list(session.exec(wanted.order_by(col(Thaw.thawed_at), col(Unit.code))))


def latest_recount(session: Session, preparation_id: UUID) -> Recount | None:
    """The count that counts; no two of a preparation are of the same time."""
    wanted = select(Recount).where(Recount.preparation_id == preparation_id)
    return session.exec(wanted.order_by(col(Recount.counted_at).desc())).first()


def fill(session: Session, preparation_id: UUID) -> tuple[Fill, Lot] | None:
    """How a kit was filled, and from which lot."""
    wanted = select(Fill, Lot).join(Lot, col(Lot.id) == col(Fill.lot_id)).where(Fill.preparation_id == preparation_id)
    return session.exec(wanted).first()


def roots_of(session: Session, found: KitFound) -> list[UUID]:
    """The roots of a kit and of whatever is, or may come, in it: its participant's donations, and the lot of its saline."""
    donations = session.exec(select(Donation.id).where(Donation.participant_id == found.participant.id))
    filled = select(Fill.lot_id).join(Preparation, col(Preparation.id) == col(Fill.preparation_id))
    return [found.kit.id, *donations, *session.exec(filled.where(Preparation.kit_id == found.kit.id))]


def at_hand(session: Session, this: Case) -> Sequence[Unit]:
    """The units that may still be thawed for this kit, the oldest first; none for a kit of saline."""
    return cryostorage.usable_units(session, this.found.participant.id) if this.contents is Contents.CELLS else []
