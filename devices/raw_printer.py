"""A printer on the network: ZPL over raw TCP, which acknowledges nothing, so that the printer is asked before and after."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from biobank.labelling.printer_rules import PrinterSays
from devices.host_status import LONGEST, HostStatus, is_whole, read

_ASK = b"~HS\r\n"
_AGAIN_SECONDS = 0.1


@dataclass(frozen=True)
class Patience:
    """How long a printer may take, in seconds: to be reached, to answer, to take a label in, and to finish it."""

    connect_s: float = 5
    answer_s: float = 3
    write_s: float = 10
    finish_s: float = 30

    @property
    def longest_s(self) -> float:
        """How long one label may take."""
        return self.connect_s + 2 * self.answer_s + self.write_s + self.finish_s


@dataclass(frozen=True)
class Line:
    """A connection to a printer."""

    socket: socket.socket
    patience: Patience

    def asked(self) -> HostStatus:
        """What the printer says of itself; unreachable where the line is cut."""
        deadline, answer = time.monotonic() + self.patience.answer_s, b""
        try:
            self.socket.settimeout(self.patience.answer_s)
            self.socket.sendall(_ASK)
            while not is_whole(answer) and (left := deadline - time.monotonic()) > 0:
                self.socket.settimeout(left)
                part = self.socket.recv(LONGEST)
                if not part:
                    return HostStatus(PrinterSays.UNREACHABLE)
                answer += part
        except TimeoutError:
            return read(answer)
        except OSError:
            return HostStatus(PrinterSays.UNREACHABLE)
        return read(answer)

    def sent(self, label: bytes, before: HostStatus) -> HostStatus:
        """Send a label to a printer that was asked ``before``; what it says when nothing of the label is left before it.

        Ready or, of a printer that never tells, silent: nothing speaks against it. Raises OSError where the line is cut.
        """
        self.socket.settimeout(self.patience.write_s)
        self.socket.sendall(label)
        return self._finished() if before.says is PrinterSays.READY else self._closed()

    def _finished(self) -> HostStatus:
        deadline = time.monotonic() + self.patience.finish_s
        while True:
            status = self.asked()
            if status.says is not PrinterSays.READY or not status.unfinished or time.monotonic() > deadline:
                return status
            time.sleep(_AGAIN_SECONDS)

    def _closed(self) -> HostStatus:
        """Where a printer went away with the label half read, the line is reset."""
        self.socket.shutdown(socket.SHUT_WR)
        self.socket.settimeout(self.patience.answer_s)
        try:
            while self.socket.recv(LONGEST):
                pass
        except TimeoutError:
            pass
        return HostStatus(PrinterSays.SILENT)


@contextmanager
def line(host: str, port: int, patience: Patience) -> Iterator[Line]:
    """Connect to a printer. Raises OSError."""
    with socket.create_connection((host, port), patience.connect_s) as connected:
        yield Line(connected, patience)
