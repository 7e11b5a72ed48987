"""What people send and see of pads and forms."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from biobank.continuity.rules import FormState
from biobank.continuity.tables import PaperForm, PaperPad
from biobank.units import Code, Reason, ShortWords

PadNumber = Annotated[int, Field(ge=1, lt=2**31)]


class PadIn(BaseModel):
    """How many forms are issued, and where they lie ready."""

    model_config = ConfigDict(extra="forbid")
    place: ShortWords
    sheets: Annotated[int, Field(ge=1, le=100)]


class ClosePadIn(BaseModel):
    """Which pad is closed."""

    model_config = ConfigDict(extra="forbid")
    pad: PadNumber


class VoidFormIn(BaseModel):
    """Which form is void, and why: spoiled, lost, or left over."""

    model_config = ConfigDict(extra="forbid")
    form: Code
    reason: Reason


class FormOut(BaseModel):
    """One form of a pad; ``done_by`` did on paper what was entered from it."""

    code: str
    state: FormState
    done_by: str | None
    void_reason: str | None


class PadOut(BaseModel):
    """A pad with its forms, open while ``closed_at`` is absent."""

    number: int
    place: str
    issued_at: datetime
    closed_at: datetime | None
    forms: list[FormOut]

    @classmethod
    def of(cls, pad: PaperPad, forms: Sequence[PaperForm], names: Mapping[UUID, str]) -> "PadOut":
        """From records, and the names of whoever did what was entered."""
        told = [
            FormOut(
                code=form.code,
                state=FormState(form.state),
                done_by=names[form.done_by] if form.done_by else None,
                void_reason=form.void_reason,
            )
            for form in forms
        ]
        return cls(number=pad.number, place=pad.place, issued_at=pad.issued_at, closed_at=pad.closed_at, forms=told)
