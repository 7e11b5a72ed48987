"""Loading studies; consent, screening, allocation, weights and withdrawal of participants."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

from psycopg import Error as DatabaseError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from biobank.act.acts import Act
from biobank.custody import codes
from biobank.custody.rules import check_in_order
from biobank.custody.tables import Scope
from biobank.errors import NothingToCorrect
from biobank.studies import queries, rules
from biobank.studies.definition import StudyDefinition, fingerprint
from biobank.studies.eligibility import Attestation, Recorded, Verdict, WrongValue, judge
from biobank.studies.load import load_text
from biobank.studies.rules import ParticipantState
from biobank.studies.schedule import window
from biobank.studies.schemas import ConsentIn, ScreeningIn, WeightIn
from biobank.studies.tables import Consent, Facility, Participant, Screening, Site, Study, StudyPlan, StudyVersion, Weight
from labels import local

_ASSIGN = text("SELECT sealed.assign_next(:participant)")
_NOTHING_LEFT = "BB025"


def load_study(act: Act, definition: str) -> Study:
    """Take a study in from its definition (TOML text). Raises WrongDefinition, StudyKnown, PrefixKnown."""
    read = load_text(definition, "definition")
    for known in queries.studies(act.session):
        if known.code == read.study.code:
            raise rules.StudyKnown(study=known.code)
        if queries.definition_of_study(act.session, known.id).study.label_prefix == read.study.label_prefix:
            raise rules.PrefixKnown(prefix=read.study.label_prefix, study=known.code)
    study = act.add(Study(id=act.new_id(), code=read.study.code, title=read.study.title, loaded_at=act.recorded_at))
    _add_sites(act, study, read)
    for entry in read.versions:
        _add_version(act, study, read, entry.label)
    return study


def _add_sites(act: Act, study: Study, read: StudyDefinition) -> None:
    """Sites with their facilities; a facility that another study brought is the same one."""
    facilities = {one.code: one for one in act.session.exec(select(Facility))}
    for made in read.facilities:
        if made.code not in facilities:
            facilities[made.code] = act.add(Facility(id=act.new_id(), code=made.code, name=made.name))
    for site in read.sites:
        act.add(
            Site(
                id=act.new_id(),
                study_id=study.id,
                code=site.code,
                name=site.name,
                country=site.country,
                facility_id=facilities[site.facility].id,
            )
        )


def _add_version(act: Act, study: Study, read: StudyDefinition, label: str) -> None:
    version = act.add(
        StudyVersion(
            id=act.new_id(),
            study_id=study.id,
            label=label,
            definition=queries.stored_form(read),
            definition_sha256=bytes.fromhex(fingerprint(read)),
            loaded_at=act.recorded_at,
        )
    )
    for step in read.version(label).crossover.steps:
        act.add(
            StudyPlan(
                id=act.new_id(),
                version_id=version.id,
                sequence=step.sequence,
                period=step.period,
                aspirate_becomes=step.aspirate_becomes or "none",
                kit_contains=step.kit,
                cells_from_period=step.cells_from_period,
            )
        )


def consent(act: Act, order: ConsentIn) -> Participant:
    """Take a new participant in under the version in force where and when they consent.

    Raises NoSuchStudy, NoSuchSite, ConsentMissing, WrongValue, NoVersionInForce, SiteFull.
    """
    study = queries.study(act.session, order.study)
    site = queries.site(act.session, act.person, study, order.site)
    definition = queries.definition_of_study(act.session, study.id)
    _check_purposes(definition, order.purposes)
    version = definition.version_in_force(site.country, act.occurred_at.astimezone(UTC).date())
    number = codes.next_number(act, Scope.BEDSIDE, f"participant {study.code}/{site.code}")
    rules.check_number(site.code, number)
    pinned = select(StudyVersion.id).where(StudyVersion.study_id == study.id, StudyVersion.label == version.label)
    participant = act.add(
        Participant(
            id=act.new_id(),
            code=local.participant_code(definition.study.label_prefix, site.code, number),
            study_id=study.id,
            version_id=act.session.exec(pinned).one(),
            site_id=site.id,
            state=ParticipantState.CONSENTED,
            consented_at=act.occurred_at,
        )
    )
    for purpose in sorted(order.purposes):
        act.add(
            Consent(
                id=act.new_id(),
                participant_id=participant.id,
                purpose=purpose,
                given_at=act.occurred_at,
                recorded_by=act.person.id,
            )
        )
    return participant


def _check_purposes(definition: StudyDefinition, given: frozenset[str]) -> None:
    for purpose in sorted(given - {one.purpose for one in definition.consents}):
        raise WrongValue(field=purpose, reason="the study does not ask for this purpose")
    rules.check_consents((one.purpose for one in definition.consents if one.required), given)


def screen(act: Act, code: str, order: ScreeningIn) -> Verdict:
    """Judge whether a participant may take part; the person who acts attests every answer.

    Raises NoSuchParticipant, WrongState, WrongValue, ScreeningIncomplete.
    """
    participant = queries.participant_for_change(act, code)
    state = ParticipantState(participant.state)
    rules.check_may_become(code, state, ParticipantState.ELIGIBLE)
    site = queries.site_of(act.session, participant)
    attestations = {key: Attestation(answer, act.person.name) for key, answer in order.attestations.items()}
    verdict = judge(queries.protocol(act.session, participant), site.code, order.values, attestations)
    rules.check_complete(verdict.missing)
    participant.state = ParticipantState.ELIGIBLE if verdict.eligible else ParticipantState.NOT_ELIGIBLE
    act.add(
        Screening(
            id=act.new_id(),
            participant_id=participant.id,
            recorded={key: _stored(value) for key, value in order.values.items()},
            attested={key: {"answer": answer, "by": act.person.username} for key, answer in order.attestations.items()},
            eligible=verdict.eligible,
            failures=[f"{failure.criterion}: {failure.words}" for failure in verdict.failures],
            judged_by=act.person.id,
            judged_at=act.recorded_at,
        )
    )
    return verdict


def _stored(value: Recorded) -> int | str:
    """A Decimal as its text, because JSON has none."""
    return str(value) if isinstance(value, Decimal) else value


def allocate(act: Act, code: str, baseline_on: date) -> Participant:
    """Assign the next sealed sequence; nobody learns which. ``baseline_on`` is the day of the first dose.

    Raises NoSuchParticipant, AlreadyAllocated, WrongState, BaselineTooEarly, BaselineTooLate, NoAllocationLeft.
    """
    participant = queries.participant_for_change(act, code)
    rules.check_may_become(code, ParticipantState(participant.state), ParticipantState.ALLOCATED)
    days = queries.protocol(act.session, participant).product.aspiration_to_dose_days
    rules.check_baseline(baseline_on, act.occurred_at.astimezone(UTC).date(), days)
    try:
        act.session.connection().execute(_ASSIGN, {"participant": participant.id})
    except DBAPIError as error:
        if isinstance(error.orig, DatabaseError) and error.orig.sqlstate == _NOTHING_LEFT:
            raise rules.NoAllocationLeft(participant=code) from error
        raise
    participant.state, participant.allocated_at = ParticipantState.ALLOCATED, act.recorded_at
    participant.baseline_at = datetime.combine(baseline_on, time(), UTC)
    act.session.flush()
    return participant


def weigh(act: Act, code: str, order: WeightIn) -> Weight:
    """Record a body weight in kilograms, asked before each dose plan in both arms.

    Raises NoSuchParticipant, WrongState, Unblinded, OutOfOrder, UnknownStep, WeightKnown.
    """
    participant = queries.participant_for_change(act, code)
    rules.check_allocated(code, ParticipantState(participant.state))
    rules.check_blind(code, told=queries.was_told(act.session, participant, act.person))
    check_in_order(act.occurred_at, participant.consented_at)
    queries.protocol(act.session, participant).period(order.period)
    known = queries.weights(act.session, participant.id, order.period)
    rules.check_newer_weight(act.occurred_at, (one.measured_at for one in known))
    return act.add(
        Weight(
            id=act.new_id(),
            participant_id=participant.id,
            period=order.period,
            weight_kg=order.weight_kg,
            measured_at=act.occurred_at,
            measured_by=act.person.id,
        )
    )


def correct_weight(act: Act, code: str, period: int, weight_kg: Decimal, reason: str) -> Weight:
    """Say what the last weight of a period (kg) should have been; the wrong one stays in the record.

    Raises NoSuchParticipant, Unblinded, UnknownStep, NothingToCorrect.
    """
    participant = queries.participant_for_change(act, code)
    rules.check_blind(code, told=queries.was_told(act.session, participant, act.person))
    queries.protocol(act.session, participant).period(period)
    wrong = queries.latest_weight(act.session, participant.id, period)
    if wrong is None or wrong.weight_kg == weight_kg:
        raise NothingToCorrect(what="weight")
    return act.add(
        Weight(
            id=act.new_id(),
            participant_id=participant.id,
            period=period,
            weight_kg=weight_kg,
            measured_at=wrong.measured_at,
            measured_by=act.person.id,
            corrects=wrong.id,
            correction_reason=reason,
        )
    )


def complete(act: Act, code: str) -> Participant:
    """A participant has completed the study: nothing is planned, measured or given any more. The day follows the schedule alone.

    Raises NoSuchParticipant, WrongState, VisitsToCome.
    """
    participant = queries.participant_for_change(act, code)
    rules.check_may_become(code, ParticipantState(participant.state), ParticipantState.COMPLETED)
    assert participant.baseline_at is not None, "who is allocated has a baseline"
    protocol, baseline = queries.protocol(act.session, participant), participant.baseline_at.astimezone(UTC).date()
    opens = max(window(visit, baseline).earliest for visit in protocol.schedule.visits)
    rules.check_last_visit(code, act.occurred_at.astimezone(UTC).date(), opens)
    participant.state = ParticipantState.COMPLETED
    act.session.flush()
    return participant


def withdraw(act: Act, code: str, purposes: frozenset[str]) -> Participant:
    """Withdraw consent to some purposes; without a required one the participant leaves the study.

    Raises NoSuchParticipant, NoSuchConsent.
    """
    participant = queries.participant_for_change(act, code)
    standing = [one for one in queries.consents(act.session, participant.id) if one.withdrawn_at is None]
    rules.check_may_withdraw(code, purposes, (one.purpose for one in standing))
    for one in standing:
        if one.purpose in purposes:
            one.withdrawn_at = act.occurred_at
    definition = queries.definition_of_study(act.session, participant.study_id)
    if purposes & {one.purpose for one in definition.consents if one.required}:
        participant.state = ParticipantState.WITHDRAWN
    act.session.flush()
    return participant
