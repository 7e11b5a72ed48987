"""Single statements that only read, answered on the event loop: no thread, no transaction around them, many askers at once."""

import asyncio
from typing import Any, LiteralString

from psycopg import AsyncConnection, OperationalError
from psycopg.pq import TransactionStatus
from psycopg.rows import namedtuple_row
from sqlalchemy import URL

PATIENCE_S = 20
"""As long as anybody waits for a connection of the pools for whole transactions."""
_OPTIONS = "-c timezone=UTC -c default_transaction_read_only=on -c plan_cache_mode=force_generic_plan"
_OPTIONS += f" -c statement_timeout={PATIENCE_S}s"
"""Every statement here looks one thing up by its key: planning it anew for each value would cost more than answering it."""

Connection = AsyncConnection[Any]


class Glances:
    """The reading connections of one login in one process, made when first needed and kept.

    Who asks the same while all connections are busy is answered together, by one statement that begins after all of them asked:
    few connections serve hundreds of clients. Every statement sees what was committed before it began; nothing is kept.
    """

    def __init__(self, url: URL, connections: int = 2) -> None:
        self._address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._name = url.username
        self._turns = asyncio.Semaphore(connections)
        self._free: list[Connection] = []
        self._gathering: dict[str, _Round] = {}

    async def first(self, statement: LiteralString, key: object) -> Any:
        """The row whose column ``key`` is this, with its columns as attributes; None where there is none.

        ``statement`` looks for ``= ANY(%(keys)s)``. Raises psycopg.Error where the server refuses or does not answer in time.
        """
        gathering = self._gathering.get(statement)
        if gathering is None:
            gathering = self._gathering[statement] = _Round()
            gathering.answers = asyncio.create_task(self._ask(statement, gathering))
        gathering.keys.append(key)
        return (await asyncio.shield(gathering.answers)).get(key)

    async def close(self) -> None:
        """Close every connection."""
        while self._free:
            await self._free.pop().close()

    async def _ask(self, statement: LiteralString, gathering: "_Round") -> dict[object, Any]:
        async with self._turns:
            del self._gathering[statement]  # whoever comes from here on is asked for next time
            while self._free:
                kept = self._free.pop()
                try:
                    return await self._rows(kept, statement, gathering.keys)
                except OperationalError:
                    if not kept.closed:
                        raise  # else the server was restarted since; nothing was changed, so that one may ask again
            return await self._rows(await self._connect(), statement, gathering.keys)

    async def _rows(self, connection: Connection, statement: LiteralString, keys: list[object]) -> dict[object, Any]:
        try:
            rows = await (await connection.execute(statement, {"keys": keys})).fetchall()
            return {row.key: row for row in rows}
        finally:
            if connection.info.transaction_status is TransactionStatus.IDLE:
                self._free.append(connection)
            else:
                await connection.close()

    async def _connect(self) -> Connection:
        return await AsyncConnection.connect(
            self._address,
            autocommit=True,
            row_factory=namedtuple_row,
            options=_OPTIONS,
            application_name=self._name,
            connect_timeout=PATIENCE_S,
            tcp_user_timeout=PATIENCE_S * 1000,
        )


class _Round:
    """Keys that are asked for together, and the task that brings their rows."""

    answers: asyncio.Task[dict[object, Any]]

    def __init__(self) -> None:
        self.keys: list[object] = []
