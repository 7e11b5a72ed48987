"""Kill the parts under load; nothing may be lost: `./manage faults --kills N --seed S`. Ends with 0 only where nothing was."""

import argparse
import logging
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import structlog

from tests.faults.checking import Ledger, Verdict, settled
from tests.faults.plan import Plan, drawn
from tests.faults.site import Site, freezer_of, keep_logs, site
from tests.faults.storm import Storm

DEVICES, PER_SECOND = 24, 40
JUDGED_WITHIN_S = 120.0
OWN_MOUNTS = "BIOBANK_FAULTS_OWN_MOUNTS"


def main() -> int:
    """Draw the plan, carry it out, compare; returns the exit code."""
    parser = argparse.ArgumentParser(description="Kill the parts under load; nothing may be lost.")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--devices", type=int, default=DEVICES, help="simulated devices, at least 4")
    parser.add_argument("--per-second", type=int, default=PER_SECOND, help="readings of each device, at most 60")
    parser.add_argument("--logs", type=Path, help="keep what the processes said in this folder")
    asked = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))  # of devices without a broker
    plan, begun = drawn(asked.seed, asked.kills, asked.devices), time.monotonic()
    _announce(plan, asked.seed, asked.kills)
    with site(asked.devices, asked.seed, 1 / asked.per_second, wrong_clock=plan.wrong_clock, own_disk=True) as there:
        try:
            found = endured(there, plan)
            _tell(there, found)
        finally:
            if asked.logs:
                keep_logs(there.home, asked.logs)
    print(f"{time.monotonic() - begun:.0f} s", flush=True)
    return 0 if found.good else 1


def endured(there: Site, plan: Plan) -> Verdict:
    """What is found after the plan was carried out."""
    said = [0]

    def seen(kills: int) -> None:
        if kills >= said[0] + 10:
            said[0] = kills
            fleet = there.fleet
            measured = sum(one.counter for one in fleet.freezers)
            print(f"  {kills} kills, {measured} readings measured, {fleet.held} held", flush=True)

    Storm(there, plan).run(seen)
    return settled(there.admin_url, ledger_of(there, plan), JUDGED_WITHIN_S)


def ledger_of(there: Site, plan: Plan) -> Ledger:
    """What the devices of a site know."""
    freezers = there.fleet.freezers
    return Ledger(
        {freezer_of(one.sensor): one for one in freezers},
        freezers[plan.wrong_clock].sensor,
        freezers[plan.silent].sensor,
        there.watch_away,
        there.person.lines,
    )


def _announce(plan: Plan, seed: int, kills: int) -> None:
    of_parts = ", ".join(f"{part} {count}" for part, count in sorted(plan.kills.items()))
    others = ", ".join(f"{what} {count}" for what, count in sorted(plan.others.items()))
    print(f"Seed {seed}: {kills} kills ({of_parts}); {others}; {len(plan.failures)} freezers fail", flush=True)


def _tell(there: Site, found: Verdict) -> None:
    print(f"\nkilled              {there.kills}")
    if there.disk.mounted:
        print(f"disk was full       PostgreSQL said so {there.said('No space left on device')} times")
    else:
        print("disk was full       left out: it takes root, and a machine that lets root mount a disk")
    print(f"database hung       {there.database.hung} times in its recovery, and was ended")
    print(f"asked of the API    {found.lines}, lost {found.lines_lost}, doubled {found.lines_doubled};", end=" ")
    print("it said " + ", ".join(f"{said} {count} times" for said, count in there.person.answers.most_common()))
    for name in ("sent", "receipted", "stored", "lost", "doubled", "altered"):
        print(f"{name:<20}{getattr(found, name)}")
    print(f"in wrong minutes    {found.missummed}")
    print(f"still held          {found.held}")
    print(f"excursions          {found.excursions}, wrong {len(found.wrong_excursions)}")
    print(f"alarms due          {found.alarms}")
    print(f"alarms missed       {len(found.missed)}")
    if found.lost_receipted:
        print(f"lost under a receipt {found.lost_receipted}")
    for line in [*map(str, found.missed), *found.wrong_excursions]:
        print(f"  {line}")


def in_own_mounts() -> None:
    """As root, begin again where mounts are our own: the disk that is filled goes with us, however we end."""
    program = shutil.which("unshare")
    if os.geteuid() != 0 or program is None or OWN_MOUNTS in os.environ:
        return
    apart = [program, "--mount", "--propagation", "private"]
    if subprocess.run([*apart, "true"], capture_output=True, check=False).returncode == 0:
        command = [*apart, sys.executable, "-P", "-m", "tests.faults", *sys.argv[1:]]
        os.execve(program, command, {**os.environ, OWN_MOUNTS: "yes"})


if __name__ == "__main__":
    in_own_mounts()
    sys.exit(main())
