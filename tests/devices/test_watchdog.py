"""The watchdog tells of a worker or an ingest that fell silent or behind, also where the database is gone."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from biobank import work
from biobank.db.embedded import free_port
from biobank.db.roles import Login
from biobank.monitoring import heartbeats
from biobank.monitoring.heartbeats import INGEST, NOTIFY, WORK, Beat, Signs
from biobank.notices.rules import Way
from biobank.notices.ways import Ways
from biobank.settings import Settings
from devices.watchdog import AGAIN, Database, Watchdog, recipients, troubles
from tests.devices.conftest import IngestProcess
from tests.receivers import Mailbox, mail_server
from tests.telemetry import SITE, Installation
from tests.waiting import until

NOW = datetime(2026, 12, 24, 22, tzinfo=UTC)


def signs(
    work_s: float = 1,
    ingest_s: float = 1,
    waiting: int = 0,
    unjudged_s: float | None = None,
    notify_s: float = 1,
    unsent: int = 0,
) -> Signs:
    """When the processes gave a sign of life, so many seconds ago."""
    beats = {
        (NOTIFY, ""): Beat(NOW - timedelta(seconds=notify_s), unsent),
        (WORK, ""): Beat(NOW - timedelta(seconds=work_s), 0),
        (INGEST, SITE): Beat(NOW - timedelta(seconds=ingest_s), waiting),
    }
    return Signs(beats, None if unjudged_s is None else NOW - timedelta(seconds=unjudged_s))


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as box:
        yield box


@pytest.fixture
def watchdog(mailbox: Mailbox) -> Watchdog:
    return Watchdog(Ways(Settings(smtp_port=mailbox.port)), [(Way.EMAIL, "night@lab.example")])


@pytest.mark.parametrize(
    ("found", "names"),
    [
        (signs(60, 60, 10_000, 300), set()),
        (signs(work_s=61), {"work"}),
        (signs(ingest_s=61), {"ingest"}),
        (signs(waiting=10_001), {"ingest behind"}),
        (signs(unjudged_s=301), {"worker behind"}),
        (signs(notify_s=61), {"notify"}),
        (signs(unsent=1), {"notify behind"}),
        (Signs({}, None), {"work", "ingest", "notify"}),
    ],
)
def test_what_is_dead_or_behind_is_found(found: Signs, names: set[str]) -> None:
    assert troubles(found, SITE, NOW).keys() == names


def test_a_trouble_is_told_once_then_again_while_it_lasts_and_when_it_is_over(watchdog: Watchdog, mailbox: Mailbox) -> None:
    dead = {"work": "The process work gives no sign of life"}
    for seconds in (0, 5, 10, 5 + AGAIN.total_seconds()):
        watchdog.look(dead, NOW + timedelta(seconds=seconds))
    assert len(mailbox.mails) == 2
    watchdog.look({}, NOW + AGAIN)
    assert mailbox.mails[-1]["Subject"] == "Biobank watchdog: Over: work"
    watchdog.look({}, NOW + 2 * AGAIN)
    assert len(mailbox.mails) == 3


def test_what_is_over_by_the_next_look_is_not_told(watchdog: Watchdog, mailbox: Mailbox) -> None:
    for found in ({"worker behind": "Readings wait"}, {}, {"worker behind": "Readings wait"}, {}):
        watchdog.look(found, NOW)
    assert mailbox.mails == []


def test_what_no_way_took_is_told_at_the_next_look(watchdog: Watchdog, mailbox: Mailbox) -> None:
    mailbox.refusing = True
    for _ in range(2):
        watchdog.look({"work": "silent"}, NOW)
    mailbox.refusing = False
    watchdog.look({"work": "silent"}, NOW)
    assert len(mailbox.mails) == 1


def test_a_database_that_is_gone_is_a_trouble_after_a_while() -> None:
    gone = Database(f"postgresql://nobody@127.0.0.1:{free_port()}/none", SITE, NOW)
    assert gone.found(NOW + timedelta(seconds=60)) == {}
    assert gone.found(NOW + timedelta(seconds=61)).keys() == {"database"}


def test_times_are_told_in_utc_whatever_the_zone_of_the_server(installation: Installation) -> None:
    heartbeats.live(installation.acts, WORK)
    with psycopg.connect(installation.owner_url) as db:
        db.execute("UPDATE heartbeat SET at = '2026-07-01 10:00+00'")
        db.execute(f"ALTER DATABASE {installation.database} SET timezone = 'Europe/Oslo'")
    url = installation.acts.engines.url(Login.WORKER).set(drivername="postgresql")
    found = Database(url.render_as_string(hide_password=False), SITE, NOW).found(NOW)
    assert found["work"] == "The process work gives no sign of life since 2026-07-01 10:00:00 UTC"


@pytest.mark.needs("mosquitto")
def test_worker_and_ingest_give_signs_of_life(ingest: IngestProcess) -> None:
    installation = ingest.installation
    work.live(installation.acts)
    heartbeats.live(installation.acts, NOTIFY)
    until(lambda: installation.one("SELECT count(*) FROM heartbeat") == 3)
    with psycopg.connect(installation.owner_url) as db:
        assert troubles(heartbeats.read(db), SITE, datetime.now(UTC)) == {}


def test_the_process_tells_by_its_own_road(installation: Installation, mailbox: Mailbox) -> None:
    told = {"BIOBANK_SITE": SITE, "BIOBANK_SMTP_PORT": str(mailbox.port), "BIOBANK_WATCHDOG_TELLS": "email:night@lab.example"}
    running = subprocess.Popen([sys.executable, "-m", "devices.watchdog"], env=installation.environment | told)
    try:
        until(lambda: bool(mailbox.mails))
    finally:
        running.terminate()
        assert running.wait(15) == 0
    [mail] = mailbox.mails
    assert "The process ingest has never given a sign of life" in mail.get_content()


def test_recipients_are_ways_with_addresses() -> None:
    assert recipients(Settings(watchdog_tells="email:a@b.example webhook:http://c.example/x")) == [
        (Way.EMAIL, "a@b.example"),
        (Way.WEBHOOK, "http://c.example/x"),
    ]


@pytest.mark.parametrize("wrong", ["pigeon:x", "email:a;b@c.d", "webhook:http://hook:port/", "sms:99999", "sms:+4799999999"])
def test_recipients_that_could_never_be_told_are_refused_before_anything_is_wrong(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"pigeon|a;b|hook:port|99999|BIOBANK_SMS_URL"):
        recipients(Settings(watchdog_tells=wrong))
