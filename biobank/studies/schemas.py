"""What people send and see of studies and participants."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from biobank.studies.criteria import Answer, RecordedValue
from biobank.studies.eligibility import Verdict
from biobank.studies.protocol import ProtocolVersion, visit_due
from biobank.studies.rules import ParticipantState
from biobank.studies.tables import Consent, Participant, Site, Study, StudyVersion, Weight
from biobank.units import Day, Key, Kilograms, Reason, When

Purpose = Literal["treatment", "biobank", "future_research", "transfer_abroad"]
Period = Annotated[int, Field(ge=1, le=9)]


def _no_truth(value: object) -> object:
    """Keep ``true`` from being read as 1."""
    if isinstance(value, bool):
        raise ValueError("must be a number or a word")
    return value


Value = Annotated[
    int | Annotated[Decimal, Field(max_digits=16)] | Annotated[str, StringConstraints(max_length=100)],
    BeforeValidator(_no_truth),
]


class StudyIn(BaseModel):
    """A study definition as TOML text."""

    model_config = ConfigDict(extra="forbid")
    definition: Annotated[str, Field(max_length=1_000_000)]


class VersionOut(BaseModel):
    """A protocol version and the hash under which records pin it."""

    label: str
    title: str
    sha256: str


class SiteOut(BaseModel):
    """A clinical site and the facility that serves it."""

    code: str
    name: str
    country: str
    facility: str


class StudyOut(BaseModel):
    """A study as it was loaded."""

    code: str
    title: str
    versions: list[VersionOut]
    sites: list[SiteOut]

    @classmethod
    def of(cls, study: Study, versions: Iterable[StudyVersion], sites: Iterable[tuple[Site, str]]) -> "StudyOut":
        """From records."""
        return cls(
            code=study.code,
            title=study.title,
            versions=[_version(one) for one in versions],
            sites=[SiteOut(code=at.code, name=at.name, country=at.country, facility=by) for at, by in sites],
        )


def _version(version: StudyVersion) -> VersionOut:
    titles = {one["label"]: one["title"] for one in version.definition["versions"]}
    return VersionOut(label=version.label, title=titles[version.label], sha256=version.definition_sha256.hex())


class ConsentIn(BaseModel):
    """Who consents where, and to which purposes."""

    model_config = ConfigDict(extra="forbid")
    study: Key
    site: Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$")]
    purposes: frozenset[Purpose]
    occurred_at: When | None = None


class ConsentOut(BaseModel):
    """Consent to one purpose, standing while ``withdrawn_at`` is absent."""

    purpose: str
    given_at: datetime
    withdrawn_at: datetime | None


class VisitOut(BaseModel):
    """A visit with its first, due and last day; ``period`` is that of the dose, or of the collection, that it is for."""

    code: str
    title: str
    purpose: str
    period: int | None
    earliest: date
    due: date
    latest: date


class ParticipantOut(BaseModel):
    """A participant; the visits are there once the first dose has its day."""

    code: str
    study: str
    site: str
    version: str
    state: ParticipantState
    consents: list[ConsentOut]
    consented_at: datetime
    baseline_on: date | None
    visits: list[VisitOut]

    @classmethod
    def of(cls, participant: Participant, site: Site, protocol: ProtocolVersion, consents: Iterable[Consent]) -> "ParticipantOut":
        """From records."""
        baseline = None if participant.baseline_at is None else participant.baseline_at.astimezone(UTC).date()
        return cls(
            code=participant.code,
            study=protocol.study,
            site=site.code,
            version=protocol.label,
            state=ParticipantState(participant.state),
            consents=[ConsentOut(purpose=c.purpose, given_at=c.given_at, withdrawn_at=c.withdrawn_at) for c in consents],
            consented_at=participant.consented_at,
            baseline_on=baseline,
            visits=[] if baseline is None else _visits(protocol, baseline),
        )


def _visits(protocol: ProtocolVersion, baseline: date) -> list[VisitOut]:
    period_of = {visit: one.number for one in protocol.crossover.periods for visit in (one.dose_visit, one.collection_visit)}
    return [
        VisitOut(
            code=visit.code,
            title=visit.title,
            purpose=visit.purpose,
            period=period_of.get(visit.code),
            **visit_due(protocol, baseline, visit.code)._asdict(),
        )
        for visit in protocol.schedule.visits
    ]


class ValueAskedOut(BaseModel):
    """A value that screening records: a number in its unit and bounds, or one of its options."""

    key: str
    title: str
    kind: Literal["number", "choice"]
    unit: str | None
    smallest: Decimal | None
    largest: Decimal | None
    may_be_never: bool
    options: list[str]

    @classmethod
    def of(cls, value: RecordedValue) -> "ValueAskedOut":
        """From a definition."""
        return cls(**value.model_dump(include=set(cls.model_fields)))


class AttestationAskedOut(BaseModel):
    """A question that the person who screens answers with yes or no."""

    key: str
    question: str


class QuestionsOut(BaseModel):
    """What screening asks at one site."""

    values: list[ValueAskedOut]
    attestations: list[AttestationAskedOut]

    @classmethod
    def of(cls, protocol: ProtocolVersion, site: str) -> "QuestionsOut":
        """Only what the criteria of this site need."""
        criteria = protocol.criteria_at(site)
        needed = {condition.value for criterion in criteria for _, condition in criterion.conditions()}
        asked = [(one.key, one.attested.question) for one in criteria if one.attested is not None]
        return cls(
            values=[ValueAskedOut.of(value) for value in protocol.values if value.key in needed],
            attestations=[AttestationAskedOut(key=key, question=question) for key, question in asked],
        )


class ScreeningIn(BaseModel):
    """What screening recorded, and the answers to the questions that a person attests."""

    model_config = ConfigDict(extra="forbid")
    values: Annotated[dict[Key, Value], Field(max_length=200)]
    attestations: Annotated[dict[Key, Answer], Field(max_length=200)]


class UnmetOut(BaseModel):
    """A criterion that keeps this person out."""

    criterion: str
    words: str


class ScreeningOut(BaseModel):
    """Whether this person may take part, and why not."""

    eligible: bool
    failures: list[UnmetOut]
    missing: list[str]

    @classmethod
    def of(cls, verdict: Verdict) -> "ScreeningOut":
        """From a verdict."""
        failures = [UnmetOut(criterion=one.criterion, words=one.words) for one in verdict.failures]
        return cls(eligible=verdict.eligible, failures=failures, missing=verdict.missing)


class AllocationIn(BaseModel):
    """The day of the first dose, from which all windows count."""

    model_config = ConfigDict(extra="forbid")
    baseline_on: Day


class WeightIn(BaseModel):
    """A body weight for the dose of one period."""

    model_config = ConfigDict(extra="forbid")
    period: Period
    weight_kg: Kilograms
    occurred_at: When | None = None


class WeightCorrectionIn(BaseModel):
    """What the last weight of a period should have been, and how the wrong one came about."""

    model_config = ConfigDict(extra="forbid")
    period: Period
    weight_kg: Kilograms
    reason: Reason


class WeightOut(BaseModel):
    """A recorded weight. ``correction`` is why this line was put in another's place, which is ``corrected``."""

    period: int
    weight_kg: Decimal
    measured_at: datetime
    correction: str | None
    corrected: bool

    @classmethod
    def of(cls, weight: Weight, corrected: bool = False) -> "WeightOut":
        """From a record."""
        return cls(
            period=weight.period,
            weight_kg=weight.weight_kg,
            measured_at=weight.measured_at,
            correction=weight.correction_reason,
            corrected=corrected,
        )


class CompletionIn(BaseModel):
    """When a participant completed the study."""

    model_config = ConfigDict(extra="forbid")
    occurred_at: When | None = None


class WithdrawalIn(BaseModel):
    """The purposes from which a participant withdraws, and why as far as they say."""

    model_config = ConfigDict(extra="forbid")
    purposes: Annotated[frozenset[Purpose], Field(min_length=1)]
    reason: Reason
