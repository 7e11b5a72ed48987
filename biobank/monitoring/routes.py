"""Freezers and what their probes told; for the facility only."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query

from biobank.monitoring import queries
from biobank.monitoring.schemas import LONGEST_PLOT, FreezerOut, PlotOf, TemperaturesOut
from biobank.units import Code
from biobank.web.begin import Look

router = APIRouter(prefix="/api", tags=["freezers"])
Hours = Annotated[int, Query(ge=1, le=LONGEST_PLOT // timedelta(hours=1), description="how far back from now")]


@router.get("/freezers")
def freezers(look: Look) -> list[FreezerOut]:
    """Every freezer where the person works, with its probes."""
    with look() as session:
        lasting = queries.open_excursions(session)
        return [
            FreezerOut.of(one, queries.probes(session, one.id), [warm for warm in lasting if warm.freezer_id == one.id])
            for one in queries.freezers(session, look.person)
        ]


@router.get("/freezers/{code}/temperatures")
def temperatures(code: Code, look: Look, hours: Hours = 24) -> TemperaturesOut:
    """The temperatures of a freezer in the last hours, with its limit and its excursions."""
    now = look.acts.clock.now()
    with look() as session:
        freezer = queries.freezer_where(session, look.person, code)
        return TemperaturesOut.of(session, freezer, PlotOf(start=now - timedelta(hours=hours), end=now))
