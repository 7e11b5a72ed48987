"""Registering freezers and probes, and reading what they told."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import psycopg
import pytest

from biobank.act.kinds import Kind
from biobank.act.people import Person, Role, Side
from biobank.monitoring import operations, points, queries, storing
from biobank.monitoring.schemas import FreezerOut, PlotOf, RegisterFreezer, RegisterSensor
from biobank.monitoring.storing import Report, Source
from biobank.monitoring.triples import pack
from tests.telemetry import Installation

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
BASE = NOW - timedelta(hours=1)
MANAGER = Person(uuid4(), "manager", "Manager", Side.FACILITY, frozenset({Role.BIOBANK_MANAGER}))
FREEZER = RegisterFreezer(name="Vapour 2", facility="GMP", limit_c=Decimal(-150), delay_s=60, hysteresis_c=Decimal(5))
SENSOR = RegisterSensor(freezer="LX01F26000002", site="oslo", device="d100", probe_position="top", offset_c=Decimal("0.5"))


@pytest.fixture
def lab(installation: Installation) -> Installation:
    with psycopg.connect(installation.owner_url) as db:
        act = "SELECT audit.begin_act(gen_random_uuid(), 'enrol_person', %s, 'desk', now(), now(), NULL)"
        db.execute(act, [MANAGER.id])
        db.execute("INSERT INTO person VALUES (%s, 'manager', 'Manager', 'facility', now())", [MANAGER.id])
    with installation.acts.begin(MANAGER, Kind.REGISTER_FREEZER) as act:
        operations.register_freezer(act, FREEZER, "LX01F26000002")
    with installation.acts.begin(MANAGER, Kind.REGISTER_SENSOR) as act:
        operations.register_sensor(act, SENSOR, "LX01E26000002")
    return installation


def test_a_registered_probe_is_heard_and_shown_with_its_correction(lab: Installation) -> None:
    triples = [(n + 1, int((BASE + timedelta(minutes=n)).timestamp() * 1000), -160_000 + n) for n in range(60)]
    report = Report(Source("topic", b""), "d100", "LX01E26000002", 1, None, pack(triples))
    with psycopg.connect(lab.ingest_url, autocommit=True) as db:
        assert storing.store(db, lab.ingest, [report], [], NOW).new == 60
    with lab.acts.look(MANAGER) as session:
        freezer = queries.freezer(session, "LX01F26000002")
        probes = queries.probes(session, freezer.id)
        shown = FreezerOut.of(freezer, freezer, probes, [])
        assert shown.probes[0].temperature_c == Decimal("-159.441")
        steps = points.plot(session, probes[0].sensor, BASE, BASE + timedelta(hours=1), 6)
    assert sum(step.readings for step in steps) == 60
    assert (steps[0].low_milli, steps[-1].high_milli) == (-159_500, -159_441)


def test_a_second_freezer_of_the_same_name_is_refused(lab: Installation) -> None:
    with (
        pytest.raises(operations.FreezerKnown),
        lab.acts.begin(MANAGER, Kind.REGISTER_FREEZER) as act,
    ):
        operations.register_freezer(act, FREEZER, "LX01F26000003")


def test_a_probe_of_an_unknown_freezer_is_refused(lab: Installation) -> None:
    order = SENSOR.model_copy(update={"freezer": "LX01F26000009"})
    with pytest.raises(queries.NoSuchFreezer), lab.acts.begin(MANAGER, Kind.REGISTER_SENSOR) as act:
        operations.register_sensor(act, order, "LX01E26000003")


@pytest.mark.parametrize("end", [BASE, BASE - timedelta(days=1), BASE + timedelta(days=4000)])
def test_a_plot_runs_forward_and_not_for_ever(end: datetime) -> None:
    with pytest.raises(ValueError, match="after the start"):
        PlotOf(start=BASE, end=end)


@pytest.mark.parametrize("table", ["freezer", "sensor", "reading", "excursion", "refused_message", "dirty_interval"])
def test_the_bedside_sees_nothing_of_it(lab: Installation, table: str) -> None:
    with psycopg.connect(lab.owner_url) as db:
        db.execute("SET ROLE biobank_bedside")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            db.execute(f"SELECT count(*) FROM {table}")
