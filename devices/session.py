"""The way from the broker: one MQTT client, used by one thread, and behind it whoever takes the messages.

Messages come out in the order of arrival and wait, unacknowledged, until their batch is committed. Only the session's thread
ever touches the client: it also sends the acknowledgements, so none can slip onto a later connection, where the same message
id may mean another message. While there is no room, the socket is not read, and the broker keeps the rest.
"""

import select
import ssl
import struct
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlsplit

import structlog
from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from devices import tls
from devices.certificates import files_of

log = structlog.get_logger()

KEEPALIVE_S = 30
HANG_S = 60.0
"""A session that has not come round for as long hangs; whatever it does in order takes a quarter of that."""
TURN_S = 0.5
_LONGEST_PAUSE_S = 5.0
_PUBACK = struct.Struct(">BBH")
"""MQTT 3.1.1 §3.4. The client takes ten times as long for one, and has no way to send several."""


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
        secured = parts.scheme == "mqtts"
        return parts.hostname, parts.port or (8883 if secured else 1883), secured


class Delivery(NamedTuple):
    """One message as it came; ``epoch`` numbers the connection on which ``mid`` means this message."""

    topic: str
    payload: bytes
    retained: bool
    qos: int
    mid: int
    epoch: int


class Road(Protocol):
    """Whoever is behind a session: takes what came, and says what is stored, what to publish and when to end."""

    def fileno(self) -> int:
        """Readable where there is something to hear."""

    def room(self) -> int:
        """How many messages may come now."""

    def bring(self, deliveries: list[Delivery]) -> None:
        """Take what came in one turn, which may be nothing: the session is well."""

    def hear(self, session: "Session") -> None:
        """Tell the session all that there is to tell."""


class Session:
    """One persistent session of ``name`` with the broker. ``listen_to`` is subscribed at QoS 1 on every connection.

    Over TLS, ``name`` is that of the certificate with which it speaks; the broker makes it the client id.
    """

    def __init__(self, broker: Broker, name: str, listen_to: str, road: Road, publish_qos: int = 0) -> None:
        self._broker, self._listen_to, self._road, self._publish_qos = broker, listen_to, road, publish_qos
        self._came: list[Delivery] = []
        self._stopping = self.connected = False
        self._epoch = 0
        self._started_connecting, self._pause = 0.0, 0.1
        self._client = _client(broker, name)
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        self._client.on_message = self._on_message

    def run(self) -> None:
        """Connect, and go on connecting, until stopped; then close in order: the broker keeps what was not acknowledged."""
        while not self._stopping:
            if self._client.socket() is None:
                self._connect()
            else:
                self._turn()
            self._road.bring(self._came)
            self._came = []
        self._client.disconnect()
        until = time.monotonic() + 2
        while self._client.want_write() and time.monotonic() < until:
            self._client.loop_write()

    def acknowledge(self, deliveries: Sequence[Delivery]) -> None:
        """Tell the broker that these are stored; those of an earlier connection will come again and are known then."""
        if not self.connected:
            return
        mids = [delivery.mid for delivery in deliveries if delivery.epoch == self._epoch and delivery.qos == 1]
        sock: Any = self._client.socket()
        if isinstance(sock, tls.Gathering):  # which takes all that it is given: no packet of the client's is cut by this
            sock.send(b"".join([_PUBACK.pack(0x40, 2, mid) for mid in mids]))
        else:
            for mid in mids:
                self._client.ack(mid, 1)

    def publish(self, messages: Sequence[tuple[str, bytes]]) -> None:
        """Publish (topic, bytes); what has no connection is dropped."""
        for topic, payload in messages:
            if self.connected:
                self._client.publish(topic, payload, qos=self._publish_qos)

    def stop(self) -> None:
        """End after this turn."""
        self._stopping = True

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
        while not self._stopping and (left := until - time.monotonic()) > 0:
            if select.select([self._road], [], [], left)[0]:
                self._road.hear(self)
        self._pause = min(self._pause * 2, _LONGEST_PAUSE_S)

    def _turn(self) -> None:
        """One round: read where there is room, send what is due, keep the connection alive."""
        sock: Any = self._client.socket()
        room = self._road.room()
        gathering = sock if isinstance(sock, tls.Gathering) else None
        pending = room > 0 and gathering is not None and gathering.pending() > 0
        sends = self._client.want_write() or (gathering is not None and gathering.unsent)
        reads: list[Any] = [self._road, *([sock] if room > 0 else [])]
        readable, _, _ = select.select(reads, [sock] if sends else [], [], 0 if pending else TURN_S)
        if self._road in readable:
            self._road.hear(self)
        if sock in readable or pending:
            self._read(gathering, room)
        if self._client.want_write():
            self._client.loop_write()
        self._client.loop_misc()
        if gathering is not None and self._client.socket() is sock:
            gathering.flush()
        if not self.connected and time.monotonic() - self._started_connecting > tls.HANDSHAKE_S:
            log.warning("broker_silent")
            self._client.disconnect()

    def _read(self, gathering: tls.Gathering | None, room: int) -> None:
        """Read one packet, or as many as have come at once, as far as there is room."""
        self._client.loop_read()
        while gathering is not None and gathering.pending() and len(self._came) < room:
            self._client.loop_read()

    def _on_connect(self, client: mqtt.Client, _data: Any, flags: Any, reason: Any, _properties: Any) -> None:
        if reason.is_failure:
            log.error("broker_refused", reason=str(reason))
            return
        self._epoch += 1
        self.connected, self._pause = True, 0.1
        client.subscribe(self._listen_to, qos=1)
        log.info("connected", session_kept=flags.session_present, epoch=self._epoch)

    def _on_disconnect(self, _client: mqtt.Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        admitted, self.connected = self.connected, False
        if self._stopping:
            return
        log.warning("disconnected", reason=str(reason))
        if not admitted:  # as a device that was revoked, which the broker hears out before it hangs up
            self._rest()

    def _on_message(self, _client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        self._came.append(Delivery(message.topic, bytes(message.payload), message.retain, message.qos, message.mid, self._epoch))


def _client(broker: Broker, name: str) -> mqtt.Client:
    client = mqtt.Client(CallbackAPIVersion.VERSION2, name, clean_session=False, protocol=mqtt.MQTTv311, manual_ack=True)
    if broker.address[2]:
        client.tls_set_context(tls.context(files_of(broker.certificates, name)))
    return client
