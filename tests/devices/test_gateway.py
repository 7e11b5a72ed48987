"""The gateway against a real broker: nothing is confirmed that is not stored, and no more is read than there is room for."""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from biobank.clock import SystemClock
from devices import gateway as queues
from devices import session as network
from devices.apart import Apart
from devices.batches import Inbox
from devices.certificates import INGEST
from devices.gateway import Gateway
from devices.ingest import Writer, run
from devices.messages import Denied, Told
from devices.session import Broker, Delivery
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


def test_room_by_bytes_is_room_again_as_soon_as_half_of_it_is_free(
    mosquitto: Mosquitto, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not after the half second that the network thread waits for a broker that has nothing to say."""
    monkeypatch.setattr(queues, "MOST_WAITING_BYTES", 10_000)
    monkeypatch.setattr(network, "TURN_S", 60.0)
    payloads = [f"{number:01000}".encode() for number in range(60)]
    with listening(mosquitto) as gateway:
        send(mosquitto, *payloads)
        until(lambda: gateway.waiting >= 10)
        assert gateway.waiting < 60
        assert [taken(gateway).payload for _ in payloads] == payloads


@contextmanager
def apart(broker: Broker, arrived: Callable[[list[Told | Denied]], None]) -> Iterator[Apart]:
    gateway = Apart(broker, INGEST, TOPIC, arrived)
    gateway.start()
    try:
        yield gateway
    finally:
        gateway.stop()


def test_a_gateway_apart_acknowledges_the_oldest_that_are_stored_and_no_others(mosquitto: Mosquitto) -> None:
    came: list[Told | Denied] = []
    with apart(mosquitto.broker, came.extend) as gateway:
        send_until_heard(mosquitto, came)
        send(mosquitto, b"stored", b"not stored")
        until(lambda: came[-1][1] == b"not stored")
        gateway.confirm(len(came) - 1, [])
    assert [told[:2] for told in came[-2:]] == [(TOPIC, b"stored"), (TOPIC, b"not stored")]
    again: list[Told | Denied] = []
    with apart(mosquitto.broker, again.extend):
        until(lambda: bool(again))
        time.sleep(0.3)
    assert [told[:2] for told in again] == [(TOPIC, b"not stored")]


def test_a_gateway_apart_ends_with_whoever_started_it(mosquitto: Mosquitto) -> None:
    """A second one would take the session over, and never say what it knows."""
    starts = "import sys; from pathlib import Path; from devices.apart import Apart; from devices.session import Broker;"
    starts += f"a = Apart(Broker({mosquitto.broker.url!r}, Path({str(mosquitto.certificates)!r})), {INGEST!r}, {TOPIC!r}, print);"
    starts += "a.start(); print(a.pid, flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", starts]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert Path(f"/proc/{pid}").exists()
        parent.kill()
    until(lambda: not Path(f"/proc/{pid}").exists())


def send_until_heard(broker: Mosquitto, came: list[Told | Denied]) -> None:
    """The session exists at the broker from its first connection on."""

    def heard() -> bool:
        send(broker, b"are you there")
        return bool(came)

    until(heard)


def test_the_ingest_ends_where_its_gateway_hangs(mosquitto: Mosquitto, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broker that takes the connection and never says a word; the handshake is waited for, the watch is not that patient."""
    monkeypatch.setattr(network, "HANG_S", 3.0)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        inbox, broker = Inbox(), Broker(f"mqtts://127.0.0.1:{silent.getsockname()[1]}", mosquitto.certificates)
        gateway = Apart(broker, INGEST, TOPIC, inbox.arrived)
        gateway.start()
        assert gateway.alive
        with pytest.raises(RuntimeError, match="hangs"):
            run(gateway, inbox, Writer("", "oslo", SystemClock()), threading.Event())
