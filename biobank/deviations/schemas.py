"""What people send and see of deviations."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from biobank.deviations.rules import DeviationState
from biobank.deviations.tables import Deviation
from biobank.redaction.rules import Written
from biobank.redaction.schemas import RedactIn
from biobank.units import Code, Reason

Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=5, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*\w\w[^\x00-\x1f\x7f]*$"),
]


class DeviationIn(BaseModel):
    """What did not go as written, and about which material."""

    model_config = ConfigDict(extra="forbid")
    material: Code
    title: Title
    description: Reason


class ClosureIn(BaseModel):
    """What was found, and what was done about it; it stays as the reason of the act."""

    model_config = ConfigDict(extra="forbid")
    conclusion: Reason


class DeviationRedactIn(RedactIn):
    """Which of a deviation's texts must not be shown any more."""

    field: Literal["title", "description", "conclusion"]

    @property
    def written(self) -> Written:
        """Where the text stands."""
        return Written(f"deviation.{self.field}")


class DeviationOut(BaseModel):
    """A deviation about the material of this code."""

    code: str
    material: str
    title: str
    description: str
    state: DeviationState
    opened_at: datetime
    closed_at: datetime | None
    conclusion: str | None

    @classmethod
    def of(cls, deviation: Deviation, material: str) -> "DeviationOut":
        """From a record and the code of its material."""
        return cls(
            code=deviation.code,
            material=material,
            title=deviation.title,
            description=deviation.description,
            state=DeviationState(deviation.state),
            opened_at=deviation.opened_at,
            closed_at=deviation.closed_at,
            conclusion=deviation.conclusion,
        )
