"""The reference: the web framework alone, answering the same records by their codes through a plain pool of psycopg.

Nobody signs in, nobody's rights are asked, no hold is looked for, and nothing is kept from anybody.
"""

import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import httpx2
from fastapi import FastAPI, HTTPException
from psycopg_pool import AsyncConnectionPool
from pydantic import BaseModel

from biobank.db.embedded import free_port
from biobank.tracing.rules import ThingKind
from devices.places import CLONE

RECORDS = {
    ThingKind.PARTICIPANT: "SELECT code, state FROM participant WHERE code = %s",
    ThingKind.DONATION: "SELECT din, state FROM donation WHERE din = %s",
    ThingKind.KIT: "SELECT number, state FROM kit WHERE number = %s",
    ThingKind.BATCH: "SELECT code, state FROM batch WHERE code = %s",
    ThingKind.CULTURE: "SELECT code, state FROM culture WHERE code = %s",
    ThingKind.UNIT: "SELECT code, state FROM unit WHERE code = %s",
    ThingKind.LOT: "SELECT code, kind FROM lot WHERE code = %s",
    ThingKind.POSITION: "SELECT code, slot FROM storage_position WHERE code = %s",
    ThingKind.FREEZER: "SELECT code, name FROM freezer WHERE code = %s",
}
CONNECTIONS = 4
"""More make it slower here."""


class Record(BaseModel):
    """A record under its code."""

    code: str
    kind: ThingKind
    state: str


def make_app() -> FastAPI:
    """The bare application on the database that the environment names."""
    pool = AsyncConnectionPool(
        os.environ["BARE_DATABASE"], min_size=CONNECTIONS, max_size=CONNECTIONS, open=False, kwargs={"autocommit": True}
    )

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with pool:
            yield

    app = FastAPI(lifespan=lifespan)

    @app.get("/{kind}/{code}")
    async def record(kind: ThingKind, code: str) -> Record:
        async with pool.connection() as connection:
            row = await (await connection.execute(RECORDS[kind], (code,))).fetchone()
        if row is None:
            raise HTTPException(404)
        return Record(code=row[0], kind=kind, state=row[1])

    return app


@contextmanager
def bare(database: str, workers: int) -> Iterator[int]:
    """The bare application, served as ours is served by as many processes; its port."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "tests.benchmarks.bare:make_app", "--factory", "--port", str(port)]
    command += ["--workers", str(workers), "--log-level", "warning", "--no-server-header"]
    server = subprocess.Popen(command, cwd=CLONE, env=os.environ | {"BARE_DATABASE": database})
    try:
        _wait(port)
        yield port
    finally:
        server.terminate()
        server.wait()


def _wait(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            httpx2.get(f"http://127.0.0.1:{port}/openapi.json")
            return
        except httpx2.TransportError:
            time.sleep(0.1)
    raise TimeoutError(port)
