"""The gateway against a real broker: nothing is confirmed that is not stored, and no more is read than there is room for."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from devices.certificates import INGEST
from devices.gateway import Delivery, Gateway
from tests.devices.conftest import Mosquitto
from tests.waiting import until

pytestmark = pytest.mark.needs("mosquitto")

TOPIC = "biobank/v1/oslo/d000/readings"


@contextmanager
def listening(broker: Mosquitto, most_waiting: int = 1000) -> Iterator[Gateway]:
    """The same session again and again."""
    gateway = Gateway(broker.broker, INGEST, TOPIC, most_waiting)
    gateway.start()
    try:
        until(lambda: gateway.connected)
        yield gateway
    finally:
        gateway.stop()


def send(broker: Mosquitto, *payloads: bytes) -> None:
    broker.send(TOPIC, *payloads, device="d000")


def taken(gateway: Gateway) -> Delivery:
    delivery = gateway.take(timeout=10)
    assert delivery is not None, "nothing came"
    return delivery


def test_what_was_not_acknowledged_comes_again_and_what_was_does_not(mosquitto: Mosquitto) -> None:
    with listening(mosquitto) as gateway:
        send(mosquitto, b"stored", b"not stored")
        first, second = taken(gateway), taken(gateway)
        gateway.acknowledge([first])
    with listening(mosquitto) as gateway:
        assert taken(gateway).payload == second.payload == b"not stored"
        assert gateway.take(timeout=0.5) is None


def test_an_acknowledgement_of_a_lost_session_confirms_nothing_of_the_next(mosquitto: Mosquitto) -> None:
    """The broker numbers messages anew: what `mid` meant on one connection, it does not mean on another."""
    with listening(mosquitto) as gateway:
        send(mosquitto, b"of the lost session")
        stale = taken(gateway)
        mosquitto.kill()
        (mosquitto.kept / "mosquitto.db").unlink(missing_ok=True)
        until(lambda: not gateway.connected)
        mosquitto.start()
        until(lambda: gateway.connected)
        send(mosquitto, b"of the next")
        fresh = taken(gateway)
        assert (fresh.mid, fresh.epoch) == (stale.mid, stale.epoch + 1)
        gateway.acknowledge([stale])
    with listening(mosquitto) as gateway:
        assert taken(gateway).payload == b"of the next"


def test_while_nobody_takes_the_broker_keeps_what_there_is_no_room_for(mosquitto: Mosquitto) -> None:
    payloads = [str(number).encode() for number in range(2000)]
    with listening(mosquitto, most_waiting=50) as gateway:
        send(mosquitto, *payloads)
        until(lambda: gateway.waiting >= 50)
        assert gateway.waiting == 50
        assert [taken(gateway).payload for _ in payloads] == payloads
