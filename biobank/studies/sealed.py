"""The allocation list and the breaking of one code: what reaches the sealed schema for people of the facility and in need."""

from collections.abc import Iterable

from sqlalchemy import text

from biobank.access.signing import sign
from biobank.act.acts import Act
from biobank.studies import queries, rules
from biobank.studies.definition import StudyDefinition
from biobank.studies.eligibility import WrongValue
from biobank.studies.schemas import AllocationListIn, AllocationListOut, AllocationListsOut, CodeBreakIn, CodeBreakOut
from biobank.studies.tables import CodeBreak

_UPLOAD = text("SELECT sealed.upload_list(:study, :stratum, :sequences)")
_VERIFY = text("SELECT stratum, planned, used, digest FROM sealed.verify_list(:study)")
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


def break_code(act: Act, code: str, order: CodeBreakIn) -> CodeBreakOut:
    """Tell the person who signs for it one participant's sequence; who, when and why stay, what was told does not.

    Raises NoSuchParticipant, WrongState, NotSigned.
    """
    participant = queries.participant(act.session, act.person, code)
    rules.check_was_allocated(code, participant.allocated_at)
    sign(act, code, {"act": "code_break", "participant": code, "category": order.category, "reason": order.reason})
    act.add(
        CodeBreak(
            id=act.new_id(),
            participant_id=participant.id,
            person_id=act.person.id,
            category=order.category,
            broken_at=act.recorded_at,
        )
    )
    sequence: str = act.session.connection().execute(_BREAK, {"participant": participant.id}).scalar_one()
    return CodeBreakOut(participant=code, sequence=sequence)
