"""One stretch of the log, walked by one process: every leaf hashed anew and held against what it stands for.

Stretches begin at multiples of a power of two, so that each one's tree is a subtree of the whole.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg

from biobank.audit.merkle import Frontier, leaf_hash

STRETCH = 1 << 15
"""Leaves that a process takes at a time."""

_MICROSECONDS = "(extract(epoch FROM {}) * 1000000)::bigint"
ACT_TEXT = (
    "jsonb_build_object('act', a.id, 'xid', a.xid::text, 'kind', a.kind, 'needs_reason', a.needs_reason, 'actor', a.actor_id,"
    " 'side', a.side, 'login', a.login, 'recorded_at', a.recorded_at, 'occurred_at', a.occurred_at, 'reason', a.reason,"
    " 'began_at', a.began_at)::text"
)
"""The exact bytes of an act, asked for in these words and not from a function that the database holds."""

LEAVES = (
    f"SELECT l.number, {_MICROSECONDS.format('l.sealed_at')}, l.hash, l.entry_id, l.act_id::text, s.leaf_hash, s.agrees,"
    f" coalesce(e.body, {ACT_TEXT.replace('jsonb_build_object', 'CASE WHEN a.id IS NOT NULL THEN jsonb_build_object')} END),"
    " e.xid::text, e.act_id::text, e.table_name, e.row_id, to_jsonb(e.recorded_at) #>> '{}'"
    " FROM audit.leaf l LEFT JOIN audit.entry e ON e.id = l.entry_id LEFT JOIN audit.act a ON a.id = l.act_id"
    " LEFT JOIN audit.sealed_leaves(%(first)s, %(beyond)s) s ON s.number = l.number"
    " WHERE l.number >= %(first)s AND l.number < %(beyond)s ORDER BY l.number"
)
_TYPES = ["int8", "int8", "bytea", "int8", "text", "bytea", "bool", "text", "text", "text", "text", "text", "text"]


@dataclass(frozen=True)
class Walk:
    """What a process needs for one stretch: where, in whose snapshot, and after which leaves to note the tree."""

    address: str
    snapshot: str
    first: int
    beyond: int
    notes: tuple[int, ...]


@dataclass
class Stretch:
    """What one stretch showed. ``differing`` are leaves whose hash is not that of what they stand for."""

    tree: Frontier
    entries: int = 0
    acts: int = 0
    differing: dict[int, str] = field(default_factory=dict)
    wrong_columns: list[tuple[int, str]] = field(default_factory=list)
    without: list[tuple[int, str]] = field(default_factory=list)
    missing: list[tuple[int, int]] = field(default_factory=list)
    times: list[tuple[int, int]] = field(default_factory=list)
    sealings: list[tuple[int, int, bytes]] = field(default_factory=list)
    noted: dict[int, Frontier] = field(default_factory=dict)


def snapshot(address: str, name: str) -> psycopg.Connection[tuple[Any, ...]]:
    """A connection that reads what another one saw, with times in UTC."""
    db = psycopg.connect(address, options="-c timezone=UTC -c default_transaction_isolation=repeatable\\ read")
    if name:
        db.execute(f"SET TRANSACTION SNAPSHOT '{name}'".encode())
    return db


def walk(what: Walk) -> Stretch:
    """Walk one stretch."""
    with snapshot(what.address, what.snapshot) as db:
        return judge(_rows(db, what), what.first, what.beyond, what.notes)


def _rows(db: psycopg.Connection[tuple[Any, ...]], what: Walk) -> Iterator[Sequence[Any]]:
    query = psycopg.ClientCursor(db).mogrify(LEAVES, {"first": what.first, "beyond": what.beyond})
    with db.cursor().copy(f"COPY ({query}) TO STDOUT (FORMAT binary)".encode()) as copy:
        copy.set_types(_TYPES)
        yield from copy.rows()


def judge(rows: Iterable[Sequence[Any]], first: int, beyond: int, notes: Sequence[int]) -> Stretch:
    """Hash and compare every leaf; the tree is built from the leaves as they stand, with a hole where one is missing."""
    found = Stretch(Frontier())
    wanted, expected, last_time = set(notes), first, None
    for number, sealed_at, leaf, entry, act, hidden_hash, agrees, body, *columns in rows:
        if number != expected:
            found.missing.append((expected, number - 1))
        expected = number + 1
        found.tree.push(leaf)
        if number + 1 in wanted:
            found.noted[number + 1] = Frontier(found.tree.size, found.tree.roots)
        if sealed_at != last_time:
            found.times.append((number, sealed_at))
            last_time = sealed_at
        if entry is not None:
            found.entries += 1
            if hidden_hash is not None:
                _judge_hidden(found, number, leaf, f"entry {entry} (sealed)", hidden_hash, agrees)
            else:
                _judge_entry(found, number, leaf, entry, body, columns)
        elif act is not None:
            found.acts += 1
            if body is None:
                found.without.append((number, f"act {act}"))
            elif leaf_hash(body.encode()) != leaf:
                found.differing[number] = f"act {act}"
        else:
            found.sealings.append((number, sealed_at, leaf))
    if expected < beyond:
        found.missing.append((expected, beyond - 1))
    return found


def _judge_hidden(found: Stretch, number: int, leaf: bytes, name: str, hidden: bytes, agrees: bool) -> None:
    if hidden != leaf:
        found.differing[number] = name
    elif not agrees:
        found.wrong_columns.append((number, name))


def _judge_entry(found: Stretch, number: int, leaf: bytes, entry: int, body: str | None, columns: list[Any]) -> None:
    if body is None:
        found.without.append((number, f"entry {entry}"))
        return
    name = f"entry {entry} ({columns[2]})"
    if leaf_hash(body.encode()) != leaf:
        found.differing[number] = name
    elif not _as_told(body, entry, columns):
        found.wrong_columns.append((number, name))


def _as_told(body: str, entry: int, columns: list[Any]) -> bool:
    """Whether the columns beside an entry's text say what the text says."""
    xid, act, table, row, recorded_at = columns
    try:
        told = json.loads(body)
        about = told["new"] or told["old"]
        said = [told["entry"], told["xid"], told["act"], told["table"], about.get("id"), told["recorded_at"]]
    except (ValueError, KeyError, TypeError, AttributeError):
        return False
    key = said[4] if said[4] is None or isinstance(said[4], str) else json.dumps(said[4])
    return [*said[:4], key, said[5]] == [entry, xid, act, table, row, recorded_at]
