"""The gateway against a real broker: nothing is confirmed that is not stored, and no more is read than there is room for."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from biobank.clock import SystemClock
from devices import gateway as network
from devices.certificates import INGEST
from devices.gateway import Broker, Delivery, Gateway
from devices.ingest import Writer, run
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


def test_the_ingest_ends_where_its_network_thread_hangs(mosquitto: Mosquitto, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broker that takes the connection and never says a word; the handshake is waited for, the watch is not that patient."""
    monkeypatch.setattr(network, "HANG_S", 0.2)
    monkeypatch.setattr(network, "HANDSHAKE_S", 2.0)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        broker = Broker(f"mqtts://127.0.0.1:{silent.getsockname()[1]}", mosquitto.certificates)
        gateway = Gateway(broker, INGEST, TOPIC)
        gateway.start()
        assert gateway.alive
        with pytest.raises(RuntimeError, match="hangs"):
            run(gateway, Writer("", "oslo", SystemClock()), threading.Event())
