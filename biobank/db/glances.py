"""Single statements that only read, answered on the event loop: no thread, and no transaction to open and close around them."""

import asyncio
from collections.abc import Mapping
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

    A statement takes less than a millisecond, so that a few connections serve hundreds of clients; whoever finds none free waits
    without holding anything. Every statement sees what was committed before it began: nothing is kept between two.
    """

    def __init__(self, url: URL, connections: int = 4) -> None:
        self._address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._name = url.username
        self._turns = asyncio.Semaphore(connections)
        self._free: list[Connection] = []

    async def first(self, statement: LiteralString, values: Mapping[str, object]) -> Any:
        """The first row that ``statement`` finds, with its columns as attributes; None where it finds nothing.

        Raises psycopg.Error where the server refuses or does not answer in time.
        """
        async with self._turns:
            while self._free:
                kept = self._free.pop()
                try:
                    return await self._ask(kept, statement, values)
                except OperationalError:
                    if not kept.closed:
                        raise  # else the server was restarted since; nothing was changed, so that one may ask again
            return await self._ask(await self._connect(), statement, values)

    async def close(self) -> None:
        """Close every connection."""
        while self._free:
            await self._free.pop().close()

    async def _ask(self, connection: Connection, statement: LiteralString, values: Mapping[str, object]) -> Any:
        try:
            return await (await connection.execute(statement, values)).fetchone()
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
