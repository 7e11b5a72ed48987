"""The allocation list and the breaking of one code: what reaches the sealed schema for people of the facility and in need."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, text
from sqlmodel import Session

from biobank.access.signed import SignedOut
from biobank.access.signing import sign
from biobank.access.tables import Signature
from biobank.act.acts import Act
from biobank.studies import queries, rules
from biobank.studies.definition import StudyDefinition
from biobank.studies.eligibility import WrongValue
from biobank.studies.sealed_schemas import (
    AllocationListIn,
    AllocationListOut,
    AllocationListsOut,
    BrokenOut,
    CodeBreakIn,
    CodeBreakOut,
)
from biobank.studies.tables import CodeBreak, Participant

_UPLOAD = text("SELECT sealed.upload_list(:study, :stratum, :sequences)")
_VERIFY = text("SELECT stratum, planned, used, digest FROM sealed.verify_list(:study)")
_BROKEN = text("""
    SELECT b.category, b.broken_at, b.signature_id, b.person_id, p.username, p.name, coalesce(a.reason, '') AS reason
      FROM code_break b JOIN person p ON p.id = b.person_id
      LEFT JOIN audit.entry e ON e.table_name = 'public.code_break' AND e.row_id = b.id::text
      LEFT JOIN audit.act a ON a.id = e.act_id
     WHERE b.participant_id = :participant ORDER BY b.broken_at, b.id
""")
_BREAK = text("SELECT sealed.break_code(:participant)")
WHOLE_STUDY = "all"


def verify_list(act: Act, code: str) -> AllocationListsOut:
    """Count what is planned and used of every stratum, with a digest to hold against the source. Raises NoSuchStudy."""
    study = queries.study(act.session, code)
    rows = act.session.connection().execute(_VERIFY, {"study": study.id})
    return AllocationListsOut([AllocationListOut.model_validate(dict(row)) for row in rows.mappings()])


def upload_list(act: Act, code: str, order: AllocationListIn) -> AllocationListsOut:
    """Seal the list of one stratum; from here on nobody reads it. Raises NoSuchStudy, WrongValue, AllocationListKnown."""
    study = queries.study(act.session, code)
    definition = queries.definition_of_study(act.session, study.id)
    _check_stratum(definition, order.stratum)
    _check_sequences(definition, order.sequences)
    if order.stratum in {one.stratum for one in verify_list(act, code).root}:
        raise rules.AllocationListKnown(stratum=order.stratum)
    values = {"study": study.id, "stratum": order.stratum, "sequences": order.sequences}
    act.session.connection().execute(_UPLOAD, values)
    return verify_list(act, code)


def _check_stratum(definition: StudyDefinition, stratum: str) -> None:
    by_site = definition.randomisation.stratified_by_site
    strata = {site.code for site in definition.sites} if by_site else {WHOLE_STUDY}
    if stratum not in strata:
        raise WrongValue(field="stratum", reason=f"must be one of {', '.join(sorted(strata))}")


def _check_sequences(definition: StudyDefinition, sequences: Iterable[str]) -> None:
    """Every version must know every sequence, because a list outlives a version."""
    for entry in definition.versions:
        known = definition.version(entry.label).crossover.sequences
        if unknown := sorted(set(sequences) - set(known)):
            raise WrongValue(field="sequences", reason=f"version {entry.label} has no sequence {unknown[0]}")


def record_code_break(act: Act, code: str, order: CodeBreakIn) -> None:
    """Put on record that the person who signs for it will be told one participant's sequence: who, when and why.

    Raises NoSuchParticipant, WrongState, NotSigned.
    """
    participant = queries.participant(act.session, act.person, code)
    rules.check_was_allocated(code, participant.allocated_at)
    signature = sign(act, code, rules.signed_code_break(code, order.category, order.reason))
    act.add(
        CodeBreak(
            id=act.new_id(),
            participant_id=participant.id,
            person_id=act.person.id,
            category=order.category,
            broken_at=act.recorded_at,
            signature_id=signature.id,
        )
    )


def tell_sequence(act: Act, code: str) -> CodeBreakOut:
    """Tell one participant's sequence, in an act after the one that recorded it: the database tells nobody of whom no record
    stands, and for ten minutes only. What was told is kept nowhere.

    Raises NoSuchParticipant.
    """
    participant = queries.participant(act.session, act.person, code)
    sequence: str = act.session.connection().execute(_BREAK, {"participant": participant.id}).scalar_one()
    return CodeBreakOut(participant=code, sequence=sequence)


def code_breaks(session: Session, participant: Participant) -> list[BrokenOut]:
    """The times that somebody broke a participant's code; for logins that may read the trail, where the reasons stand."""
    found = session.connection().execute(_BROKEN, {"participant": participant.id}).all()
    return [_broken(session, participant.code, row) for row in found]


def _broken(session: Session, code: str, row: Row[Any]) -> BrokenOut:
    signed = SignedOut(signature=None, unsigned=None)
    if row.signature_id is not None:
        content = rules.signed_code_break(code, row.category, row.reason)
        signed = SignedOut.of(session.get_one(Signature, row.signature_id), code, content, row.person_id)
    return BrokenOut(
        username=row.username,
        name=row.name,
        category=row.category,
        reason=row.reason,
        broken_at=row.broken_at,
        signature=signed.signature,
        unsigned=signed.unsigned,
    )
