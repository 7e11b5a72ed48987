"""What may happen to a participant: consent, screening, allocation, weighing, withdrawal. Nothing here knows an arm."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum

from biobank.errors import BadInput, Conflict, NotAllowed, NotFound

LATEST_BASELINE = timedelta(days=366)
"""How far ahead a first dose may be planned; a default of this system, which catches a mistyped year."""


class ParticipantState(StrEnum):
    """How far a participant is on the way into and through the study."""

    CONSENTED = "consented"
    ELIGIBLE = "eligible"
    NOT_ELIGIBLE = "not_eligible"
    ALLOCATED = "allocated"
    WITHDRAWN = "withdrawn"
    COMPLETED = "completed"


NEXT: dict[ParticipantState, frozenset[ParticipantState]] = {
    ParticipantState.CONSENTED: frozenset({ParticipantState.ELIGIBLE, ParticipantState.NOT_ELIGIBLE, ParticipantState.WITHDRAWN}),
    ParticipantState.ELIGIBLE: frozenset({ParticipantState.ALLOCATED, ParticipantState.WITHDRAWN}),
    ParticipantState.NOT_ELIGIBLE: frozenset({ParticipantState.WITHDRAWN}),
    ParticipantState.ALLOCATED: frozenset({ParticipantState.COMPLETED, ParticipantState.WITHDRAWN}),
    ParticipantState.COMPLETED: frozenset({ParticipantState.WITHDRAWN}),
    ParticipantState.WITHDRAWN: frozenset(),
}
"""Nobody comes back from a withdrawal; who consents again is a new participant."""


class NoSuchStudy(NotFound):
    """No study has this code."""

    code = "no_such_study"


class NoSuchSite(NotFound):
    """The study has no such site, or this person does not work there."""

    code = "no_such_site"


class NoSuchParticipant(NotFound):
    """No participant has this code, or they belong to another site."""

    code = "no_such_participant"


class StudyKnown(Conflict):
    """A study of this code is here already."""

    code = "study_known"


class PrefixKnown(Conflict):
    """Another study's participant numbers begin with these letters."""

    code = "prefix_known"


class SiteFull(Conflict):
    """The participant numbers of this site are used up."""

    code = "site_full"


class ConsentMissing(BadInput):
    """Nobody takes part without the purposes that the study requires."""

    code = "consent_missing"


class NoSuchConsent(Conflict):
    """This purpose was not consented to, or was withdrawn before."""

    code = "no_such_consent"


class Unblinded(NotAllowed):
    """Who acts was told what this participant receives."""

    code = "unblinded"


class WrongState(Conflict):
    """The participant is not at the point at which this may happen."""

    code = "wrong_participant_state"


class AlreadyAllocated(Conflict):
    """A participant is allocated once."""

    code = "already_allocated"


class NoAllocationLeft(Conflict):
    """The allocation list of this site has no place left, or was never uploaded."""

    code = "no_allocation_left"


class AllocationListKnown(Conflict):
    """This stratum has its list already; a list is never replaced."""

    code = "allocation_list_known"


class ScreeningIncomplete(BadInput):
    """Something that a criterion needs is not known yet."""

    code = "screening_incomplete"


class BaselineTooEarly(BadInput):
    """The first dose cannot be made by that day."""

    code = "baseline_too_early"


class BaselineTooLate(BadInput):
    """The first dose lies further ahead than anybody plans."""

    code = "baseline_too_late"


class VisitsToCome(Conflict):
    """The schedule has a visit whose window is not open yet."""

    code = "visits_to_come"


class WeightKnown(Conflict):
    """A weight of that very moment was recorded already."""

    code = "weight_known"


def check_number(site: str, number: int) -> None:
    """A participant number has three digits. Raises SiteFull."""
    if number > 999:
        raise SiteFull(site=site)


def check_consents(required: Iterable[str], given: Iterable[str]) -> None:
    """Raises ConsentMissing, naming every required purpose that was not given."""
    lacking = sorted(set(required) - set(given))
    if lacking:
        raise ConsentMissing(field="purposes", missing=" and ".join(lacking))


def check_may_become(participant: str, state: ParticipantState, to: ParticipantState) -> None:
    """Raises AlreadyAllocated, WrongState."""
    if state is to is ParticipantState.ALLOCATED:
        raise AlreadyAllocated(participant=participant)
    if to not in NEXT[state]:
        raise WrongState(participant=participant, state=state)


def check_blind(participant: str, *, told: bool) -> None:
    """Whoever was told the sequence measures, fetches and gives nothing for this participant any more. Raises Unblinded.

    Taking marrow, withdrawal and another code break remain: nothing is assessed there, and nobody in need waits for them.
    """
    if told:
        raise Unblinded(participant=participant)


def check_allocated(participant: str, state: ParticipantState) -> None:
    """What follows the allocation happens only to who takes part. Raises WrongState."""
    if state is not ParticipantState.ALLOCATED:
        raise WrongState(participant=participant, state=state)


def check_was_allocated(participant: str, allocated_at: datetime | None) -> None:
    """There is a sequence to tell, also of somebody who withdrew since. Raises WrongState."""
    if allocated_at is None:
        raise WrongState(participant=participant, state="not allocated")


def check_complete(missing: Iterable[str]) -> None:
    """Raises ScreeningIncomplete, naming all that is missing."""
    if lacking := list(missing):
        raise ScreeningIncomplete(field="values", missing=lacking, named=", ".join(lacking))


def check_baseline(on: date, today: date, aspiration_to_dose_days: int) -> None:
    """The first dose is not before cells aspirated today can be ready. Raises BaselineTooEarly, BaselineTooLate."""
    earliest, latest = today + timedelta(days=aspiration_to_dose_days), today + LATEST_BASELINE
    if on < earliest:
        raise BaselineTooEarly(field="baseline_on", earliest=earliest)
    if on > latest:
        raise BaselineTooLate(field="baseline_on", latest=latest)


def check_last_visit(participant: str, on: date, opens: date) -> None:
    """Nobody has completed the study before the window of the last visit opens. Raises VisitsToCome."""
    if on < opens:
        raise VisitsToCome(participant=participant, opens=opens)


def signed_code_break(participant: str, category: str, reason: str) -> dict[str, str]:
    """What the signature of who breaks a code is bound to."""
    return {"act": "code_break", "participant": participant, "category": category, "reason": reason}


def check_newer_weight(measured_at: datetime, known: Iterable[datetime]) -> None:
    """Two weights of one moment would leave open which counts. Raises WeightKnown."""
    if measured_at in set(known):
        raise WeightKnown(measured_at=measured_at)


def check_may_withdraw(participant: str, purposes: Iterable[str], standing: Iterable[str]) -> None:
    """Only what stands is withdrawn. Raises NoSuchConsent."""
    known = set(standing)
    for purpose in sorted(purposes):
        if purpose not in known:
            raise NoSuchConsent(participant=participant, purpose=purpose)
