"""A study as data: who runs it, where, under which protocol versions, and what each version demands.

A protocol version names every block that it uses, and every criterion, by its label: nothing is inherited
or overridden, so that what a version demands can be read off its own entry.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Protocol, TypeVar

from pydantic import BaseModel, Field

from biobank.errors import NotFound
from biobank.studies.criteria import Criterion, Example, RecordedValue, SiteCriteria
from biobank.studies.part import Country, Part, Prefix, SiteCode, Slug, Words
from biobank.studies.process import Process
from biobank.studies.protocol import ProtocolVersion
from biobank.studies.schedule import Plan, Schedule
from biobank.studies.specification import DonorTesting, Specification
from biobank.studies.treatment import Dose, Kit, Product

UnblindedRole = Literal["qa", "safety_physician", "qp", "sponsor_releaser", "statistician", "unblinded_monitor"]


class UnknownVersion(NotFound):
    """The study has no protocol version of this label."""

    code = "unknown_version"


class NoVersionInForce(NotFound):
    """No protocol version is in force in this country on this day."""

    code = "no_version_in_force"


class Registration(Part):
    """A number under which a registry or a publisher knows the study."""

    registry: Words
    number: Words


class Study(Part):
    """The study as a whole. ``label_prefix`` begins every participant number."""

    code: Slug
    title: Words
    label_prefix: Prefix
    sponsor: Words
    participants_planned: Annotated[int, Field(ge=1, le=100_000)]
    registrations: tuple[Registration, ...]


class Facility(Part):
    """A manufacturing facility."""

    code: Slug
    name: Words


class Site(Part):
    """A clinical site and the facility that makes its products."""

    code: SiteCode
    name: Words
    country: Country
    facility: Slug


class Blinding(Part):
    """Who does not know the sequence, in the registry's own term and person by person."""

    registry_term: Words
    source: Words
    blinded: tuple[
        Literal["participant", "treating_staff", "outcome_assessor", "pharmacist", "courier", "monitor", "sponsor"], ...
    ]


class Disclosure(Part):
    """An event that may show the sequence; whoever learns of it never assesses that participant again."""

    event: Literal["code_break", "product_safety_alert", "failed_manufacture"]
    recipients: tuple[UnblindedRole, ...]


class Randomisation(Part):
    """What may be known of the allocation. The list and its blocks are sealed and never written here."""

    stratified_by_site: bool
    allocate_after: Literal["consent", "screening", "collection"]


class ConsentPurpose(Part):
    """One purpose that a participant agrees to or not; a required one is a condition of taking part."""

    purpose: Literal["treatment", "biobank", "future_research", "transfer_abroad"]
    required: bool
    text: Words


class Effective(Part):
    """From this day on the version is in force in this country."""

    country: Country
    from_date: date


class Version(Part):
    """One protocol version: when it is in force, and the labels of all that it demands."""

    label: Slug
    title: Words
    source: Words
    effective: tuple[Effective, ...]
    criteria: tuple[Slug, ...]
    sites: tuple[SiteCriteria, ...] = ()
    must_admit: tuple[Example, ...]
    must_refuse: tuple[Example, ...]
    schedule: Slug
    plan: Slug
    dose: Slug
    product: Slug
    kit: Slug
    process: Slug
    specification: Slug
    donor_testing: Slug


class StudyDefinition(Part):
    """A whole study. Only ``load`` judges whether its parts agree; this class judges types and bounds alone."""

    study: Study
    facilities: tuple[Facility, ...]
    sites: tuple[Site, ...]
    blinding: Blinding
    disclosures: tuple[Disclosure, ...]
    randomisation: Randomisation
    consents: tuple[ConsentPurpose, ...]
    versions: tuple[Version, ...]
    values: tuple[RecordedValue, ...]
    criteria: tuple[Criterion, ...]
    schedules: tuple[Schedule, ...]
    plans: tuple[Plan, ...]
    doses: tuple[Dose, ...]
    products: tuple[Product, ...]
    kits: tuple[Kit, ...]
    processes: tuple[Process, ...]
    specifications: tuple[Specification, ...]
    donor_testings: tuple[DonorTesting, ...]

    def version(self, label: str) -> ProtocolVersion:
        """Return the protocol version of this label with everything that it names. Raises UnknownVersion."""
        for entry in self.versions:
            if entry.label == label:
                return self._whole(entry)
        raise UnknownVersion(study=self.study.code, version=label)

    def version_in_force(self, country: str, on: date) -> ProtocolVersion:
        """Return the version that began last in this country, on or before this day. Raises NoVersionInForce."""
        begun = [
            (start.from_date, entry)
            for entry in self.versions
            for start in entry.effective
            if start.country == country and start.from_date <= on
        ]
        if not begun:
            raise NoVersionInForce(study=self.study.code, country=country, date=on)
        return self._whole(max(begun, key=lambda pair: pair[0])[1])

    def _whole(self, entry: Version) -> ProtocolVersion:
        criteria = {criterion.key: criterion for criterion in self.criteria}
        elsewhere = [key for site in entry.sites for key in (*(swap.by for swap in site.replaces), *site.adds)]
        return ProtocolVersion(
            study=self.study.code,
            label=entry.label,
            title=entry.title,
            site_codes=tuple(site.code for site in self.sites),
            values=self.values,
            criteria=tuple(criteria[key] for key in entry.criteria),
            site_only_criteria=tuple(criteria[key] for key in dict.fromkeys(elsewhere)),
            sites=entry.sites,
            schedule=_labelled(self.schedules, entry.schedule),
            crossover=_labelled(self.plans, entry.plan),
            dose=_labelled(self.doses, entry.dose),
            product=_labelled(self.products, entry.product),
            kit=_labelled(self.kits, entry.kit),
            process=_labelled(self.processes, entry.process),
            specification=_labelled(self.specifications, entry.specification),
            donor_testing=_labelled(self.donor_testings, entry.donor_testing),
        )


class _Labelled(Protocol):
    @property
    def label(self) -> str: ...


_Block = TypeVar("_Block", bound=_Labelled)


def _labelled(blocks: Iterable[_Block], label: str) -> _Block:
    return next(block for block in blocks if block.label == label)


def canonical_json(definition: StudyDefinition | ProtocolVersion) -> bytes:
    """Return the same bytes for the same content, whatever the order of keys or the zeros behind a number in the file.

    Decimals are written as strings without exponent or trailing zeros, dates as ISO 8601, keys in order, UTF-8.
    """
    return json.dumps(_plain(definition), sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def fingerprint(definition: StudyDefinition | ProtocolVersion) -> str:
    """Return the SHA-256 of the canonical bytes in hexadecimal, by which a record pins what it was made under."""
    return hashlib.sha256(canonical_json(definition)).hexdigest()


def _plain(value: object) -> object:
    match value:
        case BaseModel():
            return {name: _plain(getattr(value, name)) for name in type(value).model_fields}
        case tuple():
            return [_plain(part) for part in value]
        case Decimal():
            return f"{value.normalize():f}"
        case date():
            return value.isoformat()
        case _:
            return value
