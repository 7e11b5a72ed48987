"""May this person take part? Every criterion of the version and the site, judged on what was recorded and attested."""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from biobank.errors import BadInput
from biobank.studies.criteria import NEVER, Answer, Condition, Criterion, RecordedValue
from biobank.studies.protocol import ProtocolVersion

Recorded = Decimal | int | str
"""A number in the value's unit, ``NEVER`` for a time since what never happened, or one of the value's options."""


class WrongValue(BadInput):
    """A recorded value or an attestation that the study does not know, or that cannot be right."""

    code = "wrong_value"


class Attestation(NamedTuple):
    """The answer to a criterion's question, and the name or code of the person who gave it."""

    answer: Answer
    by: str


class Failure(NamedTuple):
    """A criterion that keeps this person out, with the reason in words."""

    criterion: str
    words: str


class Verdict(NamedTuple):
    """Eligible when nothing fails and nothing is missing. ``missing``:  keys of values and of criteria to attest."""

    eligible: bool
    failures: list[Failure]
    missing: list[str]


def judge(
    version: ProtocolVersion, site_code: str, values: Mapping[str, Recorded], attestations: Mapping[str, Attestation]
) -> Verdict:
    """Judge every criterion that holds at this site. Raises UnknownSite, WrongValue (facts: field, reason)."""
    known = {value.key: value for value in version.values}
    criteria = version.criteria_at(site_code)
    _check_values(known, values)
    _check_attestations(version, attestations)
    failures: list[Failure] = []
    missing: dict[str, None] = {}
    for criterion in criteria:
        lacking = _lacking(criterion, values, attestations)
        missing.update(dict.fromkeys(lacking))
        if not lacking and (words := _why_not(criterion, known, values, attestations)):
            failures.append(Failure(criterion.key, words))
    return Verdict(not failures and not missing, failures, list(missing))


def holds(condition: Condition, recorded: Recorded) -> bool:
    """Return whether a recorded value lies in the window, or among the options, of a condition."""
    if condition.one_of:
        return recorded in condition.one_of
    if recorded == NEVER:
        return condition.at_most is None and condition.below is None
    number = Decimal(recorded)
    return (
        (condition.at_least is None or number >= condition.at_least)
        and (condition.above is None or number > condition.above)
        and (condition.at_most is None or number <= condition.at_most)
        and (condition.below is None or number < condition.below)
    )


def fails(criterion: Criterion, values: Mapping[str, Recorded]) -> bool:
    """Return whether a computed criterion, all of whose values are given and which applies, keeps a person out."""
    if criterion.required is not None:
        return not holds(criterion.required, values[criterion.required.value])
    if criterion.excluded is not None:
        return holds(criterion.excluded, values[criterion.excluded.value])
    known = [part for part in criterion.required_any if part.value in values]
    return bool(known) and not any(holds(part, values[part.value]) for part in known)


def _lacking(criterion: Criterion, values: Mapping[str, Recorded], attestations: Mapping[str, Attestation]) -> list[str]:
    """Return what must still be known before this criterion can be judged."""
    where = criterion.applies_when
    if any(part.value in values and not holds(part, values[part.value]) for part in where):
        return []
    unknown = [part.value for part in where if part.value not in values]
    if unknown:
        return unknown
    if criterion.attested is not None:
        return [] if criterion.key in attestations else [criterion.key]
    if any(part.value in values and holds(part, values[part.value]) for part in criterion.required_any):
        return []
    demanded = [part for part in (criterion.required, criterion.excluded, *criterion.required_any) if part]
    return [part.value for part in demanded if part.value not in values]


def _why_not(
    criterion: Criterion,
    known: Mapping[str, RecordedValue],
    values: Mapping[str, Recorded],
    attestations: Mapping[str, Attestation],
) -> str | None:
    """Return why this criterion keeps the person out, or nothing. Everything that it needs is known."""
    if any(part.value in values and not holds(part, values[part.value]) for part in criterion.applies_when):
        return None
    if criterion.attested is not None:
        answer, by = attestations[criterion.key]
        if answer == criterion.attested.expected:
            return None
        return f"{criterion.attested.question} {answer.capitalize()}, says {by}."
    if not fails(criterion, values):
        return None
    demanded = [part for part in (criterion.required, criterion.excluded, *criterion.required_any) if part]
    found = "; ".join(_found(known[part.value], values[part.value]) for part in demanded)
    demand = " or ".join(describe(part, known[part.value]) for part in demanded)
    return f"{found}; {'excluded' if criterion.excluded else 'required'}: {demand}."


def _found(value: RecordedValue, recorded: Recorded) -> str:
    unit = f" {value.unit}" if value.unit and recorded != NEVER else ""
    return f"{value.title}: {recorded}{unit}"


def describe(condition: Condition, value: RecordedValue) -> str:
    """Return a condition in words: "at least 18 years and at most 55 years"."""
    if condition.one_of:
        return " or ".join(condition.one_of)
    unit = f" {value.unit}" if value.unit else ""
    bounds = (
        ("at least", condition.at_least),
        ("above", condition.above),
        ("at most", condition.at_most),
        ("below", condition.below),
    )
    return " and ".join(f"{words} {bound}{unit}" for words, bound in bounds if bound is not None)


def unusable(value: RecordedValue, recorded: Recorded) -> str | None:
    """Return why this cannot be a right value (wrong kind, implausible, finer than it is read), or nothing."""
    no_number = f"must be a number, or {NEVER}" if value.may_be_never else "must be a number"
    if value.kind == "choice":
        return None if recorded in value.options else f"must be one of {', '.join(value.options)}"
    if recorded == NEVER:
        return None if value.may_be_never else no_number
    if isinstance(recorded, bool) or not isinstance(recorded, Decimal | int):
        return no_number
    number = Decimal(recorded)
    if not number.is_finite():
        return no_number
    if value.smallest is not None and number < value.smallest:
        return f"must be at least {value.smallest} {value.unit or ''}".rstrip()
    if value.largest is not None and number > value.largest:
        return f"must be at most {value.largest} {value.unit or ''}".rstrip()
    if value.step is not None and number % value.step != 0:
        return f"must be in steps of {value.step} {value.unit or ''}".rstrip()
    return None


def _check_values(known: Mapping[str, RecordedValue], values: Mapping[str, Recorded]) -> None:
    """The first wrong value is the refusal's; where there are several, all are told with it."""
    wrong = [
        {"field": key, "reason": reason}
        for key, recorded in values.items()
        if (reason := unusable(known[key], recorded) if key in known else "the study records no such value")
    ]
    if wrong:
        raise WrongValue(**wrong[0], **({"all": wrong} if len(wrong) > 1 else {}))


def _check_attestations(version: ProtocolVersion, attestations: Mapping[str, Attestation]) -> None:
    attested = {part.key for part in (*version.criteria, *version.site_only_criteria) if part.attested is not None}
    for key, attestation in attestations.items():
        if key not in attested:
            raise WrongValue(field=key, reason="the study asks no such question")
        if attestation.answer not in ("yes", "no"):
            raise WrongValue(field=key, reason="must be yes or no")
        if not attestation.by.strip():
            raise WrongValue(field=key, reason="must name the person who answers")
