"""The worker raises alarms, returns them and arms them again; whoever acknowledges does so in person."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from biobank import judging
from biobank.act.people import Side
from biobank.clock import FixedClock
from biobank.db.roles import Login
from biobank.monitoring import alarms, storing
from biobank.monitoring.storing import Refusal, Refused, Report, Source
from biobank.monitoring.triples import pack
from devices import topics
from tests.database import NOW, Server, begin_preparing
from tests.telemetry import Installation

COLD, WARM = -160_000, -140_000


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


class Freezer:
    """The freezer of the installation, told about at moments of a clock that the test moves."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        assert isinstance(installation.acts.clock, FixedClock)
        self.clock = installation.acts.clock
        self.counted = Counter[str]()

    def at(self, second: float, *refusals: Refusal, **values: int) -> int:
        """At that second these sensors say these values, and the worker watches; how many alarms changed."""
        self.say(second, *refusals, **values)
        return alarms.watch(self.installation.acts)

    def say(self, second: float, *refusals: Refusal, **values: int) -> None:
        """At that second these sensors say these values, and nobody watches."""
        self.clock.at = later(second)
        reports = []
        for code, value in values.items():
            self.counted[code] += 1
            triple = (self.counted[code], int(self.clock.at.timestamp() * 1000), value)
            reports.append(Report(Source("topic", repr(triple).encode()), "d000", code, 1, None, pack([triple])))
        with psycopg.connect(self.installation.ingest_url, autocommit=True) as db:
            storing.store(db, self.installation.ingest, reports, refusals, self.clock.at)

    def both(self, second: float, value: int) -> int:
        return self.at(second, S000=value, S001=value)

    def alarms(self, *columns: str) -> list[tuple[Any, ...]]:
        """The open alarms."""
        wanted = ", ".join(columns or ("kind", "subject", "state"))
        return self.installation.rows(f"SELECT {wanted} FROM alarm WHERE closed_at IS NULL ORDER BY number")

    def history(self) -> list[str]:
        found = self.installation.rows(
            "SELECT became FROM alarm_event JOIN alarm a ON a.id = alarm_id ORDER BY a.number, at, became"
        )
        return [became for (became,) in found]

    def disable(self, until: datetime, kind: str | None = None) -> None:
        """Somebody shelves alarms of the freezer."""
        [(freezer,)] = self.installation.rows("SELECT id FROM freezer")
        with psycopg.connect(self.installation.owner_url) as db:
            act = begin_preparing(db, self.clock.at)
            [(who,)] = db.execute("SELECT actor_id FROM audit.act WHERE id = %s", [act]).fetchall()
            shelf = "INSERT INTO alarm_disabling VALUES (%s, %s, %s, 'shelved', 'the door is repaired', %s, %s, %s)"
            db.execute(shelf, [uuid4(), freezer, kind, who, self.clock.at, until])


@pytest.fixture
def freezer(installation: Installation) -> Freezer:
    """Its sensors were registered a day ago, and 20 of them are one too many to tell about: the others are taken away."""
    with psycopg.connect(installation.owner_url) as db:
        begin_preparing(db)
        db.execute("DELETE FROM sensor WHERE code NOT IN ('S000', 'S001')")
        db.execute("UPDATE sensor SET registered_at = %s", [later(-86_400)])
        db.execute("UPDATE sensor SET device = 'd000'")
    return Freezer(installation)


def states(freezer: Freezer) -> dict[str, str]:
    return dict(freezer.alarms("kind", "state"))


def test_nothing_is_written_while_nothing_changes(freezer: Freezer) -> None:
    assert [freezer.both(second, COLD + second) for second in range(3)] == [0, 0, 0]
    assert freezer.installation.one("SELECT count(*) FROM audit.act WHERE kind = 'watch_alarms'") == 0
    freezer.both(10, WARM)
    assert freezer.both(11, WARM + 1) == 0
    assert freezer.installation.one("SELECT count(*) FROM audit.act WHERE kind = 'watch_alarms'") == 1


def test_the_delay_goes_on_through_a_restart_and_the_alarm_returns(freezer: Freezer) -> None:
    freezer.both(0, WARM)
    assert freezer.alarms() == [("too_warm", "F1", "normal")]
    freezer.clock.at = later(59)
    assert alarms.watch(freezer.installation.acts) == 0
    freezer.clock.at = later(60)
    assert alarms.watch(freezer.installation.acts) == 1
    assert freezer.alarms("state", "began_at", "raised_at", "facility_code") == [("unacknowledged", later(0), later(60), "GMP")]
    freezer.both(70, -154_000)
    assert states(freezer) == {"too_warm": "unacknowledged"}, "within the hysteresis"
    freezer.both(80, COLD)
    assert states(freezer) == {"too_warm": "returned_unacknowledged"}
    freezer.both(90, WARM)
    assert states(freezer) == {"too_warm": "unacknowledged"}
    assert freezer.history() == ["normal", "unacknowledged", "returned_unacknowledged", "unacknowledged"]


def test_the_delay_counts_from_the_readings_also_where_the_worker_was_away(freezer: Freezer) -> None:
    freezer.both(0, COLD)
    for second in range(10, 71, 10):
        freezer.say(second, S000=WARM + second, S001=WARM - second)
    judging.evaluate(freezer.installation.acts)
    assert alarms.watch(freezer.installation.acts) == 1
    assert freezer.alarms("state", "began_at", "raised_at") == [("unacknowledged", later(10), later(70))]


def test_every_delay_counts_from_the_readings_also_where_the_worker_was_away(freezer: Freezer) -> None:
    freezer.both(0, COLD)
    for second in range(60, 361, 60):
        freezer.say(second, S000=COLD + second, S001=COLD - 20_000 - second)
    assert alarms.watch(freezer.installation.acts) == 1
    assert freezer.alarms("kind", "state", "began_at") == [("disagreeing", "unacknowledged", later(60))]


def test_a_short_warm_spell_is_closed_without_an_alarm(freezer: Freezer) -> None:
    freezer.both(0, WARM)
    freezer.both(30, COLD)
    assert freezer.alarms() == []
    assert freezer.installation.rows("SELECT state, raised_at FROM alarm") == [("normal", None)]
    freezer.both(40, WARM)
    assert freezer.alarms("began_at") == [(later(40),)], "the next time counts anew"


def test_a_device_that_falls_silent_is_one_alarm_that_explains_its_sensors(freezer: Freezer) -> None:
    freezer.both(0, COLD)
    assert freezer.at(901, S001=COLD) == 1
    assert freezer.alarms() == [("silent", "S000", "unacknowledged")]
    freezer.at(1_900)
    found = freezer.alarms("kind", "subject", "state", "cause_id IS NOT NULL")
    assert found == [
        ("silent", "S000", "suppressed_by_design", True),
        ("device_silent", "oslo/d000", "unacknowledged", False),
        ("silent", "S001", "suppressed_by_design", True),
    ]
    freezer.both(1_901, COLD)
    assert states(freezer) == {"device_silent": "returned_unacknowledged"}


def test_a_disabled_alarm_is_armed_again_by_itself(freezer: Freezer) -> None:
    freezer.disable(later(600))
    freezer.both(0, WARM)
    freezer.both(100, WARM + 1)
    assert states(freezer) == {"too_warm": "shelved"}
    freezer.both(599, WARM + 2)
    assert states(freezer) == {"too_warm": "shelved"}
    freezer.both(600, WARM + 3)
    assert states(freezer) == {"too_warm": "unacknowledged"}
    assert freezer.alarms("raised_at") == [(later(600),)]


def test_disabling_one_kind_leaves_the_others(freezer: Freezer) -> None:
    freezer.disable(later(3_600), "silent")
    freezer.both(0, WARM)
    freezer.at(901, S001=WARM)
    assert states(freezer) == {"too_warm": "unacknowledged", "silent": "shelved"}


def test_a_frozen_value_and_a_rise_are_found_in_the_readings(freezer: Freezer) -> None:
    freezer.both(0, COLD)
    for second in (*range(600, 21_600, 600), 21_601):
        freezer.at(second, S000=COLD, S001=COLD - 5_000 - second % 7)
    assert freezer.alarms() == [("frozen", "S000", "unacknowledged")]
    freezer.at(22_202, S000=COLD + 1, S001=COLD + 5_100)
    assert states(freezer) == {"frozen": "returned_unacknowledged", "rising": "unacknowledged"}


def test_a_reading_of_an_impossible_time_is_an_alarm_also_where_right_ones_came_with_it(freezer: Freezer) -> None:
    soon, told = later(60), [(1, later(86_400), -160_000), (2, later(60), -160_000)]
    told_ms = [(number, int(moment.timestamp() * 1000), value) for number, moment, value in told]
    with psycopg.connect(freezer.installation.ingest_url, autocommit=True) as db:
        report = Report(Source("topic", b"both"), "d000", "S000", 2, None, pack(told_ms))
        storing.store(db, freezer.installation.ingest, [report], [], soon)
    assert freezer.at(61, S000=-160_001, S001=-160_001) == 1
    assert freezer.alarms("kind", "subject", "state") == [("wrong_time", "S000", "unacknowledged")]
    changed = [freezer.both(second, -160_000 + second) for second in (600, 960, 961)]
    assert (changed, states(freezer)) == ([0, 0, 1], {"wrong_time": "returned_unacknowledged"})


def test_what_is_no_thermometer_is_not_warm_and_a_calibration_counts(freezer: Freezer) -> None:
    with psycopg.connect(freezer.installation.owner_url) as db:
        begin_preparing(db)
        db.execute("UPDATE sensor SET kind = 'level' WHERE code = 'S001'")
        calibrated = "INSERT INTO sensor_calibration (id, sensor_id, offset_milli, valid_from, due_on, certificate, recorded_at)"
        values = "SELECT %s, id, 8000, %s, '2027-01-01', 'C1', %s FROM sensor WHERE code = 'S000'"
        db.execute(f"{calibrated} {values}", [uuid4(), later(-60), later(-60)])
    freezer.at(0, S000=-158_001, S001=60_000)
    assert freezer.alarms() == []
    freezer.at(1, S000=-157_999, S001=60_000)
    assert freezer.alarms() == [("too_warm", "F1", "normal")]


def test_nitrogen_that_falls_is_foretold_and_then_low(freezer: Freezer) -> None:
    with psycopg.connect(freezer.installation.owner_url) as db:
        begin_preparing(db)
        db.execute("UPDATE sensor SET kind = 'level' WHERE code = 'S001'")
    for hour, level in ((0, 50_000), (6, 36_000)):
        freezer.at(hour * 3600 + hour, S000=COLD + hour, S001=level)
    assert freezer.alarms() == [("level_falling", "S001", "normal")]
    freezer.at(21_906, S000=COLD, S001=35_900)
    assert freezer.alarms("kind", "state") == [("level_falling", "unacknowledged")]
    assert "low in 6." in freezer.alarms("words")[0][0]
    freezer.at(22_000, S000=COLD, S001=19_900)
    assert states(freezer) == {"level_falling": "returned_unacknowledged", "level_low": "normal"}


def test_refused_messages_are_an_alarm_of_each_device_and_of_the_site_where_no_device_is_known(freezer: Freezer) -> None:
    wrong = {"x": topics.readings("oslo", "x"), "d000": topics.readings("oslo", "d000"), "": "biobank/v1/oslo/" + "y" * 65}
    refusals = {of: Refusal(Source(topic, b"{"), Refused.WRONG_PAYLOAD, "no JSON") for of, topic in wrong.items()}
    freezer.at(0, refusals["x"], S000=COLD, S001=COLD)
    assert freezer.alarms() == [("refused", "oslo/x", "unacknowledged")]
    freezer.at(60, refusals["d000"], S000=COLD, S001=COLD)
    freezer.at(120, refusals[""], S000=COLD, S001=COLD)
    told = [("refused", subject) for subject in ("oslo/x", "oslo/d000", "oslo")]
    assert freezer.alarms() == [(*one, "unacknowledged") for one in told]
    assert freezer.alarms("facility_code") == [(None,), ("GMP",), (None,)]
    freezer.both(800, COLD + 1)
    freezer.both(1020, COLD + 2)
    assert freezer.alarms() == [(*one, "returned_unacknowledged") for one in told]


@pytest.mark.every_postgresql
def test_the_database_lets_people_acknowledge_in_person_and_nothing_else(freezer: Freezer, server: Server) -> None:
    freezer.both(0, WARM)
    freezer.both(60, WARM)
    tom, other = server.people[Side.FACILITY].id, server.people[Side.DESK].id
    attempts = {
        "UPDATE alarm SET state = 'shelved'": "BB037",
        "UPDATE alarm SET state = 'returned_unacknowledged'": "BB037",
        "UPDATE alarm SET state = 'normal', closed_at = now()": "BB037",
        f"UPDATE alarm SET state = 'acknowledged', acknowledged_at = now(), acknowledged_by = '{other}'": "BB037",
        "UPDATE alarm SET state = 'acknowledged'": "23514",
        "UPDATE alarm SET words = 'nothing'": "42501",
        "DELETE FROM alarm": "42501",
        f"UPDATE alarm SET state = 'acknowledged', acknowledged_at = now(), acknowledged_by = '{tom}'": None,
    }
    url = freezer.installation.acts.engines.url(Login.FACILITY).set(drivername="postgresql")
    for attempt, state in attempts.items():
        with psycopg.connect(url.render_as_string(hide_password=False)) as db:
            begin = "SELECT audit.begin_act(%s, 'acknowledge_alarm', %s, 'facility', %s, %s, 'on my way there')"
            db.execute(begin, [uuid4(), tom, NOW, NOW])
            assert refused(db, attempt) == state, attempt
    assert states(freezer) == {"too_warm": "acknowledged"}
    freezer.both(70, COLD)
    assert freezer.alarms() == []


def refused(db: psycopg.Connection, attempt: str) -> str | None:
    try:
        db.execute(attempt)
    except psycopg.Error as error:
        db.rollback()
        return error.sqlstate
    return None
