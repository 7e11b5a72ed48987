"""The part of a form for what was done on paper and is entered now."""

from collections.abc import Mapping
from typing import Any

from biobank.pages.forms import Field
from biobank.pages.words import hint_of, name_of

_ROUTES = frozenset(
    {
        "POST /api/materials/{code}/handovers",
        "POST /api/materials/{code}/handovers/confirmation",
        "POST /api/materials/{code}/holds",
        "POST /api/labels/{number}/account",
        "POST /api/labels/read-backs",
        "POST /api/participants",
        "POST /api/participants/{code}/screening",
        "POST /api/participants/{code}/weights",
        "POST /api/participants/{code}/donations",
        "POST /api/participants/{code}/withdrawal",
        "POST /api/kits/{code}/retrieval",
        "POST /api/kits/{code}/administration",
        "POST /api/kits/{code}/remains",
        "POST /api/kits/{code}/preparation",
        "POST /api/kits/{code}/recount",
        "POST /api/kits/{code}/fill",
        "POST /api/units/{code}/thaw",
        "POST /api/units/{code}/placement",
        "POST /api/donations/{code}/receipt",
        "POST /api/donations/{code}/donor-tests",
        "POST /api/batches/{code}/isolation",
        "POST /api/batches/{code}/cultures",
        "POST /api/batches/{code}/freezing-runs",
        "POST /api/batches/{code}/results",
        "POST /api/cultures/{code}/feeds",
        "POST /api/cultures/{code}/harvest",
        "POST /api/cultures/{code}/harvest/verification",
        "POST /api/cultures/{code}/discarding",
        "POST /api/deviations",
        "POST /api/lots",
    }
)
"""Where acts begin that may be done on paper. What may be is decided by the kind of the act, never here."""

_KINDS = {"paper_form": "text", "paper_done_by": "text", "paper_done_at": "moment"}


def fields(route: str) -> tuple[Field, ...]:
    """The group in which the form's number, the person and the time are typed; empty where nothing is done on paper."""
    if route not in _ROUTES:
        return ()
    inner = tuple(
        Field(key, kind, name_of(key).label, "UTC" if kind == "moment" else "", hint_of(key) or "", required=False)
        for key, kind in _KINDS.items()
    )
    return (Field("paper", "group", name_of("paper").label, hint=hint_of("paper") or "", required=False, fields=inner),)


def headers(typed: Mapping[str, Any]) -> dict[str, str]:
    """The same as the interface takes it, beside the body."""
    return {key.replace("_", "-"): str(value) for key, value in typed.items()}
