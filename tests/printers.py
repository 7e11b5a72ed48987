"""A real printer on a raw socket, as far as ZPL goes: it takes labels and answers ~HS, well or in one of the ways that happen."""

import re
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread
from time import sleep

LABEL = re.compile(rb"\^XA.*?\^XZ", re.DOTALL)
ASK = b"~HS\r\n"


def answer(
    *, paper_out: int = 0, paused: int = 0, formats: int = 0, head_open: int = 0, ribbon_out: int = 0, left: int = 0
) -> bytes:
    """The three strings of ~HS."""
    first = f"030,{paper_out},{paused},1245,{formats:03},0,0,0,000,0,0,0"
    second = f"000,0,{head_open},{ribbon_out},0,2,4,0,{left:08},1,000"
    return "".join(f"\x02{string}\x03\r\n" for string in (first, second, "1234,0")).encode()


READY = answer()


@dataclass
class RawPrinter:
    """How it behaves may be changed at any time. ``answers`` are given in turn, the last one for ever; None is silence."""

    port: int = 0
    answers: list[bytes | None] = field(default_factory=lambda: [READY])
    closes_at_once: bool = False
    stalls_at_label: bool = False
    drops_at_label: bool = False
    throws_away: bool = False
    waits_s: float = 0
    labels: list[bytes] = field(default_factory=list)
    asked: int = 0
    over: Event = field(default_factory=Event)

    def serve(self, listening: socket.socket) -> None:
        """Take connections until it is over."""
        with suppress(OSError):
            while True:
                connected, _ = listening.accept()
                Thread(target=self._serve_one, args=(connected,), daemon=True).start()

    def _serve_one(self, connected: socket.socket) -> None:
        with connected, suppress(OSError):
            if self.closes_at_once:
                return
            rest = b""
            while part := connected.recv(64):
                rest = self._read(connected, rest + part)

    def _read(self, connected: socket.socket, told: bytes) -> bytes:
        while (told := told.lstrip(b"\r\n")).startswith(ASK):
            told = told.removeprefix(ASK)
            self._answer(connected)
        if told.startswith(b"^XA") and self.drops_at_label:
            connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raise ConnectionResetError
        if told.startswith(b"^XA") and self.stalls_at_label:
            self.over.wait()
        while found := LABEL.match(told):
            if not self.throws_away:
                self.labels.append(found[0])
            told = told[found.end() :].lstrip()
        return self._read(connected, told) if told.startswith(ASK) else told

    def _answer(self, connected: socket.socket) -> None:
        self.asked += 1
        says = self.answers[0]
        if len(self.answers) > 1:
            self.answers.pop(0)
        if says is not None:
            sleep(self.waits_s)
            connected.sendall(says)


@contextmanager
def raw_printer() -> Iterator[RawPrinter]:
    """A printer on a free port of the loopback, until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        printer = RawPrinter(listening.getsockname()[1])
        Thread(target=printer.serve, args=(listening,), daemon=True).start()
        yield printer
        printer.over.set()
        listening.shutdown(socket.SHUT_RDWR)
