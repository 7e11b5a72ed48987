"""What is recorded and attested of somebody whom a protocol version admits."""

from decimal import Decimal

from biobank.studies.criteria import NEVER, Condition, RecordedValue
from biobank.studies.eligibility import holds
from biobank.studies.load import DEFINITIONS, load_definition
from devices.trial.founding import STUDY


def eligible(label: str, site: str) -> tuple[dict[str, str | float], dict[str, str]]:
    """Values and answers with which this version of the study admits a participant at ``site``."""
    version = load_definition(DEFINITIONS / f"{STUDY}.toml").version(label)
    asked = version.criteria_at(site)
    demanded: dict[str, list[tuple[Condition, bool]]] = {}
    for criterion in asked:
        for wanted, condition in ((True, criterion.required), (False, criterion.excluded)):
            if condition is not None:
                demanded.setdefault(condition.value, []).append((condition, wanted))
    known = {value.key: value for value in version.values}
    values = {key: _admitted(known[key], conditions) for key, conditions in demanded.items()}
    return values, {one.key: one.attested.expected for one in asked if one.attested is not None}


def _admitted(value: RecordedValue, conditions: list[tuple[Condition, bool]]) -> str | float:
    candidates: list[Decimal | str] = list(value.options) or _numbers(value, conditions)
    chosen = next(one for one in candidates if all(holds(condition, one) == wanted for condition, wanted in conditions))
    return chosen if isinstance(chosen, str) else float(chosen)


def _numbers(value: RecordedValue, conditions: list[tuple[Condition, bool]]) -> list[Decimal | str]:
    step = value.step or Decimal(1)
    bounds = [bound for one, _ in conditions for bound in (one.at_least, one.above, one.at_most, one.below) if bound is not None]
    near = [bound + change for bound in bounds for change in (Decimal(0), step, -step)]
    return [*([NEVER] if value.may_be_never else []), *near]
