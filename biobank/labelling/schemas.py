"""What people send and see of labels."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from biobank.custody.tables import Material, Scope
from biobank.labelling.rules import LabelState
from biobank.labelling.tables import LabelPrint
from biobank.units import Reason


class ReprintIn(BaseModel):
    """Why a label is printed again."""

    model_config = ConfigDict(extra="forbid")
    reason: Reason


class AccountIn(BaseModel):
    """What became of a label."""

    model_config = ConfigDict(extra="forbid")
    state: Literal[LabelState.APPLIED, LabelState.VOID, LabelState.DESTROYED]


class LabelOut(BaseModel):
    """One print of one label; ``content_sha256`` is that of its layout, fields and payload."""

    number: int
    scope: Scope
    material: str
    layout: str
    fields: dict[str, str]
    payload: str
    content_sha256: str
    copy_number: int
    reason: str | None
    state: LabelState
    printed_at: datetime

    @classmethod
    def of(cls, printed: LabelPrint, material: Material) -> "LabelOut":
        """From a record and what it is for."""
        return cls(
            number=printed.number,
            scope=Scope(printed.scope),
            material=material.code,
            layout=printed.layout,
            fields=printed.fields,
            payload=printed.payload,
            content_sha256=printed.content_sha256.hex(),
            copy_number=printed.copy_number,
            reason=printed.reason,
            state=LabelState(printed.state),
            printed_at=printed.printed_at,
        )
