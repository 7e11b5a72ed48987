"""What must be true of the records after a trial, read as the server's owner, with no code of the program between."""

import tomllib
from pathlib import Path

import psycopg
from psycopg.sql import SQL

_QUERIES = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
INVARIANTS: dict[str, str] = _QUERIES["invariants"]
"""A sentence about the records, and the query that finds whatever breaks it."""
COUNTS: dict[str, str] = _QUERIES["counts"]
SHOWN = 5


def counted(admin_url: str) -> dict[str, int]:
    """How much of everything there is."""
    with psycopg.connect(admin_url) as db:
        return {name: int(db.execute(SQL(query)).fetchall()[0][0]) for name, query in COUNTS.items()}  # type: ignore[arg-type]


def broken(admin_url: str) -> dict[str, list[str]]:
    """The sentences that do not hold, each with the first of what breaks it."""
    with psycopg.connect(admin_url) as db:
        found = {says: [str(row[0]) for row in db.execute(SQL(query)).fetchmany(SHOWN)] for says, query in INVARIANTS.items()}  # type: ignore[arg-type]
    return {says: rows for says, rows in found.items() if rows}
