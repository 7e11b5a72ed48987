"""What people see of the trail."""

from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel

from biobank.inspection.entries import Entry
from biobank.inspection.history import Field
from biobank.inspection.rules import is_late
from biobank.tracing.rules import ThingKind


class ChangeOut(BaseModel):
    """One field with its value before and after."""

    field: str
    old: Any
    new: Any


class EntryOut(BaseModel):
    """One entry of the trail; ``late`` where it was recorded long after it happened. What is sealed shows no record.

    ``done_by`` did on paper what stands on ``paper_form``, and ``name`` entered it.
    """

    number: int | None
    recorded_at: datetime
    occurred_at: datetime
    late: bool
    username: str
    name: str
    side: str
    roles: str
    kind: str
    reason: str | None
    paper_form: str | None
    done_by: str | None
    table: str | None
    code: str | None
    operation: str | None
    changes: list[ChangeOut]

    @classmethod
    def of(cls, entry: Entry, late_after: timedelta) -> "EntryOut":
        """From the trail."""
        return cls(
            number=entry.number,
            recorded_at=entry.recorded_at,
            occurred_at=entry.occurred_at,
            late=is_late(entry.occurred_at, entry.recorded_at, late_after),
            username=entry.username,
            name=entry.name,
            side=entry.side,
            roles=entry.roles,
            kind=entry.kind,
            reason=entry.reason,
            paper_form=entry.paper_form,
            done_by=entry.done_by,
            table=entry.table,
            code=entry.code,
            operation=entry.operation,
            changes=[ChangeOut(field=one.field, old=one.old, new=one.new) for one in entry.changes],
        )


class TrailOut(BaseModel):
    """One page of the trail."""

    page: int
    more: bool
    entries: list[EntryOut]


class ValueOut(BaseModel):
    """A value that a field had, from when on, by whom and why."""

    value: Any
    recorded_at: datetime
    occurred_at: datetime
    late: bool
    username: str
    name: str
    kind: str
    reason: str | None
    paper_form: str | None
    done_by: str | None
    number: int | None

    @classmethod
    def of(cls, value: Any, entry: Entry, late_after: timedelta) -> "ValueOut":
        """From the trail."""
        return cls(
            value=value,
            recorded_at=entry.recorded_at,
            occurred_at=entry.occurred_at,
            late=is_late(entry.occurred_at, entry.recorded_at, late_after),
            username=entry.username,
            name=entry.name,
            kind=entry.kind,
            reason=entry.reason,
            paper_form=entry.paper_form,
            done_by=entry.done_by,
            number=entry.number,
        )


class FieldOut(BaseModel):
    """A field of a record with every value that it had, the first one first; ``line`` tells records of one kind apart."""

    record: str
    line: int
    field: str
    values: list[ValueOut]


class HistoryOut(BaseModel):
    """Every value that a thing ever had."""

    code: str
    kind: ThingKind
    fields: list[FieldOut]

    @classmethod
    def of(cls, code: str, kind: ThingKind, found: list[Field], late_after: timedelta) -> "HistoryOut":
        """From the trail."""
        lines: dict[tuple[str, str], int] = {}
        for one in found:
            same = sum(1 for table, _ in lines if table == one.table)
            lines.setdefault((one.table, one.row), same + 1)
        fields = [
            FieldOut(
                record=one.table,
                line=lines[one.table, one.row],
                field=one.name,
                values=[ValueOut.of(value, entry, late_after) for value, entry in one.values],
            )
            for one in found
        ]
        return cls(code=code, kind=kind, fields=fields)
