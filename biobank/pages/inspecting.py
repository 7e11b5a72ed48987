"""The pages of QA and inspectors: the trail with its search, and every value that a thing ever had."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from biobank.act.kinds import Kind
from biobank.pages.asking import Interface, Refused
from biobank.pages.rendering import page

router = APIRouter(include_in_schema=False)
_MINUTE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?")
_ASKED = ("person", "kind", "table", "about", "whole", "since", "until", "reason", "newest_first")
KINDS = tuple(sorted(kind.value for kind in Kind))
TABLES = (
    "administration", "batch", "cell_count", "code_break", "consent", "credential", "culture", "custody_event", "decision",
    "deviation", "donation", "donor_test", "dose_plan", "feed", "fill", "freezer", "freezing_run", "handover", "hold", "kit",
    "label_print", "login_session", "lot", "participant", "person", "placement", "preparation", "receipt", "recount", "refusal",
    "remains_account", "result", "role_grant", "screening", "sensor", "sign_in_failure", "signature", "storage_place",
    "storage_position", "thaw", "trail_review", "unit", "weight",
)  # fmt: skip
"""What the field of the search proposes; any table of the records can be asked for."""


@dataclass(frozen=True)
class Search:
    """What was asked of the trail, as it was typed, and what was found."""

    typed: Mapping[str, str]
    problem: str
    found: Mapping[str, Any]
    export: str
    newer: str
    older: str


@router.get("/trail")
async def trail(request: Request) -> Response:
    """The trail: who did what, when and why, and what it was before."""
    interface = Interface(request)
    visitor = await interface.visitor()
    typed = {name: request.query_params.get(name, "").strip() for name in _ASKED}
    number = request.query_params.get("page", "1")
    number = number if re.fullmatch(r"[1-9]\d{0,3}", number) else "1"
    problem, found = "", {"entries": [], "page": 1, "more": False}
    asked = {name: _sent(value) for name, value in typed.items() if value}
    try:
        found = await interface.read(f"/api/trail?{urlencode(asked | {'page': number})}")
    except Refused as refused:
        if refused.status == 403:
            raise
        problem = refused.message
    search = Search(
        typed=typed,
        problem=problem,
        found=found,
        export=f"/api/trail/export?{urlencode(asked)}",
        newer=_page(typed, int(number) - 1) if number != "1" else "",
        older=_page(typed, int(number) + 1) if found["more"] else "",
    )
    return page("trail.html", 422 if problem else 200, visitor=visitor, search=search, kinds=KINDS, tables=TABLES)


@router.get("/history")
async def history(request: Request, code: str = "") -> Response:
    """Every value that a thing ever had."""
    interface = Interface(request)
    visitor = await interface.visitor()
    told = await interface.read(f"/api/history/{quote(code.strip(), safe='')}")
    lines = groupby(told["fields"], key=lambda one: (one["record"], one["line"]))
    records = [(record, line, list(fields)) for (record, line), fields in lines]
    return page("history.html", visitor=visitor, told=told, records=records)


def _sent(typed: str) -> str:
    """A time without a zone is UTC, as everywhere on the pages."""
    return f"{typed}Z" if _MINUTE.fullmatch(typed) else typed


def _page(typed: Mapping[str, str], number: int) -> str:
    return "/trail?" + urlencode({name: value for name, value in typed.items() if value} | {"page": number})
