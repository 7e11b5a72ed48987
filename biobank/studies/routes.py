"""Studies for the desk, participants for the bedside, the allocation list for the unblinded statistician."""

from typing import Annotated

from fastapi import APIRouter, Path
from sqlmodel import Session

from biobank.act.kinds import Kind
from biobank.studies import operations, queries, sealed
from biobank.studies.schemas import (
    AllocationIn,
    CompletionIn,
    ConsentIn,
    ParticipantOut,
    QuestionsOut,
    ScreeningIn,
    ScreeningOut,
    StudyIn,
    StudyOut,
    WeightCorrectionIn,
    WeightIn,
    WeightOut,
    WithdrawalIn,
)
from biobank.studies.sealed_schemas import (
    AllocationListIn,
    AllocationListsOut,
    BrokenOut,
    CodeBreakIn,
    CodeBreakOut,
    VerificationIn,
)
from biobank.studies.tables import Participant, Study
from biobank.units import Code
from biobank.web.begin import Begin, Look

router = APIRouter(prefix="/api", tags=["studies"])
StudyCode = Annotated[str, Path(pattern=r"^[a-z0-9_-]{1,60}$")]


def _study(session: Session, study: Study) -> StudyOut:
    return StudyOut.of(study, queries.versions(session, study.id), queries.sites(session, study.id))


def _participant(session: Session, participant: Participant) -> ParticipantOut:
    site = queries.site_of(session, participant)
    return ParticipantOut.of(participant, site, queries.protocol(session, participant), queries.consents(session, participant.id))


@router.get("/studies")
def studies(look: Look) -> list[StudyOut]:
    """Every study with its versions and sites."""
    with look() as session:
        return [_study(session, study) for study in queries.studies(session)]


@router.post("/studies", status_code=201)
def load_study(order: StudyIn, begin: Begin) -> StudyOut:
    """Take a study in from its definition."""
    with begin(Kind.LOAD_STUDY) as act:
        return act.answer(_study(act.session, operations.load_study(act, order.definition)))


@router.get("/participants")
def participants(look: Look) -> list[ParticipantOut]:
    """Every participant for whom this person works."""
    with look() as session:
        return [_participant(session, one) for one in queries.participants(session, look.person)]


@router.get("/participants/{code}")
def participant(code: Code, look: Look) -> ParticipantOut:
    """One participant, with the windows of their visits."""
    with look() as session:
        return _participant(session, queries.participant(session, look.person, code))


@router.post("/participants", status_code=201)
def consent(order: ConsentIn, begin: Begin) -> ParticipantOut:
    """Take a new participant in."""
    with begin(Kind.CONSENT, occurred_at=order.occurred_at) as act:
        return act.answer(_participant(act.session, operations.consent(act, order)))


@router.get("/participants/{code}/screening")
def questions(code: Code, look: Look) -> QuestionsOut:
    """What screening asks about this participant."""
    with look() as session:
        found = queries.participant(session, look.person, code)
        return QuestionsOut.of(queries.protocol(session, found), queries.site_of(session, found).code)


@router.post("/participants/{code}/screening", status_code=201)
def screen(code: Code, order: ScreeningIn, begin: Begin) -> ScreeningOut:
    """Judge whether a participant may take part."""
    with begin(Kind.SCREEN) as act:
        return act.answer(ScreeningOut.of(operations.screen(act, code, order)))


@router.post("/participants/{code}/allocation")
def allocate(code: Code, order: AllocationIn, begin: Begin) -> ParticipantOut:
    """Assign the next sealed sequence; nobody at the bedside learns which it is."""
    with begin(Kind.ALLOCATE) as act:
        return act.answer(_participant(act.session, operations.allocate(act, code, order.baseline_on)))


@router.post("/participants/{code}/weights", status_code=201)
def weigh(code: Code, order: WeightIn, begin: Begin) -> WeightOut:
    """Record a body weight."""
    with begin(Kind.WEIGH, occurred_at=order.occurred_at) as act:
        return act.answer(WeightOut.of(operations.weigh(act, code, order)))


@router.get("/participants/{code}/weights")
def weights(code: Code, look: Look) -> list[WeightOut]:
    """Every weight of a participant, with those that were corrected."""
    with look() as session:
        found = queries.every_weight(session, queries.participant(session, look.person, code).id)
        wrong = {one.corrects for one in found}
        return [WeightOut.of(one, one.id in wrong) for one in found]


@router.post("/participants/{code}/weights/correction", status_code=201)
def correct_weight(code: Code, order: WeightCorrectionIn, begin: Begin) -> WeightOut:
    """Correct the last weight of a period; the wrong one stays in the record."""
    with begin(Kind.CORRECT_WEIGHT, reason=order.reason) as act:
        return act.answer(WeightOut.of(operations.correct_weight(act, code, order.period, order.weight_kg, order.reason)))


@router.post("/participants/{code}/completion")
def complete(code: Code, order: CompletionIn, begin: Begin) -> ParticipantOut:
    """Record that a participant has completed the study."""
    with begin(Kind.COMPLETE, occurred_at=order.occurred_at) as act:
        return act.answer(_participant(act.session, operations.complete(act, code)))


@router.post("/participants/{code}/withdrawal")
def withdraw(code: Code, order: WithdrawalIn, begin: Begin) -> ParticipantOut:
    """Withdraw consent to some purposes."""
    with begin(Kind.WITHDRAW, reason=order.reason) as act:
        return act.answer(_participant(act.session, operations.withdraw(act, code, order.purposes)))


@router.post("/participants/{code}/code-break")
def break_code(code: Code, order: CodeBreakIn, begin: Begin) -> CodeBreakOut:
    """Tell one participant's sequence to whoever signs for it; it is told once."""
    with begin(Kind.BREAK_CODE, reason=order.reason, signature=order.signature) as act:
        sealed.record_code_break(act, code, order)
    with begin.next(Kind.BREAK_CODE, reason=order.reason) as act:
        return sealed.tell_sequence(act, code)


@router.get("/participants/{code}/code-breaks")
def code_breaks(code: Code, look: Look) -> list[BrokenOut]:
    """Who broke the code of a participant, when and why, and never what they were told."""
    with look() as session:
        return sealed.code_breaks(session, queries.participant(session, look.person, code))


@router.post("/studies/{code}/allocation-list", status_code=201)
def upload_list(code: StudyCode, order: AllocationListIn, begin: Begin) -> AllocationListsOut:
    """Seal the allocation list of one stratum."""
    with begin(Kind.UPLOAD_ALLOCATION) as act:
        return act.answer(sealed.upload_list(act, code, order))


@router.post("/studies/{code}/allocation-list/verification")
def verify_list(code: StudyCode, _order: VerificationIn, begin: Begin) -> AllocationListsOut:
    """Counts and digest of every stratum, to be held against the source."""
    with begin(Kind.VERIFY_ALLOCATION) as act:
        return act.answer(sealed.verify_list(act, code))
