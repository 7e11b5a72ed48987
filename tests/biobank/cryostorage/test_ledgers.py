"""What warms a unit is recorded, charged to it and its neighbours, and holds it once its budget is spent."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from biobank import judging, work
from biobank.cryostorage import transport
from tests.bodies import MILLION
from tests.path import Lab
from tests.telemetry import SITE, Installation

RULE = {
    "pulled_percent": 100,
    "pulled_up_to_c": "-120",
    "box_percent": 50,
    "box_up_to_c": "-135",
    "rack_percent": 20,
    "rack_up_to_c": "-135",
    "lid_percent": 10,
    "lid_up_to_c": "-150",
    "thresholds_c": ["-150", "-135", "-120"],
    "transport_gap_s": 600,
    "manual_reading_hours": 24,
    "reason": "measured in our own freezers",
}


@pytest.fixture
def boxes(lab: Lab, batch: str, freezer: str) -> tuple[str, str, str]:
    """Two units in one box and one in another box of the same rack, an hour ago."""
    units = lab.freeze(batch, None, 3, MILLION)
    slots = [*lab.slots(freezer, 2, "B1"), *lab.slots(freezer, 1, "B2")]
    for unit, slot in zip(units, slots, strict=True):
        lab.place(unit, slot)
    lab.wait(hours=1)
    return units[0], units[1], units[2]


@pytest.fixture
def warm(lab: Lab, installation: Installation) -> Callable[[], int]:
    """The worker's task, by the clock of the laboratory."""
    acts = replace(installation.acts, clock=lab.clock)
    return lambda: work.warm(acts)


def ledger(lab: Lab, unit: str) -> dict[str, Any]:
    """The lines of a unit by threshold."""
    return {line["above_c"]: line for line in lab.told("quinn", f"/units/{unit}/warming")["lines"]}


def counted(lab: Lab, unit: str) -> list[int]:
    """How many seconds count above −150, −135 and −120 °C."""
    return [line["warm_s"] for line in ledger(lab, unit).values()]


def held(lab: Lab, unit: str) -> list[str]:
    return [hold["kind"] for hold in lab.told("quinn", f"/materials/{unit}/holds") if hold["kind"] == "warming"]


def test_a_pull_and_an_open_lid_are_charged_by_how_near_a_unit_was(
    lab: Lab, freezer: str, boxes: tuple[str, str, str], warm: Callable[[], int]
) -> None:
    own, beside, below = boxes
    lab.done("quinn", "/warming-rule", RULE)
    lab.done("bo", f"/freezers/{freezer}/lid-openings", {"open_s": 120})
    assert [counted(lab, unit) for unit in boxes] == [[12, 0, 0]] * 3
    lab.done("tom", f"/units/{own}/rack-pulls", {"open_s": 60})  # within the time for which the lid stood open
    assert counted(lab, own) == [60 + 6, 60, 60]
    assert counted(lab, beside) == [30 + 6, 30, 0]
    assert counted(lab, below) == [12 + 6, 12, 0]
    line = ledger(lab, own)["-135.00"]
    assert (line["rack_pull_s"], line["lid_opening_s"], line["budget_s"], line["left_s"], line["spent"]) == (
        60,
        0,
        300,
        240,
        False,
    )
    assert warm() == 0
    assert held(lab, own) == []


def test_a_spent_budget_holds_the_unit_once_with_one_deviation_for_its_root(
    lab: Lab, boxes: tuple[str, str, str], warm: Callable[[], int], installation: Installation
) -> None:
    own, beside, _below = boxes
    lab.done("quinn", "/warming-rule", RULE)
    lab.done("tom", f"/units/{own}/rack-pulls", {"open_s": 600})
    assert ledger(lab, beside)["-135.00"]["spent"]
    assert warm() == 2
    assert [held(lab, unit) for unit in boxes] == [["warming"], ["warming"], []]
    [deviation] = lab.told("quinn", "/deviations")
    assert deviation["title"] == "Above -135 °C for 600 s, of 300 s that the process allows"
    assert installation.one("SELECT count(*) FROM ledger_due") == 0
    lab.wait(minutes=30)
    lab.done("tom", f"/units/{own}/rack-pulls", {"open_s": 900})
    assert warm() == 1  # the third: a fifth of 1500 s
    assert [held(lab, unit) for unit in boxes] == [["warming"]] * 3
    number = next(one["number"] for one in lab.told("quinn", f"/materials/{own}/holds") if one["kind"] == "warming")
    lab.done("quinn", f"/materials/{own}/holds/{number}/lifting", {"reason": "stability data support it"})
    lab.done("tom", f"/units/{own}/rack-pulls", {"open_s": 60})
    assert warm() == 0
    assert held(lab, own) == []


@pytest.fixture
def sensor(lab: Lab, freezer: str) -> str:
    return str(lab.done("bo", f"/freezers/{freezer}/sensors", {"site": SITE, "device": "gw-1", "probe_position": "top"})["code"])


def tell(installation: Installation, lab: Lab, sensor: str, *told: tuple[int, int]) -> None:
    """What a probe told so many seconds ago (°C), judged by the worker."""
    [(identity,)] = installation.rows("SELECT id FROM sensor WHERE code = %s", sensor)
    with psycopg.connect(installation.owner_url) as db:
        for number, (ago, value) in enumerate(told, 1):
            at = lab.clock.now() - timedelta(seconds=ago)
            db.execute("INSERT INTO reading VALUES (%s, %s, 1, %s, %s, false, %s)", [identity, at, number, value * 1000, at])
        span = [lab.clock.now() - timedelta(seconds=ago) for ago in (told[0][0], told[-1][0])]
        mark = "INSERT INTO dirty_interval VALUES (gen_random_uuid(), %s, %s, %s, %s, false)"
        db.execute(mark, [identity, *span, lab.clock.now()])
    assert judging.evaluate(replace(installation.acts, clock=lab.clock)) == 1


def test_what_the_probes_tell_counts_from_the_first_second_and_holds_without_an_excursion(
    lab: Lab, boxes: tuple[str, str, str], sensor: str, warm: Callable[[], int], installation: Installation
) -> None:
    tell(installation, lab, sensor, (900, -160), (800, -130), (600, -145), (400, -110), (301, -160), (300, -160))
    assert [counted(lab, unit) for unit in boxes] == [[499, 299, 99]] * 3
    assert ledger(lab, boxes[0])["-135.00"]["measured_s"] == 299
    assert (warm(), installation.one("SELECT count(*) FROM excursion"), installation.one("SELECT count(*) FROM ledger_due")) == (
        0,
        0,
        0,
    )
    tell(installation, lab, sensor, (10, -130), (9, -160))
    assert warm() == 3
    assert [held(lab, unit) for unit in boxes] == [["warming"]] * 3
    assert len(lab.told("quinn", "/deviations")) == 1


def test_what_a_lid_tells_is_charged_as_what_a_person_writes_down_and_with_it_once(
    lab: Lab, freezer: str, boxes: tuple[str, str, str], installation: Installation
) -> None:
    lab.done("quinn", "/warming-rule", RULE)
    on_lid = {"site": SITE, "device": "gw-1", "probe_position": "lid", "kind": "lid"}
    lid = str(lab.done("bo", f"/freezers/{freezer}/sensors", on_lid)["code"])
    with psycopg.connect(installation.owner_url) as db:
        db.execute("DELETE FROM ledger_due")
    tell(installation, lab, lid, (600, 0), (300, 1), (180, 0))
    assert [counted(lab, unit) for unit in boxes] == [[12, 0, 0]] * 3
    assert installation.one("SELECT count(*) FROM ledger_due") == 3
    tell(installation, lab, lid, (240, 0))
    assert counted(lab, boxes[0]) == [6, 0, 0]
    closed_at = (lab.clock.now() - timedelta(seconds=200)).isoformat()
    lab.done("bo", f"/freezers/{freezer}/lid-openings", {"open_s": 90, "occurred_at": closed_at})
    assert counted(lab, boxes[0]) == [10, 0, 0], "from 300 to 200 seconds ago"
    tell(installation, lab, lid, (10, 1))
    lab.wait(hours=5)
    assert counted(lab, boxes[0]) == [1811, 0, 0]
    assert lab.told("quinn", f"/units/{boxes[0]}/warming")["unknown_s"] == 6 * 3600, "a lid is no thermometer"
    assert installation.one("SELECT count(*) FROM excursion") == 0


def test_what_goes_on_counts_until_now_and_ends_with_the_unit(
    lab: Lab, boxes: tuple[str, str, str], sensor: str, installation: Installation
) -> None:
    tell(installation, lab, sensor, (600, -160), (300, -110))
    gone = {"reason": "The bag is torn", "signature": lab.sign("bo")}
    lab.done("bo", f"/units/{boxes[0]}/destruction", gone)
    lab.wait(hours=1)
    assert [counted(lab, unit) for unit in boxes[:2]] == [[300] * 3, [3900] * 3]


def test_before_anybody_sets_a_rule_general_knowledge_holds(lab: Lab, boxes: tuple[str, str, str]) -> None:
    told = lab.told("quinn", "/warming-rule")
    assert (told["number"], told["pulled_percent"], told["pulled_up_to_c"]) == (0, 100, "-120")
    assert lab.done("quinn", "/warming-rule", RULE)["number"] == 1
    assert lab.done("quinn", "/warming-rule", RULE)["number"] == 2
    assert lab.told("quinn", f"/units/{boxes[0]}/warming")["rule"] == 2


def test_a_unit_that_lay_nowhere_had_no_rack_pulled(lab: Lab, batch: str, boxes: tuple[str, str, str]) -> None:
    [unit] = lab.freeze(batch, None, 1, MILLION)
    for code, seconds in ((unit, 60), (boxes[0], 3700)):
        answer = lab.post("tom", f"/units/{code}/rack-pulls", {"open_s": seconds})
        assert (answer.status_code, answer.json()["code"]) == (409, "not_there_then")


def test_the_release_file_tells_how_warm_each_unit_was(lab: Lab, boxes: tuple[str, str, str]) -> None:
    lab.done("tom", f"/units/{boxes[0]}/rack-pulls", {"open_s": 60})
    batch = lab.told("quinn", f"/units/{boxes[0]}")["batch"]
    told = {(one["unit"], one["above_c"]): one for one in lab.told("quinn", f"/batches/{batch}/release-file")["warming"]}
    assert len(told) == 9
    assert [told[unit, "-135.00"]["left_s"] for unit in boxes] == [240, 240, 300]
    assert told[boxes[2], "-150.00"] == {
        "unit": boxes[2], "above_c": "-150.00", "warm_s": 30, "budget_s": None, "left_s": None, "spent": False, "unknown_s": 3600,
    }  # fmt: skip  # the freezer has no thermometer


def test_of_days_in_which_no_thermometer_was_heard_nobody_knows_until_their_readings_come(
    lab: Lab, freezer: str, boxes: tuple[str, str, str], sensor: str, installation: Installation
) -> None:
    def unknown() -> int:
        return int(lab.told("quinn", f"/units/{boxes[0]}/warming")["unknown_s"])

    quarters = [(ago, -160) for ago in range(3600, -1, -900)]
    tell(installation, lab, sensor, *quarters)
    lab.wait(minutes=15)
    assert unknown() == 0
    lab.wait(days=4, minutes=-15)
    assert unknown() == 4 * 86_400
    tell(installation, lab, sensor, (900, -160), (0, -160))
    assert unknown() == 4 * 86_400 - 900
    tell(installation, lab, sensor, *((ago, -160) for ago in range(4 * 86_400 - 1, 900, -899)))
    assert unknown() == 0
    seldom = {"sensor": sensor, "every_s": 30 * 86_400, "measures_s": 900, "signature": lab.sign("bo"), "reason": "read monthly"}
    lab.done("bo", f"/freezers/{freezer}/sensor-intervals", seldom)
    lab.wait(minutes=15)
    tell(installation, lab, sensor, (0, -160))
    lab.wait(days=4)
    assert unknown() == 0, "it is read out later"
    tell(installation, lab, sensor, (0, -160))
    assert unknown() == 4 * 86_400, "it recorded nothing"
    lab.done("bo", f"/freezers/{freezer}/sensors/retirement", {"sensor": sensor, "reason": "calibrated elsewhere"})
    lab.wait(minutes=5)
    judging.evaluate(replace(installation.acts, clock=lab.clock))
    assert unknown() == 4 * 86_400 + 300


def log(lab: Lab, *readings: tuple[int, str]) -> str:
    """A file with readings so many seconds ago."""
    now = lab.clock.now()
    lines = [f"{now - timedelta(seconds=ago):%Y-%m-%dT%H:%M:%SZ},{temperature}" for ago, temperature in readings]
    return "\n".join((transport.HEADER, *lines)) + "\n"


def test_a_transport_counts_as_warm_as_its_logger_tells(
    lab: Lab, boxes: tuple[str, str, str], warm: Callable[[], int], installation: Installation
) -> None:
    file = log(lab, (900, "-160"), (600, "-130"), (300, "-160"), (0, "-160"))
    order = {"materials": [boxes[0], boxes[1]], "file": file}
    sha256 = hashlib.sha256(file.encode()).hexdigest()
    told = lab.done("tom", "/transports", order)
    assert (told["sha256"], told["coldest_c"], told["warmest_c"], told["unknown_s"]) == (sha256, "-160.000", "-130.000", 0)
    assert installation.one("SELECT file FROM transport_log") == file.encode()
    assert [counted(lab, unit) for unit in boxes] == [[600, 600, 0], [600, 600, 0], [0, 0, 0]]
    [listed] = lab.told("quinn", f"/units/{boxes[0]}/warming")["transports"]
    assert listed["sha256"] == sha256
    assert warm() == 2
    again = lab.post("tom", "/transports", order)
    assert (again.status_code, again.json()["code"]) == (409, "transport_log_known")


def test_where_nobody_knows_how_warm_a_transport_was_what_travelled_is_held(
    lab: Lab, boxes: tuple[str, str, str], sensor: str, installation: Installation
) -> None:
    tell(installation, lab, sensor, *((ago, -160) for ago in range(3600, -1, -900)))
    donation = lab.told("quinn", f"/batches/{lab.told('quinn', f'/units/{boxes[0]}')['batch']}")["donation"]
    file = log(lab, (1900, "4"), (1300, "5"), (600, ""), (0, "4"))
    told = lab.done("bo", "/transports", {"materials": [boxes[0], donation], "file": file})
    assert (told["unknown_s"], told["warmest_c"]) == (1300, "5.000")
    assert held(lab, boxes[0]) == held(lab, donation) == ["warming"]
    assert held(lab, boxes[1]) == []
    assert {one["title"] for one in lab.told("quinn", "/deviations")} == {"Temperature unknown for 1300 s of a transport"}
    assert lab.told("quinn", f"/units/{boxes[0]}/warming")["unknown_s"] == 1300
    assert len(lab.told("quinn", f"/donations/{donation}/transports")) == 1


def test_a_file_that_cannot_be_relied_on_is_refused_whole_with_row_and_reason(
    lab: Lab, boxes: tuple[str, str, str], installation: Installation
) -> None:
    file = log(lab, (900, "-160"), (600, "warm"))
    answer = lab.post("tom", "/transports", {"materials": [boxes[0]], "file": file})
    assert (answer.status_code, answer.json()["code"], answer.json()["facts"]["row"]) == (422, "logger_file_refused", 3)
    for unknown in ("LX01U99000001H", lab.freezer("Nitrogen 2")):
        answer = lab.post("tom", "/transports", {"materials": [unknown], "file": log(lab, (60, "-160"), (0, "-160"))})
        assert (answer.status_code, answer.json()["code"]) == (404, "no_such_material")
    assert installation.one("SELECT count(*) FROM transport_log") == 0


def test_the_database_keeps_no_file_under_another_hash_and_rewrites_nothing(
    lab: Lab, boxes: tuple[str, str, str], installation: Installation
) -> None:
    lab.done("tom", "/transports", {"materials": [boxes[0]], "file": log(lab, (60, "-160"), (0, "-160"))})
    with psycopg.connect(installation.owner_url) as db, pytest.raises(psycopg.errors.CheckViolation, match="sha256"):
        db.execute("INSERT INTO transport_log SELECT gen_random_uuid(), '\\x00', '\\x01', 1, began_at, ended_at, 2, 1, 1, 0,"
                   " imported_by, imported_at FROM transport_log")  # fmt: skip
    for table in ("transport_log", "transported_material"):
        with psycopg.connect(installation.owner_url) as db, pytest.raises(psycopg.Error, match="only ever added to"):
            db.execute(f"DELETE FROM {table}")
