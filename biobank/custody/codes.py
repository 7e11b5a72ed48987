"""New codes. Each scope counts by itself, so that no act of the facility moves a number that the bedside sees."""

from datetime import datetime

from sqlalchemy import text

from biobank.act.acts import Act
from biobank.custody.tables import Scope
from labels import local

_NEXT = text(
    "INSERT INTO code_counter (scope, prefix, last) VALUES (:scope, :prefix, :count)"
    " ON CONFLICT (scope, prefix) DO UPDATE SET last = code_counter.last + :count RETURNING last"
)


def next_number(act: Act, scope: Scope, prefix: str) -> int:
    """The next number of a counter, from 1; undone with the act, so that none is lost."""
    return next_numbers(act, scope, prefix, 1)[0]


def next_numbers(act: Act, scope: Scope, prefix: str, count: int) -> range:
    """The same for as many as are needed at once."""
    told = {"scope": scope.value, "prefix": prefix, "count": count}
    last = int(act.session.connection().execute(_NEXT, told).scalar_one())
    return range(last - count + 1, last + 1)


def next_code(act: Act, scope: Scope, kind: local.CodeKind, at: datetime | None = None) -> str:
    """A new LOCAL code of ``kind`` with its check character (ISO 7064 mod 37-2)."""
    year = (at or act.recorded_at).year
    return local.build(act.code_prefix, kind, year, next_number(act, scope, f"{kind.value}{year}"))
