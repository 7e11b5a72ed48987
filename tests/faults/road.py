"""A road between two programs that can be cut, stalled and closed by half: a TCP proxy on the loopback."""

import asyncio
import socket
import struct
import threading
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, Self

_PIECE = 65_536
_BACKLOG = 200


class Road:
    """Carries bytes from ``port`` to another port of the loopback, in a thread of its own; use it as a context."""

    def __init__(self, to_port: int) -> None:
        self.to_port = to_port
        self.port = 0
        self.carried = 0
        self._closed = False
        self._flowing = asyncio.Event()
        self._open: set[tuple[asyncio.StreamWriter, asyncio.StreamWriter]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="road")

    def __enter__(self) -> Self:
        self._thread.start()
        self._do(self._listen())
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def cut(self) -> None:
        """Reset every connection, and every new one, until ``clear``."""
        self._do(self._cut())

    def stall(self) -> None:
        """Carry nothing until ``clear``; connections stay, and new ones are made and hear nothing."""
        self._do(self._stall())

    def half_close(self) -> None:
        """Tell the far end that no more comes; what it says is still carried back."""
        self._do(self._half_close())

    def clear(self) -> None:
        """Carry again."""
        self._do(self._clear())

    def _do(self, what: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(what, self._loop).result(10)

    async def _listen(self) -> None:
        self._flowing.set()
        self._server = await asyncio.start_server(self._take, "127.0.0.1", 0, backlog=_BACKLOG)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _end(self) -> None:
        self._server.close()
        await self._cut()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _cut(self) -> None:
        self._closed = True
        for pair in tuple(self._open):
            _reset(*pair)

    async def _stall(self) -> None:
        self._flowing.clear()

    async def _half_close(self) -> None:
        for _, there in self._open:
            with suppress(OSError):
                there.write_eof()

    async def _clear(self) -> None:
        self._closed = False
        self._flowing.set()

    async def _take(self, reader: asyncio.StreamReader, here: asyncio.StreamWriter) -> None:
        if self._closed:
            _reset(here)
            return
        try:
            answers, there = await asyncio.open_connection("127.0.0.1", self.to_port)
        except OSError:
            _reset(here)
            return
        pair = here, there
        self._open.add(pair)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._carry(reader, there))
                both.create_task(self._carry(answers, here))
        finally:
            self._open.discard(pair)
            here.close()
            there.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Until one side ends; what was half closed from here cannot be written any more, and is thrown away."""
        with suppress(OSError, RuntimeError):
            while piece := await reader.read(_PIECE):
                await self._flowing.wait()
                writer.write(piece)
                await writer.drain()
                self.carried += len(piece)
            writer.write_eof()


def _reset(*writers: asyncio.StreamWriter) -> None:
    """So that the far end hears of it by a reset, as from a router that was switched off and on."""
    for writer in writers:
        with suppress(OSError):  # it was closed at this very moment
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
