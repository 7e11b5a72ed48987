"""Vial labels to one PDF beside a bare loop of the PDF library that draws the same modules: in turns, in the same run.

The loop gets the modules ready made, draws no text, and checks nothing.
"""

import json
import time
from collections.abc import Callable, Sequence
from io import BytesIO
from statistics import median

from reportlab.pdfgen.canvas import Canvas

from labels import pdf
from labels.documents import Label
from labels.geometry import Block, Drawing, place
from labels.local import CodeKind, build
from tests.benchmarks import ledger

LABELS, ROUNDS, DPI = 1000, 7, 300
LEAST = 0.7


def main() -> int:
    """Measure, print, and end with 0 only where it is fast enough."""
    labels = [
        Label(
            "unit",
            {"identity": f"SM-01-{number % 999 + 1:03}-J", "contents": f"MSC P2 {number}e4 in 1.0 mL", "frozen_on": "2026-12-10"},
            build("01", CodeKind.UNIT, 2026, number),
        )
        for number in range(LABELS)
    ]
    drawings = [place(label, DPI) for label in labels]
    rounds = []
    for number in range(ROUNDS):
        reference = _rate(lambda: _bare(drawings))
        ours = _rate(lambda: pdf.render(labels, DPI))
        rounds.append((ours, reference))
        print(f"  round {number + 1}: labels {ours:.0f}/s, bare {reference:.0f}/s", flush=True)
    ratio = round(median(ours / reference for ours, reference in rounds), 3)
    told = {
        "bench": "labels",
        "ratio": ratio,
        "least": LEAST,
        "labels": LABELS,
        "labels_per_second": round(median(ours for ours, _ in rounds)),
        "bare_per_second": round(median(reference for _, reference in rounds)),
        "bytes": len(pdf.render(labels, DPI)),
        "most_ledger_s": ledger.MOST_S,
    }
    entered = ledger.measure()
    print(json.dumps(told | entered))
    return 0 if ratio >= LEAST and entered["ledger_s"] <= ledger.MOST_S else 1


def _rate(make: Callable[[], bytes]) -> float:
    """Labels for each second of the processor: both use one, and others may want it too."""
    begun = time.process_time()
    make()
    return LABELS / (time.process_time() - begun)


def _bare(drawings: Sequence[Drawing]) -> bytes:
    out = BytesIO()
    canvas = Canvas(out, invariant=1)
    for drawing in drawings:
        points = 72 / drawing.dpi
        canvas.setPageSize((drawing.width * points, drawing.height * points))
        canvas.scale(points, points)
        for symbol in drawing.symbols:
            _modules(canvas, drawing.height, symbol.dark)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _modules(canvas: Canvas, height: int, dark: Sequence[Block]) -> None:
    for block in dark:
        canvas.rect(block.x, height - block.y - block.height, block.width, block.height, stroke=0, fill=1)
