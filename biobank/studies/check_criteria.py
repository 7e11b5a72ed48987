"""Recorded values, the windows of criteria, and the examples that every version must decide rightly."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from biobank.studies.criteria import Condition, Criterion, Example, RecordedValue
from biobank.studies.definition import StudyDefinition, Version
from biobank.studies.eligibility import fails, unusable
from biobank.studies.protocol import ProtocolVersion


def value_problems(definition: StudyDefinition) -> Iterator[tuple[str, str]]:
    """Find values that could not be recorded as they are described."""
    for value in definition.values:
        key = f"values[{value.key}]"
        numeric = (value.unit, value.smallest, value.largest, value.step)
        if value.kind == "choice":
            if len(value.options) < 2 or len(set(value.options)) < len(value.options):
                yield f"{key}.options", "a choice needs at least two different options"
            if any(part is not None for part in numeric) or value.may_be_never:
                yield key, "a choice has no unit, bounds or step"
            continue
        if value.options:
            yield f"{key}.options", "a number has no options"
        if value.unit is None:
            yield f"{key}.unit", "a number needs a unit"
        if value.smallest is None or value.largest is None:
            yield key, "a number needs the smallest and the largest that is plausible"
        elif value.smallest >= value.largest:
            yield f"{key}.smallest", f"empty window: {value.smallest} to {value.largest}"


def criteria_problems(definition: StudyDefinition) -> Iterator[tuple[str, str]]:
    """Find criteria without exactly one way to decide them, and conditions that nothing or everything fulfils."""
    values = {value.key: value for value in definition.values}
    for criterion in definition.criteria:
        key = f"criteria[{criterion.key}]"
        ways = (criterion.required, criterion.required_any, criterion.excluded, criterion.attested)
        if sum(1 for way in ways if way) != 1:
            yield key, "needs exactly one of required, required_any, excluded, attested"
        if criterion.excluded and criterion.kind == "inclusion":
            yield f"{key}.excluded", "an inclusion criterion says what is required"
        if (criterion.required or criterion.required_any) and criterion.kind == "exclusion":
            yield f"{key}.required", "an exclusion criterion says what is excluded"
        for name, condition in criterion.conditions():
            for inner, reason in _condition_problems(condition, values):
                yield f"{key}.{name}{inner}", reason


def _condition_problems(condition: Condition, values: Mapping[str, RecordedValue]) -> Iterator[tuple[str, str]]:
    value = values.get(condition.value)
    bounds = (condition.at_least, condition.above, condition.at_most, condition.below)
    given = [bound for bound in bounds if bound is not None]
    if value is None:
        yield ".value", f"no value has the key {condition.value}"
    elif value.kind == "choice":
        if given:
            yield "", f"{value.key} is a choice and has no bounds"
        if not condition.one_of:
            yield ".one_of", "is empty"
        for option in condition.one_of:
            if option not in value.options:
                yield ".one_of", f"{option} is not an option of {value.key}"
    else:
        yield from _window_problems(condition, value, given)


def _window_problems(condition: Condition, value: RecordedValue, given: list[Decimal]) -> Iterator[tuple[str, str]]:
    if condition.one_of:
        yield ".one_of", f"{value.key} is a number and has no options"
    if not given:
        yield "", "needs a bound"
    if condition.at_least is not None and condition.above is not None:
        yield ".above", "stands beside at_least: a window has one lower bound"
    if condition.at_most is not None and condition.below is not None:
        yield ".below", "stands beside at_most: a window has one upper bound"
    lower = condition.at_least if condition.at_least is not None else condition.above
    upper = condition.at_most if condition.at_most is not None else condition.below
    closed = condition.at_least is not None and condition.at_most is not None
    if lower is not None and upper is not None and (lower > upper or (lower == upper and not closed)):
        yield "", f"empty window: nothing lies between {lower} and {upper}"
    for bound in given:
        if reason := unusable(value, bound):
            yield "", f"the bound {bound} {reason}, as {value.key} is recorded"


def example_problems(entry: Version, version: ProtocolVersion) -> Iterator[tuple[str, str]]:
    """Try every example, and find criteria of a single value that have none."""
    values = {value.key: value for value in version.values}
    for name in ("must_admit", "must_refuse"):
        examples: tuple[Example, ...] = getattr(entry, name)
        for index, example in enumerate(examples):
            key = f"versions[{entry.label}].{name}[{index}]"
            if reason := _wrong_example(example, values):
                yield key, reason
            elif name == "must_admit":
                yield from _kept_out(version, example)
            else:
                yield from _let_in(version, example, key)
        tried = {example.value for example in examples}
        for criterion in version.criteria:
            if (value := _single_value(criterion)) is not None and value not in tried:
                yield f"versions[{entry.label}].{name}", f"has no example of {value}, on which {criterion.key} decides"


def _wrong_example(example: Example, values: Mapping[str, RecordedValue]) -> str | None:
    if example.value not in values:
        return f"no value has the key {example.value}"
    if (example.number is None) == (example.choice is None):
        return "needs either a number or a choice"
    return unusable(values[example.value], _recorded(example))


def _kept_out(version: ProtocolVersion, example: Example) -> Iterator[tuple[str, str]]:
    for criterion in _deciding(version, example):
        if fails(criterion, {example.value: _recorded(example)}):
            key = f"criteria[{criterion.key}].{criterion.conditions()[0][0]}"
            yield key, f"keeps out {_said(example)}, which version {version.label} must admit"


def _let_in(version: ProtocolVersion, example: Example, key: str) -> Iterator[tuple[str, str]]:
    deciding = _deciding(version, example)
    if any(fails(criterion, {example.value: _recorded(example)}) for criterion in deciding):
        return
    if len(deciding) == 1:
        key = f"criteria[{deciding[0].key}].{deciding[0].conditions()[0][0]}"
    yield key, f"lets in {_said(example)}, which version {version.label} must refuse"


def _deciding(version: ProtocolVersion, example: Example) -> list[Criterion]:
    criteria = version.criteria if example.site is None else version.criteria_at(example.site)
    return [criterion for criterion in criteria if _single_value(criterion) == example.value]


def _single_value(criterion: Criterion) -> str | None:
    """Return the one value on which a criterion decides, unless it also depends on others."""
    condition = criterion.required or criterion.excluded
    return None if condition is None or criterion.applies_when else condition.value


def _recorded(example: Example) -> Decimal | str:
    return example.number if example.number is not None else str(example.choice)


def _said(example: Example) -> str:
    return f"{example.value} = {_recorded(example)}" + (f" at site {example.site}" if example.site else "")
