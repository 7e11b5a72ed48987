"""The whole chain against a model that looks at every second: readings in any order, restarts, changes, stays to the second."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID, uuid4

import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from biobank import judging
from biobank.act.kinds import Kind
from biobank.act.people import WORKER
from biobank.db.roles import Login
from biobank.monitoring import evaluation, queries, storing
from biobank.monitoring.storing import Report, Source
from biobank.monitoring.triples import pack
from tests.database import begin_preparing
from tests.telemetry import SITE, Installation

START = datetime(2026, 3, 15, 11, tzinfo=UTC)
LAST = 120
"""The last second of the story; a freezer too warm until then is still so."""
VALUES = (-160_000, -154_000, -151_000, -149_000, -140_000)
Rules = list[tuple[int, int, int, int]]
"""Of each rule: the second from which it holds, limit and hysteresis (m°C), delay (s); the first holds from the beginning."""


def at(second: int) -> datetime:
    return START + timedelta(seconds=second)


@dataclass
class Story:
    """What is known of a freezer so far, each thing by the second at which it happened."""

    readings: dict[str, dict[int, int]] = field(default_factory=lambda: {"a": {}, "b": {}})
    offsets: dict[str, dict[int, int]] = field(default_factory=lambda: {"a": {}, "b": {}})
    retired: dict[str, int] = field(default_factory=dict)
    rules: Rules = field(default_factory=lambda: [(-1, -150_000, 4_000, 10)])
    stays: dict[UUID, tuple[int, int]] = field(default_factory=dict)
    held: set[UUID] = field(default_factory=set)

    def probe(self, name: str) -> Iterator[tuple[int, int | None, int, dict[int, int]]]:
        """The warm times of one probe that outlast their delay: start, end, last second known, and what it told in them."""
        told = {s: v for s, v in self.readings[name].items() if s < self.retired.get(name, LAST + 1)}
        start, delay, inside = None, 0, {}
        for second in range(LAST + 1):
            gone = self.retired.get(name) == second
            if second not in told and not gone:
                continue
            limit, calm, then = next((r[1], r[1] - r[2], r[3]) for r in reversed(self.rules) if r[0] <= second)
            since = max((s for s in self.offsets[name] if s <= second), default=None)
            value = told.get(second, 0) + (self.offsets[name][since] if since is not None else 0)
            if start is not None and (gone or value <= calm):
                if second - start > delay:
                    yield start, second, second, inside
                start = None
            elif start is None and not gone and value > limit:
                start, delay, inside = second, then, {second: value}
            elif start is not None:
                inside[second] = value
            if gone:
                return
        if start is not None and max(inside) - start > delay:
            yield start, None, max(inside), inside

    def excursions(self) -> list[tuple[int, int | None, int, int]]:
        """Start, end, last second known, and peak of each time in which any probe was warm for too long."""
        times = [time for name in self.readings for time in self.probe(name)]
        halves = {half for start, end, _, _ in times for half in range(2 * start, 2 * (LAST if end is None else end) + 1)}
        found = []
        for half in sorted(half for half in halves if half - 1 not in halves):
            start, last = half // 2, next(one for one in range(half, 2 * LAST + 1) if one + 1 not in halves) // 2
            parts = [time for time in times if start <= time[0] <= last]
            peak = max(max(inside.values()) for *_, inside in parts)
            is_open = any(end is None for _, end, _, _ in parts)
            found.append((start, None if is_open else last, max(seen for _, _, seen, _ in parts), peak))
        return found

    def judge(self) -> None:
        """Whatever lies in an excursion as it is known now is held, and stays so."""
        for start, end, seen, _ in self.excursions():
            until = seen if end is None else end
            self.held |= {unit for unit, (came, went) in self.stays.items() if came < until and went > start}


class Ward:
    """A new freezer for each story, so that one database does for all."""

    def __init__(self, installation: Installation, owner: psycopg.Connection, ingest: psycopg.Connection) -> None:
        self.installation, self.owner, self.ingest = installation, owner, ingest
        self.story, self.counter = Story(), 0
        self.freezer, self.root = uuid4(), uuid4()
        self.sensors = {name: uuid4() for name in self.story.readings}
        sql = "INSERT INTO freezer VALUES (%s, %s, %s, 'GMP', -150, 10, 4, %s, 'freezer')"
        self.write(sql, self.freezer, str(self.freezer), str(self.freezer), START)
        for name, sensor in self.sensors.items():
            sql = "INSERT INTO sensor VALUES (%s, %s, %s, 'temperature', %s, 'd', 'top', 0, 'approved', %s)"
            self.write(sql, sensor, self.code(name), self.freezer, SITE, at(-9))
        sql = "INSERT INTO material VALUES (%s, 'bedside', 'donation', %s, %s, %s)"
        self.write(sql, self.root, str(self.root), self.root, START)

    def write(self, sql: str, *values: object) -> None:
        """Write a row as the server's owner, whatever it refers to."""
        with self.owner.transaction():
            begin_preparing(self.owner, START)
            self.owner.execute(sql, values)

    def code(self, name: str) -> str:
        return f"{name}-{self.sensors[name]}"

    def mark(self, name: str, second: int) -> None:
        sql = (
            "INSERT INTO dirty_interval VALUES (gen_random_uuid(), %s, %s, %s, %s, false) ON CONFLICT (sensor_id, taken)"
            " DO UPDATE SET from_time = least(dirty_interval.from_time, excluded.from_time),"
            " to_time = greatest(dirty_interval.to_time, excluded.to_time)"
        )
        self.write(sql, self.sensors[name], at(second), at(LAST), START)

    def tell(self, name: str, readings: dict[int, int]) -> None:
        triples = []
        for second, value in readings.items():
            if second not in self.story.readings[name]:
                self.counter += 1
                triples.append((self.counter, int(at(second).timestamp() * 1000), value))
                self.story.readings[name][second] = value
        self.batches[0] += 1
        now = at(3600) + timedelta(milliseconds=self.batches[0])
        report = Report(Source("topic", b""), "d", self.code(name), 1, None, pack(triples))
        assert storing.store(self.ingest, self.installation.ingest, [report], [], now).new == len(triples)

    batches: ClassVar[list[int]] = [0]

    def calibrate(self, name: str, second: int, offset: int) -> None:
        if second not in self.story.offsets[name]:
            self.story.offsets[name][second] = offset
            sql = "INSERT INTO sensor_calibration VALUES (gen_random_uuid(), %s, %s, %s, '2030-01-01', 'K', %s)"
            self.write(sql, self.sensors[name], offset, at(second), at(LAST))
            self.mark(name, second)

    def retire(self, name: str, second: int) -> None:
        if name not in self.story.retired:
            self.story.retired[name] = second
            self.write("UPDATE sensor SET retired_at = %s WHERE id = %s", at(second), self.sensors[name])
            self.mark(name, second)

    def rule(self, second: int, limit: int, delay: int) -> None:
        if second not in (rule[0] for rule in self.story.rules):
            self.story.rules = sorted([*self.story.rules, (second, limit * 1000, 2_000, delay)])
            sql = "INSERT INTO freezer_rule VALUES (gen_random_uuid(), %s, %s, %s, %s, 2, %s, %s, gen_random_uuid())"
            self.write(sql, self.freezer, len(self.story.rules), limit, delay, at(second), at(second))
            for name in self.sensors:
                self.mark(name, second)

    def place(self, came: int, stayed: int) -> None:
        unit, position, went = uuid4(), uuid4(), came + stayed
        self.story.stays[unit] = (came, went)
        self.write("INSERT INTO material VALUES (%s, 'facility', 'unit', %s, %s, %s)", unit, str(unit), self.root, START)
        sql = "INSERT INTO unit VALUES (%s, %s, %s, %s, %s, 'stored', 1000, 1, 'vial')"
        self.write(sql, unit, uuid4(), self.root, uuid4(), str(unit))
        sql = "INSERT INTO storage_position VALUES (%s, %s, %s, '1', '1', %s)"
        self.write(sql, position, str(position), self.freezer, str(position))
        sql = "INSERT INTO placement VALUES (%s, %s, %s, %s, %s, %s)"
        self.write(sql, uuid4(), unit, position, WORKER.id, at(came), at(went))
        self.mark("a", came)

    def killed(self, late: bool) -> None:
        """The worker dies: when it has taken its marks, or right before its act would be committed."""
        acts = self.installation.acts
        with Session(acts.engines.of(Login.WORKER)) as session, session.begin():
            queries.take_dirty(session)
        with suppress(Killed), acts.begin(WORKER, Kind.EVALUATE_READINGS) as act:
            for one in queries.dirty(act.session) if late else ():
                evaluation.settle(act, evaluation.weigh(act.session, one))
            raise Killed

    def judge(self) -> None:
        """The worker's round, and the same by the model; they agree."""
        judging.evaluate(self.installation.acts)
        self.story.judge()
        sql = (
            "SELECT started_at, ended_at, (peak_c * 1000)::int FROM excursion"
            " WHERE freezer_id = %s AND withdrawn_at IS NULL ORDER BY 1"
        )
        stands = [(at(start), None if end is None else at(end), peak) for start, end, _, peak in self.story.excursions()]
        assert self.owner.execute(sql, [self.freezer]).fetchall() == stands
        sql = "SELECT h.material_id FROM hold h WHERE h.root_id = %s AND h.kind = 'excursion'"
        held = [unit for (unit,) in self.owner.execute(sql, [self.root])]
        assert set(held) == self.story.held


class Killed(Exception):
    """The worker was killed."""


probes, seconds = st.sampled_from("ab"), st.integers(0, LAST - 1)
steps = st.one_of(
    st.tuples(st.just("tell"), probes, st.dictionaries(seconds, st.sampled_from(VALUES), min_size=1, max_size=12)),
    st.tuples(st.just("calibrate"), probes, seconds, st.sampled_from((-3_000, 3_000, 6_000))),
    st.tuples(st.just("retire"), probes, seconds),
    st.tuples(st.just("rule"), seconds, st.sampled_from((-155, -145)), st.sampled_from((0, 5, 30))),
    st.tuples(st.just("place"), seconds, st.integers(1, 60)),
    st.tuples(st.just("killed"), st.booleans()),
    st.tuples(st.just("judge")),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(steps, min_size=3, max_size=30))
def test_excursions_and_holds_are_those_of_the_model_whatever_happens_in_whatever_order(
    installation: Installation, story: list[tuple[Any, ...]]
) -> None:
    with (
        psycopg.connect(installation.owner_url, autocommit=True) as owner,
        psycopg.connect(installation.ingest_url, autocommit=True) as ingest,
    ):
        owner.execute("SET session_replication_role = replica")
        ward = Ward(installation, owner, ingest)
        for what, *told in (*story, ("judge",), ("tell", "a", {LAST: VALUES[0]}), ("judge",)):
            getattr(ward, what)(*told)
