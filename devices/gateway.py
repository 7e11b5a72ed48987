"""The way from the broker: one MQTT client, used by one thread, behind two queues.

Messages come out in the order of arrival and wait, unacknowledged, until their batch is committed. Only the network
thread ever touches the client: it also sends the acknowledgements, so none can slip onto a later connection, where
the same message id may mean another message. While the queue is full, the socket is not read, and the broker keeps
the rest.
"""

import os
import select
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import structlog
from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from devices.certificates import Files, files_of

log = structlog.get_logger()

MOST_WAITING = 20_000
MOST_WAITING_BYTES = 64 * 1024 * 1024
KEEPALIVE_S = 30
HANDSHAKE_S = 10.0
HANG_S = 60.0
"""A network thread that has not come round for as long hangs; whatever it does in order takes a quarter of that."""
_LONGEST_PAUSE_S = 5.0


class Broker(NamedTuple):
    """Where the broker listens, and the folder of the certificates with which to speak to it."""

    url: str
    certificates: Path

    @property
    def address(self) -> tuple[str, int, bool]:
        """Host, port and whether over TLS. Raises ValueError for another scheme than ``mqtt`` and ``mqtts``."""
        parts = urlsplit(self.url)
        if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname:
            raise ValueError("the broker's address is written mqtt://host:port or mqtts://host:port")
        tls = parts.scheme == "mqtts"
        return parts.hostname, parts.port or (8883 if tls else 1883), tls


class Delivery(NamedTuple):
    """One message as it came; ``epoch`` numbers the connection on which ``mid`` means this message."""

    topic: str
    payload: bytes
    retained: bool
    qos: int
    mid: int
    epoch: int


class Gateway:
    """One persistent session of ``name`` with the broker. ``listen_to`` is subscribed at QoS 1 on every connection.

    Over TLS, ``name`` is that of the certificate with which it speaks; the broker makes it the client id.
    """

    def __init__(self, broker: Broker, name: str, listen_to: str, most_waiting: int = MOST_WAITING, publish_qos: int = 0) -> None:
        self._publish_qos = publish_qos
        self._broker, self._listen_to, self._most_waiting = broker, listen_to, most_waiting
        self._waiting: deque[Delivery] = deque()
        self._waiting_bytes = 0
        self._done: deque[Delivery] = deque()
        self._outgoing: deque[tuple[str, bytes]] = deque()
        self._arrived = threading.Condition()
        self._stopping = False
        self._epoch = 0
        self._connected = False
        self._started_connecting = self._came_round = 0.0
        self._pause = 0.1
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        os.set_blocking(self._wake_write, False)
        self._client = _client(broker, name)
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        self._client.on_message = self._on_message
        self._thread = threading.Thread(target=self._run, name="gateway", daemon=True)

    def start(self) -> None:
        """Connect, and go on connecting, until stopped."""
        self._came_round = time.monotonic()
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether the network thread runs and does not hang; the process must end where it does, so that it is started again."""
        return self._thread.is_alive() and time.monotonic() - self._came_round < HANG_S

    @property
    def connected(self) -> bool:
        """Whether the broker has accepted this session."""
        return self._connected

    @property
    def waiting(self) -> int:
        """How many messages have come and were not taken."""
        return len(self._waiting)

    def take(self, timeout: float) -> Delivery | None:
        """The next message, or None when none came within ``timeout`` seconds."""
        with self._arrived:
            if not self._waiting and timeout > 0:
                self._arrived.wait(timeout)
            if not self._waiting:
                return None
            delivery = self._waiting.popleft()
            self._waiting_bytes -= len(delivery.payload)
        if len(self._waiting) == self._most_waiting // 2:
            self._wake()
        return delivery

    def acknowledge(self, deliveries: Sequence[Delivery]) -> None:
        """Tell the broker that these are stored; those of an earlier connection will come again and are known then."""
        self._done.extend(deliveries)
        self._wake()

    def publish(self, messages: Sequence[tuple[str, bytes]]) -> None:
        """Publish (topic, bytes) after every acknowledgement given so far; what has no connection is dropped.

        Nothing rests on it: a receipt that is lost comes again when the device repeats its readings.
        """
        self._outgoing.extend(messages)
        self._wake()

    def stop(self) -> None:
        """Send what was acknowledged, close the session in order (the broker keeps the rest), and end the thread."""
        self._stopping = True
        self._wake()
        self._thread.join(timeout=10)

    def _wake(self) -> None:
        try:
            os.write(self._wake_write, b"w")
        except BlockingIOError:
            return  # already awake

    def _room(self) -> bool:
        return len(self._waiting) < self._most_waiting and self._waiting_bytes < MOST_WAITING_BYTES and not self._stopping

    def _run(self) -> None:
        while not self._stopping:
            self._came_round = time.monotonic()
            if self._client.socket() is None:
                self._connect()
            else:
                self._turn()
        self._send()
        self._client.disconnect()
        until = time.monotonic() + 2
        while self._client.want_write() and time.monotonic() < until:
            self._client.loop_write()

    def _connect(self) -> None:
        host, port, _ = self._broker.address
        self._started_connecting = time.monotonic()
        try:
            self._client.connect(host, port, keepalive=KEEPALIVE_S)
        except (OSError, ssl.SSLError) as error:
            log.warning("broker_away", broker=f"{host}:{port}", error=str(error))
            self._rest()

    def _rest(self) -> None:
        until = time.monotonic() + self._pause
        while not self._stopping and time.monotonic() < until:
            time.sleep(0.05)
        self._pause = min(self._pause * 2, _LONGEST_PAUSE_S)

    def _turn(self) -> None:
        """One round: read where there is room, send what is due, keep the connection alive."""
        sock = self._client.socket()
        if sock is None:
            return
        reads: list[Any] = [self._wake_read, *([sock] if self._room() else [])]
        pending = self._room() and isinstance(sock, ssl.SSLSocket) and sock.pending() > 0
        readable, writable, _ = select.select(reads, [sock] if self._client.want_write() else [], [], 0 if pending else 0.5)
        if self._wake_read in readable:
            os.read(self._wake_read, 65536)
        if sock in readable or pending:
            self._client.loop_read()
        self._send()
        if sock in writable or self._client.want_write():
            self._client.loop_write()
        self._client.loop_misc()
        if not self._connected and time.monotonic() - self._started_connecting > HANDSHAKE_S:
            log.warning("broker_silent")
            self._client.disconnect()

    def _send(self) -> None:
        while self._done:
            delivery = self._done.popleft()
            if delivery.epoch == self._epoch and delivery.qos == 1 and self._connected:
                self._client.ack(delivery.mid, 1)
        while self._outgoing:
            topic, payload = self._outgoing.popleft()
            if self._connected:
                self._client.publish(topic, payload, qos=self._publish_qos)

    def _on_connect(self, client: mqtt.Client, _data: Any, flags: Any, reason: Any, _properties: Any) -> None:
        if reason.is_failure:
            log.error("broker_refused", reason=str(reason))
            self._rest()
            return
        self._epoch += 1
        self._connected, self._pause = True, 0.1
        client.subscribe(self._listen_to, qos=1)
        log.info("connected", session_kept=flags.session_present, epoch=self._epoch)

    def _on_disconnect(self, _client: mqtt.Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        self._connected = False
        if not self._stopping:
            log.warning("disconnected", reason=str(reason))

    def _on_message(self, _client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        delivery = Delivery(message.topic, bytes(message.payload), message.retain, message.qos, message.mid, self._epoch)
        with self._arrived:
            self._waiting.append(delivery)
            self._waiting_bytes += len(delivery.payload)
            self._arrived.notify()


class _Context(ssl.SSLContext):
    """Shakes hands at once, for no longer than HANDSHAKE_S, and closes a socket that fails; paho would leave it open."""

    def wrap_socket(self, sock: socket.socket, *_: Any, server_hostname: str | bytes | None = None, **__: Any) -> ssl.SSLSocket:
        sock.settimeout(HANDSHAKE_S)
        return super().wrap_socket(sock, server_hostname=server_hostname)


def _tls(files: Files) -> ssl.SSLContext:
    """Speaks with our certificate, to a broker of our own authority only."""
    context = _Context(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(files.authority)
    context.load_cert_chain(files.certificate, files.key)
    return context


def _client(broker: Broker, name: str) -> mqtt.Client:
    client = mqtt.Client(
        CallbackAPIVersion.VERSION2, client_id=name, clean_session=False, protocol=mqtt.MQTTv311, manual_ack=True
    )
    if broker.address[2]:
        client.tls_set_context(_tls(files_of(broker.certificates, name)))
    return client
