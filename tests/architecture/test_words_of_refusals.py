"""Every refusal has its sentence, every sentence gets the facts that it names, and no sentence is left over."""

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import biobank
import biobank.app  # every package with its refusals
from biobank.errors import Refusal
from biobank.web.words import catalogue

HOUSE = Path(biobank.__file__).parent
NOT_REFUSALS = ("http_", "input_")
"""Sentences for a status of HTTP, and for what is wrong with a field."""


def refusals(kind: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    """Every kind of refusal that there is."""
    yield kind
    for narrower in kind.__subclasses__():
        yield from refusals(narrower)


def facts_of(sentence: str) -> set[str]:
    """The facts that a sentence names."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def raised() -> Iterator[tuple[str, str, set[str] | None]]:
    """Where each refusal is made: the place, its name, and the facts given (None where they are passed on as a whole).

    A refusal with an ``__init__`` of its own gathers its facts itself.
    """
    names = {kind.__name__ for kind in refusals() if kind is Refusal or "__init__" not in vars(kind)}
    for file in sorted(HOUSE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            made = node.exc if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Name) else node
            called = made.func if isinstance(made, ast.Call) else made if isinstance(node, ast.Raise) else None
            name = called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""
            if name in names:
                given = made.keywords if isinstance(made, ast.Call) else []
                passed_on = any(one.arg is None for one in given)
                facts = None if passed_on else {str(one.arg) for one in given}
                yield f"{file.relative_to(HOUSE)}:{node.lineno}", name, facts


def test_every_refusal_has_a_sentence_and_no_sentence_is_left_over() -> None:
    sentences = {code for code in catalogue() if not code.startswith(NOT_REFUSALS)}
    assert {kind.code for kind in refusals()} == sentences


def test_no_two_refusals_share_a_name() -> None:
    named: dict[str, set[str]] = {}
    for kind in refusals():
        named.setdefault(kind.__name__, set()).add(kind.code)
    assert {name: codes for name, codes in named.items() if len(codes) > 1} == {}


def test_every_sentence_gets_the_facts_that_it_names() -> None:
    code_of = {kind.__name__: kind.code for kind in refusals()}
    places = list(raised())
    lacking = {
        f"{place} {name}: {facts_of(catalogue()[code_of[name]]) - facts}"
        for place, name, facts in places
        if facts is not None and facts_of(catalogue()[code_of[name]]) - facts
    }
    assert lacking == set()
    assert len(places) > 150
