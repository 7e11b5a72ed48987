"""Do the parts of a definition agree with each other? Every rule yields the wrong key and the reason in words."""

from collections.abc import Iterator

from biobank.studies.check_criteria import criteria_problems, example_problems, value_problems
from biobank.studies.check_limits import limit_problems, treatment_problems
from biobank.studies.check_names import naming_problems, version_problems
from biobank.studies.check_plan import plan_problems, schedule_problems, timing_problems
from biobank.studies.definition import StudyDefinition

KeyAndReason = tuple[str, str]


def find_problems(definition: StudyDefinition) -> list[KeyAndReason]:
    """Return every problem; names are judged first, because the other rules follow them."""
    problems = list(naming_problems(definition))
    if problems:
        return problems
    problems = list(_parts(definition))
    return problems or list(_wholes(definition))


def _parts(definition: StudyDefinition) -> Iterator[KeyAndReason]:
    yield from version_problems(definition)
    yield from value_problems(definition)
    yield from criteria_problems(definition)
    yield from schedule_problems(definition)
    yield from plan_problems(definition)
    yield from limit_problems(definition)


def _wholes(definition: StudyDefinition) -> Iterator[KeyAndReason]:
    """Judge what only the blocks of one version together can show."""
    for entry in definition.versions:
        version = definition.version(entry.label)
        yield from timing_problems(version)
        yield from treatment_problems(version)
        yield from example_problems(entry, version)
