"""Names: each once, each reference to something that exists, and which version is in force where."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date

from biobank.studies.definition import StudyDefinition, Version

_BLOCKS = (
    ("schedule", "schedules"),
    ("plan", "plans"),
    ("dose", "doses"),
    ("product", "products"),
    ("kit", "kits"),
    ("process", "processes"),
    ("specification", "specifications"),
    ("donor_testing", "donor_testings"),
)


def naming_problems(definition: StudyDefinition) -> Iterator[tuple[str, str]]:
    """Find what is missing altogether, named twice, or referred to and not there."""
    for key in ("facilities", "sites", "versions", "values", "criteria", "consents"):
        if not getattr(definition, key):
            yield key, "is empty"
    yield from _twice(definition)
    facilities = {facility.code for facility in definition.facilities}
    for site in definition.sites:
        if site.facility not in facilities:
            yield f"sites[{site.code}].facility", f"no facility has the code {site.facility}"
    registered = {registration.number for registration in definition.study.registrations}
    for criterion in definition.criteria:
        for source in criterion.sources:
            if source not in registered:
                yield f"criteria[{criterion.key}].sources", f"{source} is not among the study's registrations"
        if not criterion.sources:
            yield f"criteria[{criterion.key}].sources", "is empty"
    for entry in definition.versions:
        yield from _references(definition, entry)
    used = {key for entry in definition.versions for key in _criteria_of(entry)}
    for criterion in definition.criteria:
        if criterion.key not in used:
            yield f"criteria[{criterion.key}]", "no version uses it"


def version_problems(definition: StudyDefinition) -> Iterator[tuple[str, str]]:
    """Find versions that overlap or stand in the wrong order, and sites in whose country none is ever in force."""
    begun: dict[str, tuple[date, str]] = {}
    for entry in definition.versions:
        for start in entry.effective:
            key = f"versions[{entry.label}].effective[{start.country}]"
            before, label = begun.get(start.country, (date.min, ""))
            if start.from_date == before:
                yield key, f"overlaps version {label}, which begins on the same day, {before}"
            elif start.from_date < before:
                yield key, f"begins before version {label}, which stands above it"
            begun[start.country] = (start.from_date, entry.label)
    for site in definition.sites:
        if site.country not in begun:
            yield f"sites[{site.code}].country", f"no version is ever in force in {site.country}"
    treatment = [consent for consent in definition.consents if consent.purpose == "treatment"]
    if not treatment or not treatment[0].required:
        yield "consents[treatment]", "consent to treatment must be required"
    purposes = {consent.purpose for consent in definition.consents}
    if "biobank" not in purposes and any(step.aspirate_becomes == "biobank" for plan in definition.plans for step in plan.steps):
        yield "consents", "an aspirate is kept in the biobank, but nobody is asked for consent to that"
    for disclosure in definition.disclosures:
        if not disclosure.recipients:
            yield f"disclosures[{disclosure.event}].recipients", "is empty"


def _twice(definition: StudyDefinition) -> Iterator[tuple[str, str]]:
    yield from _repeated("facilities", (part.code for part in definition.facilities))
    yield from _repeated("sites", (part.code for part in definition.sites))
    yield from _repeated("versions", (part.label for part in definition.versions))
    yield from _repeated("values", (part.key for part in definition.values))
    yield from _repeated("criteria", (part.key for part in definition.criteria))
    yield from _repeated("consents", (part.purpose for part in definition.consents))
    yield from _repeated("disclosures", (part.event for part in definition.disclosures))
    yield from _repeated("study.registrations", (part.number for part in definition.study.registrations))
    for _, blocks in _BLOCKS:
        yield from _repeated(blocks, (part.label for part in getattr(definition, blocks)))
    for schedule in definition.schedules:
        yield from _repeated(f"schedules[{schedule.label}].visits", (visit.code for visit in schedule.visits))
    for specification in definition.specifications:
        yield from _repeated(f"specifications[{specification.label}].tests", (part.code for part in specification.tests))
    for testing in definition.donor_testings:
        yield from _repeated(f"donor_testings[{testing.label}].tests", (part.code for part in testing.tests))
    for plan in definition.plans:
        yield from _repeated(f"plans[{plan.label}].periods", (str(period.number) for period in plan.periods))
        yield from _repeated(f"plans[{plan.label}].steps", (f"{step.sequence}{step.period}" for step in plan.steps))
    for entry in definition.versions:
        yield from _repeated(f"versions[{entry.label}].criteria", entry.criteria)
        yield from _repeated(f"versions[{entry.label}].effective", (start.country for start in entry.effective))
        yield from _repeated(f"versions[{entry.label}].sites", (special.site for special in entry.sites))


def _repeated(place: str, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            yield f"{place}[{name}]", "is there twice"
        seen.add(name)


def _references(definition: StudyDefinition, entry: Version) -> Iterator[tuple[str, str]]:
    key = f"versions[{entry.label}]"
    for name in ("effective", "criteria", "must_admit", "must_refuse"):
        if not getattr(entry, name):
            yield f"{key}.{name}", "is empty"
    for name, blocks in _BLOCKS:
        label = getattr(entry, name)
        if label not in {part.label for part in getattr(definition, blocks)}:
            yield f"{key}.{name}", f"nothing among {blocks} has the label {label}"
    known = {criterion.key for criterion in definition.criteria}
    for criterion in sorted(set(_criteria_of(entry)) - known):
        yield f"{key}.criteria", f"no criterion has the key {criterion}"
    yield from _site_criteria(entry, {site.code for site in definition.sites})


def _site_criteria(entry: Version, sites: Collection[str]) -> Iterator[tuple[str, str]]:
    for special in entry.sites:
        key = f"versions[{entry.label}].sites[{special.site}]"
        if special.site not in sites:
            yield key, f"no site has the code {special.site}"
        for swap in special.replaces:
            if swap.criterion not in entry.criteria:
                yield f"{key}.replaces", f"the version does not list {swap.criterion}"
        yield from _repeated(f"{key}.replaces", (swap.criterion for swap in special.replaces))
        kept = set(entry.criteria) - {swap.criterion for swap in special.replaces}
        yield from _repeated(f"{key}", (*sorted(kept), *(swap.by for swap in special.replaces), *special.adds))
    for name in ("must_admit", "must_refuse"):
        for index, example in enumerate(getattr(entry, name)):
            if example.site is not None and example.site not in sites:
                yield f"versions[{entry.label}].{name}[{index}].site", f"no site has the code {example.site}"


def _criteria_of(entry: Version) -> tuple[str, ...]:
    at_sites = [key for special in entry.sites for key in (*(swap.by for swap in special.replaces), *special.adds)]
    return (*entry.criteria, *at_sites)
