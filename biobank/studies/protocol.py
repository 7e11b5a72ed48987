"""One protocol version with everything that it demands: what a participant is judged, dosed and visited by."""

from datetime import date

from biobank.errors import NotFound
from biobank.studies.criteria import Criterion, RecordedValue, SiteCriteria
from biobank.studies.part import Part, SiteCode, Slug, Words
from biobank.studies.process import Process
from biobank.studies.schedule import Period, Plan, Schedule, Step, Visit, VisitWindow, window
from biobank.studies.specification import DonorTesting, Specification
from biobank.studies.treatment import Dose, Kit, Product


class UnknownSite(NotFound):
    """The study has no site of this code."""

    code = "unknown_site"


class UnknownVisit(NotFound):
    """The schedule has no visit of this code."""

    code = "unknown_visit"


class UnknownStep(NotFound):
    """The plan has no such sequence or period."""

    code = "unknown_step"


class ProtocolVersion(Part):
    """A protocol version with its blocks in the place of their labels."""

    study: Slug
    label: Slug
    title: Words
    site_codes: tuple[SiteCode, ...]
    values: tuple[RecordedValue, ...]
    criteria: tuple[Criterion, ...]
    site_only_criteria: tuple[Criterion, ...]
    sites: tuple[SiteCriteria, ...]
    schedule: Schedule
    crossover: Plan
    dose: Dose
    product: Product
    kit: Kit
    process: Process
    specification: Specification
    donor_testing: DonorTesting

    def criteria_at(self, site_code: str) -> tuple[Criterion, ...]:
        """Return the criteria of one site: the version's, with what this site replaces and adds. Raises UnknownSite."""
        if site_code not in self.site_codes:
            raise UnknownSite(study=self.study, site=site_code)
        special = next((site for site in self.sites if site.site == site_code), None)
        if special is None:
            return self.criteria
        known = {criterion.key: criterion for criterion in (*self.criteria, *self.site_only_criteria)}
        replaced = {swap.criterion: swap.by for swap in special.replaces}
        keys = (*(replaced.get(criterion.key, criterion.key) for criterion in self.criteria), *special.adds)
        return tuple(known[key] for key in keys)

    def plan(self, sequence: str, period: int) -> Step:
        """Return what this sequence collects, makes and receives in this period. Raises UnknownStep."""
        for step in self.crossover.steps:
            if (step.sequence, step.period) == (sequence, period):
                return step
        raise UnknownStep(study=self.study, sequence=sequence, period=period)

    def period(self, number: int) -> Period:
        """Return the visits of one period. Raises UnknownStep."""
        for period in self.crossover.periods:
            if period.number == number:
                return period
        raise UnknownStep(study=self.study, sequence=None, period=number)

    def visit(self, code: str) -> Visit:
        """Return one visit of the schedule. Raises UnknownVisit."""
        for visit in self.schedule.visits:
            if visit.code == code:
                return visit
        raise UnknownVisit(study=self.study, visit=code)


def visit_due(version: ProtocolVersion, baseline_date: date, visit: str) -> VisitWindow:
    """Return a visit's earliest, due and latest day, counted from the first dose's day. Raises UnknownVisit."""
    return window(version.visit(visit), baseline_date)
