"""The gateway as a process of its own: ``python -m devices.apart``, started by the ingest and by nobody else.

Python runs one thread at a time: a network thread beside the writer would have half of each other's time. What came is read here
and goes over a pipe by the block, and the number of messages that are stored comes back; whoever started it holds no more than
was read and not acknowledged. It ends when the other end of the pipe is closed, so also when the ingest is killed.
"""

import gc
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path

from biobank.logs import configure
from devices import messages
from devices import session as network
from devices.messages import Denied, Told
from devices.session import Broker, Delivery, Session

Orders = tuple[int, list[tuple[str, bytes]]]
"""How many more messages are stored, the oldest first, and what to publish after their acknowledgement."""
MOST_UNCONFIRMED = 30_000
MOST_UNCONFIRMED_BYTES = 8 * 1024 * 1024
SIGN_OF_LIFE_S = 1.0
_FAREWELL_S = 10.0


class Apart:
    """A session in a process of its own. ``arrived`` is called with each block that came, on a thread that does nothing else."""

    def __init__(self, broker: Broker, name: str, listen_to: str, arrived: Callable[[list[Told | Denied]], None]) -> None:
        self._arguments = [broker.url, str(broker.certificates), name, listen_to]
        self._arrived = arrived
        self._heard = 0.0
        self._thread = threading.Thread(target=self._listen, name="apart", daemon=True)

    def start(self) -> None:
        """Start it; it connects, and goes on connecting, until stopped."""
        ours, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-m", "devices.apart", str(theirs.fileno()), *self._arguments]
            self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()])
        self._connection = Connection(ours.detach())
        self._heard = time.monotonic()
        self._thread.start()

    @property
    def pid(self) -> int:
        """The number of its process."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it runs and does not hang; the ingest must end where it does, so that both are started again."""
        well = self._process.poll() is None and self._thread.is_alive()
        return well and time.monotonic() - self._heard < network.HANG_S

    def confirm(self, count: int, messages: list[tuple[str, bytes]]) -> None:
        """The oldest ``count`` messages are stored: acknowledge them, and then publish ``messages``.

        Nothing rests on these: a receipt that is lost comes again when the device repeats its readings.
        """
        self._say((count, messages))

    def stop(self) -> None:
        """Let it send what was confirmed and close the session in order; one that hangs is killed."""
        if self.alive:
            self._say(None)
            try:
                self._process.wait(_FAREWELL_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
        else:
            self._process.kill()
        self._process.wait()
        self._thread.join()
        self._connection.close()

    def _say(self, orders: Orders | None) -> None:
        try:
            self._connection.send(orders)
        except (BrokenPipeError, ConnectionResetError):
            return  # it has ended, and `alive` says so

    def _listen(self) -> None:
        while True:
            try:
                block: list[Told | Denied] = self._connection.recv()
            except (EOFError, ConnectionResetError):
                return
            self._heard = time.monotonic()
            if block:
                self._arrived(block)


class _Pipe:
    """The road to the process that started this one."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._unconfirmed: deque[Delivery] = deque()
        self._bytes = 0
        self._spoke = time.monotonic()

    def fileno(self) -> int:
        return self._connection.fileno()

    def room(self) -> int:
        return MOST_UNCONFIRMED - len(self._unconfirmed) if self._bytes < MOST_UNCONFIRMED_BYTES else 0

    def bring(self, deliveries: list[Delivery]) -> None:
        """Raises BrokenPipeError where nobody is there any more."""
        now = time.monotonic()
        if not deliveries and now - self._spoke < SIGN_OF_LIFE_S:
            return
        self._spoke = now
        self._unconfirmed.extend(deliveries)
        self._bytes += sum(len(delivery.payload) for delivery in deliveries)
        self._connection.send([messages.read(topic, payload, retained) for topic, payload, retained, *_ in deliveries])

    def hear(self, session: Session) -> None:
        try:
            orders: Orders | None = self._connection.recv()
        except (EOFError, ConnectionResetError):
            orders = None
        if orders is None:
            session.stop()
            return
        count, messages = orders
        stored = [self._unconfirmed.popleft() for _ in range(count)]
        self._bytes -= sum(len(delivery.payload) for delivery in stored)
        session.acknowledge(stored)
        session.publish(messages)


def main(arguments: Sequence[str]) -> None:
    """Hold the session until the pipe ends. Signals are for the ingest, which tells us."""
    for told in (signal.SIGTERM, signal.SIGINT):
        signal.signal(told, signal.SIG_IGN)
    configure()
    pipe, url, certificates, name, listen_to = arguments
    gc.freeze()
    gc.set_threshold(200_000, 50, 50)  # messages make no cycles
    session = Session(Broker(url, Path(certificates)), name, listen_to, _Pipe(Connection(int(pipe))))
    try:
        session.run()
    except BrokenPipeError:
        return  # the ingest was killed; the broker keeps what was not acknowledged


if __name__ == "__main__":
    main(sys.argv[1:])
