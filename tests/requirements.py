"""docs/requirements.md against the tests: no requirement without a test, no name that is not there, no file without a number."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parent
PAGE = TESTS.parent / "docs" / "requirements.md"
ROW = re.compile(r"^\| ([RC]-\d+(?:\.\d+)?|V\d+\.\d+\.\d+) \| (.*) \| (.*) \|$", re.MULTILINE)
LEFT_OUT = re.compile(r"^- (V\d+\.\d+\.\d+): \S", re.MULTILINE)


def shown_by(page: str) -> dict[str, list[str]]:
    """The tests of every requirement, as the page names them."""
    return {number: re.findall("`([^`]+)`", tests) for number, _, tests in ROW.findall(page)}


def asvs(page: str) -> list[str]:
    """The lines of the ASVS that the page names: those that tests show, and those that it says why no test shows."""
    return [number for number in shown_by(page) if number.startswith("V")] + LEFT_OUT.findall(page)


def orphans(page: str, tests: Path = TESTS) -> list[str]:
    """What is wrong with the page, in words; nothing where all is in order."""
    return [*_numbers(page), *_requirements(page, tests), *_files(page, tests)]


def _numbers(page: str) -> Iterator[str]:
    numbers = [number for number, _, _ in ROW.findall(page)]
    yield from (f"{number} stands twice" for number in sorted(set(numbers)) if numbers.count(number) > 1)
    rows = re.findall(r"^\| ?(?:[RC]-|V\d).*$", page, re.MULTILINE)
    yield from (f"this row cannot be read: {row[:60]}" for row in rows if not ROW.match(row))


def _requirements(page: str, tests: Path) -> Iterator[str]:
    for number, named in shown_by(page).items():
        if not named:
            yield f"{number} has no test"
        yield from (f"{number} names {name}, which is not there" for name in named if not _is_there(name, tests))


def _files(page: str, tests: Path) -> Iterator[str]:
    named = {name.partition("::")[0] for names in shown_by(page).values() for name in names}
    for file in sorted(tests.rglob("test_*.py")):
        name = file.relative_to(tests).as_posix()
        if not any(name == one or (one.endswith("/") and name.startswith(one)) for one in named):
            yield f"no requirement names {name}"


def _is_there(name: str, tests: Path) -> bool:
    file, _, test = name.partition("::")
    if file.endswith("/"):
        return any((tests / file).rglob("test_*.py"))
    if not (tests / file).is_file():
        return False
    tree = ast.parse((tests / file).read_text(encoding="utf-8"))
    functions = {one.name for one in tree.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)}
    return test in functions if test else any(one.startswith("test_") for one in functions)


def main() -> None:
    """Print what is wrong; end with 1 where something is."""
    found = orphans(PAGE.read_text(encoding="utf-8"))
    sys.stderr.writelines(f"docs/requirements.md: {one}\n" for one in found)
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
