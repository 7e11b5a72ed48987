"""Rates beside a reference of the same run: `./manage bench NAME`. Each ends with one line of JSON, and with 0 where it holds."""

import argparse
import sys
from collections.abc import Callable

from tests.benchmarks import alarm, audit, history, ingest, labels, scan, verify

BENCHES: dict[str, Callable[..., int]] = {
    "alarm": alarm.main,
    "audit": audit.main,
    "history": history.main,
    "ingest": ingest.main,
    "labels": labels.main,
    "scan": scan.main,
    "verify": verify.main,
}


def main() -> int:
    """Run one benchmark; returns the exit code."""
    parser = argparse.ArgumentParser(description="Measure rates beside a reference of the same run.")
    parser.add_argument("bench", choices=sorted(BENCHES))
    parser.add_argument("--minutes", type=float, help="ingest: also watch its memory at full rate for as long (4 GB each)")
    parser.add_argument("--readings", type=int, help="history: how many; as many as the disk has room for by default")
    asked = {name: value for name, value in vars(parser.parse_args()).items() if value is not None}
    return BENCHES[asked.pop("bench")](**asked)


if __name__ == "__main__":
    sys.exit(main())
