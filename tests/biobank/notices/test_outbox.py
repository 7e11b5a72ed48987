"""From the alarm to whoever must know: every notice goes out once, by some way, whoever is dead on the way."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from threading import Event, Thread
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy.exc import ProgrammingError

from biobank.clock import FixedClock
from biobank.db.embedded import free_port
from biobank.db.roles import Login
from biobank.monitoring import alarms, telling
from biobank.notices import outbox, sending
from biobank.notices.ways import Ways
from biobank.settings import Settings
from tests.database import NOW, begin_preparing
from tests.receivers import Hook, Mailbox
from tests.telemetry import Installation
from tests.waiting import until

AWAY = "http://127.0.0.1:1/"


@dataclass
class Facility:
    """A facility whose freezers are to be warm, and people who are told of it."""

    installation: Installation

    @property
    def clock(self) -> FixedClock:
        assert isinstance(self.installation.acts.clock, FixedClock)
        return self.installation.acts.clock

    def freezers(self, count: int, device: str = "") -> None:
        """So many freezers with a probe each (of its own device, or all of one), all of which say now that it is warm."""
        with psycopg.connect(self.installation.owner_url) as db:
            begin_preparing(db)
            for number in range(count):
                freezer, sensor = uuid4(), uuid4()
                code = f"W{number:03}"
                values = [freezer, code, code, NOW]
                db.execute("INSERT INTO freezer VALUES (%s, %s, %s, 'GMP', -150, 0, 5, %s, 'freezer')", values)
                values = [sensor, f"P{number:03}", freezer, device or f"g{number:03}", NOW]
                db.execute("INSERT INTO sensor VALUES (%s,%s,%s,'temperature','oslo',%s,'top',0,'approved',%s)", values)
                db.execute("INSERT INTO sensor_seen VALUES (%s, %s, %s, 1, -100000, false, false)", [sensor, NOW, NOW])

    def person(self, name: str, ways: Sequence[tuple[str, str]], after_s: int = 0) -> UUID:
        """Somebody on duty, with these ways."""
        contact = uuid4()
        with psycopg.connect(self.installation.owner_url) as db:
            begin_preparing(db)
            db.execute("INSERT INTO contact VALUES (%s, 'GMP', %s, %s)", [contact, name, NOW])
            for number, (way, address) in enumerate(ways, start=1):
                db.execute("INSERT INTO contact_way VALUES (%s, %s, %s, %s, %s)", [uuid4(), contact, number, way, address])
            db.execute("INSERT INTO duty VALUES (%s, %s, %s, %s)", [uuid4(), contact, after_s, NOW])
        return contact

    def wait(self, seconds: float) -> None:
        self.clock.advance(timedelta(seconds=seconds))

    def speak(self, value_milli: int | None = None) -> None:
        """Every probe says this now, or what it said before."""
        said = "SET received_at = %(now)s, device_time = %(now)s, value_milli = coalesce(%(value)s, value_milli)"
        with psycopg.connect(self.installation.owner_url) as db:
            db.execute(f"UPDATE sensor_seen {said}", {"now": self.clock.now(), "value": value_milli})

    def watch(self) -> int:
        """The worker's round; how many tellings it wrote down."""
        alarms.watch(self.installation.acts)
        return telling.tell(self.installation.acts)

    def send(self, ways: Ways) -> int:
        """Send what is due; how many notices were taken in hand."""
        count = 0
        while outbox.send_next(self.installation.acts, ways):
            count += 1
        return count


@pytest.fixture
def facility(installation: Installation) -> Facility:
    return Facility(installation)


@pytest.fixture
def ways(mailbox: Mailbox, gateway: Hook) -> Ways:
    return Ways(Settings(smtp_port=mailbox.port, sms_url=gateway.url))


def test_two_hundred_freezers_at_once_are_one_readable_message_and_every_alarm_is_told(
    facility: Facility, ways: Ways, mailbox: Mailbox
) -> None:
    facility.freezers(200)
    facility.person("Bo", [("email", "bo@lab.example")])
    assert facility.watch() == 200
    assert facility.watch() == 0, "each is told once"
    assert facility.send(ways) == 0, "what comes meanwhile is gathered"
    facility.wait(2)
    assert facility.send(ways) == 1
    [mail] = mailbox.mails
    assert mail["Subject"] == "200 alarms: 200 too warm"
    assert len(mail.get_content().splitlines()) < 30
    told = "SELECT count(DISTINCT alarm_id) FROM notice_line JOIN notice n ON n.id = notice_id WHERE n.state = 'sent'"
    assert facility.installation.one(told) == 200
    assert facility.installation.one("SELECT count(*) FROM alarm WHERE state = 'unacknowledged'") == 200


def test_two_hundred_freezers_behind_one_device_that_fell_silent_are_one_alarm_and_the_others_follow_from_it(
    facility: Facility, ways: Ways, mailbox: Mailbox
) -> None:
    facility.freezers(200, device="gateway")
    facility.person("Bo", [("email", "bo@lab.example")])
    facility.installation.rows("DELETE FROM sensor_seen RETURNING 1")
    facility.wait(901)
    assert facility.watch() == 1
    facility.wait(2)
    facility.send(ways)
    assert [mail["Subject"] for mail in mailbox.mails] == ["Alarm: Device oslo/gateway is silent, with its 200 sensors"]
    found = "SELECT count(*) FROM alarm JOIN alarm cause ON cause.id = alarm.cause_id WHERE alarm.state = 'suppressed_by_design'"
    assert facility.installation.one(found) == 200


def test_the_last_in_the_chain_is_told_again_until_somebody_acknowledges_and_nothing_piles_up(
    facility: Facility, ways: Ways, mailbox: Mailbox
) -> None:
    facility.freezers(1)
    facility.person("first", [("email", "first@lab.example")])
    facility.person("last", [("email", "last@lab.example")], after_s=300)
    told: list[tuple[str, str]] = []
    for _ in range(5):
        facility.speak()
        facility.watch()
        facility.wait(2)
        facility.send(ways)
        told += [(mail["To"].split("@")[0], mail["Subject"].split(": ")[1]) for mail in mailbox.mails]
        mailbox.mails.clear()
        facility.wait(598)
    alarm = "Freezer W000 is too warm"
    again = ("last", "Not acknowledged yet")
    assert told == [("first", alarm), ("last", alarm), again, again]
    mailbox.refusing = True
    for _ in range(4):
        facility.speak()
        facility.watch()
        facility.wait(900)
        facility.send(ways)
    assert facility.installation.one("SELECT count(*) FROM notice WHERE state = 'queued'") == 1


def test_a_dead_mail_server_or_a_mistyped_address_is_followed_by_the_next_way_at_once(facility: Facility, gateway: Hook) -> None:
    facility.freezers(1)
    facility.person("Bo", [("email", "bo@lab.example"), ("webhook", AWAY), ("sms", "+4799999999")])
    facility.person("Ada", [("email", "ada@[lab"), ("webhook", "http://hook:port/"), ("sms", "+4788888888")])
    facility.watch()
    facility.wait(2)
    assert facility.send(Ways(Settings(smtp_port=free_port(), sms_url=gateway.url))) == 2
    assert sorted(body["to"] for body in gateway.bodies) == ["+4788888888", "+4799999999"]
    tried = facility.installation.rows("SELECT way, trouble IS NULL, count(*) FROM notice_attempt GROUP BY 1, 2 ORDER BY way")
    assert tried == [("email", False, 2), ("sms", True, 2), ("webhook", False, 2)]


def test_where_every_way_fails_the_notice_waits_and_goes_out_later(facility: Facility, mailbox: Mailbox) -> None:
    facility.freezers(1)
    facility.person("Bo", [("email", "bo@lab.example")])
    facility.watch()
    facility.wait(2)
    mailbox.refusing = True
    ways = Ways(Settings(smtp_port=mailbox.port))
    assert facility.send(ways) == 1
    assert facility.send(ways) == 0
    mailbox.refusing = False
    facility.wait(14)
    assert facility.send(ways) == 0
    facility.wait(1)
    assert facility.send(ways) == 1
    assert len(mailbox.mails) == 1


def test_the_next_person_is_told_when_nobody_acknowledges_and_nobody_more_afterwards(
    facility: Facility, ways: Ways, mailbox: Mailbox
) -> None:
    facility.freezers(1)
    for name, after_s in (("first", 0), ("second", 300), ("third", 600)):
        facility.person(name, [("email", f"{name}@lab.example")], after_s)
    for _ in range(4):
        facility.watch()
        facility.wait(2)
        facility.send(ways)
        facility.wait(98)
    assert [mail["To"] for mail in mailbox.mails] == ["first@lab.example", "second@lab.example"]
    with psycopg.connect(facility.installation.owner_url) as db:
        act = begin_preparing(db)
        acknowledged = "UPDATE alarm SET state = 'acknowledged', acknowledged_at = %s, acknowledged_by = a.actor_id"
        db.execute(f"{acknowledged} FROM audit.act a WHERE a.id = %s AND state = 'unacknowledged'", [NOW, act])
    facility.wait(300)
    assert facility.watch() == 0


def test_an_alarm_that_comes_and_goes_reaches_the_next_person_and_begins_anew_after_it_was_disabled(
    facility: Facility, ways: Ways, mailbox: Mailbox
) -> None:
    facility.freezers(1)
    facility.person("first", [("email", "first@lab.example")])
    facility.person("second", [("email", "second@lab.example")], after_s=600)
    told: list[tuple[int, str]] = []
    for minute in range(0, 35, 5):
        if minute == 15:
            shelve(facility, timedelta(minutes=5))
        facility.speak(-170_000 if minute == 5 else -100_000)
        facility.watch()
        facility.wait(2)
        facility.send(ways)
        told += [(minute, mail["To"].split("@")[0]) for mail in mailbox.mails]
        mailbox.mails.clear()
        facility.wait(298)
    assert told == [(0, "first"), (10, "second"), (20, "first"), (30, "second")]


def test_an_alarm_armed_again_after_our_clock_was_put_back_is_told(facility: Facility) -> None:
    facility.freezers(1)
    facility.person("Bo", [("email", "bo@lab.example")])
    assert facility.watch() == 1
    facility.wait(10)
    shelve(facility, timedelta(hours=1))
    assert facility.watch() == 0
    facility.wait(-5)
    with psycopg.connect(facility.installation.owner_url) as db:
        act = begin_preparing(db, facility.clock.now())
        armed = "UPDATE alarm_disabling SET rearmed_by = actor_id, rearmed_at = recorded_at FROM audit.act a WHERE a.id = %s"
        db.execute(armed, [act])
    assert facility.watch() == 1


def shelve(facility: Facility, lasting: timedelta) -> None:
    """Somebody disables every alarm for a while."""
    now = facility.clock.now()
    shelf = "INSERT INTO alarm_disabling SELECT %s, f.id, NULL, 'shelved', 'the door is repaired', a.actor_id, %s, %s"
    with psycopg.connect(facility.installation.owner_url) as db:
        act = begin_preparing(db, now)
        db.execute(f"{shelf} FROM freezer f, audit.act a WHERE f.code = 'W000' AND a.id = %s", [uuid4(), now, now + lasting, act])


def test_many_senders_send_each_notice_once(facility: Facility, ways: Ways, mailbox: Mailbox) -> None:
    facility.freezers(1)
    for number in range(12):
        facility.person(f"P{number}", [("email", f"p{number}@lab.example")])
    assert facility.watch() == 12
    facility.wait(2)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: facility.send(ways), range(4)))
    assert sorted(mail["To"] for mail in mailbox.mails) == sorted(f"p{number}@lab.example" for number in range(12))


def test_the_process_sends_what_becomes_due_until_it_is_told_to_end(facility: Facility, ways: Ways, mailbox: Mailbox) -> None:
    facility.freezers(1)
    facility.person("Bo", [("email", "bo@lab.example")])
    stop = Event()
    left: list[int] = []
    running = Thread(target=sending.notify, args=(facility.installation.acts, ways, stop, left.append))
    running.start()
    facility.watch()
    facility.wait(2)
    until(lambda: bool(mailbox.mails))
    stop.set()
    running.join(10)
    assert not running.is_alive()
    assert set(left) == {0}


def test_where_one_sender_fails_the_process_ends_with_its_error_and_what_is_left_lying_is_counted(
    facility: Facility, ways: Ways
) -> None:
    facility.freezers(1)
    facility.person("Bo", [("email", "bo@lab.example")])
    facility.watch()
    facility.wait(302)
    assert outbox.left_lying(facility.installation.acts) == 0
    facility.wait(1)
    assert outbox.left_lying(facility.installation.acts) == 1
    with psycopg.connect(facility.installation.owner_url) as db:
        db.execute("REVOKE INSERT ON notice_attempt FROM biobank_worker")
    with pytest.raises(ProgrammingError, match="permission denied"):
        sending.notify(facility.installation.acts, ways, Event(), [].append)


def test_nothing_of_it_is_open_to_the_bedside(facility: Facility) -> None:
    url = facility.installation.acts.engines.url(Login.BEDSIDE).set(drivername="postgresql")
    for table in ("contact", "contact_way", "duty", "notice", "notice_line", "notice_attempt", "alarm", "alarm_disabling"):
        with (
            psycopg.connect(url.render_as_string(hide_password=False)) as db,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            db.execute(f"SELECT FROM {table}")
