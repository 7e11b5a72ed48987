"""A session with the broker on a thread of this process, behind two queues: for the devices that we are ourselves, and for tests.

The ingest has its session in a process of its own (`devices.apart`).
"""

import os
import threading
import time
from collections import deque
from collections.abc import Sequence

from devices.session import HANG_S, Broker, Delivery, Session

MOST_WAITING = 20_000
MOST_WAITING_BYTES = 64 * 1024 * 1024


class Gateway:
    """One session, from which messages are taken and to which acknowledgements are given by other threads."""

    def __init__(self, broker: Broker, name: str, listen_to: str, most_waiting: int = MOST_WAITING, publish_qos: int = 0) -> None:
        self._most_waiting = most_waiting
        self._waiting: deque[Delivery] = deque()
        self._waiting_bytes, self._full = 0, False
        self._done: deque[Delivery] = deque()
        self._outgoing: deque[tuple[str, bytes]] = deque()
        self._arrived = threading.Condition()
        self._stopping, self._came_round = False, 0.0
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        os.set_blocking(self._wake_write, False)
        self._session = Session(broker, name, listen_to, self, publish_qos)
        self._thread = threading.Thread(target=self._session.run, name="gateway", daemon=True)

    def start(self) -> None:
        """Connect, and go on connecting, until stopped."""
        self._came_round = time.monotonic()
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether the session's thread runs and does not hang."""
        return self._thread.is_alive() and time.monotonic() - self._came_round < HANG_S

    @property
    def connected(self) -> bool:
        """Whether the broker has accepted this session."""
        return self._session.connected

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
            if self._full and len(self._waiting) <= self._most_waiting // 2 and self._waiting_bytes <= MOST_WAITING_BYTES // 2:
                self._full = False
                self._wake()
        return delivery

    def acknowledge(self, deliveries: Sequence[Delivery]) -> None:
        """Tell the broker that these are done with."""
        self._done.extend(deliveries)
        self._wake()

    def publish(self, messages: Sequence[tuple[str, bytes]]) -> None:
        """Publish (topic, bytes) after every acknowledgement given so far; what has no connection is dropped."""
        self._outgoing.extend(messages)
        self._wake()

    def stop(self) -> None:
        """Send what was acknowledged, close the session in order, and end the thread."""
        self._stopping = True
        self._wake()
        self._thread.join(timeout=10)

    def _wake(self) -> None:
        try:
            os.write(self._wake_write, b"w")
        except BlockingIOError:
            return  # already awake

    def fileno(self) -> int:
        """As in Road."""
        return self._wake_read

    def room(self) -> int:
        """As in Road."""
        with self._arrived:
            room = self._most_waiting - len(self._waiting) if self._waiting_bytes < MOST_WAITING_BYTES else 0
            self._full = room == 0
        return room

    def bring(self, deliveries: list[Delivery]) -> None:
        """As in Road."""
        self._came_round = time.monotonic()
        if deliveries:
            with self._arrived:
                self._waiting.extend(deliveries)
                self._waiting_bytes += sum(len(delivery.payload) for delivery in deliveries)
                self._arrived.notify()

    def hear(self, session: Session) -> None:
        """As in Road."""
        os.read(self._wake_read, 65536)
        while self._done:
            session.acknowledge([self._done.popleft()])
        while self._outgoing:
            session.publish([self._outgoing.popleft()])
        if self._stopping:
            session.stop()
