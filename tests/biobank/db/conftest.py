"""A home of its own for a server, and what tests ask one."""

import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from biobank.db import remains
from biobank.db.embedded import EmbeddedPostgres
from biobank.db.homes import throwaway_home
from biobank.db.remains import processes_in


@pytest.fixture
def home() -> Iterator[Path]:
    with throwaway_home() as folder:
        yield folder


@pytest.fixture
def server(home: Path) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(home).start(fast=True) as started:
        yield started


def said(server: EmbeddedPostgres, question: str) -> str:
    with psycopg.connect(server.admin_url) as connection:
        row = connection.execute(question.encode()).fetchone()
    assert row is not None
    return str(row[0])


def gone(data: Path, within_s: float = 15) -> bool:
    until = time.monotonic() + within_s
    while processes_in(data) and time.monotonic() < until:
        time.sleep(0.05)
    return not processes_in(data)


def main_process(server: EmbeddedPostgres) -> int:
    return remains.main_process(server.data)
