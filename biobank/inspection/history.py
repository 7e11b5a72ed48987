"""Every value that a field ever had: earlier values are never obscured (21 CFR 11.10(e))."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from biobank.inspection.entries import Entry


@dataclass
class Field:
    """A field of one row of the records with its values, the first one first, each with the entry that wrote it."""

    table: str
    row: str
    name: str
    values: list[tuple[Any, Entry]] = field(default_factory=list)


def fields(entries: Iterable[Entry]) -> list[Field]:
    """The fields that entries of the trail, the oldest first, gave a value; a correction continues what it corrects."""
    found: dict[tuple[str, str, str], Field] = {}
    corrects: dict[str, str] = {}
    for entry in entries:
        if entry.table is None or entry.row is None:
            continue
        row = _first(entry, corrects)
        for name, value in _values(entry):
            one = found.setdefault((entry.table, row, name), Field(entry.table, row, name))
            if not one.values or one.values[-1][0] != value:
                one.values.append((value, entry))
    return list(found.values())


def _first(entry: Entry, corrects: dict[str, str]) -> str:
    """The row with which it began: corrected once or many times, it is the same line of the record."""
    assert entry.row is not None  # the caller
    for change in entry.changes:
        if change.field == "corrects" and isinstance(change.new, str):
            corrects[entry.row] = corrects.get(change.new, change.new)
    return corrects.get(entry.row, entry.row)


def _values(entry: Entry) -> Iterator[tuple[str, Any]]:
    for change in entry.changes:
        if change.field != "corrects":
            yield change.field, change.new
