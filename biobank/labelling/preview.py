"""The picture of a label: of the very document that is printed, so that it cannot show anything else."""

from io import BytesIO
from threading import Lock

DPI = 203
"""As the coarsest print head in use; fine enough to read, and to scan from the screen."""
_ALONE = Lock()
"""PDFium is not safe for threads."""


def picture(document: bytes) -> bytes:
    """The first page of a PDF as PNG."""
    from pypdfium2 import PdfDocument  # thousands of bindings, which no other page needs

    with _ALONE:
        pdf = PdfDocument(document)
        try:
            image = pdf[0].render(scale=DPI / 72, grayscale=True).to_pil()
        finally:
            pdf.close()
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
