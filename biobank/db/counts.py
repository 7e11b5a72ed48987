"""What a database holds, told so that two copies of it can be compared: rows of every table, and which entries of the trail."""

from dataclasses import asdict, dataclass, field
from typing import Any, Self

from psycopg import Connection, IsolationLevel, connect, sql
from psycopg.rows import TupleRow

_TABLES = """
SELECT n.nspname, c.relname,
       EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'append_only') AS append_only
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
 ORDER BY 1, 2
"""
_TRAIL = """
SELECT count(*), coalesce(bit_xor(hashtextextended(e.body, 0)), 0)
  FROM (SELECT xid, body FROM audit.entry UNION ALL SELECT xid, body FROM audit.sealed_entry) e
 WHERE e.xid < %s::text::xid8
"""
"""Transactions below a snapshot's horizon are finished: that set of entries never changes again."""


@dataclass(frozen=True)
class Counts:
    """Rows by table, the tables that only ever grow, and the entries of all transactions that were finished."""

    rows: dict[str, int]
    growing: list[str] = field(default_factory=list)
    horizon: str = "0"
    entries: int = 0
    digest: int = 0

    def told(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)

    @classmethod
    def of(cls, told: dict[str, Any]) -> Self:
        """From JSON."""
        return cls(**told)


def counted(admin_url: str, horizon: str | None = None) -> Counts:
    """Count the database of ``admin_url`` in one snapshot; ``horizon`` is that of another count to be compared with."""
    with connect(admin_url) as db:
        db.isolation_level = IsolationLevel.REPEATABLE_READ
        db.read_only = True
        tables = db.execute(_TABLES).fetchall()
        rows = {f"{schema}.{name}": _rows(db, schema, name) for schema, name, _ in tables}
        growing = [f"{schema}.{name}" for schema, name, append_only in tables if append_only]
        if "audit.entry" not in rows:
            return Counts(rows, growing)
        [(here,)] = db.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text").fetchall()
        [(entries, digest)] = db.execute(_TRAIL, [horizon or here]).fetchall()
        return Counts(rows, growing, horizon or here, entries, digest)


def _rows(db: Connection[TupleRow], schema: str, name: str) -> int:
    statement = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, name))
    [(rows,)] = db.execute(statement).fetchall()
    return int(rows)


def differences(before: Counts, after: Counts, restored: Counts, *, later: bool = False) -> list[str]:
    """What is not in ``restored`` as it was counted ``before`` and ``after`` a backup, one sentence each; empty is good.

    While people work, a count lies between the two; nobody working, all three are the same. ``later``: the restored database
    also holds what came after the backup, so that only growing tables and the trail can be compared.
    """
    found = []
    if (restored.entries, restored.digest) != (before.entries, before.digest):
        found.append(f"Of {before.entries} entries of the trail {restored.entries} are there, or they are others.")
    for table in sorted(before.rows.keys() | restored.rows.keys()):
        bounds = before.rows.get(table, 0), after.rows.get(table, 0)
        least, most, there = min(bounds), max(bounds), restored.rows.get(table, -1)
        if later and table in before.growing and there < least:
            found.append(f"{table}: {there} rows, at least {least} were there.")
        elif not later and not least <= there <= most:
            were = str(least) if least == most else f"{least} to {most}"
            found.append(f"{table}: {there} rows, {were} were there.")
    return found
