"""Freezers and what their probes told; for the facility only."""

from fastapi import APIRouter

from biobank.monitoring import queries
from biobank.monitoring.schemas import FreezerOut
from biobank.web.begin import Look

router = APIRouter(prefix="/api", tags=["freezers"])


@router.get("/freezers")
def freezers(look: Look) -> list[FreezerOut]:
    """Every freezer with its probes."""
    with look() as session:
        lasting = queries.open_excursions(session)
        return [
            FreezerOut.of(one, queries.probes(session, one.id), [warm for warm in lasting if warm.freezer_id == one.id])
            for one in queries.freezers(session)
        ]
