"""Twin worlds: the same trial twice, with one participant's sealed sequence swapped; the bedside must see no difference.

Clock and random streams are the same in both. What is compared: every answer to every act of the bedside, and at chosen
moments everything that each person of the bedside can reach, byte for byte.
"""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import takewhile
from pathlib import Path
from typing import Any, NamedTuple

from fastapi import FastAPI
from fastapi.testclient import TestClient

from biobank.act.people import Role
from biobank.act.randomness import Randomness
from biobank.app import make_app
from biobank.clock import SimulatedClock
from biobank.settings import Settings
from biobank.web.matrix import RIGHTS
from devices.trial import calendar, founding
from devices.trial.bench import Bench
from devices.trial.doorway import open_door
from devices.trial.participant import DOSES, Participant
from devices.trial.people import ADMINISTRATOR, VERIFIER
from devices.trial.speaking import Answer, Refused, Speaker, content
from labels.layouts import OF_THE_STUDY

BEGINS = datetime(2024, 1, 8, tzinfo=UTC)
BASELINE = datetime(2024, 4, 1, tzinfo=UTC)
WATCHERS = ("tess01", "phil01", "cora", "mona")
PASSWORD = "the same password in both worlds"
LOOKS = [(-43, 20), (-42, 10), (-42, 12), (-42, 21), (-38, 20), (-23, 20), (-7, 20), (-1, 20)] + [
    (0, hour) for hour in (9, 10, 11, 12, 14)
]
"""Days from a dose and hours at which everything is looked at; work of the facility lies between them."""
FEW_LOOKS = [(-42, 21), (-23, 20), (-7, 20), (0, 10), (0, 12)]
"""After the aspiration, after the batch or the biobank's entry was made, after a plan of saline that was made as early as it
can be, while the kit is prepared, and once it is given."""
VARYING = {"date", "content-length"}
_SAME_WEIGHT = Decimal("72.4")
RANDOM = re.compile(rb'name="(once|form_token)" value="(?:[\w-]{22}|[\w-]{43})"')
"""Random at each look, so that a form is not sent twice, and in each session, so that nobody else sends it."""


class Seen(NamedTuple):
    """One answer as the bedside got it."""

    at: str
    who: str
    asked: str
    status: int
    headers: str
    body: bytes


@dataclass
class World:
    """One run of the trial, and what the bedside saw in it."""

    speaker: Speaker
    clock: SimulatedClock
    seen: list[Seen] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)
    """What the facility did in this world alone, because of what a kit holds."""

    def look(self, who: str, path: str) -> Any:
        """Ask as ``who`` and keep the answer."""
        told = self.speaker.send(who, "GET", path)
        self.keep(who, f"GET {path}", told)
        return told

    def keep(self, who: str, asked: str, told: Any) -> None:
        """Keep an answer as it was seen."""
        body = RANDOM.sub(rb'name="\1"', told.content)
        headers = sorted((name, value) for name, value in told.headers.items() if name not in VARYING)
        self.seen.append(Seen(f"{self.clock.now():%d %b %H:%M}", who, asked, told.status_code, json.dumps(headers), body))

    def look_at_everything(self) -> None:
        """Every GET route of the table and every page, as every watcher, with every code that the bedside knows.

        Where the watcher's role may not ask, one code is enough: it is refused before anything is looked up.
        """
        roles = {one.username: Role(one.role) for one in founding.everybody()}
        for who in WATCHERS:
            numbers = self._labels(who)
            for route in sorted(RIGHTS):
                method, template = route.split()
                if method == "GET":
                    some = slice(None) if roles[who] in RIGHTS[route] else slice(-1, None)
                    for path in _filled(template, self.codes[some], numbers[some]):
                        self.look(who, path)
            for path in ("/", *(f"/scan?code={code}" for code in self.codes)):
                self.look(who, path)

    def _labels(self, who: str) -> list[int]:
        numbers = []
        for code in self.codes:
            for of in ("materials", "participants"):
                told = self.speaker.send(who, "GET", f"/api/{of}/{code}/labels")
                if told.status_code == 200:
                    numbers += [one["number"] for one in told.json()]
        return numbers


def _filled(template: str, codes: list[str], numbers: list[int]) -> list[str]:
    if "{number}" in template and "{code}" not in template:
        return [template.replace("{number}", str(number)) for number in numbers]
    if "{code}" in template:
        return [template.replace("{code}", code) for code in codes]
    return [template]


@dataclass
class WatchedBench(Bench):
    """A bench that keeps what the bedside was answered, and the codes that it was given."""

    world: World | None = None

    def act(self, who: str, path: str, **body: Any) -> Answer:
        """The act; the bedside's is kept. Raises Refused."""
        assert self.world is not None
        told = self.speaker.send(who, "POST", path, body)
        if who.startswith(("tess", "phil", "cora", "mona")):
            self.world.keep(who, f"POST {path}", told)
        answer: Answer = content(f"{who}: POST {path}", told)
        if path.endswith(("/participants", "/donations")):
            self.world.codes.append(answer["code"])
        return answer


@dataclass
class Hasty(Participant):
    """A participant for whom the facility does at once what only one arm allows, and not as the other would have it."""

    world: World | None = None

    def hurry(self) -> Iterator[datetime]:
        """Plans a week before each dose, before cells are released: of saline there is enough."""
        for period, (_, day) in DOSES.items():
            yield self.at(day - 7, 9)
            self.weigh(period, _SAME_WEIGHT)
            with suppress(Refused):
                self._kits[period] = super().plan(period)
                self._alone(f"planned the kit of period {period} a week ahead")

    def weigh(self, period: int, weight_kg: Decimal) -> None:
        """The same weight each time: another would ask for another plan."""
        super().weigh(period, _SAME_WEIGHT)

    def plan(self, period: int) -> str:
        """The kit that was planned before, or one that is planned now; from here on everybody asks for it."""
        assert self.world is not None
        kit = self._kits.get(period) or super().plan(period)
        self.world.codes.append(kit)
        return kit

    def _keep(self, period: int, din: str, batch: str) -> Iterator[datetime]:
        with suppress(Refused):
            self.bench.act("tom", f"/api/materials/{din}/handovers", to_place="Biobank freezer room")
            self._alone("carried the aspirate to the biobank's room")
        yield from super()._keep(period, din, batch)

    def _alone(self, done: str) -> None:
        assert self.world is not None
        self.world.aside.append(f"{self.number}: {done}")

    def __post_init__(self) -> None:
        super().__post_init__()
        self._kits: dict[int, str] = {}


@contextmanager
def world(settings: Settings, plant: Any = None) -> Iterator[World]:
    """An application on a fresh database; ``plant(app)`` may put a leak into it."""
    clock = SimulatedClock(settings.clock_file)
    open_door(settings, dict.fromkeys((ADMINISTRATOR.username, VERIFIER.username), PASSWORD), clock)
    app: FastAPI = make_app(settings, clock)
    if plant is not None:
        plant(app)
    members = founding.everybody()
    passwords = dict.fromkeys((one.username for one in (ADMINISTRATOR, VERIFIER, *members)), PASSWORD)
    with ExitStack() as ends:
        client = ends.enter_context(TestClient(app, raise_server_exceptions=False, follow_redirects=False))
        yield World(Speaker(client, passwords), clock)
    clock.release()


def live(there: World, sequences: str, *, period: int, count: int = 2, looks: Sequence[tuple[int, int]] = LOOKS) -> list[Seen]:
    """Run the trial of ``count`` participants up to the dose of ``period``; returns what the bedside saw."""
    members = founding.everybody()
    calendar.put_clock(there.speaker, BEGINS)
    passwords = dict.fromkeys((one.username for one in (VERIFIER, *members)), PASSWORD)
    founding.enrol(there.speaker, members, passwords)
    stock = founding.found(there.speaker, list(sequences), "oslo", boxes=1)
    bench = WatchedBench(there.speaker, stock, world=there)
    people = [Hasty(bench, Randomness(b"twin"), 4 * number, "01", BASELINE, there) for number in range(count)]
    doses = [0, 182][:period]
    walks = [*(one.hurry() for one in people), *(one.walk() for one in people), _watching(there, doses, looks)]
    calendar.run(there.speaker, walks, until=BASELINE + timedelta(days=doses[-1] + 1), hands=1)
    return there.seen


def _watching(there: World, doses: list[int], looks: Sequence[tuple[int, int]]) -> Iterator[datetime]:
    for dose in doses:
        for day, hour in looks:
            yield BASELINE + timedelta(days=dose + day, hours=hour, minutes=45)
            there.look_at_everything()


def differences(one: list[Seen], other: list[Seen]) -> list[str]:
    """Where two worlds differ for the bedside; empty where it sees none."""
    found = [f"{a.at} {a.who} {a.asked}: {_first(a, b)}" for a, b in zip(one, other, strict=False) if a != b]
    if len(one) != len(other):
        found.append(f"{len(one)} answers in one world, {len(other)} in the other")
    return found


def _first(a: Seen, b: Seen) -> str:
    """The first part that differs, from a little before it."""
    for name, x, y in zip(Seen._fields, a, b, strict=True):
        if x != y:
            left, right = repr(x), repr(y)
            same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(left, right, strict=False)))
            start = max(same - 60, 0)
            return f"{name} from {start}: {left[start : start + 160]} | {right[start : start + 160]}"
    return "nothing"


def settings_of(url: str, home: Path, credentials: Path) -> Settings:
    """The settings of a world on the database at ``url``."""
    cartons = {founding.STUDY: {field: f"The {field}" for field in OF_THE_STUDY}}
    return Settings(
        database_url=url,
        home=home,
        credentials=credentials,
        pool_size=5,
        inside="testclient",
        clock="simulated",
        label_cartons=cartons,
    )
