"""Finding studies and participants. For a person, a participant of a place that is not theirs does not exist."""

import json
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from biobank.access.tables import PersonRow
from biobank.act.acts import Act
from biobank.act.people import Person, Side
from biobank.db.columns import counts
from biobank.studies.definition import StudyDefinition, canonical_json, fingerprint
from biobank.studies.load import read_canonical
from biobank.studies.protocol import ProtocolVersion
from biobank.studies.rules import NoSuchParticipant, NoSuchSite, NoSuchStudy
from biobank.studies.tables import CodeBreak, Consent, Facility, Participant, Site, Study, StudyVersion, Weight

_DEFINITIONS: dict[bytes, StudyDefinition] = {}
"""Definitions by their SHA-256; what carries a hash never changes, so that no entry ever ages."""


class DefinitionChanged(RuntimeError):
    """A stored definition is not the one whose hash was recorded; the records of this database cannot be trusted."""


def study(session: Session, code: str) -> Study:
    """The study with this code. Raises NoSuchStudy."""
    found = session.exec(select(Study).where(Study.code == code)).first()
    if found is None:
        raise NoSuchStudy(study=code)
    return found


def studies(session: Session) -> Sequence[Study]:
    """Every study, by its code."""
    return session.exec(select(Study).order_by(col(Study.code))).all()


def versions(session: Session, study_id: UUID) -> Sequence[StudyVersion]:
    """The protocol versions of a study, by their label."""
    return session.exec(select(StudyVersion).where(StudyVersion.study_id == study_id).order_by(col(StudyVersion.label))).all()


def sites(session: Session, study_id: UUID) -> list[tuple[Site, str]]:
    """The sites of a study with the codes of their facilities."""
    wanted = select(Site, Facility.code).join(Facility, col(Facility.id) == col(Site.facility_id))
    return list(session.exec(wanted.where(Site.study_id == study_id).order_by(col(Site.code))))


def stored_form(definition: StudyDefinition) -> dict[str, Any]:
    """A definition as a column of JSON keeps it, without losing a digit."""
    stored: dict[str, Any] = json.loads(canonical_json(definition))
    return stored


def definition_of_study(session: Session, study_id: UUID) -> StudyDefinition:
    """The definition as it was loaded with the study's versions."""
    wanted = select(StudyVersion.id, StudyVersion.definition_sha256).where(StudyVersion.study_id == study_id)
    return _definition(session, *session.exec(wanted.order_by(col(StudyVersion.loaded_at).desc())).all()[0])


def sponsor(session: Session, participant: Participant) -> str:
    """Who answers for the study of a participant."""
    return definition_of_study(session, participant.study_id).study.sponsor


def protocol(session: Session, participant: Participant) -> ProtocolVersion:
    """The protocol version to which a participant consented."""
    return protocol_of(session, participant.version_id)


def protocol_of(session: Session, version_id: UUID) -> ProtocolVersion:
    """The protocol version of this id."""
    wanted = select(StudyVersion.label, StudyVersion.definition_sha256).where(StudyVersion.id == version_id)
    label, sha256 = session.exec(wanted).one()
    return _definition(session, version_id, sha256).version(label)


def _definition(session: Session, version_id: UUID, sha256: bytes) -> StudyDefinition:
    known = _DEFINITIONS.get(sha256)
    if known is None:
        stored = session.exec(select(StudyVersion.definition).where(StudyVersion.id == version_id)).one()
        known = read_canonical(json.dumps(stored).encode())
        if bytes.fromhex(fingerprint(known)) != sha256:
            raise DefinitionChanged(known.study.code)
        _DEFINITIONS[sha256] = known
    return known


def site(session: Session, person: Person, study: Study, code: str) -> Site:
    """A site of a study at which this person works. Raises NoSuchSite."""
    found = session.exec(select(Site).where(Site.study_id == study.id, Site.code == code)).first()
    if found is None or not person.works_at(f"{study.code}/{code}"):
        raise NoSuchSite(study=study.code, site=code)
    return found


def site_of(session: Session, participant: Participant) -> Site:
    """The clinical site of a participant."""
    return session.exec(select(Site).where(Site.id == participant.site_id)).one()


def facility_of(session: Session, participant: Participant) -> Facility:
    """The facility that makes a participant's cells."""
    wanted = select(Facility).join(Site, col(Site.facility_id) == col(Facility.id))
    return session.exec(wanted.where(Site.id == participant.site_id)).one()


def place_of(session: Session, participant: Participant) -> str:
    """A participant's site with its study, such as smart-ms/01, as places of people are written."""
    wanted = select(Study.code, Site.code).join(Site, col(Site.study_id) == col(Study.id))
    return "/".join(session.exec(wanted.where(Site.id == participant.site_id)).one())


def exists_for(session: Session, person: Person, participant: Participant) -> bool:
    """Whether a person works at the participant's site (bedside) or at the facility that serves it."""
    if not person.places:
        return True
    if person.side is Side.FACILITY:
        return person.works_at(facility_of(session, participant).code)
    return person.works_at(place_of(session, participant))


def participant(session: Session, person: Person, code: str) -> Participant:
    """The participant with this code, as far as this person works for them. Raises NoSuchParticipant."""
    found = session.exec(select(Participant).where(Participant.code == code)).first()
    if found is None or not exists_for(session, person, found):
        raise NoSuchParticipant(participant=code)
    return found


def participant_for_change(act: Act, code: str) -> Participant:
    """The participant, locked for an act of the bedside; the facility only reads. Raises NoSuchParticipant."""
    found = participant(act.session, act.person, code)
    return act.session.exec(
        select(Participant).where(Participant.id == found.id).with_for_update().execution_options(populate_existing=True)
    ).one()


def participants(session: Session, person: Person) -> list[Participant]:
    """Every participant for whom this person works, by their code."""
    found = session.exec(select(Participant).order_by(col(Participant.code))).all()
    return [one for one in found if exists_for(session, person, one)]


def consents(session: Session, participant_id: UUID) -> Sequence[Consent]:
    """What a participant consented to, also what they withdrew."""
    wanted = select(Consent).where(Consent.participant_id == participant_id)
    return session.exec(wanted.order_by(col(Consent.given_at), col(Consent.purpose))).all()


def weights(session: Session, participant_id: UUID, period: int) -> Sequence[Weight]:
    """The weights of a period as they count, corrected ones left out, the newest first."""
    wanted = select(Weight).where(Weight.participant_id == participant_id, Weight.period == period, counts(Weight))
    return session.exec(wanted.order_by(col(Weight.measured_at).desc())).all()


def every_weight(session: Session, participant_id: UUID) -> Sequence[Weight]:
    """Every line about the weight of a participant, also those that were corrected, the oldest first."""
    wanted = select(Weight).where(Weight.participant_id == participant_id)
    found = session.exec(wanted.order_by(col(Weight.measured_at))).all()
    return [one for first in found if first.corrects is None for one in _line(first, found)]


def _line(first: Weight, found: Sequence[Weight]) -> Iterator[Weight]:
    """A weight, what corrects it, what corrects that …"""
    now: Weight | None = first
    while now is not None:
        yield now
        now = next((one for one in found if one.corrects == now.id), None)


def was_told(session: Session, participant: Participant, person: Person) -> bool:
    """Whether a code break told this person, by whichever of their accounts, what the participant receives."""
    breaker, here = aliased(PersonRow), aliased(PersonRow)
    same = or_(col(breaker.id) == col(here.id), col(breaker.human_id) == col(here.human_id))
    wanted = select(CodeBreak.id).join(breaker, col(breaker.id) == col(CodeBreak.person_id)).join(here, same)
    return session.exec(wanted.where(CodeBreak.participant_id == participant.id, here.id == person.id)).first() is not None


def latest_weight(session: Session, participant_id: UUID, period: int) -> Weight | None:
    """The newest weight of a period, in kilograms."""
    return next(iter(weights(session, participant_id, period)), None)


def visit_of_dose(protocol: ProtocolVersion, period: int) -> str:
    """The visit at which the dose of a period is given. Raises UnknownStep."""
    return protocol.period(period).dose_visit
