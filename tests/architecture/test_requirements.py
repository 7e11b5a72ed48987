"""Requirements and tests name each other, and the check that says so sees every kind of orphan."""

from pathlib import Path

import pytest

from tests.requirements import PAGE, asvs, orphans, shown_by

SECTIONS = {
    "V2.3": range(1, 6),
    "V3.3": range(1, 5),
    "V3.4": range(1, 7),
    "V3.5": range(1, 4),
    "V6.1": range(1, 2),
    "V6.3": range(8, 9),
    "V7.2": range(4, 5),
    "V7.4": range(1, 3),
    "V7.5": range(3, 4),
    "V8.2": range(1, 5),
    "V8.3": range(1, 4),
    "V12.3": range(5, 6),
    "V13.2": range(2, 3),
    "V15.4": range(2, 3),
    "V16.4": range(2, 4),
    "V16.5": range(1, 4),
}
"""The lines of OWASP ASVS 5.0 that this installation has to answer for."""
ROWS = "| R-1.1 | Something | `one/test_it.py::test_it` |\n| C-2 | Something else | `two/` |\n"


@pytest.fixture
def tests(tmp_path: Path) -> Path:
    """A folder of tests for both requirements of ROWS."""
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "test_it.py").write_text("def test_it() -> None: ...\n")
    return tmp_path


def test_no_requirement_and_no_test_is_an_orphan() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert orphans(page) == []
    assert len(shown_by(page)) > 60


def test_every_line_of_the_asvs_is_shown_or_it_is_said_why_not() -> None:
    wanted = [f"{section}.{line}" for section, lines in SECTIONS.items() for line in lines]
    assert sorted(asvs(PAGE.read_text(encoding="utf-8"))) == sorted(wanted)


def test_what_is_in_order_is_found_in_order(tests: Path) -> None:
    assert orphans(ROWS, tests) == []


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (ROWS.replace("`two/`", ""), "C-2 has no test"),
        (ROWS.replace("::test_it", "::test_that"), "R-1.1 names one/test_it.py::test_that, which is not there"),
        (ROWS.replace("`two/`", "`three/`"), "C-2 names three/, which is not there"),
        (ROWS.replace("`two/`", "`one/test_it.py`"), "no requirement names two/test_it.py"),
        (ROWS.replace("C-2", "R-1.1"), "R-1.1 stands twice"),
        (ROWS.replace("C-2", "V2.3.1").replace("`two/`", ""), "V2.3.1 has no test"),
        (ROWS.replace("C-2 |", "C-two |"), "this row cannot be read: | C-two | Something else | `two/` |"),
    ],
)
def test_every_kind_of_orphan_is_seen(tests: Path, page: str, words: str) -> None:
    assert words in orphans(page, tests)
