"""Whether the backups could be restored: the drills that were made, for those who answer for it."""

from datetime import datetime
from itertools import islice
from pathlib import Path

from fastapi import APIRouter, Request
from pydantic import BaseModel

from biobank.db.drill import Report, reports
from biobank.web.begin import SignedIn

router = APIRouter(prefix="/api", tags=["installation"])
SHOWN = 50


class DrillOut(BaseModel):
    """One drill: when, of which backup, whether all came back, how long it took, and what was lost."""

    at: datetime
    backup: str
    good: bool
    seconds: float
    rows: int
    lost: list[str]

    @classmethod
    def of(cls, report: Report) -> "DrillOut":
        """From what was written down."""
        return cls(
            at=datetime.fromisoformat(report.at),
            backup=report.backup,
            good=report.good,
            seconds=round(report.seconds, 1),
            rows=report.rows,
            lost=report.lost,
        )


@router.get("/drills")
def drills(request: Request, _person: SignedIn) -> list[DrillOut]:
    """The last drills of restoring a backup, the newest last."""
    home: Path = request.app.state.home
    return [DrillOut.of(one) for one in islice(reports(home), SHOWN)][::-1]
