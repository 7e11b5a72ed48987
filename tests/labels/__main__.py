"""The proof of the labels: `./manage labels proof`. Ends with 0 only where every symbol is right and reads.

Every layout in every language, as full as it can be, for every print head; and photographs of frosted vials.
"""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from PIL import Image

from labels.geometry import RESOLUTIONS
from tests.labels.examples import EXAMPLES
from tests.labels.proving import Proof, prove, read_on_vials
from tests.labels.worst import ISBT128, of_gs1, worst

VIALS, LEAST_READ = 100, 95
SHEET_WIDTH, GAP = 2400, 20


def main() -> int:
    """Prove, print the figures, write the contact sheet; returns the exit code."""
    parser = argparse.ArgumentParser(description="Render and read every label.")
    parser.add_argument("what", choices=["proof"])
    parser.add_argument("--sheet", type=Path, default=Path("labels.png"), help="the contact sheet that is written")
    sheet = parser.parse_args().sheet
    proof = Proof()
    for dpi in RESOLUTIONS:
        proved = prove(list(worst(dpi)), dpi)
        print(f"{dpi} dpi: {proved.pages} pages, {proved.decoded} decoded, {len(proved.failures)} failures", flush=True)
        if dpi == RESOLUTIONS[0]:
            _contact_sheet(proved.pictures).save(sheet)
        proved.pictures.clear()
        proof += proved
    proof.failures += _vials()
    print(*proof.failures, sep="\n", end="\n" if proof.failures else "")
    print(f"layouts {len(proof.layouts)}, pages {proof.pages}, decoded {proof.decoded}, failures {len(proof.failures)}")
    print(f"The contact sheet is {sheet}.")
    return 1 if proof.failures else 0


def _vials() -> list[str]:
    unit = next(label for label in EXAMPLES if label.layout == "unit")
    failures = []
    of_others = (replace(unit, payload=payload) for payload in (ISBT128, of_gs1(unit.payload)))
    for label, dpi in ((unit, 300), *((label, 203) for label in of_others)):
        told = read_on_vials(label, dpi, range(VIALS))
        print(f"vials, {len(label.payload)} characters at {dpi} dpi: {dict(told)}", flush=True)
        if told["read"] < LEAST_READ or told["wrong"]:
            failures.append(f"vials of {label.payload} at {dpi} dpi: {dict(told)}")
    return failures


def _contact_sheet(pictures: list[Image.Image]) -> Image.Image:
    """All labels in rows, each as large as it is printed."""
    places, x, y, row = [], GAP, GAP, 0
    for picture in pictures:
        if x + picture.width + GAP > SHEET_WIDTH:
            x, y, row = GAP, y + row + GAP, 0
        places.append((x, y))
        x, row = x + picture.width + GAP, max(row, picture.height)
    sheet = Image.new("L", (SHEET_WIDTH, y + row + GAP), 190)
    for picture, place in zip(pictures, places, strict=True):
        sheet.paste(picture, place)
    return sheet


if __name__ == "__main__":
    sys.exit(main())
