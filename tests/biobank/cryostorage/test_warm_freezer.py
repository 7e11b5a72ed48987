"""A unit that was laid into a warm freezer is held for it, also where that was entered late."""

from datetime import timedelta

import psycopg
import pytest

from biobank import judging
from tests.bodies import MILLION
from tests.path import Lab
from tests.telemetry import SITE, Installation

PROBE = {"site": SITE, "device": "gw-1", "probe_position": "top"}
MINUTES = ((0, -160_000), (20, -100_000), (40, -120_000), (60, -160_000), (80, -160_000))
"""What the probe told, minutes after the beginning (m°C): too warm from 20 to 60."""


@pytest.fixture
def slot(lab: Lab, freezer: str, installation: Installation) -> str:
    """A slot of a freezer that was too warm twenty minutes after the clock's time, for forty minutes, and was judged."""
    sensor = lab.done("bo", f"/freezers/{freezer}/sensors", PROBE)["code"]
    start = lab.clock.now()
    with psycopg.connect(installation.owner_url) as db:
        identity = installation.one("SELECT id FROM sensor WHERE code = %s", sensor)
        for number, (minute, value) in enumerate(MINUTES, 1):
            at = start + timedelta(minutes=minute)
            db.execute("INSERT INTO reading VALUES (%s, %s, 1, %s, %s, false, %s)", [identity, at, number, value, at])
        mark = "INSERT INTO dirty_interval VALUES (gen_random_uuid(), %s, %s, %s, %s, false)"
        db.execute(mark, [identity, start, start + timedelta(minutes=80), start])
    assert judging.evaluate(installation.acts) == 1
    return lab.slots(freezer, 1)[0]


@pytest.mark.parametrize(
    ("minute", "held"), [(0, True), (20, True), (59, True), (60, False), (75, False)], ids="{}th minute".format
)
def test_a_stay_entered_late_is_held_against_what_the_freezer_told(
    lab: Lab, batch: str, slot: str, installation: Installation, minute: int, held: bool
) -> None:
    [unit] = lab.freeze(batch, None, 1, MILLION)
    at = lab.clock.now() + timedelta(minutes=minute)
    lab.wait(hours=2)
    lab.done("bo", f"/units/{unit}/placement", {"position": slot, "occurred_at": at.isoformat()})
    judging.evaluate(installation.acts)
    holds = [hold["kind"] for hold in lab.told("quinn", f"/materials/{unit}/holds")]
    assert holds == ["biobank_only"] + ["excursion"] * held
    assert len(lab.told("quinn", "/deviations")) == held
    assert installation.one("SELECT count(*) FROM dirty_interval") == 0
    judging.evaluate(installation.acts)
    assert installation.one("SELECT count(*) FROM excursion_unit") == held


def test_a_freezer_without_a_probe_takes_units(lab: Lab, batch: str, freezer: str, installation: Installation) -> None:
    [unit] = lab.freeze(batch, None, 1, MILLION)
    lab.place(unit, lab.slots(freezer, 1)[0])
    assert judging.evaluate(installation.acts) == 0
