"""The whole trial in twin worlds: `./manage twin-worlds`. Ends with 0 only where the bedside sees no difference."""

import argparse
import sys
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from biobank.act.coded import coded
from biobank.db.embedded import EmbeddedPostgres
from biobank.db.homes import throwaway_home
from biobank.db.prepare import prepare
from tests.blinding.worlds import Seen, differences, live, settings_of, world

SHOWN = 10


def main() -> int:
    """Live both worlds and compare; returns the exit code."""
    parser = argparse.ArgumentParser(description="One allocation swapped; the bedside must see no difference.")
    parser.add_argument("--participants", type=int, default=2, choices=range(2, 7))
    count = parser.parse_args().participants
    begun, others = time.monotonic(), "AB" * count
    with ExitStack() as ends:
        home = ends.enter_context(throwaway_home())
        postgres = ends.enter_context(EmbeddedPostgres(home).start(fast=True))
        lived = [_live(postgres, home, first + others[1:count], count) for first in "AB"]
    found = differences(*lived)
    print(f"\n{len(lived[0])} answers to the bedside compared byte for byte, {time.monotonic() - begun:.0f} s: ", end="")
    print("no difference." if not found else f"{len(found)} differences.")
    for one in found[:SHOWN]:
        print(f"  {one}")
    return 1 if found else 0


def _live(postgres: EmbeddedPostgres, home: Path, sequences: str, count: int) -> list[Seen]:
    print(f"A world with the allocation {sequences} …", flush=True)
    url = f"postgresql://127.0.0.1:{postgres.port}/world_{sequences.lower()}"
    prepare(postgres.admin_url, url, home / "credentials.json", coded(), datetime.now(UTC), demonstration=True)
    with world(settings_of(url, home, home / "credentials.json")) as there:
        return live(there, sequences, period=2, count=count)


if __name__ == "__main__":
    sys.exit(main())
