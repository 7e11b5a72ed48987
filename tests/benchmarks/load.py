"""Many clients at once, each asking again as soon as it is answered: plain HTTP/1.1 on keep-alive connections.

Written on protocols and spread over a few processes, so that the server and not this generator is what is measured.
"""

import asyncio
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import cycle
from multiprocessing import get_context
from types import TracebackType
from typing import Self, cast

import uvloop

from tests.benchmarks.figures import figure

PROCESSES = 2
PATIENCE_S = 40
"""How long the last answers may take: longer than any pool of the server waits for a connection."""
BROKEN, WRONG = 0, 1
"""What is counted beside the statuses of HTTP: a connection that broke, and a body that is not the expected one."""


@dataclass(frozen=True)
class Question:
    """One request as it goes over the wire, and the body that must come back."""

    sent: bytes
    body: bytes

    @classmethod
    def get(cls, path: str, token: str, body: bytes) -> Self:
        """A GET of ``path`` in the session of ``token``."""
        return cls(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n".encode(), body)


@dataclass(frozen=True)
class Load:
    """How many clients ask for how long. What is answered during the first ``warm_s`` is not counted."""

    clients: int
    seconds: float
    warm_s: float = 0.5


@dataclass(frozen=True)
class Answers:
    """What came back: answers by status, with BROKEN and WRONG, and how long each took."""

    by_status: Counter[int]
    waited_s: list[float]
    seconds: float

    @property
    def per_second(self) -> float:
        """Answers per second."""
        return self.by_status.total() / self.seconds

    @property
    def all_right(self) -> bool:
        """Whether everything was answered with 200 and the expected body."""
        return set(self.by_status) == {200}

    def waited_ms(self, share: float) -> float:
        """Within which time this share of the answers came."""
        ordered = sorted(self.waited_s)
        return figure(ordered[min(int(share * len(ordered)), len(ordered) - 1)] * 1000) if ordered else 0

    def __add__(self, other: "Answers") -> "Answers":
        """Two measurements of the same thing, one after the other."""
        return Answers(self.by_status + other.by_status, self.waited_s + other.waited_s, self.seconds + other.seconds)


class Generators:
    """The processes that ask; they are kept between measurements."""

    def __init__(self) -> None:
        self._processes = ProcessPoolExecutor(PROCESSES, get_context("spawn"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._processes.shutdown()

    def measure(self, port: int, questions: tuple[Question, ...], load: Load) -> Answers:
        """Ask with all clients at once, each the questions in turn; each client begins with another one."""
        share = Load(load.clients // PROCESSES, load.seconds, load.warm_s)
        parts = list(self._processes.map(_ask, [port] * PROCESSES, [questions] * PROCESSES, [share] * PROCESSES))
        by_status = sum((part.by_status for part in parts), Counter[int]())
        return Answers(by_status, [waited for part in parts for waited in part.waited_s], load.seconds)


def _ask(port: int, questions: tuple[Question, ...], load: Load) -> Answers:
    return uvloop.run(_clients(port, questions, load))


async def _clients(port: int, questions: tuple[Question, ...], load: Load) -> Answers:
    loop, start = asyncio.get_running_loop(), time.perf_counter()
    answers = Answers(Counter(), [], load.seconds)
    counted = start + load.warm_s, start + load.warm_s + load.seconds
    turns = [number % len(questions) for number in range(load.clients)]
    clients = [_Client(questions[turn:] + questions[:turn], answers, counted) for turn in turns]
    await asyncio.gather(*(loop.create_connection(lambda one=one: one, "127.0.0.1", port) for one in clients))
    async with asyncio.timeout(load.warm_s + load.seconds + PATIENCE_S):
        await asyncio.gather(*(one.done for one in clients))
    return answers


class _Client(asyncio.Protocol):
    def __init__(self, questions: tuple[Question, ...], answers: Answers, counted: tuple[float, float]) -> None:
        self._questions, self._answers, (self._from, self._until) = cycle(questions), answers, counted
        self._received = bytearray()
        self._asked_at = 0.0
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)  # uvloop's own, which has no common class
        self._next(time.perf_counter())

    def data_received(self, data: bytes) -> None:
        self._received += data
        head = self._received.find(b"\r\n\r\n")
        if head < 0 or len(self._received) < head + 4 + _length(self._received, head):
            return
        status = int(self._received[9:12])
        right = status != 200 or self._received.endswith(self._asked.body, head)
        self._answered(status if right else WRONG)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self._answers.by_status[BROKEN] += 1
            self.done.set_result(None)

    def _answered(self, status: int) -> None:
        now = time.perf_counter()
        if self._from <= now < self._until:
            self._answers.by_status[status] += 1
            self._answers.waited_s.append(now - self._asked_at)
        elif status != 200:
            self._answers.by_status[status] += 1  # also an early or a late failure is one
        self._received.clear()
        self._next(now)

    def _next(self, now: float) -> None:
        if now < self._until:
            self._asked_at, self._asked = now, next(self._questions)
            self._transport.write(self._asked.sent)
        else:
            self.done.set_result(None)
            self._transport.close()


def _length(received: bytearray, head: int) -> int:
    start = received.lower().find(b"\r\ncontent-length:", 0, head) + 17
    return int(received[start : received.index(b"\r\n", start)])
