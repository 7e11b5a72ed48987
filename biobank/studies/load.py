"""Reading a study definition. A wrong one is refused with the file, the key and the reason, all problems at once."""

import tomllib
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from biobank.errors import BadInput
from biobank.studies.consistency import find_problems
from biobank.studies.definition import StudyDefinition

DEFINITIONS = Path(__file__).parent / "definitions"
_NAMES = ("label", "code", "key", "purpose", "event")


class Problem(NamedTuple):
    """The key that is wrong, as a path through the file, and the reason in words."""

    key: str
    reason: str


class WrongDefinition(BadInput):
    """A definition that contradicts the schema or itself. ``key`` and ``reason`` are those of the first problem."""

    code = "wrong_definition"

    def __init__(self, file: str, problems: Sequence[Problem]) -> None:
        self.file = file
        self.problems = tuple(problems)
        self.key, self.reason = self.problems[0]
        super().__init__(file=file, key=self.key, reason=self.reason, problems=self.problems)

    def __str__(self) -> str:
        return "\n".join(f"{self.file}: {problem.key}: {problem.reason}" for problem in self.problems)


def load_definition(path: Path) -> StudyDefinition:
    """Read a definition from a TOML file. Raises WrongDefinition."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise WrongDefinition(path.name, [Problem("(file)", "there is no such file")]) from None
    except UnicodeDecodeError:
        raise WrongDefinition(path.name, [Problem("(file)", "is not UTF-8 text")]) from None
    return load_text(text, path.name)


def load_text(text: str, name: str) -> StudyDefinition:
    """Read a definition from TOML text; ``name`` is what refusals call the file. Raises WrongDefinition."""
    try:
        raw = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise WrongDefinition(name, [_not_toml(error)]) from error
    try:
        definition = StudyDefinition.model_validate(_tuples(raw))
    except ValidationError as error:
        raise WrongDefinition(name, [_problem(raw, detail) for detail in error.errors()]) from error
    if problems := find_problems(definition):
        raise WrongDefinition(name, [Problem(key, reason) for key, reason in problems])
    return definition


def read_canonical(data: bytes) -> StudyDefinition:
    """Read a definition back from its canonical bytes, as a database keeps them. Raises WrongDefinition."""
    try:
        return StudyDefinition.model_validate_json(data)
    except ValidationError as error:
        raise WrongDefinition("(stored)", [_problem({}, detail) for detail in error.errors()]) from error


def _not_toml(error: tomllib.TOMLDecodeError) -> Problem:
    reason, _, place = str(error).partition(" (at ")
    words = "the key is written twice" if "Cannot overwrite" in reason or "twice" in reason else f"is not TOML: {reason}"
    return Problem(place.rstrip(")") or "(file)", words)


def _tuples(value: object) -> object:
    """Turn the lists of TOML into tuples, which the frozen schema demands."""
    if isinstance(value, dict):
        return {key: _tuples(part) for key, part in value.items()}
    if isinstance(value, list):
        return tuple(_tuples(part) for part in value)
    return value


def _problem(raw: object, detail: ErrorDetails) -> Problem:
    reasons = {"extra_forbidden": "unknown key", "missing": "is missing"}
    words = reasons.get(detail["type"]) or f"{_lower(detail['msg'])}, not {detail['input']!s:.60}"
    return Problem(_path(raw, detail["loc"]), words)


def _lower(words: str) -> str:
    return words.removeprefix("Input ")[:1].lower() + words.removeprefix("Input ")[1:]


def _path(raw: object, location: Sequence[int | str]) -> str:
    """Write a place as ``versions[v1].effective[0].country``: entries by their own name where they have one."""
    path = ""
    for step in location:
        inner = None
        if isinstance(raw, dict):
            inner = raw.get(step)
        elif isinstance(raw, list) and isinstance(step, int) and step < len(raw):
            inner = raw[step]
        if isinstance(step, int):
            path += f"[{_name(inner, step)}]"
        else:
            path += f".{step}" if path else step
        raw = inner
    return path


def _name(entry: object, index: int) -> str:
    if isinstance(entry, dict):
        for name in _NAMES:
            if isinstance(entry.get(name), str):
                return str(entry[name])
    return str(index)
