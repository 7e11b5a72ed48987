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
from tests.benchmarks.figures import figure
from tests.benchmarks.stock import laboratory
from tests.path import Lab

LABELS, ROUNDS, DPI = 1000, 7, 300
LEAST = 0.7


def main() -> int:
    """Measure in a laboratory of its own."""
    with laboratory(workers=1) as (_, lab):
        lab.load_study()
        lab.upload_list("A")
        return measure(lab)


def measure(lab: Lab, labels: int = LABELS, entered: int = ledger.LABELS, rounds: int = ROUNDS) -> int:
    """Measure, print, and end with 0 only where it is fast enough."""
    made = [_label(number) for number in range(labels)]
    drawings = [place(label, DPI) for label in made]
    rates = []
    for number in range(rounds):
        reference = labels / _seconds(lambda: _bare(drawings))
        ours = labels / _seconds(lambda: pdf.render(made, DPI))
        rates.append((ours, reference))
        print(f"  round {number + 1}: labels {ours:.0f}/s, bare {reference:.0f}/s", flush=True)
    ratio = figure(median(ours / reference for ours, reference in rates))
    told = {
        "bench": "labels",
        "ratio": ratio,
        "least": LEAST,
        "labels": labels,
        "labels_per_second": round(median(ours for ours, _ in rates)),
        "bare_per_second": round(median(reference for _, reference in rates)),
        "bytes": len(pdf.render(made, DPI)),
        "most_ledger_s": ledger.MOST_S,
    }
    through = ledger.measure(lab, entered, rounds)
    print(json.dumps(told | through))
    return 0 if ratio >= LEAST and through["ledger_s"] <= ledger.MOST_S else 1


def _label(number: int) -> Label:
    contents = {"identity": f"SM-01-{number % 999 + 1:03}-J", "contents": f"MSC P2 {number}e4 in 1.0 mL"}
    return Label("unit", contents | {"frozen_on": "2026-12-10"}, build("01", CodeKind.UNIT, 2026, number))


def _seconds(make: Callable[[], bytes]) -> float:
    """Of the processor: both use one, and others may want it too."""
    begun = time.process_time()
    make()
    return time.process_time() - begun


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
