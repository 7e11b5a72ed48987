"""The alarms that stand are told on the broker once they are certain: kept for whoever comes later, and written by us alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import psycopg
import pytest

from biobank.db.roles import Login
from biobank.monitoring import alarms
from devices import topics
from devices.announcing import MOST_ALARMS, Alarms, Announcer, run
from devices.gateway import Gateway
from tests.database import NOW, begin_preparing
from tests.devices.conftest import Mosquitto
from tests.telemetry import SITE, Installation
from tests.waiting import until

pytestmark = pytest.mark.needs("mosquitto")
TOPIC = topics.alarms(SITE)
WARM = "INSERT INTO sensor_seen SELECT id, %(now)s, %(now)s, 1, -100000, false, false FROM sensor WHERE code = 'S000'"
MANY = """
INSERT INTO alarm (id, number, kind, subject, state, words, delay_s, began_at, raised_at)
SELECT gen_random_uuid(), 1000 + n, 'silent', 'X' || n, 'unacknowledged', 'Sensor X is silent', 0, now(), now()
  FROM generate_series(1, %(count)s) n
"""


@pytest.fixture
def announcer(installation: Installation, mosquitto: Mosquitto) -> Iterator[Announcer]:
    url = installation.acts.engines.url(Login.WORKER).set(drivername="postgresql")
    announcer = Announcer(url.render_as_string(hide_password=False), SITE, mosquitto.broker)
    yield announcer
    announcer.close()


@contextmanager
def hearing(mosquitto: Mosquitto, device: str) -> Iterator[Gateway]:
    mosquitto.tls(device)
    gateway = Gateway(mosquitto.broker, device, TOPIC)
    gateway.start()
    try:
        yield gateway
    finally:
        gateway.stop()


def told(gateway: Gateway) -> tuple[bool, list[tuple[str, str]]]:
    """The next message: whether the broker had kept it, and the subjects and states in it."""
    delivery = gateway.take(timeout=10)
    assert delivery is not None
    message = Alarms.model_validate_json(delivery.payload)
    return delivery.retained, [(one.subject, one.state) for one in message.alarms]


def test_what_stands_is_told_once_it_is_committed_and_kept_for_whoever_comes_later(
    installation: Installation, mosquitto: Mosquitto, announcer: Announcer
) -> None:
    stop = Event()
    running = Thread(target=run, args=(announcer, stop))
    running.start()
    try:
        with hearing(mosquitto, "lamp") as lamp:
            assert told(lamp)[1] == []
            with psycopg.connect(installation.owner_url) as db:
                begin_preparing(db)
                db.execute("UPDATE freezer SET delay_s = 0")
                db.execute(WARM, {"now": NOW})
            alarms.watch(installation.acts)
            assert told(lamp) == (False, [("F1", "unacknowledged")])
        with hearing(mosquitto, "screen") as screen:
            assert told(screen) == (True, [("F1", "unacknowledged")])
            mosquitto.kill()
            mosquitto.start()
            until(lambda: screen.connected)
            assert told(screen)[1] == [("F1", "unacknowledged")], "told again after the broker was gone"
    finally:
        stop.set()
        running.join()


def test_no_device_writes_what_alarms_stand(mosquitto: Mosquitto, announcer: Announcer) -> None:
    with hearing(mosquitto, "lamp") as lamp:
        until(lambda: lamp.connected)
        mosquitto.send(TOPIC, b"nothing stands", device="d000", retain=True)
        announcer.look()
        assert told(lamp) == (False, [])


def test_more_alarms_than_one_message_holds_are_counted(
    installation: Installation, mosquitto: Mosquitto, announcer: Announcer
) -> None:
    with psycopg.connect(installation.owner_url) as db:
        begin_preparing(db)
        db.execute(MANY, {"count": MOST_ALARMS + 7})
    with hearing(mosquitto, "lamp") as lamp:
        until(lambda: lamp.connected)
        announcer.look()
        delivery = lamp.take(timeout=10)
        assert delivery is not None
        message = Alarms.model_validate_json(delivery.payload)
    assert (len(message.alarms), message.more, message.alarms[0].subject) == (MOST_ALARMS, 7, f"X{MOST_ALARMS + 7}")
