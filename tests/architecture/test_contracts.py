"""Each contract of pyproject.toml is broken once on purpose, in a copy of the tree, and seen to fail."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CLONE = Path(__file__).parents[2]
LAYERS = "A package of biobank imports only what stands below it"
SIDE_BY_SIDE = "devices stands on biobank, biobank on labels"
RULES = "Rules know no framework"
WEB = "Acts, operations, queries and tables know nothing of the web"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the three packages and their contracts."""
    for package in ("biobank", "devices", "labels"):
        shutil.copytree(CLONE / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(CLONE / "pyproject.toml", tmp_path)
    return tmp_path


def verdict(tree: Path) -> tuple[int, str]:
    """Exit code and words of lint-imports on ``tree``."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    environment = {**os.environ, "PYTHONPATH": str(tree), "COLUMNS": "200"}
    done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_the_tree_as_it_stands_keeps_every_contract(tree: Path) -> None:
    code, words = verdict(tree)
    assert code == 0, words
    assert "4 kept, 0 broken" in words


@pytest.mark.parametrize(
    ("file", "line", "broken"),
    [
        ("biobank/custody/rules.py", "import biobank.release", LAYERS),
        ("biobank/db/roles.py", "import biobank.act", LAYERS),
        ("biobank/units.py", "import biobank.clock", LAYERS),
        ("biobank/dispensing/tables.py", "import biobank.expansion.tables", LAYERS),
        ("biobank/attic/__init__.py", '"""A package that nobody placed."""', LAYERS),
        ("biobank/labelling/tables.py", "import devices.topics", SIDE_BY_SIDE),
        ("labels/pdf.py", "import biobank.units", SIDE_BY_SIDE),
        *(
            ("biobank/custody/rules.py", f"import {name}", RULES)
            for name in ("fastapi", "starlette", "sqlmodel", "sqlalchemy", "psycopg")
        ),
        ("biobank/act/acts.py", "import fastapi", WEB),
        ("biobank/custody/operations.py", "import fastapi", WEB),
        ("biobank/custody/queries.py", "import starlette", WEB),
        ("biobank/custody/tables.py", "import starlette.requests", WEB),
    ],
)
def test_a_broken_contract_is_seen(tree: Path, file: str, line: str, broken: str) -> None:
    target = tree / file
    target.parent.mkdir(exist_ok=True)
    before = target.read_text() if target.exists() else '"""New."""\n'
    target.write_text(f"{before}\n{line}\n")
    code, words = verdict(tree)
    assert code != 0
    assert f"{broken} BROKEN" in words or (file.startswith("biobank/attic") and "attic" in words), words
