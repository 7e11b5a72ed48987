"""Visits that do not overlap, sequences that cross over, and cells that come from marrow collected before."""

from collections.abc import Iterator

from biobank.studies.definition import StudyDefinition
from biobank.studies.protocol import ProtocolVersion
from biobank.studies.schedule import Plan, Schedule, Step, Visit


def schedule_problems(definition: StudyDefinition) -> Iterator[tuple[str, str]]:
    """Find visits that overlap or stand in the wrong order."""
    for schedule in definition.schedules:
        if not schedule.visits:
            yield f"schedules[{schedule.label}].visits", "is empty"
        yield from _overlaps(schedule)


def _overlaps(schedule: Schedule) -> Iterator[tuple[str, str]]:
    for earlier, later in zip(schedule.visits, schedule.visits[1:], strict=False):
        first, last = later.due_day - later.early_days, earlier.due_day + earlier.late_days
        key = f"schedules[{schedule.label}].visits[{later.code}]"
        if later.due_day < earlier.due_day:
            yield key, f"is due before {earlier.code}, which stands above it"
        elif first <= last:
            yield key, f"its window begins on day {first} and overlaps that of {earlier.code}, which ends on day {last}"


def plan_problems(definition: StudyDefinition) -> Iterator[tuple[str, str]]:
    """Find sequences that do not cross over and aspirates or cells that lead nowhere or come from nowhere."""
    for plan in definition.plans:
        key = f"plans[{plan.label}]"
        numbers = [period.number for period in plan.periods]
        if numbers != list(range(1, len(numbers) + 1)) or not numbers:
            yield f"{key}.periods", "must be numbered 1, 2, … in order"
        problems = [*_grid(plan, key), *(problem for step in plan.steps for problem in _step_problems(plan, step))]
        yield from problems
        if not problems:
            yield from _sources(plan, key)
            yield from _crossing(plan, key)


def _grid(plan: Plan, key: str) -> Iterator[tuple[str, str]]:
    numbers = {period.number for period in plan.periods}
    there = {(step.sequence, step.period) for step in plan.steps}
    if len(plan.sequences) < 2:
        yield f"{key}.steps", "needs at least two sequences"
    for sequence, period in sorted({(name, number) for name in plan.sequences for number in numbers} - there):
        yield f"{key}.steps", f"sequence {sequence} says nothing of period {period}"
    for sequence, period in sorted(pair for pair in there if pair[1] not in numbers):
        yield f"{key}.steps[{sequence}{period}]", f"there is no period {period}"


def _step_problems(plan: Plan, step: Step) -> Iterator[tuple[str, str]]:
    key = f"plans[{plan.label}].steps[{step.sequence}{step.period}]"
    if step.collects != (step.aspirate_becomes is not None):
        yield f"{key}.aspirate_becomes", "must stand exactly where marrow is collected"
    if (step.kit == "cells") != (step.cells_from_period is not None):
        yield f"{key}.cells_from_period", "must stand exactly where the kit holds cells"
    period = next((period for period in plan.periods if period.number == step.period), None)
    if period is not None and step.collects != (period.collection_visit is not None):
        reason = "marrow is collected, but the period has no collection visit"
        yield (
            f"{key}.collects",
            reason if step.collects else "the period has a collection visit; skipping it shows the arm",
        )


def _sources(plan: Plan, key: str) -> Iterator[tuple[str, str]]:
    steps = {(step.sequence, step.period): step for step in plan.steps}
    used = {(step.sequence, step.cells_from_period) for step in plan.steps}
    for place, step in steps.items():
        name = f"{key}.steps[{step.sequence}{step.period}]"
        if step.aspirate_becomes == "drug" and place not in used:
            yield f"{name}.aspirate_becomes", "no kit of this sequence uses the drug made from this aspirate"
        if step.cells_from_period is None:
            continue
        source = steps.get((step.sequence, step.cells_from_period))
        if step.cells_from_period > step.period:
            yield f"{name}.cells_from_period", f"marrow of period {step.cells_from_period} is collected after the dose"
        elif source is None or not source.collects:
            yield f"{name}.cells_from_period", f"no marrow is collected in period {step.cells_from_period}"
        elif source.aspirate_becomes == "biobank":
            yield (
                f"{name}.cells_from_period",
                "this aspirate goes to the biobank in this sequence and is never given back",
            )


def _crossing(plan: Plan, key: str) -> Iterator[tuple[str, str]]:
    if plan.design != "crossover":
        return
    for sequence in plan.sequences:
        kits = [step.kit for step in plan.steps if step.sequence == sequence]
        for content in ("cells", "saline"):
            if kits.count(content) != 1:
                yield (
                    f"{key}.steps",
                    f"sequence {sequence} does not cross over: {content} {kits.count(content)} times, not once",
                )
    for period in plan.periods:
        contents = [step.kit for step in plan.steps if step.period == period.number]
        if len(set(contents)) == 1:
            yield f"{key}.steps", f"period {period.number} does not cross over: every sequence receives {contents[0]}"


def timing_problems(version: ProtocolVersion) -> Iterator[tuple[str, str]]:
    """Find periods whose visits do not exist or lie wrongly, and dosing days that do not follow from the collection."""
    visits = {visit.code: visit for visit in version.schedule.visits}
    plan = f"plans[{version.crossover.label}]"
    for period in version.crossover.periods:
        key = f"{plan}.periods[{period.number}]"
        dose = visits.get(period.dose_visit)
        if dose is None or dose.purpose != "dose":
            yield f"{key}.dose_visit", f"the schedule has no dose visit {period.dose_visit}"
            continue
        if period.number == 1 and (dose.due_day, dose.early_days, dose.late_days) != (0, 0, 0):
            yield f"{key}.dose_visit", "the first dose is day 0, from which all windows count, and has no window itself"
        if period.collection_visit is not None:
            yield from _collection_problems(version, visits.get(period.collection_visit), dose, f"{key}.collection_visit")
    dosed = {period.dose_visit for period in version.crossover.periods}
    for visit in version.schedule.visits:
        if visit.purpose == "dose" and visit.code not in dosed:
            yield f"schedules[{version.schedule.label}].visits[{visit.code}]", "no period doses at this visit"
    if version.product.form == "fresh":
        for step in version.crossover.steps:
            if step.cells_from_period not in (None, step.period):
                name = f"{plan}.steps[{step.sequence}{step.period}].cells_from_period"
                yield name, "fresh cells cannot wait for a later period"


def _collection_problems(version: ProtocolVersion, collection: Visit | None, dose: Visit, key: str) -> Iterator[tuple[str, str]]:
    if collection is None or collection.purpose != "collection":
        yield key, "the schedule has no such collection visit"
        return
    days = dose.due_day - collection.due_day
    if days != version.product.aspiration_to_dose_days:
        wanted = version.product.aspiration_to_dose_days
        yield key, f"lies {days} days before the dose, but the product says aspiration_to_dose_days = {wanted}"
