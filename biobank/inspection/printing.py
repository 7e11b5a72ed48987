"""Records on paper: PDF in which a value that was corrected or came late is marked, and a signature says all it has to say."""

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from datetime import UTC, datetime
from html import escape
from io import BytesIO
from typing import Any

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from biobank.custody.schemas import EventOut
from biobank.donation.schemas import ReceiptOut
from biobank.inspection.record import RecordOut, ReleasePrintOut
from biobank.inspection.schemas import EntryOut, FieldOut
from biobank.quality.schemas import ResultOut
from biobank.release.schemas import DecisionOut
from biobank.tracing.schemas import StoryOut
from labels import fonts

_PLAIN = ParagraphStyle("plain", fontName=fonts.REGULAR, fontSize=7.5, leading=9.5, splitLongWords=True)
_STRONG = ParagraphStyle("strong", parent=_PLAIN, fontName=fonts.BOLD)
_HEADING = ParagraphStyle("heading", parent=_STRONG, fontSize=10, leading=13, spaceBefore=8, spaceAfter=3, keepWithNext=1)
_TITLE = ParagraphStyle("title", parent=_STRONG, fontSize=14, leading=18)
_LINES = TableStyle(
    [
        ("GRID", (0, 0), (-1, -1), 0.3, colors.grey),
        ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 2),
        ("RIGHTPADDING", (0, 0), (-1, -1), 2),
        ("TOPPADDING", (0, 0), (-1, -1), 1.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
    ]
)
_MARGIN, _WIDTH = 15 * mm, A4[0] - 30 * mm
UNSIGNED = "unsigned: content changed"
TO = "->"  # the font has no arrow
CORRECTED, CORRECTION, LATE, PAPER = "corrected later", "correction", "late entry", "from paper form"

Rows = Iterable[Sequence[Any]]


def release_file(told: ReleasePrintOut) -> bytes:
    """The print-out of a release file."""
    return _pdf(f"Release file of batch {told.release_file.batch}", told, _release(told))


def record(told: RecordOut) -> bytes:
    """The print-out of a batch's whole record."""
    parts = [*_release(told), *_story(told.story)]
    arrived = [
        (_at(one.received_at), one.volume_ml, one.temperature_c, _yes(one.accepted), one.remark, _note(one))
        for one in told.receipts
    ]
    parts += _table("Reception", ("Received", "Volume (ml)", "Temperature (°C)", "Accepted", "Remark", "Note"), arrived)
    for one in told.related:
        parts += _story(one)
    parts += _table("Values that were changed after they were entered", ("Record", "Field", "Values, the first one first"), (
        (f"{one.record.replace('_', ' ')} {one.line}", one.field.replace("_", " "), _values(one)) for one in told.changed
    ))  # fmt: skip
    columns = ("Entry", "Recorded", "Person", "Act", "Record", f"Field: before {TO} after", "Reason")
    parts += _table("Audit trail", columns, (_entry(one) for one in told.trail), (15, 22, 24, 18, 24, 56, 21))
    return _pdf(f"Record of batch {told.story.code}", told, parts)


def _release(told: ReleasePrintOut) -> list[Any]:
    file, review = told.release_file, told.trail_review
    missing = [*file.missing, *file.donor_tests_missing]
    facts = {
        "Batch": file.batch,
        "Donation": file.donation,
        "Purpose": file.purpose.value,
        "Specification": file.specification_version,
        "Units": ", ".join(file.units),
        "Missing": ", ".join(missing),
        "Labels that nobody accounted for": ", ".join(map(str, file.open_labels)),
        "Identified without a label": ", ".join(f"{one.unit} at {one.position}, photo {one.sha256}" for one in file.identified),
        "Out of specification": ", ".join((*file.failed, *file.donor_tests_reactive)),
        "Entries of the trail not reviewed": review.unread,
    }
    results = (
        (one.test, one.attempt, one.value if one.finding is None else one.finding, one.method,
         "passed" if one.passed else "failed", one.standing, _at(one.recorded_at), _note(one))
        for one in file.results
    )  # fmt: skip
    donor_tests = (
        (one.marker, one.attempt, "reactive" if one.reactive else "not reactive", one.sampled_on, _at(one.recorded_at))
        for one in file.donor_tests
    )
    warmth = (
        (one.unit, one.above_c, one.warm_s, one.budget_s, one.left_s, _yes(one.spent), one.unknown_s) for one in file.warming
    )
    deviations = ((one.code, one.material, one.title, one.state.value, _at(one.opened_at)) for one in file.open_deviations)
    holds = ((one.number, one.material, one.kind.value, one.reason, _at(one.placed_at)) for one in file.open_holds)
    reviews = ((one.name, one.username, one.up_to, one.entries, _at(one.reviewed_at)) for one in review.reviews)
    return [
        *_facts(facts),
        *_table("Results", ("Test", "Attempt", "Result", "Method", "Judged", "Standing", "Recorded", "Note"), results),
        *_table("Donor tests", ("Marker", "Attempt", "Finding", "Sampled", "Recorded"), donor_tests),
        *_table("Warming of the units (s)", ("Unit", "Above (°C)", "Counted", "Allowed", "Left", "Spent", "Unknown"), warmth,
                (36, 24, 24, 24, 24, 24, 24)),
        *_table("Open deviations", ("Code", "About", "Title", "State", "Opened"), deviations),
        *_table("Open holds", ("Number", "On", "Kind", "Reason", "Placed"), holds),
        *_table("Review of the trail", ("Name", "User name", "Up to entry", "Entries", "Reviewed"), reviews),
        *_table("Decisions and signatures", ("Decision", "Verdict", "Decided", "Signature"), map(_decision, file.decisions),
                (30, 22, 32, 96)),
    ]  # fmt: skip


def _decision(one: DecisionOut) -> Sequence[Any]:
    return one.stage.value.replace("_", " "), one.verdict.value, _at(one.decided_at), _signature(one)


def _signature(one: DecisionOut) -> str:
    """Everything that a signature says, or that it is none."""
    signature = one.signature
    if signature is None:
        return UNSIGNED
    who = f"{signature.printed_name} ({signature.username}), {signature.role}"
    return f"{who}: “{signature.meaning}”, {_at(signature.signed_at)}. SHA-256 of what was signed: {signature.content_sha256}"


def _story(story: StoryOut) -> list[Any]:
    facts = {name.replace("_", " ").capitalize(): value for name, value in story.facts.items()}
    happened = (
        (_at(one.occurred_at), one.step.value.replace("_", " "), one.place, one.person, _how_entered(one))
        for one in story.events
    )  # fmt: skip
    return [
        Paragraph(_text(f"{story.kind.value.capitalize()} {story.code}, {story.state.replace('_', ' ')}"), _HEADING),
        *_facts(facts),
        *_table("", ("When", "What happened", "Where", "Person", "Note"), happened),
    ]


def _how_entered(one: EventOut) -> str:
    """Whether an event came late, and from which form of paper."""
    late = f"{LATE}, recorded {_at(one.recorded_at)}" if one.late else ""
    paper = _from_paper(one.paper.form, one.paper.done_by, one.paper.entered_by) if one.paper else ""
    return ", ".join(part for part in (late, paper) if part)


def _from_paper(form: str, done_by: str | None, entered_by: str) -> str:
    return f"{PAPER} {form}, done by {done_by}, entered by {entered_by}"


def _values(field: FieldOut) -> str:
    told = (
        f"{_value(one.value)} ({_at(one.recorded_at)}, {one.username}{', ' + one.reason if one.reason else ''}"
        f"{', ' + LATE if one.late else ''}"
        f"{', ' + _from_paper(one.paper_form, one.done_by, one.name) if one.paper_form else ''})"
        for one in field.values
    )
    return f" {TO} ".join(told)


def _entry(entry: EntryOut) -> Sequence[Any]:
    changes = "; ".join(f"{one.field}: {_value(one.old)} {TO} {_value(one.new)}" for one in entry.changes)
    when = f"{_at(entry.recorded_at)}{f', {LATE}: happened {_at(entry.occurred_at)}' if entry.late else ''}"
    when += f", {_from_paper(entry.paper_form, entry.done_by, entry.name)}" if entry.paper_form else ""
    about = " ".join(part for part in (entry.table, entry.code, entry.operation) if part)
    return entry.number, when, f"{entry.name} ({entry.username}, {entry.roles})", entry.kind, about, changes, entry.reason


def _note(line: ReceiptOut | ResultOut) -> str:
    """Whether this line of the record corrects another, and whether another corrects it."""
    correction = f"{CORRECTION}: {line.correction}" if line.correction else ""
    return ", ".join(part for part in (correction, CORRECTED if line.corrected else "") if part)


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _at(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _value(value: Any) -> str:
    if value is None or value == "":
        return "none"
    if isinstance(value, bool):
        return _yes(value)
    return _at(value) if isinstance(value, datetime) else str(value)


def _text(value: Any) -> str:
    """As markup of a paragraph; a character that the font has not got is named instead of left out."""
    text = _value(value)
    known = fonts.registered(fonts.REGULAR).face.charToGlyph
    fonts.registered(fonts.BOLD)
    return escape("".join(one if ord(one) in known else f"[U+{ord(one):04X}]" for one in text))


def _facts(facts: Mapping[str, Any]) -> list[Any]:
    rows = [[Paragraph(_text(name), _STRONG), Paragraph(_text(value), _PLAIN)] for name, value in facts.items()]
    return [Table(rows, colWidths=[45 * mm, _WIDTH - 45 * mm], style=_LINES), Spacer(1, 2 * mm)] if rows else []


def _table(title: str, columns: Sequence[str], rows: Rows, widths: Sequence[float] | None = None) -> list[Any]:
    head = [Paragraph(_text(title), _HEADING)] if title else []
    body = [[Paragraph(_text(value), _PLAIN) for value in row] for row in rows]
    if not body:
        return [*head, Paragraph("none", _PLAIN)] if title else []
    names = [Paragraph(_text(name), _STRONG) for name in columns]
    sizes = [width * mm for width in widths] if widths else [_WIDTH / len(columns)] * len(columns)
    # a value may be longer than a page
    lines = Table([names, *body], colWidths=sizes, repeatRows=1, splitInRow=1, style=_LINES)
    return [*head, lines, Spacer(1, 2 * mm)]


def _pdf(title: str, told: ReleasePrintOut, parts: list[Any]) -> bytes:
    """The document; laid out twice, so that every page says how many there are."""
    by = f"Copy made by {told.copied.name} ({told.copied.username}), {_at(told.copied.at)}"
    head = [Paragraph(_text(title), _TITLE), Paragraph(_text(f"{by}. All times are UTC."), _PLAIN), Spacer(1, 3 * mm)]
    pages = _laid_out(title, by, deepcopy([*head, *parts]), 0)[1]  # laying out changes what is laid out
    return _laid_out(title, by, [*head, *parts], pages)[0]


def _laid_out(title: str, by: str, parts: list[Any], pages: int) -> tuple[bytes, int]:
    out = BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A4, invariant=1, title=title, author=by, leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=_MARGIN,
        bottomMargin=_MARGIN,
    )  # fmt: skip

    def foot(canvas: Any, _document: Any) -> None:
        fonts.registered(fonts.REGULAR)
        canvas.setFont(fonts.REGULAR, 7)
        canvas.drawString(_MARGIN, 8 * mm, f"{title} · {by}")
        canvas.drawRightString(A4[0] - _MARGIN, 8 * mm, f"page {canvas.getPageNumber()} of {pages}")

    document.build(list(parts), onFirstPage=foot, onLaterPages=foot)
    return out.getvalue(), document.page
