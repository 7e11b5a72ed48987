"""A missing system program skips a test loudly, and fails it on the build server."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CLONE = Path(__file__).parents[2]
TEST = """
import pytest
from tests import needs

needs.NEEDS["unicorn"] = {"program": "unicorn-that-nobody-has", "package": "unicorn"}

@pytest.mark.needs("unicorn")
def test_it():
    pass
"""


@pytest.mark.parametrize(
    ("ci", "code", "words"), [("", 0, "NOT TESTED (1 tests): unicorn"), ("true", 1, "unicorn is not installed")]
)
def test_a_missing_program_is_said_and_fails_only_on_the_build_server(tmp_path: Path, ci: str, code: int, words: str) -> None:
    (tmp_path / "test_it.py").write_text(TEST)
    command = [sys.executable, "-m", "pytest", "-c", str(CLONE / "pyproject.toml"), "-p", "no:cacheprovider", tmp_path]
    environment = {**os.environ, "CI": ci, "PYTHONPATH": str(CLONE)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == code, done.stdout + done.stderr
    assert words in done.stdout
