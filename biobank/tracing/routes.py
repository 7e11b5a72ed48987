"""Whatever carries a code: what it is at a glance, and its whole story."""

from typing import Annotated

from fastapi import APIRouter, Path

from biobank.redaction import queries as redactions
from biobank.tracing import queries, telling
from biobank.tracing.schemas import ScanOut, StoryOut
from biobank.web.begin import Look

router = APIRouter(prefix="/api", tags=["tracing"])
Scanned = Annotated[str, Path(max_length=100, description="a printed code, as scanned or typed")]


@router.get("/scan/{code}")
async def scan(code: Scanned, look: Look) -> ScanOut:
    """What a code stands for, its state, and whether it is held."""
    asked = queries.question(look.person.side, code)
    row = await look.first(asked.statement, asked.code)
    return ScanOut.of(queries.answer(asked, row, look.person, look.acts.clock.now()))


@router.get("/story/{code}")
def story(code: Scanned, look: Look) -> StoryOut:
    """Everything that this person may know of whatever carries this code."""
    with look() as session:
        told = telling.story(session, look.person, code, look.acts.clock.now(), look.acts.late_after)
        return redactions.overlay(session, look.person).on(told)
