"""Reading the trail: acts with the entries they wrote, by whatever is asked for. What is sealed is never among them.

Every statement runs as the auditor's login, which may read all that is not sealed and may write nothing.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, column, func, or_, select, table, tuple_
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.sql.expression import cast, literal
from sqlalchemy.types import Text

from biobank.inspection import naming
from biobank.inspection.rules import Wanted

CHUNK = 500
"""Entries that are read, and whose names are looked up, at once."""

_ACT = table(
    "act",
    *map(column, ("id", "xid", "kind", "actor_id", "side", "recorded_at", "occurred_at", "reason")),
    schema="audit",
).alias("a")
_ENTRY = table("entry", *map(column, ("id", "xid", "act_id", "table_name", "row_id", "body")), schema="audit").alias("e")
_PERSON = table("person", *map(column, ("id", "username", "name"))).alias("p")
_GRANT = table("role_grant", *map(column, ("person_id", "role", "place", "granted_at", "ended_at"))).alias("g")

_FORM = table("paper_form", *map(column, ("act_id", "code", "done_by"))).alias("f")
_DOER = _PERSON.alias("d")

_ROLES = (
    select(func.string_agg(_GRANT.c.role.op("COLLATE")(column('"C"', is_literal=True)), literal(", ")))
    .where(
        _GRANT.c.person_id == _ACT.c.actor_id,
        _GRANT.c.granted_at <= _ACT.c.recorded_at,
        or_(_GRANT.c.ended_at.is_(None), _GRANT.c.ended_at > _ACT.c.recorded_at),
    )
    .scalar_subquery()
)
"""The roles that the person held when the act was recorded."""

_COLUMNS = (
    _ENTRY.c.id.label("number"),
    _ACT.c.kind,
    _PERSON.c.username,
    _PERSON.c.name,
    _ACT.c.side,
    _ROLES.label("roles"),
    _ACT.c.recorded_at,
    _ACT.c.occurred_at,
    _ACT.c.reason,
    _FORM.c.code.label("paper_form"),
    _DOER.c.name.label("done_by"),
    _ENTRY.c.table_name,
    _ENTRY.c.row_id,
    _ENTRY.c.body,
)
_LINKED = (
    _ACT.join(_PERSON, _PERSON.c.id == _ACT.c.actor_id)
    .outerjoin(_ENTRY, and_(_ENTRY.c.xid == _ACT.c.xid, _ENTRY.c.act_id == _ACT.c.id))
    .outerjoin(_FORM, _FORM.c.act_id == _ACT.c.id)
    .outerjoin(_DOER, _DOER.c.id == _FORM.c.done_by)
)
_OPERATIONS = {"INSERT": "added", "UPDATE": "changed", "DELETE": "removed"}


@dataclass(frozen=True)
class Change:
    """One field with its value before and after; ``old`` is None where the row is new."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True)
class Entry:
    """One entry of the trail: who did what, when it happened and when it was recorded, why, and what changed.

    An act that wrote nothing but what is sealed has neither number nor record.
    """

    number: int | None
    kind: str
    username: str
    name: str
    side: str
    roles: str
    recorded_at: datetime
    occurred_at: datetime
    reason: str | None
    paper_form: str | None
    done_by: str | None
    """Who did on paper what ``username`` entered from that form."""
    table: str | None
    row: str | None
    code: str | None
    operation: str | None
    changes: tuple[Change, ...]


def page(db: Connection, wanted: Wanted, number: int, size: int) -> tuple[list[Entry], bool]:
    """One page of what is wanted, counted from 1, and whether there is more."""
    statement = _ordered(wanted).offset((number - 1) * size).limit(size + 1)
    found = db.execute(statement).all()
    return _told(db, found[:size]), len(found) > size


def every(db: Connection, wanted: Wanted) -> Iterator[Entry]:
    """All of what is wanted, read little by little."""
    streamed = db.execution_options(stream_results=True, yield_per=CHUNK).execute(_ordered(wanted))
    for chunk in streamed.partitions(CHUNK):
        yield from _told(db, chunk)


def _ordered(wanted: Wanted) -> Select[Any]:
    statement = select(*_COLUMNS).select_from(_LINKED).where(*_conditions(wanted))
    order = (_ACT.c.recorded_at, _ENTRY.c.id, _ACT.c.id)
    return statement.order_by(*(one.desc().nulls_last() if wanted.newest_first else one.asc().nulls_first() for one in order))


def _conditions(wanted: Wanted) -> Iterator[Any]:
    if wanted.person is not None:
        yield or_(_PERSON.c.username == wanted.person, _DOER.c.username == wanted.person)
    if wanted.kind is not None:
        yield _ACT.c.kind == wanted.kind
    if wanted.table is not None:
        yield func.split_part(_ENTRY.c.table_name, ".", 2) == wanted.table
    if wanted.rows is not None:
        yield tuple_(_ENTRY.c.table_name, _ENTRY.c.row_id).in_(wanted.rows)
    if wanted.since is not None:
        yield _ACT.c.recorded_at >= wanted.since
    if wanted.until is not None:
        yield _ACT.c.recorded_at <= wanted.until
    if wanted.reason is not None:
        yield _ACT.c.reason.icontains(wanted.reason, autoescape=True)
        hidden = sorted(wanted.hidden)
        yield _ACT.c.reason.not_in(hidden)
        yield func.substr(_ACT.c.reason, func.strpos(_ACT.c.reason, ": ") + 2).not_in(hidden)  # behind a deviation's code
    if wanted.actors_at:
        yield or_(_PERSON.c.username == wanted.viewer, _ACT.c.actor_id.in_(_only_at(wanted.actors_at)))


def _only_at(places: frozenset[str]) -> Select[Any]:
    """The people who never worked anywhere but at these places."""
    here = _GRANT.c.place == func.any(cast(array(sorted(places)), ARRAY(Text)))
    return select(_GRANT.c.person_id).group_by(_GRANT.c.person_id).having(func.bool_and(func.coalesce(here, False)))


def _told(db: Connection, rows: Any) -> list[Entry]:
    read = [(row, json.loads(row.body, parse_float=str) if row.body else {}) for row in rows]
    names = naming.names(db, [body for _, body in read])
    return [_entry(row, body, names) for row, body in read]


def _entry(row: Row[Any], body: dict[str, Any], names: dict[str, str]) -> Entry:
    return Entry(
        number=row.number,
        kind=row.kind,
        username=row.username,
        name=row.name,
        side=row.side,
        roles=row.roles or "",
        recorded_at=row.recorded_at,
        occurred_at=row.occurred_at,
        reason=row.reason,
        paper_form=row.paper_form,
        done_by=row.done_by,
        table=row.table_name.partition(".")[2] if row.table_name else None,
        row=row.row_id,
        code=names.get(row.row_id) if row.row_id else None,
        operation=_OPERATIONS.get(body.get("operation", "")),
        changes=tuple(_changes(body, names)),
    )


def _changes(body: dict[str, Any], names: dict[str, str]) -> Iterator[Change]:
    old, new = body.get("old") or {}, body.get("new") or {}
    for field in dict.fromkeys((*old, *new)):
        before, after = old.get(field), new.get(field)
        if before != after and field != "id":
            yield Change(field, naming.named(before, names), naming.named(after, names))
