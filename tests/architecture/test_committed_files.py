"""What may never be committed: host names of registries, paths of one machine, a lock or a package that misleads."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

CLONE = Path(__file__).parents[2]
# Put together here, so that this file does not find itself.
REGISTRIES = [
    "pypi" + ".org",
    "python" + "hosted",
    "npm" + "js.",
    "crates" + ".io",
    "index" + "-url",
    "find" + "-links",
]
LOCAL = ["file:" + "//", "/work" + "/", "/opt" + "/wheels", "/opt" + "/pypi", "/root" + "/", "/home" + "/"]

STATIC = CLONE / "biobank/pages/static"
VENDORED = {STATIC / name for name in tomllib.loads((STATIC / "vendored.toml").read_text())}
"""As their makers published them, by their hash: the folders that they name lie in the memory of a browser."""


def committed() -> list[Path]:
    """Every file that git keeps, or would keep."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=CLONE, capture_output=True, text=True, check=True).stdout
    return [CLONE / name for name in listed.split("\0") if name and (CLONE / name).is_file()]


def text_of(file: Path) -> str:
    """The file's text; empty for pictures, fonts and the like."""
    content = file.read_bytes()
    return "" if b"\0" in content[:8000] else content.decode("utf-8", errors="replace")


@pytest.mark.parametrize("words", [REGISTRIES, LOCAL], ids=["registry", "local path"])
def test_no_committed_file_names_a_registry_or_a_folder_of_one_machine(words: list[str]) -> None:
    pattern = re.compile(r"(?<![\w.])(?:" + "|".join(map(re.escape, words)) + ")")
    ours = (file for file in committed() if file not in VENDORED)
    found = {f"{file.relative_to(CLONE)}: {match[0]}" for file in ours for match in pattern.finditer(text_of(file))}
    assert not found


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_a_lock_names_no_address_and_every_package_has_its_hash(name: str) -> None:
    text = (CLONE / name).read_text()
    assert not re.search(r"https?:|ftp:|@ ", text)
    packages = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert packages
    assert all("--hash=sha256:" in package for package in packages)


def test_the_development_lock_holds_the_running_one() -> None:
    pins = [set(re.findall(r"^\S+==\S+", (CLONE / name).read_text(), re.MULTILINE)) for name in LOCKS]
    assert pins[0] <= pins[1]


LOCKS = ("requirements.txt", "requirements-dev.txt")


@pytest.mark.parametrize("name", ["uv.lock", "pylock.toml", "package-lock.json", "alembic/__init__.py"])
def test_a_file_that_misleads_is_absent(name: str) -> None:
    assert CLONE / name not in committed()


def test_no_package_hides_code_in_its_front_door() -> None:
    for package in ("biobank", "devices", "labels"):
        for door in (CLONE / package).rglob("__init__.py"):
            assert re.fullmatch(r'"""[^"]+"""\n', door.read_text()), door
