"""The trail, searched and exported by QA and inspectors, and the history of whatever carries a code; never for the bedside."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import Response, StreamingResponse
from sqlmodel import Session

from biobank.act.kinds import Kind
from biobank.act.people import Person
from biobank.db.roles import Login
from biobank.inspection import entries, history, printing, queries, record, spreadsheet
from biobank.inspection.record import RecordOut
from biobank.inspection.rules import Wanted, check_span
from biobank.inspection.schemas import EntryOut, HistoryOut, TrailOut
from biobank.redaction import queries as redactions
from biobank.tracing import queries as tracing
from biobank.tracing.rules import ThingKind
from biobank.units import Code, When
from biobank.web.begin import Look, Looker

router = APIRouter(prefix="/api", tags=["inspection"])
Scanned = Annotated[str, Path(max_length=100, description="a printed code, as scanned or typed")]
PAGES = 10_000


def _wanted(
    look: Look,
    person: Annotated[str | None, Query(max_length=40, pattern=r"^[a-z0-9._-]+$", description="a user name")] = None,
    kind: Annotated[Kind | None, Query(description="what kind of act")] = None,
    table: Annotated[str | None, Query(max_length=60, pattern=r"^[a-z_]+$", description="a table of the records")] = None,
    about: Annotated[str | None, Query(max_length=100, description="the printed code of a thing")] = None,
    whole: Annotated[bool, Query(description="of a batch: with its donation and all that was made of it")] = False,
    since: Annotated[When | None, Query(description="recorded then or later")] = None,
    until: Annotated[When | None, Query(description="recorded then or earlier")] = None,
    reason: Annotated[str | None, Query(min_length=2, max_length=200, pattern=r"^[^\x00]*$")] = None,
    newest_first: bool = True,
) -> Wanted:
    check_span(since, until)
    rows = None
    if about is not None:
        with look() as session:
            rows = _rows(look, session, about, whole)
    scope = look.person.places if about is None else frozenset[str]()
    viewer = look.person.username
    return Wanted(person, kind, table, rows, since, until, reason, scope, viewer, newest_first)


def _rows(look: Looker, session: Session, code: str, whole: bool) -> tuple[tuple[str, str], ...]:
    """The rows of a thing that this person may see. Raises CodeMisread, NoSuchMaterial."""
    db = session.connection()
    thing = tracing.thing(db, look.person, code, look.acts.clock.now())
    if whole and thing.kind is ThingKind.BATCH:
        return queries.rows_of_whole_batch(db, thing.id)
    return queries.rows_of(db, thing.kind, thing.id)


Asked = Annotated[Wanted, Depends(_wanted)]


@router.get("/trail")
def trail(
    look: Look,
    wanted: Asked,
    page: Annotated[int, Query(ge=1, le=PAGES)] = 1,
    size: Annotated[int, Query(ge=1, le=entries.CHUNK)] = 50,
) -> TrailOut:
    """Who did what, when and why, with the values before and after; one page of what was asked for."""
    with look.acts.look(look.person, Login.AUDITOR) as session:
        covered = redactions.overlay(session, look.person)
        found, more = entries.page(session.connection(), replace(wanted, hidden=frozenset(covered.marks)), page, size)
    told = TrailOut(page=page, more=more, entries=[EntryOut.of(one, look.acts.late_after) for one in found])
    return covered.on(told)


@router.get("/trail/export", response_class=StreamingResponse)
def export(look: Look, wanted: Asked) -> StreamingResponse:
    """All of what was asked for as CSV, a line for every field that was changed."""
    told = _exported(look, look.person, wanted, look.acts.late_after)
    name = f"trail-{look.acts.clock.now():%Y%m%dT%H%M%SZ}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(told, media_type="text/csv; charset=utf-8", headers=headers)


def _exported(look: Looker, person: Person, wanted: Wanted, late_after: timedelta) -> Iterator[str]:
    with look.acts.look(person, Login.AUDITOR) as session:
        covered = redactions.overlay(session, person)
        every = entries.every(session.connection(), replace(wanted, hidden=frozenset(covered.marks)))
        yield from spreadsheet.lines(covered.on(EntryOut.of(one, late_after)) for one in every)


@router.get("/history/{code}")
def values(code: Scanned, look: Look) -> HistoryOut:
    """Every value that a thing ever had, the first one first, with who wrote it, when and why."""
    with look() as session:
        db = session.connection()
        thing = tracing.thing(db, look.person, code, look.acts.clock.now())
        rows = queries.rows_of(db, thing.kind, thing.id)
    with look.acts.look(look.person, Login.AUDITOR) as session:
        wanted = Wanted(rows=rows, newest_first=False)
        covered = redactions.overlay(session, look.person)
        found = history.fields(entries.every(session.connection(), wanted))
    return covered.on(HistoryOut.of(thing.code, thing.kind, found, look.acts.late_after))


@router.get("/batches/{code}/release-file/pdf", response_class=Response)
def print_release_file(code: Code, look: Look) -> Response:
    """The release file of a batch on paper, with its signatures."""
    with look() as session:
        told = record.release_print(session, look.person, code, look.acts.clock.now())
        told = redactions.overlay(session, look.person).on(told)
    return _printed(printing.release_file(told), f"release-file-{told.release_file.batch}")


@router.get("/batches/{code}/record")
def whole_record(code: Code, look: Look) -> RecordOut:
    """A complete copy of one batch's record, with its signatures and its trail."""
    return _record(code, look)


@router.get("/batches/{code}/record/pdf", response_class=Response)
def print_record(code: Code, look: Look) -> Response:
    """The same on paper."""
    told = _record(code, look)
    return _printed(printing.record(told), f"record-{told.release_file.batch}")


def _record(code: str, look: Looker) -> RecordOut:
    with look() as session, look.acts.look(look.person, Login.AUDITOR) as auditor:
        now = look.acts.clock.now()
        told = record.record(session, auditor.connection(), look.person, code, now, look.acts.late_after)
        return redactions.overlay(session, look.person).on(told)


def _printed(document: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return Response(document, media_type="application/pdf", headers=headers)
