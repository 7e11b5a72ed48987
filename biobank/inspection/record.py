"""The complete record of one batch: what is known of it and of everything around it, with signatures and trail."""

from datetime import datetime, timedelta

from pydantic import BaseModel
from sqlalchemy import Connection, text
from sqlmodel import Session

from biobank.act.people import Person
from biobank.donation import queries as donations
from biobank.donation.schemas import ReceiptOut
from biobank.expansion import queries as batches
from biobank.expansion.tables import Batch
from biobank.inspection import entries, history, queries
from biobank.inspection.rules import Wanted
from biobank.inspection.schemas import EntryOut, FieldOut, HistoryOut
from biobank.release import queries as release
from biobank.release.schemas import ReleaseFileOut, TrailStandingOut
from biobank.tracing import telling
from biobank.tracing.rules import ThingKind
from biobank.tracing.schemas import StoryOut

MADE_OF_IT = (ThingKind.DONATION, ThingKind.CULTURE, ThingKind.UNIT)
"""Whose stories belong to the record of a batch, beside its own."""

_SIGNATURES = text("SELECT s.id::text FROM signature s JOIN decision d ON d.signature_id = s.id WHERE d.batch_id = :batch")


class CopiedOut(BaseModel):
    """Who made a copy, and when (UTC)."""

    username: str
    name: str
    at: datetime


class ReleasePrintOut(BaseModel):
    """What a print-out of a release file says."""

    copied: CopiedOut
    release_file: ReleaseFileOut
    trail_review: TrailStandingOut


class RecordOut(ReleasePrintOut):
    """Everything about one batch: a complete copy that carries its signatures and its trail (21 CFR 11.10(b)).

    ``changed`` are the fields that had more than one value, with all of them.
    """

    story: StoryOut
    related: list[StoryOut]
    receipts: list[ReceiptOut]
    changed: list[FieldOut]
    trail: list[EntryOut]


def copied(person: Person, at: datetime) -> CopiedOut:
    """A copy made now by who asks for it."""
    return CopiedOut(username=person.username, name=person.name, at=at)


def release_print(session: Session, person: Person, code: str, at: datetime) -> ReleasePrintOut:
    """A batch's release file as it is printed. Raises NoSuchBatch."""
    batch = batches.batch(session, person, code)
    file = release.release_file(session, batch, at)
    return ReleasePrintOut(
        copied=copied(person, at),
        release_file=ReleaseFileOut.of(session, file),
        trail_review=TrailStandingOut.of(batch, file.trail),
    )


def record(session: Session, auditor: Connection, person: Person, code: str, at: datetime, late_after: timedelta) -> RecordOut:
    """The whole record of a batch as this person may see it; ``auditor`` reads the trail. Raises NoSuchBatch."""
    batch = batches.batch(session, person, code)
    story = telling.story(session, person, code, at, late_after)
    kin = [one for one in (*story.parents, *story.children) if one.kind in MADE_OF_IT]
    wanted = Wanted(rows=_rows(session.connection(), batch), newest_first=False)
    found = list(entries.every(auditor, wanted))
    changed = HistoryOut.of(code, ThingKind.BATCH, history.fields(found), late_after).fields
    return RecordOut(
        **dict(release_print(session, person, code, at)),
        story=story,
        related=[telling.story(session, person, one.code, at, late_after) for one in kin],
        receipts=ReceiptOut.all_of(donations.receipts(session, batch.root_id)),
        changed=[one for one in changed if len(one.values) > 1],
        trail=[EntryOut.of(one, late_after) for one in found],
    )


def _rows(db: Connection, batch: Batch) -> tuple[tuple[str, str], ...]:
    signed = [("public.signature", row) for row in db.execute(_SIGNATURES, {"batch": batch.id}).scalars()]
    rows = {*queries.rows_of_whole_batch(db, batch.id), *queries.rows_of(db, ThingKind.BATCH, batch.id), *signed}
    return tuple(sorted(rows))
