"""Which acts a page offers: the routes that the person's roles may call, with the kind of thing on the page."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import FastAPI

from biobank.pages import paper
from biobank.pages.asking import Visitor
from biobank.pages.forms import Field, fields_of
from biobank.pages.words import title_of
from biobank.web.matrix import RIGHTS

COLLECTIONS = {
    "donation": "donations",
    "batch": "batches",
    "culture": "cultures",
    "unit": "units",
    "kit": "kits",
    "participant": "participants",
    "lot": "lots",
    "position": "positions",
    "freezer": "freezers",
    "deviation": "deviations",
    "study": "studies",
    "person": "people",
}
"""Where the routes of a kind of thing begin."""

MATERIALS = frozenset({"donation", "batch", "culture", "unit", "kit", "lot"})
"""Kinds that are passed on, held and labelled."""

LABELLED = MATERIALS | {"rack", "box"}

_TOLD_AT_ONCE = frozenset(
    {
        "POST /api/participants/{code}/screening",
        "POST /api/participants/{code}/code-break",
        "POST /api/people/{code}/password-reset",
        "POST /api/me/second-factor",
        "POST /api/instruments",
        "POST /api/pads",
        "POST /api/pads/closure",
        "POST /api/forms/voiding",
        "POST /api/studies/{code}/allocation-list",
        "POST /api/studies/{code}/allocation-list/verification",
    }
)
"""Acts whose answer is shown on the spot, because no page shows it afterwards."""

_FITTING: dict[str, frozenset[str]] = {
    "POST /api/participants/{code}/screening": frozenset({"consented"}),
    "POST /api/participants/{code}/allocation": frozenset({"eligible"}),
    "POST /api/participants/{code}/wristband": frozenset({"allocated"}),
    "POST /api/participants/{code}/label-sets": frozenset({"allocated"}),
    "POST /api/participants/{code}/label-sets/voiding": frozenset(),
    "POST /api/participants/{code}/weights": frozenset({"allocated"}),
    "POST /api/participants/{code}/weights/correction": frozenset(),
    "POST /api/participants/{code}/donations": frozenset({"allocated"}),
    "POST /api/participants/{code}/dose-plans": frozenset({"allocated"}),
    "POST /api/participants/{code}/completion": frozenset(),
    "POST /api/donations/{code}/receipt": frozenset({"collected"}),
    "POST /api/donations/{code}/receipt/correction": frozenset(),
    "POST /api/donations/{code}/receipt/redaction": frozenset(),
    "POST /api/donations/{code}/routing": frozenset({"accepted"}),
    "POST /api/batches/{code}/isolation": frozenset({"open"}),
    "POST /api/batches/{code}/cultures": frozenset({"isolated", "growing", "harvested"}),
    "POST /api/batches/{code}/freezing-runs": frozenset({"isolated", "growing", "harvested"}),
    "POST /api/batches/{code}/results/correction": frozenset(),
    "POST /api/cultures/{code}/feeds": frozenset({"growing"}),
    "POST /api/cultures/{code}/harvest": frozenset({"growing"}),
    "POST /api/cultures/{code}/harvest/verification": frozenset({"harvested"}),
    "POST /api/cultures/{code}/discarding": frozenset(),
    "POST /api/batches/{code}/failure": frozenset(),
    "POST /api/units/{code}/destruction": frozenset(),
    "POST /api/units/{code}/identification": frozenset(),
    "POST /api/units/{code}/placement": frozenset({"frozen", "stored"}),
    "POST /api/units/{code}/rack-pulls": frozenset({"stored"}),
    "POST /api/units/{code}/thaw": frozenset({"stored"}),
    "POST /api/kits/{code}/preparation": frozenset({"planned"}),
    "POST /api/kits/{code}/recount": frozenset({"planned"}),
    "POST /api/kits/{code}/low-dose-decision": frozenset({"planned"}),
    "POST /api/kits/{code}/fill": frozenset({"planned"}),
    "POST /api/kits/{code}/ready": frozenset({"planned"}),
    "POST /api/kits/{code}/voiding": frozenset({"planned", "ready", "retrieved"}),
    "POST /api/kits/{code}/retrieval": frozenset({"ready"}),
    "POST /api/kits/{code}/administration": frozenset({"retrieved"}),
    "POST /api/kits/{code}/remains": frozenset({"administered"}),
    "POST /api/deviations/{code}/closure": frozenset({"open"}),
    "POST /api/deviations/{code}/redaction": frozenset(),
}
"""The states in which an act comes next, to show it first. What may be done is decided by the rules, never here."""

_HANDOVERS = "POST /api/materials/{code}/handovers"
_RECEIPT = "POST /api/donations/{code}/receipt"

BESIDE_PATH = frozenset({"scope", "group"})
"""What tells things apart that carry the same number, as each side counts its labels from one; and the forms of one act on one
page, where the interface asks for nothing.
"""

_NO_ACTS = ("/api/sign-in", "/api/sign-out", "/api/badge-sign-in", "/api/me/password")


@dataclass(frozen=True)
class ActForm:
    """An act that this person may do, as a form: what fills its path, its title, what it does, its fields.

    ``opened`` is a form that was sent and comes back; ``problem`` is why.
    """

    route: str
    place: tuple[tuple[str, str], ...]
    title: str
    text: str
    fields: tuple[Field, ...]
    problem: str = ""
    opened: bool = False

    @property
    def path(self) -> str:
        """Where it is sent; what fills the path cannot lead elsewhere. What has no place in the path is asked beside it."""
        path = self.route.partition(" ")[2].format(**{key: quote(value, safe="") for key, value in self.place})
        beside = urlencode({key: value for key, value in self.place if key in BESIDE_PATH})
        return f"{path}?{beside}" if beside else path

    @property
    def key(self) -> str:
        """A name for the form on its page, such as ``batches-lx…-results``."""
        return re.sub(r"[^a-z0-9]+", "-", self.path.removeprefix("/api/").lower())

    @property
    def told_at_once(self) -> bool:
        """Whether the answer is shown on the spot."""
        return self.route in _TOLD_AT_ONCE

    @property
    def marked(self) -> bool:
        """Whether a field says what is wrong with it."""
        return any(field.marked for field in self.fields)

    @property
    def own(self) -> bool:
        """Whether it is about the account of whoever sends it, not about the work."""
        return self.route.startswith("POST /api/me/")

    @property
    def signed(self) -> bool:
        """Whether it takes a signature."""
        return any(field.key == "signature" for field in self.fields)


def may(visitor: Visitor, route: str) -> bool:
    """Whether one of the person's roles may call ``route``."""
    return bool(visitor.roles & RIGHTS.get(route, frozenset()))


def acts_on(app: FastAPI, visitor: Visitor, kind: str, code: str) -> list[ActForm]:
    """The acts of this person on a thing: those of its kind first, then those of every material."""
    prefixes = [f"POST /api/{COLLECTIONS[kind]}/{{code}}/"] if kind in COLLECTIONS else []
    prefixes += ["POST /api/materials/{code}/"] if kind in MATERIALS else []
    routes = [route for prefix in prefixes for route in RIGHTS if route.startswith(prefix) and "{number}" not in route]
    return [act_on(app, route, code=code) for route in routes if offered(app, visitor, route)]


def acts_anywhere(app: FastAPI, visitor: Visitor) -> list[ActForm]:
    """The acts of this person that begin something new."""
    fixed = [route for route in RIGHTS if route.startswith("POST /api/") and "{" not in route]
    return [act_on(app, route) for route in fixed if offered(app, visitor, route)]


def fits(form: ActForm, state: str | None, underway: bool = False, over: frozenset[str] = frozenset()) -> bool:
    """Whether the act is one of those that come next in this state; ``underway`` is what nobody took over yet.

    ``over`` are routes of acts that were done.
    """
    if form.route in over:
        return False
    if state is not None and form.route.startswith(_HANDOVERS):
        return form.route.endswith("/confirmation") is underway
    if form.route == _RECEIPT and underway:
        return False
    return state is None or form.route not in _FITTING or state in _FITTING[form.route]


def is_act(app: FastAPI, route: str) -> bool:
    """Whether ``route`` is an act of this application that a form can ask for."""
    return route.startswith("POST /api/") and route in RIGHTS and _is_no_session(route) and bool(_operation(app, route))


def act_on(app: FastAPI, route: str, **place: str | int) -> ActForm:
    """The form of one act; ``place`` fills its path."""
    operation = _operation(app, route)
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    components = app.openapi().get("components", {}).get("schemas", {})
    filling = tuple((key, str(value)) for key, value in place.items())
    text = operation.get("description", "").partition(" Raises ")[0].partition("\n")[0]
    return ActForm(route, filling, title_of(route), text, fields_of(body, components) + paper.fields(route))


def offered(app: FastAPI, visitor: Visitor, route: str) -> bool:
    """Whether the application has this route and the person may call it."""
    return may(visitor, route) and _is_no_session(route) and bool(_operation(app, route))


def _is_no_session(route: str) -> bool:
    return not route.endswith(_NO_ACTS)


def _operation(app: FastAPI, route: str) -> Mapping[str, Any]:
    method, _, path = route.partition(" ")
    found: Mapping[str, Any] = app.openapi()["paths"].get(path, {}).get(method.lower(), {})
    return found
