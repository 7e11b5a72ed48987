"""docs/states.md: what may become of each thing, drawn from the tables NEXT… in the rules of the packages."""

import ast
import importlib
import inspect
import pkgutil
import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import biobank

PAGE = Path(biobank.__file__).parents[1] / "docs" / "states.md"
HEAD = """# States

What may become of each thing. Written by `biobank states` from the tables `NEXT…` in the rules of each package, which the acts
ask; `biobank states --check` fails where this page says something else. Where no arrow leads, no act leads.
"""


@dataclass(frozen=True)
class Machine:
    """The states of one thing. It begins in the first; ``words`` are those that stand with the table in the rules."""

    package: str
    states: type[StrEnum]
    next: dict[StrEnum, frozenset[StrEnum]]
    words: str

    @property
    def title(self) -> str:
        """The thing's name, from that of its states: *Print job* from ``PrintJobState``."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", self.states.__name__.removesuffix("State")).capitalize()


def machines() -> list[Machine]:
    """Every table of states of every package, in the order of their titles."""
    found = [machine for package in pkgutil.iter_modules(biobank.__path__) if package.ispkg for machine in _of(package.name)]
    return sorted(found, key=lambda machine: machine.title)


def _of(package: str) -> list[Machine]:
    names = pkgutil.iter_modules(importlib.import_module(f"biobank.{package}").__path__, f"biobank.{package}.")
    found: list[Machine] = []
    for name in (module.name for module in names if module.name.endswith("rules")):
        rules = importlib.import_module(name)
        own = {key: words for key, words in _assigned(rules).items() if re.fullmatch("NEXT(_OF_[A-Z_]+)?", key)}
        tables = ((vars(rules)[key], words) for key, words in own.items())
        found += [Machine(package, type(next(iter(table))), table, words) for table, words in tables]
    return found


def _assigned(module: ModuleType) -> dict[str, str]:
    """The names that a module itself assigns with a type, each with the string that stands behind it."""
    body = [*ast.parse(inspect.getsource(module)).body, ast.Pass()]
    pairs = ((one.target, after) for one, after in pairwise(body) if isinstance(one, ast.AnnAssign))
    return {target.id: _said(after) for target, after in pairs if isinstance(target, ast.Name)}


def _said(after: ast.stmt) -> str:
    if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) and isinstance(after.value.value, str):
        return inspect.cleandoc(after.value.value)
    return ""


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(_section(machine) for machine in machines())])


def _section(machine: Machine) -> str:
    said = " ".join(filter(None, [inspect.getdoc(machine.states), machine.words]))
    drawn = [f"    [*] --> {next(iter(machine.states))}"]
    for state in machine.states:
        following = [after for after in machine.states if after in machine.next[state]]
        drawn += [f"    {state} --> {after}" for after in following] or [f"    {state} --> [*]"]
    diagram = "\n".join(["```mermaid", "stateDiagram-v2", *drawn, "```"])
    return f"## {machine.title}\n\n`biobank/{machine.package}`: {said}\n\n{diagram}\n"
