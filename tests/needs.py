"""`@pytest.mark.needs("mosquitto")`: skip, and say so, where a program is missing; under CI=true a failure instead."""

import os
import shutil
import tomllib
from pathlib import Path

import pytest

NEEDS: dict[str, dict[str, str]] = tomllib.loads(Path(__file__).with_name("needs.toml").read_text())
_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin:/sbin"
"""Debian keeps Mosquitto where an ordinary person's PATH does not look."""
_skipped: dict[str, int] = {}


def program(need: str) -> str | None:
    """The path of the program behind ``need``, None where it is not installed."""
    return shutil.which(NEEDS[need]["program"], path=_PATH)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line("markers", "needs(*names): programs of tests/needs.toml that this test needs")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip or fail a test whose programs are missing."""
    for need in (name for marker in item.iter_markers("needs") for name in marker.args):
        if program(need) is None:
            words = f"{NEEDS[need]['package']} is not installed: `./manage test --install` installs it"
            if os.environ.get("CI") == "true":
                pytest.fail(words, pytrace=False)
            pytest.skip(f"needs {need}: {words}")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count what was skipped for want of a program (also on the main process of a parallel run)."""
    if report.skipped and isinstance(report.longrepr, tuple) and "needs " in report.longrepr[2]:
        why = report.longrepr[2].partition("needs ")[2]
        _skipped[why] = _skipped.get(why, 0) + 1


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One loud line per missing program."""
    for why, count in sorted(_skipped.items()):
        terminalreporter.write_line(f"NOT TESTED ({count} tests): {why}", yellow=True, bold=True)
