"""What people send and see of decisions about a batch."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from biobank.access.signed import SignatureOut, Unsigned
from biobank.access.tables import Signature
from biobank.cryostorage.schemas import IdentifiedOut
from biobank.cryostorage.warming import Line
from biobank.custody.schemas import HoldOut
from biobank.custody.tables import Hold
from biobank.deviations.schemas import DeviationOut
from biobank.expansion.rules import BatchPurpose
from biobank.expansion.tables import Batch
from biobank.quality import queries as quality
from biobank.quality.schemas import DonorTestOut, ResultOut
from biobank.release.queries import ReleaseFile, Trail, is_signed
from biobank.release.rules import Stage, Verdict
from biobank.release.tables import Decision
from biobank.web.signature import SignatureIn


class DecisionIn(BaseModel):
    """A verdict, signed."""

    model_config = ConfigDict(extra="forbid")
    verdict: Verdict
    signature: SignatureIn


class DecisionOut(BaseModel):
    """A decision with its signature; where the records are not what was signed it is ``unsigned``, and there is none."""

    batch: str
    stage: Stage
    verdict: Verdict
    decided_at: datetime
    signature: SignatureOut | None
    unsigned: Unsigned | None

    @classmethod
    def of(cls, batch: Batch, decision: Decision, signature: Signature) -> "DecisionOut":
        """From records."""
        signed = is_signed(batch, decision, signature)
        return cls(
            batch=batch.code,
            stage=Stage(decision.stage),
            verdict=Verdict(decision.verdict),
            decided_at=decision.decided_at,
            signature=SignatureOut.of(signature) if signed else None,
            unsigned=None if signed else "content_changed",
        )


class HeldOut(HoldOut):
    """An open hold with the material that it is on."""

    material: str

    @classmethod
    def about(cls, hold: Hold, material: str) -> "HeldOut":
        """From a record and the code of its material."""
        return cls(**HoldOut.of(hold).model_dump(), material=material)


class TrailReviewIn(BaseModel):
    """The last entry of the trail that was read."""

    model_config = ConfigDict(extra="forbid")
    up_to: Annotated[int, Field(gt=0, le=10**15, strict=True, description="the number of an entry of the trail")]


class TrailReviewOut(BaseModel):
    """Who read the trail of a batch, up to which entry, and when."""

    username: str
    name: str
    entries: int
    up_to: int
    reviewed_at: datetime


class TrailStandingOut(BaseModel):
    """The trail of a batch: how many entries, the last of them, how many nobody reviewed, and who reviewed what."""

    batch: str
    entries: int
    up_to: int
    unread: int
    reviews: list[TrailReviewOut]

    @classmethod
    def of(cls, batch: Batch, trail: Trail) -> "TrailStandingOut":
        """From what is known."""
        reviews = [
            TrailReviewOut(
                username=who.username, name=who.name, entries=one.entries, up_to=one.up_to, reviewed_at=one.reviewed_at
            )
            for one, who in trail.reviews
        ]
        return cls(batch=batch.code, entries=trail.entries, up_to=trail.up_to, unread=trail.unread, reviews=reviews)


class UnitWarmthOut(BaseModel):
    """How long a unit was above a threshold in its life, what its process allows and what is left; on its transports, for how
    long nobody knows.
    """

    unit: str
    above_c: Decimal
    warm_s: int
    budget_s: int | None
    left_s: int | None
    spent: bool
    unknown_s: int

    @classmethod
    def of(cls, unit: str, line: Line, unknown_s: int) -> "UnitWarmthOut":
        """From a line of its ledger."""
        told = {"above_c": line.above_c, "warm_s": line.seconds, "budget_s": line.budget_s}
        return cls(unit=unit, **told, left_s=line.left_s, spent=line.spent, unknown_s=unknown_s)


class ReleaseFileOut(BaseModel):
    """What lies before the people who decide. Tests that stand in the way are told by their names."""

    batch: str
    donation: str
    purpose: BatchPurpose
    specification_version: str
    units: list[str]
    warming: list[UnitWarmthOut]
    missing: list[str]
    failed: list[str]
    donor_tests_missing: list[str]
    donor_tests_reactive: list[str]
    open_deviations: list[DeviationOut]
    closed_deviations: list[DeviationOut]
    open_labels: list[int]
    identified: list[IdentifiedOut]
    open_holds: list[HeldOut]
    results: list[ResultOut]
    donor_tests: list[DonorTestOut]
    trail_unread: int
    decisions: list[DecisionOut]

    @classmethod
    def of(cls, session: Session, file: ReleaseFile) -> "ReleaseFileOut":
        """From a release file."""
        standings = quality.standings(session, file.batch)
        return cls(
            batch=file.batch.code,
            donation=file.donation.din,
            purpose=BatchPurpose(file.batch.purpose),
            specification_version=file.batch.specification_version,
            units=list(file.units),
            warming=[UnitWarmthOut.of(unit, line, one.unknown_s) for unit, one in file.ledgers.items() for line in one.lines],
            missing=file.assessment.missing,
            failed=file.assessment.failed,
            donor_tests_missing=file.assessment.donor_tests_missing,
            donor_tests_reactive=file.assessment.donor_tests_reactive,
            open_deviations=[DeviationOut.of(deviation, about.code) for deviation, about in file.deviations],
            closed_deviations=[DeviationOut.of(deviation, about.code) for deviation, about in file.closed_deviations],
            open_labels=list(file.open_labels),
            identified=[IdentifiedOut.of(one) for one in file.identified],
            open_holds=[HeldOut.about(hold, about.code) for hold, about in file.holds],
            results=ResultOut.all_of(file.results, standings),
            donor_tests=[DonorTestOut.of(done) for done in file.donor_tests],
            trail_unread=file.trail.unread,
            decisions=[DecisionOut.of(file.batch, *signed) for signed in file.decisions],
        )
