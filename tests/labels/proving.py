"""The proof of labels: rendered three ways, measured in dots, read by two readers; what fails is told in words."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import zxingcpp
from PIL import Image

from labels import gs1, pdf, zpl
from labels.documents import Label
from labels.geometry import BarsSymbol, Drawing, MatrixSymbol, place
from labels.readable import readable
from tests.labels import zebra
from tests.labels.measuring import cut, faults
from tests.labels.rasters import RENDERERS
from tests.labels.readers import bars, enlarged, libdmtx, zxing
from tests.labels.vial import photograph


@dataclass
class Proof:
    """What was looked at, and what was wrong."""

    layouts: set[str] = field(default_factory=set)
    pages: int = 0
    decoded: int = 0
    failures: list[str] = field(default_factory=list)
    pictures: list[Image.Image] = field(default_factory=list)

    def __add__(self, other: "Proof") -> "Proof":
        return Proof(
            self.layouts | other.layouts,
            self.pages + other.pages,
            self.decoded + other.decoded,
            self.failures + other.failures,
            self.pictures + other.pictures,
        )


@dataclass(frozen=True)
class Page:
    """A rendered label with what it should be."""

    way: str
    label: Label
    drawing: Drawing
    picture: Image.Image

    def __str__(self) -> str:
        return f"{self.label.layout} {self.label.language} {self.drawing.dpi} dpi {self.way}"


def prove(labels: Sequence[Label], dpi: int) -> Proof:
    """Render and read all of them for one print head."""
    proof, matrices = Proof({label.layout for label in labels}), []
    for page in _pages(labels, dpi):
        proof.pages += 1
        proof.failures += [f"{page}: {fault}" for fault in faults(page.picture, page.drawing)]
        if page.way == "pdfium":
            proof.pictures.append(page.picture)
        for symbol in page.drawing.symbols:
            symbol_alone = enlarged(cut(page.picture, symbol.block), symbol.module)
            if isinstance(symbol, MatrixSymbol):
                matrices.append((page, symbol_alone))
            elif isinstance(symbol, BarsSymbol):
                wanted = sent(readable(page.label.payload).linear, "]C0", "]C1")
                _judge(proof, page, "zxing", zxing(symbol_alone, zxingcpp.BarcodeFormat.Code128), wanted)
                _judge(proof, page, "bars", bars(cut(page.picture, symbol.inner), symbol.module), wanted)
    for (page, picture), by_libdmtx in zip(matrices, libdmtx([picture for _, picture in matrices]), strict=True):
        wanted = sent(page.label.payload, "]d1", "]d2")
        _judge(proof, page, "zxing", zxing(picture), wanted)
        _judge(proof, page, "libdmtx", by_libdmtx, wanted)
    return proof


def _pages(labels: Sequence[Label], dpi: int) -> Iterator[Page]:
    drawings = [place(label, dpi) for label in labels]
    document = pdf.render(labels, dpi)
    ways = {way: render(document, dpi) for way, render in RENDERERS.items()} | {"zpl": zebra.printed(zpl.render(labels, dpi))}
    for way, pictures in ways.items():
        for label, drawing, picture in zip(labels, drawings, pictures, strict=True):
            yield Page(way, label, drawing, picture)


def sent(payload: str, plain: str, of_gs1: str) -> str:
    """What a scanner sends of a symbol with this payload."""
    return of_gs1 + gs1.parse_shown(payload).data if gs1.is_shown(payload) else plain + payload


def _judge(proof: Proof, page: Page, reader: str, read: str | None, wanted: str) -> None:
    if read == wanted:
        proof.decoded += 1
    else:
        proof.failures.append(f"{page}: {reader} read {read!r} for {wanted!r}")


def read_on_vials(label: Label, dpi: int, seeds: Iterable[int]) -> Counter[str]:
    """How many photographs of a frosted vial were read, by the one reader or the other, read wrongly, or not read."""
    drawing = place(label, dpi)
    page = next(RENDERERS["pdfium"](pdf.render([label], dpi), dpi))
    shots = [photograph(page, drawing, seed) for seed in seeds]
    read = [zxing(shot) for shot in shots]
    again = iter(libdmtx([shot for shot, said in zip(shots, read, strict=True) if said is None]))
    finally_read = [said or next(again) for said in read]
    wanted = sent(label.payload, "]d1", "]d2")
    return Counter("unread" if said is None else "read" if said == wanted else "wrong" for said in finally_read)
