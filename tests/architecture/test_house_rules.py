"""Rules of the house that no linter knows: what becomes SQL, and what a page may call safe."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

CLONE = Path(__file__).parents[2]
SOURCES = sorted(path for package in ("biobank", "devices", "labels") for path in (CLONE / package).rglob("*.py"))
REVIEWED = {
    ("biobank/access/attempts.py", "_read"): "adds a lock clause that its two callers write out",
    ("biobank/audit/walking.py", "snapshot"): "the name of a snapshot comes from the server; SET TRANSACTION takes no parameter",
    ("biobank/audit/walking.py", "_rows"): "psycopg quotes the values; COPY takes no parameter",
    ("biobank/tracing/family.py", "_walk"): "joins constants of its module, once, when it is imported",
}
"""Where SQL is put together from more than constants, and why this is safe."""
MAKES_SQL = {"text", "SQL", "execute", "executemany", "copy", "exec_driver_sql"}


def called(node: ast.Call) -> str:
    """The name at the end of what is called."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def unsafe_sql(source: str) -> Iterator[str]:
    """The functions in which SQL is put together from anything but constants of the module and psycopg's own composition."""
    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for node in ast.walk(function):
            if not (isinstance(node, ast.Call) and called(node) in MAKES_SQL and node.args):
                continue
            if any(map(_mixes, ast.walk(node.args[0]))):
                yield function.name


def _mixes(part: ast.AST) -> bool:
    match part:
        case ast.FormattedValue(value=value):
            return not _constant(value)
        case ast.BinOp(left=left, op=ast.Add() | ast.Mod(), right=right):
            return not (_constant(left) and _constant(right))
        case ast.Call(func=ast.Attribute(attr="format", value=composed)):
            return not (isinstance(composed, ast.Call) and called(composed) == "SQL")
    return False


def _constant(value: ast.AST) -> bool:
    return isinstance(value, ast.Constant) or (isinstance(value, ast.Name) and value.id.isupper())


def unsafe_markup(source: str) -> Iterator[int]:
    """Lines that call anything but a literal safe HTML."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and called(node) == "Markup" and not isinstance(node.args[0], ast.Constant):
            yield node.lineno


def test_sql_is_made_of_constants_and_values_are_parameters() -> None:
    named = {str(path.relative_to(CLONE)): set(unsafe_sql(path.read_text(encoding="utf-8"))) for path in SOURCES}
    found = {(path, function) for path, functions in named.items() for function in functions}
    assert found == REVIEWED.keys()


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(CLONE)))
def test_only_literals_are_called_safe_html(path: Path) -> None:
    assert list(unsafe_markup(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "bad",
    [
        "db.execute(f'SELECT {name}')",
        "db.execute('SELECT ' + name)",
        "text('SELECT %s' % name)",
        "text('SELECT {}'.format(name))",
    ],
)
def test_the_rule_of_sql_sees_each_way_of_gluing(bad: str) -> None:
    assert list(unsafe_sql(f"def ask(db, name):\n    {bad}")) == ["ask"]


def test_the_rule_of_html_sees_a_value() -> None:
    assert list(unsafe_markup("Markup(name)\nMarkup(f'<b>{name}</b>')\nMarkup('<b>')")) == [1, 2]
