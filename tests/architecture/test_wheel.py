"""What is no Python must be named in pyproject.toml, or an installed package would lack it."""

import tomllib
from pathlib import Path

CLONE = Path(__file__).parents[2]
PACKAGES = ("biobank", "devices", "labels")


def test_a_wheel_has_every_template_word_and_definition() -> None:
    named = tomllib.loads((CLONE / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]
    packed = {file for package, patterns in named.items() for pattern in patterns for file in (CLONE / package).glob(pattern)}
    files = {file for package in PACKAGES for file in (CLONE / package).rglob("*") if file.is_file()}
    beside = {file for file in files if file.suffix not in (".py", ".pyc")}
    assert CLONE / "biobank/pages/templates/base.html" in beside
    assert beside - packed == set()


def test_every_pattern_of_package_data_finds_something() -> None:
    named = tomllib.loads((CLONE / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]
    assert [p for package, patterns in named.items() for p in patterns if not list((CLONE / package).glob(p))] == []
