"""Blank forms on paper, one to a page; the same bytes for the same pad."""

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from labels import fonts

_LINES = (
    "What was done",
    "About which code, read from its label",
    "Values, with their units",
    "",
    "",
    "Lots and equipment used",
    "Done on (day, time, zone)",
    "Done by (name, user name, signature)",
    "Seen by a second person (name, user name, signature)",
    "Void, because",
    "Entered by (name, day, time)",
)
_MARGIN, _LINE = 20 * mm, 18 * mm


def blank_forms(place: str, issued_at: datetime, codes: Sequence[str]) -> bytes:
    """Every form with its number, where it was issued, and lines to write on."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    for font in (fonts.REGULAR, fonts.BOLD):
        fonts.registered(font)
    for position, code in enumerate(codes, 1):
        _form(canvas, code, f"{place}, issued {issued_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC, form {position} of {len(codes)}")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _form(canvas: Canvas, code: str, about: str) -> None:
    right, at = A4[0] - _MARGIN, A4[1] - _MARGIN
    canvas.setFont(fonts.BOLD, 20)
    canvas.drawString(_MARGIN, at, f"Form {code}")
    canvas.setFont(fonts.REGULAR, 9)
    canvas.drawString(_MARGIN, at - 7 * mm, about)
    canvas.drawString(
        _MARGIN, at - 12 * mm, "One act on each form. Bring every form back, also one that was spoiled or not used."
    )
    for number, line in enumerate(_LINES, 1):
        low = at - 16 * mm - number * _LINE
        canvas.drawString(_MARGIN, low + _LINE - 4 * mm, line)
        canvas.line(_MARGIN, low, right, low)
