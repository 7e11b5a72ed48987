"""Which acts a page offers: the routes that the person's roles may call, with the kind of thing on the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI

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
}
"""Where the routes of a kind of thing begin."""

MATERIALS = frozenset({"donation", "batch", "culture", "unit", "kit", "lot", "sample"})
"""Kinds that are passed on, held and labelled."""

_TOLD_ONCE = frozenset({"POST /api/participants/{code}/code-break"})
"""Acts whose answer is shown on the spot and kept nowhere, also not by the browser."""


@dataclass(frozen=True)
class ActForm:
    """An act that this person may do, as a form: where it is sent, its title, what it does, its fields."""

    route: str
    path: str
    title: str
    text: str
    fields: tuple[Field, ...]
    told_once: bool = False

    @property
    def key(self) -> str:
        """A name for the form that is stable, such as ``batches-results``."""
        return self.path.removeprefix("/api/").replace("/", "-").lower()


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
    fixed = [route for route in RIGHTS if route.startswith("POST /api/") and "{" not in route and "sign-" not in route]
    return [act_on(app, route) for route in fixed if offered(app, visitor, route)]


def act_on(app: FastAPI, route: str, **place: str | int) -> ActForm:
    """The form of one act; ``place`` fills its path. Raises KeyError where the application has no such route."""
    operation = _operation(app, route)
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    components = app.openapi().get("components", {}).get("schemas", {})
    path = route.partition(" ")[2].format(**place)
    text = operation.get("description", "").partition(" Raises ")[0].partition("\n")[0]
    return ActForm(route, path, title_of(route), text, fields_of(body, components), route in _TOLD_ONCE)


def offered(app: FastAPI, visitor: Visitor, route: str) -> bool:
    """Whether the application has this route and the person may call it."""
    return may(visitor, route) and bool(_operation(app, route))


def _operation(app: FastAPI, route: str) -> Mapping[str, Any]:
    method, _, path = route.partition(" ")
    found: Mapping[str, Any] = app.openapi()["paths"].get(path, {}).get(method.lower(), {})
    return found
