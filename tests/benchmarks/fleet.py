"""Devices as a site has them: each with a certificate and a connection of its own, and each message in a TLS record of its own.

One connection that carried hundreds of messages in a record would spare the broker most of its work, which no site does.
"""

import socket
import ssl
import time
from contextlib import suppress
from typing import Any

from devices import topics
from tests.benchmarks.streams import SENSORS, Way, device, messages, tls
from tests.telemetry import SITE

_AT_ONCE, _PAUSE_S = 65_536, 0.02
"""Between two rounds it rests: who publishes must not take the processor from what is measured."""


class _Line:
    """The connection of one device, with everything that it will send encrypted beforehand."""

    def __init__(self, way: Way, name: str, payloads: list[bytes]) -> None:
        self.socket = socket.create_connection(("127.0.0.1", way.port))
        self._came, goes = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = tls(way, name).wrap_bio(self._came, goes, server_hostname="localhost")
        self._ask(self._tls.do_handshake, goes)
        self._tls.write(b"\x10" + _sized(b"\x00\x04MQTT\x04\x02\x00\x00" + _named(name.encode())))
        assert self._ask(lambda: self._tls.read(4), goes) == b"\x20\x02\x00\x00"
        topic = _named(topics.readings(SITE, name).encode())
        for number, payload in enumerate(payloads):
            self._tls.write(b"\x32" + _sized(topic + (number % 65_535 + 1).to_bytes(2, "big") + payload))
        self.unsent, self.unanswered = memoryview(goes.read()), 4 * len(payloads)
        self.socket.setblocking(False)

    def _ask(self, what: Any, goes: ssl.MemoryBIO) -> Any:
        while True:
            try:
                return what()
            except ssl.SSLWantReadError:
                self.socket.sendall(goes.read())
                self._came.write(self.socket.recv(_AT_ONCE))
            finally:
                if goes.pending:
                    self.socket.sendall(goes.read())

    def turn(self) -> bool:
        """Send as much as the broker takes, count the acknowledgements that have come; whether some are missing yet."""
        with suppress(BlockingIOError):
            while self.unsent:
                self.unsent = self.unsent[self.socket.send(self.unsent) :]
        with suppress(BlockingIOError):
            self._came.write(self.socket.recv(_AT_ONCE))
        with suppress(ssl.SSLWantReadError):
            while self.unanswered > 0:
                self.unanswered -= len(self._tls.read(_AT_ONCE))
        return self.unanswered > 0


def publish(way: Way, first: int, count: int, size: int, ready: Any, go: Any) -> None:
    """Publish ``count`` messages at QoS 1 as fast as the broker takes them; end when all are acknowledged."""
    made = list(messages(first, count, size))
    lines = [_Line(way, device(number), made[number::SENSORS]) for number in range(SENSORS)]
    ready.set()
    go.wait()
    busy = lines
    while busy := [line for line in busy if line.turn()]:
        time.sleep(_PAUSE_S)
    for line in lines:
        line.socket.close()


def _named(text: bytes) -> bytes:
    return len(text).to_bytes(2, "big") + text


def _sized(body: bytes) -> bytes:
    """``body`` with its length before it, seven bits a byte (MQTT 3.1.1 §2.2.3)."""
    length, written = len(body), bytearray()
    while length > 127:
        length, low = divmod(length, 128)
        written.append(low | 0x80)
    return bytes([*written, length]) + body
