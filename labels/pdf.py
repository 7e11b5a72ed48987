"""Labels as PDF, one to a page, the same bytes for the same content."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from reportlab.pdfgen.canvas import FILL_NON_ZERO, Canvas  # type: ignore[import-untyped, unused-ignore]
from reportlab.pdfgen.pathobject import PDFPathObject  # type: ignore[import-untyped, unused-ignore]

from labels import fonts
from labels.documents import Label
from labels.geometry import Block, Drawing, place

POINTS_PER_INCH = 72
# Rasterisers blacken every dot that a shape touches: without this inset, in dots, modules grow into their neighbours.
INSET = 0.15
FINE_INSET = 0.1  # of a figure, in which a dot may stand alone: more than half of it has to stay
# Rasterisers round the page up to whole dots and stretch to that: a page too large by a rounding error gains a dot.
TRIM = 0.01
NAME = "Labels"  # all that the document says of itself: a title with a code in it could unblind


def render(labels: Sequence[Label], dpi: int = 300) -> bytes:
    """One PDF page per label, each of the label's own size, for a print head of `dpi` dots per inch.

    Raises ValueError without labels, and a RefusedLabel that names the field at fault; then nothing is rendered.
    """
    if not labels:
        raise ValueError("no label to render")
    drawings = [place(label, dpi) for label in labels]
    out = BytesIO()
    canvas = Canvas(out, invariant=1)  # no clock and no random id in the file
    canvas.setTitle(NAME)
    canvas.setAuthor(NAME)
    canvas.setSubject(NAME)
    canvas.setCreator(NAME)
    canvas.setProducer(NAME)
    for drawing in drawings:
        _draw(canvas, drawing)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw(canvas: Any, drawing: Drawing) -> None:
    points = POINTS_PER_INCH / drawing.dpi
    canvas.setPageSize(((drawing.width - TRIM) * points, (drawing.height - TRIM) * points))
    canvas.scale(points, points)  # from here on one unit is one dot
    for symbol in drawing.symbols:
        _fill(canvas, drawing, symbol.dark)
    for figure in drawing.figures:
        _fill(canvas, drawing, figure.dark, FINE_INSET)
    for text in drawing.texts:
        fonts.registered(text.font)
        canvas.setFont(text.font, text.size)
        canvas.drawString(text.block.x, drawing.height - text.baseline, text.text)
    canvas.setLineWidth(drawing.pen)
    for frame in drawing.frames:
        canvas.rect(frame.x, drawing.height - frame.y - frame.height, frame.width, frame.height)


def _fill(canvas: Any, drawing: Drawing, blocks: Iterable[Block], inset: float = INSET) -> None:
    """All blocks as one path: rect() of the canvas paints each by itself and takes four times as long."""
    rectangles = [
        f"{block.x + inset:.2f} {drawing.height - block.y - block.height + inset:.2f} "
        f"{block.width - 2 * inset:.2f} {block.height - 2 * inset:.2f} re"
        for block in blocks
    ]
    canvas.drawPath(PDFPathObject(rectangles), stroke=0, fill=1, fillMode=FILL_NON_ZERO)  # blocks overlap each other
