"""Whose eyes a material is for: its root leads to the participant, and the participant to a site and a facility."""

from sqlalchemy import union_all
from sqlmodel import Session, col, select

from biobank.act.people import Person, Side
from biobank.custody.tables import Material, MaterialKind
from biobank.dispensing.tables import Kit
from biobank.donation.tables import Donation
from biobank.studies.tables import Facility, Participant, Site, Study
from biobank.tracing import lying


def sees(session: Session, person: Person, material: Material) -> bool:
    """Whether ``material`` is of a place where ``person`` works; lots belong to every facility, racks and boxes to a freezer's.

    The place at the bedside is the participant's site, at the facility the one that serves this site.
    """
    if not person.places or material.kind == MaterialKind.LOT:
        return True
    if material.kind in (MaterialKind.RACK, MaterialKind.BOX):
        return person.works_at(lying.freezer_of(session, material.id).facility_code)
    participants = union_all(
        select(Donation.participant_id).where(Donation.id == material.root_id),
        select(Kit.participant_id).where(Kit.id == material.root_id),
    )
    places = (
        select(Study.code, Site.code, Facility.code)
        .select_from(Participant)
        .join(Site, col(Site.id) == Participant.site_id)
        .join(Study, col(Study.id) == Site.study_id)
        .join(Facility, col(Facility.id) == Site.facility_id)
        .where(col(Participant.id).in_(participants))
    )
    found = session.exec(places).first()
    if found is None:
        return False
    study, site, facility = found
    return person.works_at(facility if person.side is Side.FACILITY else f"{study}/{site}")
