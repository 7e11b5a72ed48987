"""Visits with their windows, and what each sequence collects, makes and receives in each period."""

from datetime import date, timedelta
from typing import Literal, NamedTuple

from biobank.studies.part import Day, Days, Part, PeriodNumber, SequenceName, Slug, Words

Purpose = Literal["screening", "collection", "dose", "follow_up"]


class Visit(Part):
    """A visit due on a day from baseline (day 0, the first dose), early by so many days at most and late by so many."""

    code: Slug
    title: Words
    purpose: Purpose
    due_day: Day
    early_days: Days
    late_days: Days


class Schedule(Part):
    """The visits of a study in the order of time."""

    label: Slug
    source: Words
    visits: tuple[Visit, ...]


class Period(Part):
    """One period: the visit of its dose and, where marrow is taken in it, the visit of the collection."""

    number: PeriodNumber
    dose_visit: Slug
    collection_visit: Slug | None = None


class Step(Part):
    """What one sequence does in one period.

    ``aspirate_becomes`` stands where marrow is collected, ``cells_from_period`` where the kit holds cells: the period
    in which the marrow of those cells was collected.
    """

    sequence: SequenceName
    period: PeriodNumber
    collects: bool
    aspirate_becomes: Literal["drug", "biobank"] | None = None
    kit: Literal["cells", "saline"]
    cells_from_period: PeriodNumber | None = None


class Plan(Part):
    """All sequences and periods. ``unused_cells`` is what becomes of cells that no dose took."""

    label: Slug
    design: Literal["crossover", "parallel"]
    source: Words
    unused_cells: Literal["retain", "destroy", "biobank"]
    periods: tuple[Period, ...]
    steps: tuple[Step, ...]

    @property
    def sequences(self) -> tuple[str, ...]:
        """Return the names of the sequences in order."""
        return tuple(sorted({step.sequence for step in self.steps}))


class VisitWindow(NamedTuple):
    """The first, the due and the last calendar day of a visit, all included."""

    earliest: date
    due: date
    latest: date


def window(visit: Visit, baseline: date) -> VisitWindow:
    """Return the calendar days of a visit for a participant whose first dose is on ``baseline``."""
    due = baseline + timedelta(days=visit.due_day)
    return VisitWindow(due - timedelta(days=visit.early_days), due, due + timedelta(days=visit.late_days))
