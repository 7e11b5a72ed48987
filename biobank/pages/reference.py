"""The page /docs: what the interface takes and answers, read from the OpenAPI document and the matrix of roles.

It is a page like the others, without scripts, so that it needs nothing of anybody else and no exception from the policy
about what a browser may load (docs/decisions/0006-surface.md).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from biobank.act.people import Role
from biobank.pages.rendering import page
from biobank.web.matrix import RIGHTS

router = APIRouter(include_in_schema=False)

Schema = Mapping[str, Any]
_LIMITS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "pattern")


@dataclass(frozen=True)
class Operation:
    """One thing that can be asked: what it takes, what it answers, and of whose roles it is; of nobody's where it is open."""

    route: str
    tag: str
    title: str
    text: str
    roles: tuple[str, ...]
    takes: tuple["Entry", ...]
    body: str
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Entry:
    """A parameter, or a field of a form."""

    name: str
    kind: str
    required: bool
    text: str


@router.get("/docs")
async def reference(request: Request) -> Response:
    """The reference of the interface; like /openapi.json it tells of routes and fields, and of no record."""
    document = request.app.openapi()
    operations = sorted(_operations(document), key=lambda one: one.tag)
    groups = [(tag, list(found)) for tag, found in groupby(operations, key=lambda one: one.tag)]
    forms = [(name, list(_fields(form)), kind_of(form)) for name, form in sorted(document["components"]["schemas"].items())]
    return page("docs.html", groups=groups, forms=forms)


def _operations(document: Schema) -> Iterator[Operation]:
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            route = f"{method.upper()} {path}"
            yield Operation(
                route=route,
                tag=str(next(iter(told.get("tags", ())), "other")),
                title=told["summary"],
                text=told.get("description", ""),
                roles=tuple(role for role in Role if role in RIGHTS.get(route, ())),
                takes=tuple(Entry(one["name"], kind_of(one["schema"]), one.get("required", False), one["in"])
                            for one in told.get("parameters", ())),
                body=_content(told.get("requestBody", {})),
                answers=tuple((status, _content(answer)) for status, answer in told["responses"].items()),
            )  # fmt: skip


def _fields(form: Schema) -> Iterator[Entry]:
    for name, told in form.get("properties", {}).items():
        yield Entry(name, kind_of(told), name in form.get("required", ()), told.get("description", ""))


def _content(told: Schema) -> str:
    return " or ".join(kind_of(one["schema"]) for one in told.get("content", {}).values() if one.get("schema"))


def kind_of(schema: Schema) -> str:
    """What a value must be, in a few words; a form by its name."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "const" in schema or "enum" in schema:
        return " | ".join(str(one) for one in schema.get("enum", [schema.get("const")]))
    if several := schema.get("anyOf") or schema.get("oneOf"):
        return " or ".join(kind_of(one) for one in several)
    if schema.get("type") == "array":
        return f"list of {kind_of(schema.get('items', {}))}"
    limits = ", ".join(f"{name} {schema[name]}" for name in _LIMITS if name in schema)
    kind = str(schema.get("format") or schema.get("type") or "anything")
    return f"{kind} ({limits})" if limits else kind
