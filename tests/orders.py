"""Orders made from the schemas of the OpenAPI document: one that a route would read, and every way to get one wrong."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from labels.local import CodeKind, build

Schema = dict[str, Any]
UNKNOWN = build("01", CodeKind.DONATION, 2026, 999_998)
ABSURD = 10**30
NAIVE, GARBAGE = "2026-03-15T09:00:00", "yesterday, about noon"
_TEXTS = (UNKNOWN, "123456", "GET /api/lots", "smart-ms", "01", "A", "some words", "collection-1", "ada", "headings\nrows")
"""Texts among which the patterns and lengths of the schemas find one."""


@dataclass(frozen=True)
class Wrong:
    """A body with one thing wrong in it: how, and at which field."""

    how: str
    field: str
    body: Any


class Document:
    """What the application says of itself."""

    def __init__(self, openapi: Schema) -> None:
        self._openapi = openapi

    def writes(self) -> Iterator[tuple[str, Schema | None]]:
        """Every write route with the schema of its body, None where it has none."""
        for path, methods in self._openapi["paths"].items():
            for method, operation in methods.items():
                if method != "get":
                    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
                    yield f"{method.upper()} {path}", content and self.told(content["schema"])

    def told(self, schema: Schema) -> Schema:
        """A schema without its references, and without *or nothing*."""
        while "$ref" in schema:
            schema = self._openapi["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        kinds = [kind for kind in schema.get("anyOf", ()) if kind.get("type") != "null"]
        return schema | self.told(kinds[0]) if kinds else schema

    def fields(self, schema: Schema) -> dict[str, Schema]:
        """The fields of a body."""
        return {name: self.told(one) for name, one in schema.get("properties", {}).items()}

    def plausible(self, schema: Schema) -> Any:
        """The smallest value that the schema reads; optional fields are left out."""
        schema = self.told(schema)
        if "enum" in schema or "const" in schema:
            return schema.get("const", next(iter(schema.get("enum", ()))))
        match schema.get("type"):
            case "object" if "properties" in schema:
                wanted = schema.get("required", ())
                return {name: self.plausible(one) for name, one in schema["properties"].items() if name in wanted}
            case "object":
                return {}
            case "array":
                return [self.plausible(schema["items"])] * max(1, schema.get("minItems", 0))
            case "boolean":
                return True
            case "integer" | "number":
                return int(schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1))
        return _text(schema)

    def wrongs(self, schema: Schema) -> Iterator[Wrong]:
        """Bodies of this schema with one wrong thing each, to be refused before anything else is asked."""
        body = self.plausible(schema)
        yield Wrong("a field that nobody knows", "surprise", body | {"surprise": 1})
        for name in schema.get("required", ()):
            yield Wrong("missing", name, {key: value for key, value in body.items() if key != name})
        for name, field in self.fields(schema).items():
            nullable = {"type": "null"} in schema["properties"][name].get("anyOf", ())
            values = [*_wrong_values(name, field), *([] if nullable else [("nothing", None)])]
            yield from (Wrong(how, name, body | {name: value}) for how, value in values)
            inner = self.told(field["items"]) if field.get("type") == "array" else field
            if "properties" in inner:
                within = self.wrongs(inner)
                yield from (Wrong(one.how, one.field, body | {name: _as(field, one.body)}) for one in within)


def _as(field: Schema, body: Any) -> Any:
    return [body] if field["type"] == "array" else body


def _text(schema: Schema) -> str:
    if schema.get("format") in ("date-time", "date"):
        return "2026-03-15T08:59:00Z" if schema["format"] == "date-time" else "2026-03-15"
    if schema.get("format") == "base64":
        return "iVBORw0KGgo="
    fits = (text for text in _TEXTS if schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", 1000))
    return next(text for text in fits if re.search(schema.get("pattern", ""), text))


def _wrong_values(name: str, schema: Schema) -> Iterator[tuple[str, Any]]:
    kind = schema.get("type")
    if kind in ("integer", "number"):
        yield from _wrong_numbers(name, schema)
    elif kind == "string":
        yield from _wrong_texts(schema)
    elif kind in ("array", "object", "boolean"):
        yield "a number for something else", 17
        yield "words for something else", "some words"
    yield "an object in a list", [{"a": {"b": [1]}}]


def _wrong_numbers(name: str, schema: Schema) -> Iterator[tuple[str, Any]]:
    yield "words for a number", "many"
    yield "absurdly large", ABSURD
    yield "absurdly small", -ABSURD
    yield "not a number", "NaN"
    yield "endless", "Infinity"
    lowest = schema.get("minimum", schema.get("exclusiveMinimum"))
    if lowest is not None:
        yield "below what there is", lowest - 1
    if lowest is not None and lowest >= 0:
        yield "negative", -1
    if name.endswith("_c"):
        yield "-196 typed as 196", 196


def _wrong_texts(schema: Schema) -> Iterator[tuple[str, Any]]:
    yield "a number for words", 17
    if schema.get("format") != "base64":
        yield "a whole book", "x" * 20_000
    if schema.get("format") != "password":
        yield "a control character", "a\x00b"
    if schema.get("format") == "date-time":
        yield "a time without a zone", NAIVE
        yield "no time at all", GARBAGE
    if "enum" in schema:
        yield "a word that is none of them", "surprise"
    if schema.get("minLength") or "pattern" in schema:
        yield "empty", ""
