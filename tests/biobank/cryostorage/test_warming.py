"""The ledger of a unit, as the database adds it up, against a model that asks every second in turn."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, text

from biobank.cryostorage import intervals, warming
from biobank.cryostorage.warming import GENERAL_KNOWLEDGE, Budget, Cause, Charge, Near, Span, Sums, Travelled
from tests.database import NOW
from tests.telemetry import Installation

LAST = 60
FREEZERS = (UUID(int=10), UUID(int=11))
THRESHOLDS = (Decimal(-150), Decimal(-135), Decimal(-120))
OWN_RULE = {
    Near.PULLED: Charge(90, Decimal(-120)),
    Near.BOX: Charge(70, Decimal(-150)),
    Near.RACK: Charge(30, Decimal(-135)),
    Near.LID: Charge(45, Decimal(-150)),
}
UNIT, OTHER = UUID(int=1), UUID(int=2)


@dataclass(frozen=True)
class Place:
    """A box of a rack of a freezer."""

    freezer: UUID
    rack: str
    box: str


@dataclass(frozen=True)
class Told:
    """Everything that bears on a unit: where it lay, when freezers were warm or open and racks out, and how it travelled."""

    until: datetime
    stays: Sequence[tuple[Place, Span]]
    warm: Sequence[tuple[UUID, Decimal, Span]] = ()
    opened: Sequence[tuple[UUID, bool, Span]] = ()
    """Also whether the lid's own sensor tells it, and nobody wrote it down."""
    pulled: Sequence[tuple[Place, bool, Span]] = ()
    """Also whether it was for the sake of the unit itself."""
    transports: Sequence[Travelled] = field(default=())
    heard: Sequence[tuple[UUID, Span, datetime]] = ()
    """Also by when the thermometer of that freezer had to be heard again."""


def at(second: int) -> datetime:
    return NOW + timedelta(seconds=second)


def span(start: int, end: int) -> Span:
    return at(start), at(end)


def holds(second: int, when: Span) -> bool:
    return when[0] <= at(second) < when[1]


SPANS = st.tuples(st.integers(0, LAST - 1), st.integers(1, 25)).map(lambda one: span(one[0], min(one[0] + one[1], LAST)))
PLACES = st.builds(Place, st.sampled_from(FREEZERS), st.sampled_from("RS"), st.sampled_from("BC"))


@st.composite
def told(draw: st.DrawFn) -> Told:
    """Stays that follow each other with or without a pause, and whatever may bear on them."""
    edges = sorted(draw(st.lists(st.integers(0, LAST), min_size=2, max_size=6, unique=True)))
    pairs = list(pairwise(edges))[:: draw(st.sampled_from((1, 2)))]
    freezer = st.sampled_from(FREEZERS)
    ways = draw(st.lists(st.tuples(st.sampled_from(THRESHOLDS), SPANS, SPANS), max_size=2))
    return Told(
        until=at(draw(st.integers(edges[-1], LAST))),
        stays=[(draw(PLACES), span(*pair)) for pair in pairs],
        warm=draw(st.lists(st.tuples(freezer, st.sampled_from(THRESHOLDS), SPANS), max_size=5)),
        opened=draw(st.lists(st.tuples(freezer, st.booleans(), SPANS), max_size=6)),
        pulled=draw(st.lists(st.tuples(PLACES, st.booleans(), SPANS), max_size=8)),
        transports=[Travelled({above: [when]}, [unknown]) for above, when, unknown in ways],
        heard=[(one, when, when[1] + timedelta(seconds=late)) for one, when, late in
               draw(st.lists(st.tuples(freezer, SPANS, st.integers(0, 9)), max_size=5))],
    )


def largest(told: Told, rule: warming.Charges, second: int, above_c: Decimal, only: Cause | None = None) -> int:
    """The largest share of everything, or of one cause, that bears on one second, asked one by one."""
    found: list[tuple[Cause, int, Decimal]] = []
    for transport in told.transports:
        found += [(Cause.TRANSPORT, 100, above) for above, spans in transport.above.items() if holds(second, spans[0])]
    near = [Near.PULLED for _, own, when in told.pulled if own and holds(second, when)]
    for place, _ in (one for one in told.stays if holds(second, one[1])):
        found += [(Cause.MEASURED, 100, c) for freezer, c, when in told.warm if freezer == place.freezer and holds(second, when)]
        near += [Near.LID for freezer, _, when in told.opened if freezer == place.freezer and holds(second, when)]
        for pulled in (one for one, own, when in told.pulled if not own and holds(second, when)):
            same_rack = (pulled.freezer, pulled.rack) == (place.freezer, place.rack)
            near += [Near.RACK] * same_rack + [Near.BOX] * (same_rack and pulled.box == place.box)
    causes = {one: Cause.LID_OPENING if one == Near.LID else Cause.RACK_PULL for one in near}
    found += [(cause, rule[one].percent, rule[one].up_to_c) for one, cause in causes.items()]
    bearing = [percent for cause, percent, up_to_c in found if up_to_c >= above_c and only in (None, cause)]
    return max(bearing, default=0) if at(second) < told.until else 0


def known(told: Told, second: int) -> bool:
    """Whether somebody knows how warm it was: no logger that does not, and a thermometer wherever it lay."""
    lay = [(place.freezer, min(stay[1], told.until)) for place, stay in told.stays if holds(second, stay)]
    heard = [(start, removed if due >= removed else seen) for freezer, removed in lay
             for one, (start, seen), due in told.heard if one == freezer]  # fmt: skip
    lost = any(holds(second, one.unknown[0]) for one in told.transports)
    return not lost and (not lay or any(holds(second, when) for when in heard))


def write(db: Connection, told: Told) -> None:
    """What is told, as rows, past every rule and reference of the database."""
    who = {"who": uuid4(), "now": NOW}

    def insert(table: str, columns: str, **values: Any) -> None:
        names = ", ".join(f":{name}" for name in values)
        db.execute(text(f"INSERT INTO {table} (id, {columns}) VALUES ({names})"), values)

    for number, (place, (placed, removed)) in enumerate(told.stays):
        position, ends = uuid4(), None if removed == told.until else removed
        slot = f"A{number}"
        insert("storage_position", "code, freezer_id, rack, box, slot", id=position, code=slot, **vars(place), slot=slot)
        insert("placement", "unit_id, position_id, placed_by, placed_at, removed_at", id=uuid4(), unit=UNIT, position=position,
               who=who["who"], placed=placed, removed=ends)  # fmt: skip
    def probe_in(freezer: UUID) -> UUID:
        probe = uuid4()
        insert("sensor", "code, freezer_id, kind, site, device, probe_position, offset_c, state, registered_at", id=probe,
               code=str(probe), freezer=freezer, kind="temperature", site="x", device="x", where="x", offset=0,
               state="approved", now=NOW)  # fmt: skip
        return probe

    for freezer, (started, seen), due in told.heard:
        values = {"probe": probe_in(freezer), "started": started, "seen": seen, "due": due}
        db.execute(text("INSERT INTO heard_interval VALUES (:probe, :started, :seen, :due)"), values)
    for freezer, c, (started, ended) in told.warm:
        probe = probe_in(freezer)
        warm = "INSERT INTO warm_interval (sensor_id, started_at, ended_at, seen_at, peak_milli, threshold_c)"
        values = {"probe": probe, "started": started, "ended": None if ended == told.until else ended, "c": c}
        db.execute(text(f"{warm} VALUES (:probe, :started, :ended, :started, 0, :c)"), values)
    for freezer, by_sensor, (opened, closed) in told.opened:
        if by_sensor:
            values = {"probe": probe_in(freezer), "opened": opened, "closed": None if closed == told.until else closed}
            lid = "INSERT INTO lid_interval (sensor_id, started_at, ended_at, seen_at, peak_milli)"
            db.execute(text(f"{lid} VALUES (:probe, :opened, :closed, :opened, 1000)"), values)
            continue
        insert("lid_opening", "freezer_id, opened_at, closed_at, recorded_by, recorded_at", id=uuid4(), freezer=freezer,
               opened=opened, closed=closed, **who)  # fmt: skip
    for place, own, (pulled, returned) in told.pulled:
        insert("rack_pull", "freezer_id, rack, box, unit_id, pulled_at, returned_at, recorded_by, recorded_at", id=uuid4(),
               **vars(place), unit=UNIT if own else OTHER, pulled=pulled, returned=returned, **who)  # fmt: skip


Sum = Callable[[Told, warming.Charges], Sums]


@pytest.fixture
def sums(installation: Installation) -> Iterator[Sum]:
    """What the database adds up of what is told; nothing of it stays there."""
    engine = create_engine(installation.owner_url.replace("postgresql://", "postgresql+psycopg://"))

    with engine.begin() as db:
        for table in ("storage_position", "placement", "sensor", "warm_interval", "heard_interval", "lid_interval",
                      "lid_opening", "rack_pull"):  # fmt: skip
            db.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))

    def counted(told: Told, rule: warming.Charges) -> Sums:
        with engine.connect() as db:
            write(db, told)
            found = intervals.sums(db, intervals.asked(UNIT, told.until, rule, THRESHOLDS, told.transports))
            db.rollback()
        return found

    yield counted
    engine.dispose()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told(), st.sampled_from((GENERAL_KNOWLEDGE, OWN_RULE)))
def test_the_ledger_counts_every_second_once_by_the_largest_share_that_bears_on_it(
    sums: Sum, told: Told, rule: warming.Charges
) -> None:
    found = sums(told, rule)
    for above_c, counted in found.above.items():
        for cause, hundredfold in ((None, counted.whole), *((one, counted.by_cause.get(one, timedelta())) for one in Cause)):
            exact = sum(largest(told, rule, second, above_c, cause) for second in range(LAST))
            assert hundredfold == timedelta(seconds=exact), (above_c, cause)
    unknown = [second for second in range(LAST) if at(second) < told.until and not known(told, second)]
    assert found.unknown == 100 * timedelta(seconds=len(unknown))


@pytest.mark.every_postgresql
def test_what_is_above_a_threshold_is_above_every_colder_one(sums: Sum) -> None:
    lying = Told(at(LAST), [(Place(FREEZERS[0], "R", "B"), span(0, LAST))], [(FREEZERS[0], Decimal(-135), span(0, 10))])
    found = warming.ledger(sums(lying, GENERAL_KNOWLEDGE), [])
    assert [(line.above_c, line.seconds) for line in found.lines] == [(-150, 10), (-135, 10), (-120, 0)]
    assert found.lines[0].by_cause == {Cause.MEASURED: 10}


def above(seconds: float) -> Sums:
    """So long above −135 °C."""
    whole = 100 * timedelta(seconds=seconds)
    return Sums({Decimal(-135): warming.Counted(whole, {Cause.MEASURED: whole})}, timedelta())


@pytest.mark.parametrize(
    ("warm_s", "counted", "left", "spent"), [(0, 0, 20, False), (18.1, 19, 1, False), (20, 20, 0, True), (21, 21, 0, True)]
)
def test_a_budget_is_spent_when_nothing_is_left_of_it(warm_s: float, counted: int, left: int, spent: bool) -> None:
    [line] = warming.ledger(above(warm_s), [Budget(Decimal(-135), 20)]).lines
    assert (line.seconds, line.left_s, line.spent) == (counted, left, spent)


def test_a_budget_of_nothing_is_spent_by_the_first_second_and_not_before() -> None:
    none = [Budget(Decimal(-135), 0)]
    assert not warming.ledger(above(0), none).spent
    assert warming.ledger(above(1), none).spent
