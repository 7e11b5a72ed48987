"""Rates beside a reference of the same run: `./manage bench NAME`. Each ends with one line of JSON, and with 0 where it holds."""

import argparse
import sys

from tests.benchmarks import alarm, audit, scan, verify

BENCHES = {"alarm": alarm.main, "audit": audit.main, "scan": scan.main, "verify": verify.main}


def main() -> int:
    """Run one benchmark; returns the exit code."""
    parser = argparse.ArgumentParser(description="Measure rates beside a reference of the same run.")
    parser.add_argument("bench", choices=sorted(BENCHES))
    return BENCHES[parser.parse_args().bench]()


if __name__ == "__main__":
    sys.exit(main())
