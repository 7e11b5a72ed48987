"""A deviation or a hold against an approval, both at the same moment, on the facility's own login.

Whatever opens against a donation and whatever is decided about it holds the root's lock until it is committed. So the order in
which the trail's triggers numbered the entries is the order in which things happened, and two acts that both went through
were never under the lock at the same time.
"""

import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Barrier
from typing import Any

from sqlalchemy import text

from biobank.access.signing import sign
from biobank.act.acts import Act, RefusedByDatabase
from biobank.act.kinds import Kind
from biobank.act.people import Person, Role, Side, SignedBy
from biobank.custody import operations as custody
from biobank.custody import queries as materials
from biobank.custody.rules import HoldKind, OnHold, Purpose
from biobank.custody.tables import Hold
from biobank.deviations.operations import close_deviation, open_deviation
from biobank.deviations.tables import Deviation
from biobank.release import operations, queries
from biobank.release.rules import DecidedAlready, DeviationOpen, Stage, TrailUnread, Verdict
from biobank.release.tables import Decision
from tests.path import Lab
from tests.readbacks import read_labels_back
from tests.starts import starting, with_study
from tests.telemetry import Installation

DECISIONS = {
    Stage.DISPOSITION: (Kind.DISPOSE, "quinn", Role.QA),
    Stage.CERTIFICATION: (Kind.CERTIFY, "quentin", Role.QP),
    Stage.SPONSOR_RELEASE: (Kind.RELEASE, "sam", Role.SPONSOR_RELEASER),
}
WHY = "Found in the morning, nobody knows since when"
_DEVIATION = text(
    "INSERT INTO deviation (id, code, material_id, root_id, title, description, state, opened_by, opened_at)"
    " VALUES (:id, :code, :material, :root, 'Opened by a script', :why, 'open', :person, :at)"
)
BLIND_APPROVALS = """
WITH said AS (
  SELECT id, table_name, row_id, body::jsonb ->> 'operation' AS done, body::jsonb -> 'new' AS new
    FROM audit.entry WHERE table_name IN ('public.decision', 'public.deviation', 'public.hold'))
SELECT d.new ->> 'stage', d.id, o.table_name, o.id
  FROM said d JOIN said o ON o.table_name <> 'public.decision' AND o.done = 'INSERT' AND o.id < d.id
   AND o.new ->> 'root_id' = d.new ->> 'root_id' AND o.new ->> 'kind' IS DISTINCT FROM 'not_released'
 WHERE d.table_name = 'public.decision' AND d.new ->> 'verdict' = 'approved'
   AND NOT EXISTS (SELECT FROM said c WHERE c.done = 'UPDATE' AND c.row_id = o.row_id AND c.id < d.id)
"""
"""Approvals that the trail has after a deviation or a hold that was not closed before them."""


@dataclass(frozen=True)
class Lasted:
    """The times between which an act that went through was surely under the root's lock."""

    since: float
    until: float


class Racers:
    """People of the facility on the facility's own login, by the clock of the application."""

    def __init__(self, lab: Lab, installation: Installation) -> None:
        self.installation = installation
        self.acts = replace(installation.acts, clock=lab.clock)
        for who in ("quinn", "quentin", "sam", "tom", "bo"):
            lab.as_(who)

    def _person(self, username: str, role: Role) -> Person:
        identity = self.installation.one("SELECT id FROM person WHERE username = %s", username)
        return Person(identity, username, f"{username.title()} Person", Side.FACILITY, frozenset({role}))

    def _act(self, person: Person, kind: Kind, does: Callable[[Act], Any]) -> Lasted:
        """Do it, and stay under the lock so long that without it most races would overlap."""
        signed = SignedBy(person.id, person.name, "I approve this")
        with self.acts.begin(person, kind, signed=signed, reason=WHY) as act:
            does(act)
            since = time.monotonic()
            time.sleep(0.01)
            until = time.monotonic()
        return Lasted(since, until)

    def approve(self, batch: str, stage: Stage) -> Lasted | None:
        """None where it was refused because something was open."""
        kind, username, role = DECISIONS[stage]
        try:
            return self._act(
                self._person(username, role), kind, lambda act: operations.decide(act, batch, stage, Verdict.APPROVED)
            )
        except (DeviationOpen, OnHold, TrailUnread):
            return None

    def approve_by_script(self, batch: str, stage: Stage) -> Lasted | None:
        """What a script writes that asks no rule and takes no lock; None where the database itself refused."""
        kind, username, role = DECISIONS[stage]

        def decide(act: Act) -> None:
            about = materials.material(act.session, batch)
            signature = sign(act, batch, {})
            act.add(
                Decision(
                    id=act.new_id(),
                    batch_id=about.id,
                    root_id=about.root_id,
                    purpose="drug",
                    stage=stage,
                    verdict=Verdict.APPROVED,
                    signature_id=signature.id,
                    decided_by=act.person.id,
                    decided_at=act.recorded_at,
                )
            )

        try:
            return self._act(self._person(username, role), kind, decide)
        except RefusedByDatabase as refused:
            if refused.facts["rule"] not in ("BB015", "BB028", "BB029"):
                raise
            return None

    def deviate(self, batch: str) -> Lasted:
        def opens(act: Act) -> None:
            about = materials.material(act.session, batch)
            open_deviation(act, about.id, about.root_id, "The incubator stood open", WHY)

        return self._act(self._person("tom", Role.TECHNICIAN), Kind.OPEN_DEVIATION, opens)

    def deviate_by_script(self, batch: str) -> Lasted:
        """What a script writes that takes no lock by itself."""

        def opens(act: Act) -> None:
            about = materials.material(act.session, batch)
            values = {"id": act.new_id(), "code": f"S-{act.id}", "material": about.id, "root": about.root_id}
            told = {"why": WHY, "person": act.person.id, "at": act.recorded_at}
            act.session.connection().execute(_DEVIATION, values | told)

        return self._act(self._person("tom", Role.TECHNICIAN), Kind.OPEN_DEVIATION, opens)

    def hold(self, batch: str) -> Lasted:
        def places(act: Act) -> None:
            about = materials.material(act.session, batch)
            custody.place_hold(act, about.id, about.root_id, HoldKind.MANUAL, [Purpose.PATIENT_USE], WHY)

        return self._act(self._person("bo", Role.BIOBANK_MANAGER), Kind.PLACE_HOLD, places)

    def read_trail(self, batch: str) -> None:
        """Review whatever is there, so that only what comes afterwards stands in the way."""
        with self.acts.begin(self._person("quinn", Role.QA), Kind.REVIEW_TRAIL) as act:
            found = queries.batch_for_decision(act, batch)
            trail = queries.trail(act.session, found.id)
            if trail.unread:
                operations.review_trail(act, batch, trail.up_to)

    def settle(self) -> None:
        """Close and lift whatever was opened, so that the next approval has its chance."""
        quinn = self._person("quinn", Role.QA)
        with self.acts.begin(quinn, Kind.CLOSE_DEVIATION, reason=WHY) as act:
            for (identity,) in self.installation.rows("SELECT id FROM deviation WHERE state = 'open'"):
                close_deviation(act, act.session.get_one(Deviation, identity), WHY)
        with self.acts.begin(quinn, Kind.LIFT_HOLD, reason=WHY) as act:
            for (identity,) in self.installation.rows("SELECT id FROM hold WHERE lifted_at IS NULL AND kind = 'manual'"):
                custody.lift_hold(act, act.session.get_one(Hold, identity), WHY)


start = starting(with_study(Lab, *"A" * 60))


def reviewable(lab: Lab) -> str:
    """A batch of one passage, never frozen, of which nothing is missing."""
    batch = lab.isolated(lab.enrolled())
    culture = lab.seed(batch)["code"]
    lab.donor_tests(lab.told("quinn", f"/batches/{batch}")["donation"])
    lab.wait(days=10)
    lab.harvest(culture)
    lab.verify(culture)
    lab.results(batch)
    read_labels_back(lab, batch)
    return batch


def undecided(lab: Lab) -> Iterator[tuple[str, Stage]]:
    """Decisions to be taken, three of each batch; batches are made as they are needed."""
    while True:
        batch = reviewable(lab)
        for stage in Stage:
            yield batch, stage


def race(
    races: int,
    turns: Iterator[tuple[str, Stage]],
    racers: Racers,
    approve: Callable[[str, Stage], Lasted | None],
    opponents: list[Callable[[str], Lasted]],
) -> list[bool]:
    """Let approvals race, each until it went through; whether each race ended with an approval."""
    chance, ended = random.Random(20260315), []
    batch, stage = next(turns)
    with ThreadPoolExecutor(2) as threads:
        for number in range(races):
            racers.read_trail(batch)
            start, pauses = Barrier(2), [0.0, chance.uniform(0, 0.015)]
            chance.shuffle(pauses)
            deciding = threads.submit(_after, start, pauses[0], approve, batch, stage)
            opening = threads.submit(_after, start, pauses[1], opponents[number % len(opponents)], batch)
            approved, opened = deciding.result(30), opening.result(30)
            assert approved is None or approved.until <= opened.since, f"race {number}: under the lock at the same time"
            racers.settle()
            ended.append(approved is not None)
            if approved is not None:
                batch, stage = next(turns)
    return ended


def _after(start: Barrier, pause: float, does: Callable[..., Any], *of: Any) -> Any:
    start.wait(30)
    time.sleep(pause)
    return does(*of)


def test_no_approval_overlooks_what_opens_at_the_same_moment(lab: Lab, installation: Installation) -> None:
    racers = Racers(lab, installation)
    opponents = [racers.deviate, racers.hold, racers.deviate_by_script]
    ended = race(40, undecided(lab), racers, racers.approve, opponents)
    assert installation.rows(BLIND_APPROVALS) == []
    assert installation.one("SELECT count(*) FROM decision") == sum(ended)
    assert 4 <= sum(ended) <= 36, "both were first at times"


def test_the_database_lets_no_script_overlook_it_either(lab: Lab, installation: Installation) -> None:
    racers = Racers(lab, installation)
    opponents = [racers.deviate_by_script, racers.hold]
    ended = race(15, undecided(lab), racers, racers.approve_by_script, opponents)
    assert installation.rows(BLIND_APPROVALS) == []
    assert 2 <= sum(ended) <= 13, "both were first at times"


def test_a_decision_sent_by_two_at_the_same_moment_is_taken_once(lab: Lab, installation: Installation) -> None:
    racers, turns = Racers(lab, installation), undecided(lab)
    with ThreadPoolExecutor(2) as threads:
        for _ in range(6):
            start, (batch, stage) = Barrier(2), next(turns)
            racers.read_trail(batch)
            both = [threads.submit(_after, start, 0.0, racers.approve, batch, stage) for _ in range(2)]
            refused = [one.exception(30) for one in both if one.exception(30) is not None]
            assert [type(one) for one in refused] == [DecidedAlready]
    assert installation.one("SELECT count(*) FROM decision") == installation.one("SELECT count(*) FROM signature") == 6
