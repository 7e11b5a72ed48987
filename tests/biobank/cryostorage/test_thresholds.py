"""Above which temperatures time is counted is set by name and reason, for the past too; nothing of a former one is forgotten."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import psycopg
import pytest

from biobank import judging, work
from biobank.monitoring import storing
from biobank.monitoring.storing import Report, Source
from biobank.monitoring.triples import pack
from tests.biobank.cryostorage.test_ledgers import RULE
from tests.bodies import MILLION
from tests.path import Lab, refused
from tests.telemetry import SITE, Installation

DAYS = 70
HOURLY = [Random(7).choice((-170_000, -145_000, -139_000, -100_000)) for _ in range(DAYS * 24)] + [-170_000]


@pytest.fixture
def unit(lab: Lab, batch: str, freezer: str, installation: Installation) -> str:
    """One that lay for ten weeks in a freezer whose probe said something each hour."""
    [code] = lab.freeze(batch, None, 1, MILLION)
    sensor = lab.done("bo", f"/freezers/{freezer}/sensors", {"site": SITE, "device": "gw-1", "probe_position": "top"})["code"]
    lab.place(code, lab.slots(freezer, 1)[0])
    began = lab.clock.now()
    lab.wait(days=DAYS)
    told = [(n, storing.in_ms(began + timedelta(hours=n - 1)), value) for n, value in enumerate(HOURLY, 1)]
    with psycopg.connect(installation.ingest_url, autocommit=True) as db:
        report = Report(Source("topic", b""), "gw-1", sensor, 1, None, pack(told))
        storing.store(db, installation.ingest, [report], [], lab.clock.now())
    judging.evaluate(replace(installation.acts, clock=lab.clock))
    return code


def hours(lab: Lab, unit: str) -> dict[str, int]:
    """For how many hours the probe was above each threshold."""
    return {line["above_c"]: line["measured_s"] // 3600 for line in lab.told("quinn", f"/units/{unit}/warming")["lines"]}


def above(value_milli: int) -> int:
    return sum(value > value_milli for value in HOURLY)


WARM = "SELECT threshold_c, started_at, ended_at, peak_milli FROM warm_interval WHERE threshold_c = ANY (%s) ORDER BY 1, 2"


def test_a_new_threshold_counts_the_past_part_by_part_and_a_former_one_is_kept(
    lab: Lab, unit: str, installation: Installation
) -> None:
    acts = replace(installation.acts, clock=lab.clock)
    assert hours(lab, unit) == {"-150.00": above(-150_000), "-135.00": above(-135_000), "-120.00": above(-120_000)}
    before = installation.rows(WARM, [-150, -135, -120])
    lab.done("quinn", "/warming-rule", RULE | {"thresholds_c": ["-150", "-142.5", "-135"]})
    assert [work.catch_up(acts) for _ in range(4)] == [1, 1, 1, 0]
    assert hours(lab, unit) == {"-150.00": above(-150_000), "-142.50": above(-142_500), "-135.00": above(-135_000)}
    assert installation.rows(WARM, [-150, -135, -120]) == before
    lab.done("quinn", "/warming-rule", RULE)
    assert work.catch_up(acts) == 0
    assert hours(lab, unit)["-120.00"] == above(-120_000)
    assert lab.told("tom", "/warming-rule")["thresholds_c"] == ["-150.00", "-135.00", "-120.00"]
    named = "SELECT r.number, t.threshold_c FROM warming_rule r JOIN warming_rule_threshold t ON t.rule_id = r.id ORDER BY 1, 2"
    assert installation.rows(named) == [(1, -150), (1, -142.5), (1, -135), (2, -150), (2, -135), (2, -120)]


def test_a_rule_counts_above_some_temperature_of_a_freezer(lab: Lab, installation: Installation) -> None:
    for wrong in ([], ["-17"], ["warm"]):
        refused(lab.post("quinn", "/warming-rule", RULE | {"thresholds_c": wrong}), 422, "bad_input")
    assert installation.one("SELECT count(*) FROM warm_threshold") == 3
    lab.done("quinn", "/warming-rule", RULE)
    with psycopg.connect(installation.owner_url) as db:
        db.execute("ALTER TABLE warming_rule_threshold DISABLE TRIGGER USER")
        with pytest.raises(psycopg.errors.ForeignKeyViolation):
            db.execute("INSERT INTO warming_rule_threshold SELECT gen_random_uuid(), id, -99 FROM warming_rule")
