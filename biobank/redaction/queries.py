"""What is redacted, and answers with it covered: on the screen, in print and in every export alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import text
from sqlmodel import Session, col, select

from biobank.act.people import Person, Side
from biobank.redaction.rules import Written
from biobank.redaction.tables import Redaction

Out = TypeVar("Out", bound=BaseModel)

_COVERED = text("""
    SELECT w.text, r.reason, r.redacted_at, p.username, p.name
      FROM redaction r JOIN person p ON p.id = r.redacted_by
      JOIN (SELECT id, 'deviation.title' AS written, title AS text FROM deviation
            UNION ALL SELECT id, 'deviation.description', description FROM deviation
            UNION ALL SELECT id, 'deviation.conclusion', conclusion FROM deviation
            UNION ALL SELECT id, 'receipt.remark', remark FROM receipt) w
        ON w.id = r.row_id AND w.written = r.written
""")
_PROSE = frozenset({"title", "description", "conclusion", "remark", "reason", "correction", "old", "new", "value"})
"""The fields of answers in which a text is told again: by its own name, as the reason of an act or hold, or in the trail."""


@dataclass(frozen=True)
class Overlay:
    """Texts that are not shown, each with what is shown in its place."""

    marks: Mapping[str, str]

    def on(self, told: Out) -> Out:
        """An answer with everything covered that is redacted."""
        return type(told).model_validate(self._shown(told.model_dump(), "")) if self.marks else told

    def on_all(self, told: Sequence[Out]) -> list[Out]:
        """The same for several."""
        return [self.on(one) for one in told]

    def _shown(self, value: Any, field: str) -> Any:
        if isinstance(value, dict):
            return {key: self._shown(one, key) for key, one in value.items()}
        if isinstance(value, list):
            return [self._shown(one, field) for one in value]
        return self._covered(value) if isinstance(value, str) and field in _PROSE else value

    def _covered(self, value: str) -> str:
        """The hold of a deviation says the deviation's code before its title."""
        before, colon, said = value.partition(": ")
        if colon and said in self.marks:
            return before + colon + self.marks[said]
        return self.marks.get(value, value)


def overlay(session: Session, person: Person) -> Overlay:
    """What is redacted for this person. The bedside is shown none of these texts."""
    if person.side is not Side.FACILITY:
        return Overlay({})
    rows = session.connection().execute(_COVERED)
    return Overlay({row.text: _mark(row.reason, row.redacted_at.isoformat(), row.name, row.username) for row in rows})


def is_redacted(session: Session, written: Written, row_id: UUID) -> bool:
    """Whether a line lies over it."""
    wanted = select(Redaction.id).where(col(Redaction.written) == written, Redaction.row_id == row_id)
    return session.exec(wanted).first() is not None


def _mark(reason: str, at: str, name: str, username: str) -> str:
    return f"[redacted by {name} ({username}) {at}: {reason}]"
