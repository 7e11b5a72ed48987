"""Everything of a plan goes wrong, one thing after the other and on top of each other; then all is well again."""

import threading
import time
from collections.abc import Callable
from functools import partial

from tests.faults.plan import Plan, Step, What
from tests.faults.site import Site
from tests.waiting import until

PASSES_MS = 16 * 60 * 1000
"""So much time passes at the end for everybody: whoever fell silent has been silent for longer than the rule allows."""
SILENT_FROM = 0.5
"""After so much of the plan a device falls silent."""
PATIENCE_S = 300.0
AFTERWARDS_S = 6.0
"""So long the devices go on measuring after all is well again."""
Seen = Callable[[int], None]


class Storm:
    """Carries out a plan on a site."""

    def __init__(self, site: Site, plan: Plan) -> None:
        self.site, self.plan = site, plan
        self._ends: list[threading.Timer] = []
        self._due = self._of_freezers()

    def run(self, seen: Seen) -> None:
        """From the first step to the last, and on until all that is held has its receipt. ``seen`` is told of each kill."""
        for number, step in enumerate(self.plan.steps, 1):
            time.sleep(step.pause_s)
            self._do(step)
            self._look_at_freezers(number / len(self.plan.steps))
            seen(self.site.kills)
        self._calm()

    def _of_freezers(self) -> list[tuple[float, Callable[[], None]]]:
        """What goes wrong with freezers and devices, and after how much of the plan."""
        freezers, due = self.site.fleet.freezers, list[tuple[float, Callable[[], None]]]()
        for one in self.plan.failures:
            fails = freezers[one.freezer]
            due.append((one.begins, partial(fails.become, warm=True)))
            if one.lasts:
                due.append((one.begins + one.lasts, partial(fails.become, warm=False)))
        return sorted([*due, (SILENT_FROM, partial(freezers[self.plan.silent].become, silent=True))], key=lambda one: one[0])

    def _look_at_freezers(self, done: float) -> None:
        while self._due and self._due[0][0] <= done:
            self._due.pop(0)[1]()

    def _do(self, step: Step) -> None:
        site = self.site
        if step.what is What.KILL:
            site.parts[step.where].kill(step.child, step.lasts_s)
        elif step.what is What.RESTART:
            site.parts[step.where].restart(step.lasts_s)
        elif step.what is What.DEVICE_CLOCK:
            site.fleet.put_clock(int(step.where), step.shift_ms)
        elif step.what is What.SERVER_CLOCK:
            site.clock.move(step.shift_ms)
            self._later(step.lasts_s, partial(site.clock.move, 0))
        elif step.what is What.DISK_FULL:
            site.disk.fill()
            self._later(step.lasts_s, site.disk.clear)
        else:
            road = site.roads[step.where]
            {What.CUT: road.cut, What.STALL: road.stall, What.HALF_CLOSE: road.half_close}[step.what]()
            self._later(step.lasts_s, road.clear)

    def _later(self, seconds: float, what: Callable[[], None]) -> None:
        """In a thread of its own: whoever waits for the database must not keep its disk full."""
        end = threading.Timer(seconds, what)
        end.start()
        self._ends.append(end)

    def _calm(self) -> None:
        """All is well again; time passes; the devices measure a little more and then wait for their last receipts."""
        site = self.site
        for end in self._ends:
            end.join()
        until(lambda: all(part.well for part in site.parts.values()), PATIENCE_S)
        site.person.stop()
        silent = site.fleet.freezers[self.plan.silent]
        until(lambda: not silent.buffer, PATIENCE_S)  # else its last words come when it should have been silent for long
        site.clock.move(PASSES_MS)
        time.sleep(1)  # the server's clock first: a device must not seem to be ahead of it
        site.fleet.pass_time(PASSES_MS)
        time.sleep(AFTERWARDS_S)
        site.fleet.rest()
        given_up_at = time.monotonic() + PATIENCE_S
        while site.fleet.held and time.monotonic() < given_up_at:  # what is held beyond that is found, and said
            time.sleep(0.1)
