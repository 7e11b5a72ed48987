"""What people send and see of batches, cultures, feeds and counts."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlmodel import Session, col

from biobank.expansion import queries
from biobank.expansion.queries import BatchFound
from biobank.expansion.rules import BatchPurpose, BatchState, CultureState
from biobank.expansion.tables import Batch, CellCount, Culture
from biobank.expansion.tables import Feed as FeedRow
from biobank.units import Code, Millilitres, Percent, ShortWords, SomeCells, SquareCentimetres, When

Vessel = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=16, pattern=r"^[\x20-\x7e]+$")]


class _Bench(BaseModel):
    model_config = ConfigDict(extra="forbid")
    occurred_at: When | None = None


class RouteIn(_Bench):
    """Routing; what becomes of the donation is told by the sealed allocation."""


class CountIn(_Bench):
    """A count as the counter shows it; viable cells are computed here."""

    method: ShortWords
    total_cells: SomeCells
    viability_percent: Percent


class IsolationIn(CountIn):
    """A count at isolation, with the donation as scanned from its container."""

    donation: Code


class SeedIn(_Bench):
    """New vessels; ``area_cm2`` is that of all together. Without ``from_culture`` the cells are those of the isolation."""

    vessel: Vessel
    vessels: Annotated[int, Field(ge=1, le=1000)]
    area_cm2: SquareCentimetres
    cells_seeded: SomeCells
    from_culture: Code | None = None


class FeedIn(_Bench):
    """A change of medium."""

    lot: Code
    volume_ml: Millilitres


class VerifyIn(BaseModel):
    """The word of the second person, who saw the same count."""

    model_config = ConfigDict(extra="forbid")


class BatchOut(BaseModel):
    """A batch; ``passage`` is the highest so far."""

    code: str
    donation: str
    participant: str
    purpose: BatchPurpose
    state: BatchState
    facility: str
    process_version: str
    specification_version: str
    passage: int | None
    opened_at: datetime
    label: int

    @classmethod
    def of(cls, session: Session, batch: Batch) -> "BatchOut":
        """From a record."""
        [found] = queries.found(session, col(Batch.id) == batch.id)
        return cls.shown(found)

    @classmethod
    def shown(cls, found: BatchFound) -> "BatchOut":
        """From what was found with the record."""
        return cls(**_told(found))


def _told(found: BatchFound) -> dict[str, Any]:
    return {
        "code": found.batch.code,
        "donation": found.donation,
        "participant": found.participant,
        "purpose": BatchPurpose(found.batch.purpose),
        "state": BatchState(found.batch.state),
        "facility": found.facility,
        "process_version": found.batch.process_version,
        "specification_version": found.batch.specification_version,
        "passage": found.passage,
        "opened_at": found.batch.opened_at,
        "label": found.label,
    }


class CountOut(BaseModel):
    """A count; ``culture`` is absent at isolation, doublings where the process does not count them."""

    batch: str
    culture: str | None
    method: str
    total_cells: int
    viability_percent: Decimal
    viable_cells: int
    doublings: Decimal | None
    cumulative_doublings: Decimal | None
    counted_at: datetime
    verified: bool

    @classmethod
    def of(cls, count: CellCount, batch: str, culture: str | None = None) -> "CountOut":
        """From a record."""
        return cls(
            batch=batch,
            culture=culture,
            method=count.method,
            total_cells=count.total_cells,
            viability_percent=count.viability_percent,
            viable_cells=count.viable_cells,
            doublings=count.doublings,
            cumulative_doublings=count.cumulative_doublings,
            counted_at=count.counted_at,
            verified=count.verified_at is not None,
        )


class CultureOut(BaseModel):
    """The vessels of one passage."""

    code: str
    batch: str
    passage: int
    state: CultureState
    vessel: str
    vessels: int
    area_cm2: Decimal
    cells_seeded: int
    seeded_at: datetime
    label: int

    @classmethod
    def of(cls, culture: Culture, batch: str, label: int) -> "CultureOut":
        """From a record."""
        return cls(
            code=culture.code,
            batch=batch,
            passage=culture.passage,
            state=CultureState(culture.state),
            vessel=culture.vessel,
            vessels=culture.vessels,
            area_cm2=culture.area_cm2,
            cells_seeded=culture.cells_seeded,
            seeded_at=culture.seeded_at,
            label=label,
        )


class FeedOut(BaseModel):
    """A change of medium."""

    culture: str
    lot: str
    volume_ml: Decimal
    fed_at: datetime

    @classmethod
    def of(cls, fed: FeedRow, culture: str, lot: str) -> "FeedOut":
        """From a record."""
        return cls(culture=culture, lot=lot, volume_ml=fed.volume_ml, fed_at=fed.fed_at)


class BatchFileOut(BatchOut):
    """A batch with its cultures and counts."""

    cultures: list[CultureOut]
    counts: list[CountOut]

    @classmethod
    def of(cls, session: Session, batch: Batch) -> "BatchFileOut":
        """From records."""
        [found] = queries.found(session, col(Batch.id) == batch.id)
        cultures = queries.cultures(session, batch.id)
        return cls(
            **_told(found),
            cultures=[CultureOut.of(one, batch.code, queries.label_of(session, one.id)) for one in cultures],
            counts=_counts(queries.counts(session, batch.id), batch.code, cultures),
        )


def _counts(counts: Iterable[CellCount], batch: str, cultures: Iterable[Culture]) -> list[CountOut]:
    codes = {one.id: one.code for one in cultures}
    return [CountOut.of(one, batch, codes.get(one.culture_id) if one.culture_id else None) for one in counts]
