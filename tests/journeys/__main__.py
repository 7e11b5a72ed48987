"""A whole trial through the HTTP interface: `./manage journey --trial smart-ms`. Ends with 0 only where everything holds."""

import argparse
import sys
import time
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

from biobank.act.randomness import Randomness
from devices.trial import calendar, founding
from devices.trial.participant import Participant
from devices.trial.people import ADMINISTRATOR
from devices.trial.speaking import Speaker
from tests.instance import open_to, passwords_of, started
from tests.journeys import invariants
from tests.journeys.particular import ParticularBench

BEGINS = datetime(2023, 12, 1, tzinfo=UTC)
FIRST_BASELINE = datetime(2024, 2, 12, tzinfo=UTC)
"""So that the first participants consent under the first protocol version, and the later ones under the second."""
TOGETHER = 3
"""So many share a baseline, a week after those before."""
PARTICIPANTS = {"smart-ms": 18}
HANDS = 4
BAR = 40


def main() -> int:
    """Run the trial; returns the exit code."""
    parser = argparse.ArgumentParser(description="Drive a whole trial through the HTTP interface.")
    parser.add_argument("--trial", choices=sorted(PARTICIPANTS), default="smart-ms")
    parser.add_argument("--participants", type=int, help="fewer than the trial plans, to be quicker")
    asked = parser.parse_args()
    count = asked.participants or PARTICIPANTS[asked.trial]
    begun = time.monotonic()
    with ExitStack() as ends:
        members = founding.everybody()
        passwords = passwords_of(members)
        instance = ends.enter_context(started())
        speaker = ends.enter_context(open_to(instance, passwords))
        print(f"An installation of its own answers at {instance.url} after {time.monotonic() - begun:.0f} s.", flush=True)
        bench, people = trial(speaker, members, passwords, count)
        counts, broken = invariants.counted(instance.admin_url), invariants.broken(instance.admin_url)
    wanted = expected(count)
    _tell(people, bench.refused, counts, broken, wanted, time.monotonic() - begun)
    return 0 if not broken and all(counts[name] == number for name, number in wanted.items()) else 1


def trial(
    speaker: Speaker, members: tuple[founding.Member, ...], passwords: dict[str, str], count: int
) -> tuple[ParticularBench, list[Participant]]:
    """Found the installation and walk ``count`` participants to the end; returns the bench, which counted, and who walked."""
    calendar.put_clock(speaker, BEGINS)
    founding.enrol(speaker, members, passwords)
    randomness = Randomness(b"journey")
    stock = founding.found(speaker, founding.sequences(randomness, count), "oslo")
    bench = ParticularBench(speaker, stock, people=(ADMINISTRATOR, *members))
    baselines = [FIRST_BASELINE + number // TOGETHER * timedelta(weeks=1) for number in range(count)]
    people = calendar.enrolled(bench, randomness, baselines)
    calendar.run(speaker, [one.walk() for one in people], hands=HANDS, seen=_bar(people))
    return bench, people


def _bar(people: list[Participant]) -> calendar.Seen:
    """A progress bar by kits given; on a terminal it stays on one line."""
    whole, said = 2 * len(people), [-1]

    def seen(at: datetime, left: int) -> None:
        given = sum(one.tally.administered for one in people)
        if given == said[0] and not sys.stdout.isatty():
            return
        said[0] = given
        done = BAR * given // whole
        end = "\r" if sys.stdout.isatty() else "\n"
        print(f"  {'█' * done}{'·' * (BAR - done)}  {given}/{whole} doses given  {at:%Y-%m-%d %H:%M}", end=end, flush=True)

    return seen


def expected(count: int) -> dict[str, int]:
    """What there must be of everything after a trial of ``count`` participants."""
    once = ("participants", "drug batches", "biobank entries", "batches released", "kits with cells")
    twice = ("aspirates", "kits", "kits given", "kits accounted for")
    return dict.fromkeys(once, count) | dict.fromkeys(twice, 2 * count)


def _tell(
    people: list[Participant],
    refused: Counter[str],
    counts: dict[str, int],
    broken: dict[str, list[str]],
    expected: dict[str, int],
    seconds: float,
) -> None:
    versions = Counter(one.tally.version for one in people)
    under = ", ".join(f"{number} under {version}" for version, number in sorted(versions.items()))
    print(f"\n\nThe trial is over: {len(people)} participants ({under})")
    for name, number in counts.items():
        wanted = expected.get(name)
        mark = "" if wanted is None else "  ✓" if wanted == number else f"  ✗ expected {wanted}"
        print(f"  {name:28}{number:>8}{mark}")
    print(f"\nRefused on purpose: {refused.total()}")
    for kind, number in sorted(refused.items()):
        print(f"  {kind:36}{number:>6}")
    print("\nRead from the database, with no code of the program between:")
    for says in invariants.INVARIANTS:
        print(f"  {'✗' if says in broken else '✓'} {says}" + (f": {', '.join(broken[says])}" if says in broken else ""))
    print(f"\n{seconds:.0f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
