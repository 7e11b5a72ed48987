"""Devices as a site has them: each with a certificate and a connection of its own, and each message in a TLS record of its own.

One connection that carried hundreds of messages in a record would spare the broker most of its work, which no site does.
"""

import socket
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any

from devices import topics
from tests.benchmarks.streams import SENSORS, Way, device, messages, tls
from tests.telemetry import SITE

PORTION, AHEAD = 4_000, 40_000
"""Messages of all devices together: made at once, and most that may wait to be stored, where publishing goes on for long."""
_AT_ONCE, _PAUSE_S = 65_536, 0.02
"""Between two rounds it rests: who publishes must not take the processor from what is measured."""


class _Line:
    """The connection of one device, and what it has encrypted to send."""

    def __init__(self, way: Way, name: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", way.port))
        self._came, self._goes = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = tls(way, name).wrap_bio(self._came, self._goes, server_hostname="localhost")
        self._ask(self._tls.do_handshake)
        self._tls.write(b"\x10" + _sized(b"\x00\x04MQTT\x04\x02\x00\x00" + _named(name.encode())))
        assert self._ask(lambda: self._tls.read(4)) == b"\x20\x02\x00\x00"
        self._topic, self._sent = _named(topics.readings(SITE, name).encode()), 0
        self._unsent, self._unanswered = memoryview(b""), 0
        self.socket.setblocking(False)

    def load(self, payloads: list[bytes]) -> None:
        """Encrypt ``payloads``, to be sent in turns after what is still unsent."""
        for payload in payloads:
            self._sent = self._sent % 65_535 + 1
            self._tls.write(b"\x32" + _sized(self._topic + self._sent.to_bytes(2, "big") + payload))
        self._unsent = memoryview(bytes(self._unsent) + self._goes.read())
        self._unanswered += 4 * len(payloads)

    def _ask(self, what: Any) -> Any:
        while True:
            try:
                return what()
            except ssl.SSLWantReadError:
                self.socket.sendall(self._goes.read())
                self._came.write(self.socket.recv(_AT_ONCE))
            finally:
                if self._goes.pending:
                    self.socket.sendall(self._goes.read())

    def turn(self) -> bool:
        """Send as much as the broker takes, count the acknowledgements that have come; whether some are missing yet."""
        with suppress(BlockingIOError):
            while self._unsent:
                self._unsent = self._unsent[self.socket.send(self._unsent) :]
        with suppress(BlockingIOError):
            self._came.write(self.socket.recv(_AT_ONCE))
        with suppress(ssl.SSLWantReadError):
            while self._unanswered > 0:
                self._unanswered -= len(self._tls.read(_AT_ONCE))
        return self._unanswered > 0


def publish(way: Way, first: int, count: int, size: int, ready: Any, go: Any) -> None:
    """Publish ``count`` messages at QoS 1 as fast as the broker takes them; end when all are acknowledged."""
    busy = _connected(way)
    _load(busy, first, count, size)
    ready.set()
    go.wait()
    while busy := _turn(busy):
        pass


def go_on_publishing(way: Way, size: int, published: Any, stored: Any, ready: Any, over: Any) -> None:
    """Publish until ``over`` and tell the last counter ``published``, at most AHEAD messages before ``stored``, up to which all
    sensors are stored: a device holds what has no receipt yet, and not without bound. End when all are acknowledged.
    """
    lines = _connected(way)
    ready.set()
    while not over.is_set():
        if published.value - stored.value <= AHEAD // SENSORS * size:
            _load(lines, published.value + 1, PORTION, size)
            published.value += PORTION // SENSORS * size
        _turn(lines)
    while lines := _turn(lines):
        pass


def _connected(way: Way) -> list[_Line]:
    with ThreadPoolExecutor(20) as threads:  # each waits 50 ms for the broker, which sends the end of its greeting late
        return list(threads.map(partial(_Line, way), map(device, range(SENSORS))))


def _turn(lines: list[_Line]) -> list[_Line]:
    """Let each go on, and rest; those that wait for acknowledgements."""
    busy = [line for line in lines if line.turn()]
    time.sleep(_PAUSE_S)
    return busy


def _load(lines: list[_Line], first: int, count: int, size: int) -> None:
    made = list(messages(first, count, size))
    for number, line in enumerate(lines):
        line.load(made[number::SENSORS])


def _named(text: bytes) -> bytes:
    return len(text).to_bytes(2, "big") + text


def _sized(body: bytes) -> bytes:
    """``body`` with its length before it, seven bits a byte (MQTT 3.1.1 §2.2.3)."""
    length, written = len(body), bytearray()
    while length > 127:
        length, low = divmod(length, 128)
        written.append(low | 0x80)
    return bytes([*written, length]) + body
