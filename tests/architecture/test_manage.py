"""`./manage`: words instead of traces, and only verbs that this clone has."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CLONE = Path(__file__).parents[2]


def manage(clone: Path, *arguments: str, **environment: str) -> tuple[int, str]:
    """Exit code and words of `./manage` of ``clone``, run by the system's kind of Python without our environment."""
    base = Path(sys.base_prefix) / "bin" / "python3"
    command = [str(base), "-I", str(clone / "manage"), *arguments]
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A clone with nothing but the command, its locks and what it needs of the house."""
    for name in ("manage", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(CLONE / name, tmp_path)
    for package in ("biobank", "biobank/db"):
        (tmp_path / package).mkdir()
        shutil.copy(CLONE / package / "__init__.py", tmp_path / package)
    shutil.copy(CLONE / "biobank/db/homes.py", tmp_path / "biobank/db")
    return tmp_path


def test_a_verb_whose_module_is_absent_is_not_listed(bare: Path) -> None:
    code, words = manage(bare)
    assert code == 0
    assert "lock" in words
    assert "journey" not in words
    (bare / "tests" / "journeys").mkdir(parents=True)
    (bare / "tests" / "journeys" / "__main__.py").touch()
    assert "journey" in manage(bare)[1]


@pytest.mark.parametrize("verb", ["journey", "unheard-of"])
def test_an_unknown_verb_ends_in_words(bare: Path, verb: str) -> None:
    code, words = manage(bare, verb)
    assert code == 1
    assert f"There is no verb '{verb}'" in words
    assert "Traceback" not in words


def test_packages_that_cannot_be_had_end_in_words(bare: Path) -> None:
    hopeless = "nothing-of-this-name==1.0 \\\n    --hash=sha256:" + "0" * 64 + "\n"
    (bare / "requirements.txt").write_text(hopeless)
    (bare / "devices").mkdir()
    (bare / "devices" / "processes.py").touch()
    code, words = manage(bare, "run", PIP_NO_INDEX="1")
    assert code == 1
    assert "could not be installed" in words
    assert "Traceback" not in words
    assert not list(bare.glob(".venv/installed-*"))


def test_an_installed_lock_is_installed_once_and_the_command_stands_in_the_environment(bare: Path) -> None:
    (bare / "requirements.txt").write_text("")
    (bare / "devices").mkdir()
    (bare / "devices" / "__init__.py").touch()
    (bare / "devices" / "processes.py").write_text("import os\nprint('home', os.environ['BIOBANK_HOME'])\n")
    first, second = manage(bare, "run", BIOBANK_HOME="/nowhere"), manage(bare, "run", BIOBANK_HOME="/nowhere")
    assert first[0] == second[0] == 0, first[1]
    assert "Installing" in first[1]
    assert second[1] == "home /nowhere\n"
    assert os.access(bare / ".venv" / "bin" / "biobank", os.X_OK)
