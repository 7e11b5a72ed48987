"""What the database holds beside the leaves: heads, keys, entries that wait for their leaf, tables and their triggers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg

from biobank.audit.exempt import EXEMPT
from biobank.audit.findings import Finding, What
from biobank.audit.heads import HEAD_COLUMNS, KEY_COLUMNS, Head, SigningKey

Connection = psycopg.Connection[tuple[Any, ...]]

_HEADS = f"SELECT frontier, {HEAD_COLUMNS} FROM audit.head ORDER BY size"
_KEYS = f"SELECT {KEY_COLUMNS} FROM audit.signing_key ORDER BY made_at"
_WAITING = """
SELECT 'entry ' || e.id || ' (' || e.table_name || ')', coalesce(e.xid < h.sealed_below, false)
  FROM audit.entry e LEFT JOIN audit.horizon h ON true WHERE NOT EXISTS (SELECT FROM audit.leaf l WHERE l.entry_id = e.id)
UNION ALL
SELECT 'act ' || a.id, coalesce(a.xid < h.acts_below, false)
  FROM audit.act a LEFT JOIN audit.horizon h ON true WHERE NOT EXISTS (SELECT FROM audit.leaf l WHERE l.act_id = a.id)
UNION ALL
SELECT 'entry ' || w.entry || ' (sealed)', coalesce(w.late, false) FROM audit.sealed_waiting() w
"""
_TABLES = """
SELECT n.nspname || '.' || c.relname, c.oid::bigint, coalesce(array_agg(t.tgname) FILTER (WHERE t.tgenabled = 'A'), '{}')
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_trigger t ON t.tgrelid = c.oid
 WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
   AND (n.nspname IN ('public', 'sealed') OR c.oid = ANY ('{audit.refusal, audit.signing_key}'::regclass[]))
 GROUP BY 1, 2 ORDER BY 1
"""
_GUARDED = ("audit.act", "audit.entry", "audit.sealed_entry", "audit.leaf", "audit.head")
_GUARDS = {"append_only", "audit_truncate"}
_GUARDS_OF = "SELECT tgname FROM pg_trigger WHERE tgenabled = 'A' AND tgrelid = %s::regclass"
_MOST_STRAYS = 1_000_000


@dataclass(frozen=True)
class Extent:
    """How far the leaves go. ``strays`` are numbers far beyond the last one that could be right."""

    beyond: int
    strays: list[int]


def extent(db: Connection) -> Extent:
    """The numbers that a whole log of as many leaves would have, and those that lie beyond."""
    count, last = db.execute("SELECT count(*), coalesce(max(number), -1) FROM audit.leaf").fetchone() or (0, -1)
    beyond = last + 1 if last + 1 - count <= _MOST_STRAYS else count
    strays = db.execute("SELECT number FROM audit.leaf WHERE number >= %s ORDER BY number", [beyond]).fetchall()
    return Extent(beyond, [number for (number,) in strays])


def heads(db: Connection) -> dict[int, tuple[Head, bytes]]:
    """Every head by its size, with the frontier beside it."""
    told = ((Head(*row), frontier) for frontier, *row in db.execute(_HEADS))
    return {head.size: (head, frontier) for head, frontier in told}


def keys(db: Connection) -> dict[str, SigningKey]:
    """Every public key by its name."""
    return {key.id: key for key in (SigningKey(*row) for row in db.execute(_KEYS))}


def waiting(db: Connection) -> tuple[int, list[Finding]]:
    """How many entries and acts wait for the sealer, and which should not, since it passed them by."""
    found, count = [], 0
    for name, late in db.execute(_WAITING):
        count += not late
        if late:
            found.append(Finding(What.INSERTED, f"{name} has no leaf, though what was written at its time is sealed"))
    return count, found


def watched(db: Connection) -> tuple[dict[str, int], list[Finding]]:
    """The tables under the trail with their identifiers, and triggers of theirs or of the log's that are gone or silenced."""
    tables, found = {}, []
    for name, identifier, triggers in db.execute(_TABLES):
        if name in EXEMPT:
            continue
        tables[name] = identifier
        if not {"audit_row", "audit_truncate"} <= set(triggers):
            found.append(Finding(What.REMOVED, f"the audit triggers of {name} are gone or silenced"))
    for name in _GUARDED:
        there = {trigger for (trigger,) in db.execute(_GUARDS_OF, [name])}
        found += [Finding(What.REMOVED, f"the trigger {one} of {name} is gone or silenced") for one in sorted(_GUARDS - there)]
    return tables, found


def unexplained(db: Connection, table: str, identifier: int) -> Iterator[Finding]:
    """Rows of ``table`` that are not as its newest entry says."""
    for key, told in db.execute("SELECT row_key, problem FROM audit.unexplained(%s::oid::regclass)", [identifier]):
        if told == "no entry":
            yield Finding(What.UNEXPLAINED, f"{table} {key}: this row was written without the trail, no entry tells of it")
        elif told == "row gone":
            yield Finding(What.UNEXPLAINED, f"{table} {key}: this row was removed without the trail")
        elif told == "deleted":
            yield Finding(What.UNEXPLAINED, f"{table} {key}: this row is there, though its newest entry says that it was deleted")
        else:
            columns = told.removeprefix("differs: ")
            yield Finding(What.UNEXPLAINED, f"{table} {key}: not what its newest entry says, in {columns}")


def entries_between(db: Connection, first: int, beyond: int) -> str:
    """The entries and acts of some leaves, in words; the first twenty."""
    sql = (
        "SELECT coalesce('entry ' || entry_id, 'act ' || act_id) FROM audit.leaf"
        " WHERE number >= %s AND number < %s AND num_nonnulls(entry_id, act_id) = 1 ORDER BY number LIMIT 21"
    )
    names = [name for (name,) in db.execute(sql, [first, beyond])]
    return ", ".join(names[:20]) + (" …" if len(names) > 20 else "")
