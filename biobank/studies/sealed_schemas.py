"""What people send and see of the allocation list and of the breaking of a code."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel, StringConstraints

from biobank.access.signed import SignedOut
from biobank.units import Key, Reason
from biobank.web.signature import SignatureIn


class CodeBreakIn(BaseModel):
    """Why one participant's sequence must be known now."""

    model_config = ConfigDict(extra="forbid")
    category: Literal["emergency", "safety_report", "pregnancy"]
    reason: Reason
    signature: SignatureIn


class CodeBreakOut(BaseModel):
    """The sequence, told once to the person who signed for it."""

    participant: str
    sequence: str


class BrokenOut(SignedOut):
    """That a code was broken: who, when and why, with the signature; never what was told."""

    username: str
    name: str
    category: str
    reason: str
    broken_at: datetime


class AllocationListIn(BaseModel):
    """The sequences of one stratum in the order in which they are assigned."""

    model_config = ConfigDict(extra="forbid")
    stratum: Key
    sequences: Annotated[list[Annotated[str, StringConstraints(pattern=r"^[A-Z]$")]], Field(min_length=1, max_length=10_000)]


class VerificationIn(BaseModel):
    """Nothing is needed to verify a list."""

    model_config = ConfigDict(extra="forbid")


class AllocationListOut(BaseModel):
    """How many places a stratum has, how many are used, and the SHA-256 of the list, to be compared with the source."""

    stratum: str
    planned: int
    used: int
    digest: str


class AllocationListsOut(RootModel[list[AllocationListOut]]):
    """Every stratum of a study that has a list."""
