"""Homes that a run throws away: gone with it, also where it was killed, and never under anybody who lives in one."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from biobank.db.homes import throwaway_home

LIVES = """
import time
from biobank.db.homes import throwaway_home
with throwaway_home() as home:
    (home / "postgres").mkdir()
    print(home, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def living() -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Another run, and its home."""
    with subprocess.Popen([sys.executable, "-c", LIVES], stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        yield run, Path(run.stdout.readline().strip())
        run.kill()


def test_the_home_of_a_killed_run_goes_with_the_next_run(living: tuple[subprocess.Popen[str], Path]) -> None:
    run, left = living
    run.kill()
    run.wait()
    assert (left / "postgres").exists()
    with throwaway_home() as home:
        assert home != left
        assert not left.exists()
    assert not home.exists()


def test_a_home_in_which_somebody_lives_stays(living: tuple[subprocess.Popen[str], Path]) -> None:
    with throwaway_home() as one, throwaway_home() as other:
        assert one != other
        assert one.is_dir()
        assert (living[1] / "postgres").exists()
