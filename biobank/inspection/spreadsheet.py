"""The trail as a table that any program reads: CSV with a line for every field that an entry changed."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

from biobank.inspection.schemas import EntryOut

COLUMNS = (
    "number",
    "recorded_at",
    "occurred_at",
    "late",
    "username",
    "name",
    "side",
    "roles",
    "kind",
    "reason",
    "paper_form",
    "done_by",
    "table",
    "code",
    "operation",
    "field",
    "old",
    "new",
)
"""Times are UTC, ISO 8601. An entry that changed nothing has one line without field and values."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def lines(entries: Iterable[EntryOut]) -> Iterator[str]:
    """The file, piece by piece, with a first line of names."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    for entry in entries:
        for change in entry.changes or (None,):
            about = entry.model_dump(mode="json", exclude={"changes"})
            about |= change.model_dump(mode="json") if change is not None else {}
            writer.writerow([_cell(name, about.get(name)) for name in COLUMNS])
        yield written.getvalue()
        written.seek(0)
        written.truncate()
    yield written.getvalue()


def _cell(name: str, value: Any) -> str:
    """A value as text; what people wrote themselves never begins a formula of a spreadsheet."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    wrote = name in ("reason", "name", "done_by") or (name in ("old", "new") and isinstance(value, str) and not _is_number(value))
    return f"'{text}" if wrote and text.startswith(_FORMULA) else text


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdecimal()
