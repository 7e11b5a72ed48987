"""The pages of the freezer room: what is done with a freezer and its racks is written there, and what it warmed is shown."""

import re
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import psycopg

from biobank.cryostorage import transport
from biobank.monitoring import alarms, storing
from biobank.monitoring.storing import Report, Source
from biobank.monitoring.triples import pack
from tests.bodies import MILLION
from tests.browsing import BrowserLab, alert
from tests.database import begin_preparing
from tests.path import FACILITY
from tests.telemetry import SITE, Installation

MANY = 70


def words(page: str) -> str:
    """What is read on a page, in one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page).replace("\u202f", "").replace("&nbsp;", " "))


def test_a_unit_shows_its_ledger_a_freezer_its_log_and_the_release_file_what_is_left(lab: BrowserLab) -> None:
    lab.load_study()
    lab.upload_list("B")
    freezer = lab.freezer()
    batch = lab.isolated(lab.enrolled())
    [unit] = lab.freeze(batch, None, 1, MILLION)
    lab.place(unit, lab.slots(freezer, 1)[0])
    lab.wait(hours=2)
    tom = lab.browser("tom")
    assert "Freezers to read by hand today" in tom.scan("")
    tom.scan(freezer)
    tom.do(f"/freezers/{freezer}/log", {"kind": "reading", "temperature_c": "−188,5"})
    assert tom.answer.status_code == 200
    assert "−188.5" in words(tom.page)
    assert "Freezers to read by hand today" not in tom.scan("")
    tom.scan(unit)
    tom.do(f"/units/{unit}/rack-pulls", {"open_s": "90"})
    assert "Warming ledger" in tom.page
    assert "−135 °C 0 s 0 s 90 s 0 s 90 s 300 s 210 s no" in words(tom.page)
    tom.scan("")
    times = (f"{lab.clock.now() - timedelta(seconds=ago):%Y-%m-%dT%H:%M:%SZ}" for ago in (1200, 900))
    file = "\n".join((transport.HEADER, *(f"{time},-110" for time in times)))
    tom.do("/transports", {"materials": unit, "file": file})
    assert tom.answer.status_code == 200, alert(tom.page)
    assert "−120 °C 0 s 300 s 90 s 0 s 390 s none none no" in words(tom.scan(unit))
    quinn = lab.browser("quinn")
    quinn.scan("")
    quinn.do("/warming-rule", {"lid_percent": "20", "reason": "measured in our own freezers"})
    assert quinn.answer.status_code == 200, alert(quinn.page)
    assert f"{unit} −135 °C 390 s 300 s 0 s yes" in words(quinn.scan(batch))


def test_an_alarm_is_acknowledged_where_it_stands_and_a_sensor_taken_out_is_no_longer_shown_as_measuring(
    lab: BrowserLab, installation: Installation
) -> None:
    lab.load_study()
    freezer = lab.freezer()
    bo, tom = lab.browser("bo"), lab.browser("tom")
    assert "/api/alarms/acknowledgement" not in tom.scan(""), "there is nothing to choose"
    probe = {"site": SITE, "device": "gw-1", "probe_position": "at the lid"}
    sensor = lab.done("bo", f"/freezers/{freezer}/sensors", probe)["code"]
    assert "not heard yet" in words(tom.scan(""))
    lab.wait(minutes=16)
    alarms.watch(replace(installation.acts, clock=lab.clock))
    assert "last day" in words(tom.scan(freezer))
    export = re.search(r'href="(/api/freezers/[^"]+/readings[^"]+)"', tom.page)
    assert export is not None
    assert tom.client.get(export[1]).text.startswith("sensor,")
    tom.do("/alarms/acknowledgement", {"numbers": ["1"], "reason": "on my way to the freezer"})
    assert tom.answer.status_code == 200, alert(tom.page)
    assert [one["state"] for one in lab.told("tom", "/alarms")] == ["acknowledged"]
    bo.scan(freezer)
    assert f'<option value="{sensor}">at the lid</option>' in bo.page
    assert f"{sensor} not heard yet temperature at the lid approved" in words(bo.page)
    assert f"/scan?code={sensor}" not in bo.page, "it has no page"
    bo.do(f"/freezers/{freezer}/sensors/retirement", {"sensor": sensor, "reason": "it is calibrated elsewhere"})
    assert bo.answer.status_code == 200, alert(bo.page)
    assert "not heard yet" not in words(tom.scan(""))


def test_a_freezer_that_fell_silent_is_in_alarm_and_shows_what_each_sensor_said_last_and_when(
    lab: BrowserLab, installation: Installation
) -> None:
    lab.load_study()
    freezer, tom, now = lab.freezer(), lab.browser("tom"), lab.clock.now()
    reports = []
    for kind, value in (("temperature", -158_000), ("lid", 1000)):
        probe = {"site": SITE, "device": "gw-1", "probe_position": f"the {kind}", "kind": kind}
        sensor = str(lab.done("bo", f"/freezers/{freezer}/sensors", probe)["code"])
        reports.append(Report(Source("topic", kind.encode()), "gw-1", sensor, 1, None, pack([(1, storing.in_ms(now), value)])))
    with psycopg.connect(installation.ingest_url, autocommit=True) as db:
        storing.store(db, installation.ingest, reports, [], now)
    assert lab.told("tom", f"/scan/{freezer}")["state"] == "in_order"
    assert "Alarm :" not in words(tom.scan(""))
    lab.wait(minutes=16)
    alarms.watch(replace(installation.acts, clock=lab.clock))
    assert lab.told("tom", f"/scan/{freezer}")["state"] == "alarm"
    card = words(tom.scan("").partition('<li class="card')[2])
    assert f"open the lid, {now:%Y-%m-%d %H:%M} UTC" in card
    assert "Alarm : silent" in card
    assert "Device silent 1 unacknowledged 2 suppressed by design" in words(tom.page), "what follows stands with its cause"
    page = words(tom.scan(freezer))
    assert f"open lid the lid approved {now:%Y-%m-%d %H:%M} UTC" in page
    assert f"Device {SITE}/gw-1 is silent" in page, "the cause that the others name"
    lab.wait(days=4)
    assert "No reading came in the last day" in words(tom.scan(freezer))


def test_very_many_alarms_at_once_stand_before_all_else_by_kind_and_are_acknowledged_together(
    lab: BrowserLab, installation: Installation
) -> None:
    lab.load_study()
    now, tom = lab.clock.now(), lab.browser("tom")
    with psycopg.connect(installation.owner_url) as db:
        begin_preparing(db, now)
        for number in range(MANY):
            freezer, sensor = uuid4(), uuid4()
            tank = [freezer, f"W{number:07}", f"Tank {number}", FACILITY, now]
            db.execute("INSERT INTO freezer VALUES (%s, %s, %s, %s, -150, 0, 5, %s, 'freezer')", tank)
            probe = [sensor, f"P{number:03}", freezer, SITE, f"g{number}", now - timedelta(minutes=16)]
            db.execute("INSERT INTO sensor VALUES (%s, %s, %s, 'temperature', %s, %s, 'top', 0, 'approved', %s)", probe)
            if number:
                db.execute("INSERT INTO sensor_seen VALUES (%s, %s, %s, 1, -100000, false, false)", [sensor, now, now])
    alarms.watch(replace(installation.acts, clock=lab.clock))
    first, _, later = words(tom.scan("")).partition("What waits for you")
    assert f"Alarms Too warm {MANY - 1} unacknowledged" in first
    assert "Silent 1 unacknowledged" in first
    assert all(f"Freezer W{number:07} is too warm" in first for number in range(1, MANY))
    assert "is too warm" not in later
    form = tom.do("/alarms/acknowledgement", {"reason": "x"})
    assert tom.answer.status_code == 422
    numbers = form.filled["f.numbers"]
    assert len(numbers) == MANY - 1
    assert tom.do("/alarms/acknowledgement", {"reason": "the nitrogen is delivered"}).filled["f.numbers"] == numbers
    assert tom.answer.status_code == 200, alert(tom.page)
    assert f"Too warm {MANY - 1} acknowledged" in words(tom.page)
    states = [(one["kind"], one["state"]) for one in lab.told("tom", "/alarms")]
    assert Counter(states) == {("too_warm", "acknowledged"): MANY - 1, ("silent", "unacknowledged"): 1}
    assert "larm" not in lab.browser("tess").scan("")


def test_who_is_told_of_alarms_and_which_sensors_arrived_stands_on_the_first_page(
    lab: BrowserLab, installation: Installation
) -> None:
    lab.load_study()
    freezer, bo, now = lab.freezer(), lab.browser("bo"), lab.clock.now()
    bo.scan("")
    bo.do("/contacts", {"facility": FACILITY, "name": "Night watch"})
    assert alert(bo.page).endswith("not recorded. Give at least one way to reach them. To the form")
    bo.do("/contacts", {"facility": FACILITY, "name": "Night watch", "email": "watch@lab.example"})
    bo.do("/contacts/duty", {"facility": FACILITY, "name": "Night watch", "after_s": "900", "starts_at": f"{now:%Y-%m-%dT%H:%M}"})
    assert bo.answer.status_code == 200, alert(bo.page)
    told = words(bo.page).partition("Who is told of alarms")[2]
    assert "Night watch" in told
    assert "900 s (15 min)" in told
    assert "Sensors that arrived" not in bo.page
    report = Report(Source("topic", b"said"), "gw-9", "TC-7", 1, None, pack([(1, storing.in_ms(now), -150_000)]))
    with psycopg.connect(installation.ingest_url, autocommit=True) as db:
        storing.store(db, installation.ingest, [report], [], now)
    assert "TC-7 gw-9" in words(bo.scan("").partition("Sensors that arrived")[2])
    assert "topic unknown sensor" in words(bo.page.partition("<h2>Refused messages")[2])
    [refused] = lab.told("tom", "/refused-messages")
    assert (refused["topic"], refused["reason"], refused["times"]) == ("topic", "unknown_sensor", 1)
    assert '<option value="TC-7">' in bo.scan(freezer)
    arrived = {"site": SITE, "device": "gw-9", "sensor": "TC-7", "kind": "temperature", "probe_position": "at the lid"}
    bo.do(f"/freezers/{freezer}/sensors/approval", arrived)
    assert bo.answer.status_code == 200, alert(bo.page)
    assert "Sensors that arrived" not in bo.scan("")
