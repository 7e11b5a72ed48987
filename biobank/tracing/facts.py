"""What the records of each kind say about a thing: the fields of its story."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from sqlmodel import Session, col, select

from biobank.cryostorage.tables import FreezingRun, StoragePlace, Unit
from biobank.custody.tables import Material
from biobank.deviations.tables import Deviation
from biobank.dispensing.tables import Administration, Kit, RemainsAccount
from biobank.donation.tables import Donation
from biobank.expansion.tables import Batch, CellCount, Culture
from biobank.labelling.tables import LabelSet
from biobank.monitoring.tables import Freezer
from biobank.studies import queries as studies
from biobank.studies.rules import ParticipantState
from biobank.studies.tables import Facility, Participant, Screening
from biobank.supplies.tables import Lot
from biobank.tracing import lying
from biobank.tracing.queries import Thing
from biobank.tracing.rules import ThingKind

Fact = str | int | bool | Decimal | datetime | date | None
Facts = dict[str, Fact]


def facts(session: Session, about: Thing) -> Facts:
    """The fields of a thing by name, quantities in the unit that the name says."""
    return _OF[about.kind](session, about.id)


def _participant(session: Session, identity: UUID) -> Facts:
    one = session.get_one(Participant, identity)
    protocol = studies.protocol(session, one)
    judged: Facts = {}
    if one.state == ParticipantState.NOT_ELIGIBLE:
        judged = {"why_not_eligible": "; ".join(_failures(session, identity))}
    return judged | {
        "study": protocol.study,
        "site": studies.site_of(session, one).code,
        "version": protocol.label,
        "consented_at": one.consented_at,
        "baseline_on": None if one.baseline_at is None else one.baseline_at.astimezone(UTC).date(),
    }


def _failures(session: Session, participant_id: UUID) -> list[str]:
    """Why the last screening found somebody not eligible, in words; each is kept behind the name of its criterion."""
    screened = select(Screening).where(Screening.participant_id == participant_id).order_by(col(Screening.judged_at).desc())
    last = session.exec(screened).first()
    return [] if last is None else [failure.partition(": ")[2] for failure in last.failures]


def _donation(session: Session, identity: UUID) -> Facts:
    one = session.get_one(Donation, identity)
    participant = session.get_one(Participant, one.participant_id)
    return {
        "participant": participant.code,
        "period": one.period,
        "visit": studies.protocol(session, participant).period(one.period).collection_visit,
        "volume_ml": one.volume_ml,
        "collected_at": one.collected_at,
    }


def _label_set(session: Session, identity: UUID) -> Facts:
    one = session.get_one(LabelSet, identity)
    participant = session.get_one(Participant, one.participant_id)
    return {
        "participant": participant.code,
        "period": one.period,
        "visit": studies.protocol(session, participant).period(one.period).collection_visit,
        "prepared_at": one.prepared_at,
    }


def _kit(session: Session, identity: UUID) -> Facts:
    one = session.get_one(Kit, identity)
    participant = session.get_one(Participant, one.participant_id)
    given = session.exec(select(Administration).where(Administration.kit_id == identity)).first()
    destroyed = session.exec(select(RemainsAccount).where(RemainsAccount.kit_id == identity)).first()
    used: Facts = {}
    if given is not None:
        used = {"given_at": given.given_at, "given_ml": given.given_ml, "remains_ml": given.remains_ml}
    if destroyed is not None:
        used |= {"destroyed_ml": destroyed.destroyed_ml}
    return {
        "participant": participant.code,
        "period": one.period,
        "visit": studies.visit_of_dose(studies.protocol(session, participant), one.period),
        "available_at": one.available_at,
        "expires_at": one.expires_at,
        "fill_volume_ml": one.fill_volume_ml,
        **used,
    }


def _batch(session: Session, identity: UUID) -> Facts:
    one = session.get_one(Batch, identity)
    donation = session.get_one(Donation, one.root_id)
    return {
        "donation": donation.din,
        "participant": session.get_one(Participant, donation.participant_id).code,
        "purpose": one.purpose,
        "facility": session.get_one(Facility, one.facility_id).code,
        "process_version": one.process_version,
        "specification_version": one.specification_version,
        "opened_at": one.opened_at,
    }


def _culture(session: Session, identity: UUID) -> Facts:
    one = session.get_one(Culture, identity)
    harvest = session.exec(select(CellCount).where(CellCount.culture_id == identity)).first()
    counted: Facts = {}
    if harvest is not None:
        counted = {
            "viable_cells": harvest.viable_cells,
            "viability_percent": harvest.viability_percent,
            "harvested_at": harvest.counted_at,
            "verified_at": harvest.verified_at,
        }
    return _of_batch(session, one.batch_id) | {
        "passage": one.passage,
        "vessel": one.vessel,
        "vessels": one.vessels,
        "area_cm2": one.area_cm2,
        "cells_seeded": one.cells_seeded,
        "seeded_at": one.seeded_at,
        **counted,
    }


def _unit(session: Session, identity: UUID) -> Facts:
    one = session.get_one(Unit, identity)
    spot = lying.spot_of_unit(session, identity)
    return _of_batch(session, one.batch_id) | {
        "purpose": session.get_one(Batch, one.batch_id).purpose,
        "container": one.container,
        "viable_cells": one.viable_cells,
        "volume_ml": one.volume_ml,
        "frozen_at": session.get_one(FreezingRun, one.run_id).frozen_at,
        "position": spot.position.code if spot else None,
        "freezer": spot.freezer.code if spot else None,
    }


def _of_batch(session: Session, batch_id: UUID) -> Facts:
    found = (
        select(Batch.code, Donation.din, Participant.code)
        .join(Donation, col(Donation.id) == col(Batch.root_id))
        .join(Participant, col(Participant.id) == col(Donation.participant_id))
        .where(Batch.id == batch_id)
    )
    batch, donation, participant = session.exec(found).one()
    return {"batch": batch, "donation": donation, "participant": participant}


def _lot(session: Session, identity: UUID) -> Facts:
    one = session.get_one(Lot, identity)
    return {
        "lot_kind": one.kind,
        "name": one.name,
        "supplier": one.supplier,
        "supplier_lot": one.supplier_lot,
        "expires_at": one.expires_at,
        "received_at": one.received_at,
    }


def _position(session: Session, identity: UUID) -> Facts:
    spot = lying.spot(session, identity)
    return {
        "freezer": spot.freezer.code,
        "rack": spot.position.rack,
        "box": spot.position.box,
        "slot": spot.position.slot,
        "unit": lying.unit_at(session, identity),
    }


def _storage_place(session: Session, identity: UUID) -> Facts:
    one = session.get_one(StoragePlace, identity)
    return {"freezer": lying.freezer_of(session, identity).code, "rack": one.rack, "box": one.box}


def _freezer(session: Session, identity: UUID) -> Facts:
    one = session.get_one(Freezer, identity)
    return {"name": one.name, "facility": one.facility_code}


def _deviation(session: Session, identity: UUID) -> Facts:
    one = session.get_one(Deviation, identity)
    return {
        "material": session.get_one(Material, one.material_id).code,
        "title": one.title,
        "description": one.description,
        "opened_at": one.opened_at,
        "closed_at": one.closed_at,
        "conclusion": one.conclusion,
    }


_OF: dict[ThingKind, Callable[[Session, UUID], Facts]] = {
    ThingKind.PARTICIPANT: _participant,
    ThingKind.LABEL_SET: _label_set,
    ThingKind.DONATION: _donation,
    ThingKind.KIT: _kit,
    ThingKind.BATCH: _batch,
    ThingKind.CULTURE: _culture,
    ThingKind.UNIT: _unit,
    ThingKind.LOT: _lot,
    ThingKind.RACK: _storage_place,
    ThingKind.BOX: _storage_place,
    ThingKind.POSITION: _position,
    ThingKind.FREEZER: _freezer,
    ThingKind.DEVIATION: _deviation,
}
