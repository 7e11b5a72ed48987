"""The page on which a scanner is checked at the beginning of a shift: a printed symbol is scanned, what arrived is judged."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from biobank.pages.asking import Interface
from biobank.pages.rendering import page
from biobank.pages.scans import HOW, is_measured
from labels import pdf
from labels.documents import Label
from labels.scanner_check import SYMBOL, heard

router = APIRouter(include_in_schema=False)


@router.get("/scanner")
async def check(request: Request, read: str = "", how: Annotated[str, Query(alias=f"read.{HOW}")] = "") -> Response:
    """Whether this computer reads this scanner right, and what to set where it does not; nothing is kept."""
    visitor = await Interface(request).visitor()
    return page("scanner.html", visitor=visitor, read=read.strip(), found=heard(read), is_scan=is_measured(how))


@router.get("/scanner/symbol.pdf")
async def symbol(request: Request) -> Response:
    """The symbol to print, in the language of labels."""
    await Interface(request).visitor()
    label = Label("scanner", {}, SYMBOL, request.app.state.acts.label_language)
    return Response(pdf.render([label]), media_type="application/pdf")
