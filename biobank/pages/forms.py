"""Forms made from what a route takes: the schema of its body is the one source of fields, types and choices."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from biobank.pages.words import hint_of, name_of, word

Schema = Mapping[str, Any]

EMPTY_ROWS = 4
MOST_ROWS = 200

_PROSE = frozenset({"reason", "description", "conclusion", "remark"})
"""Fields that take more than one line."""

_DOCUMENTS = frozenset({"definition", "file"})
"""Fields that are filled by a file."""

_SCANNED = frozenset({"participant", "kit", "donation", "label", "lot", "position", "material", "from_culture", "read"})
"""Fields that are filled by scanning what stands on a thing."""

_TOLD_LAST = ("occurred_at", "reason", "signature")
"""Where these stand in a form: after what was measured, in this order."""


@dataclass(frozen=True)
class Option:
    """One choice: what is sent and what is read."""

    value: str
    words: str


@dataclass(frozen=True)
class Field:
    """One field of a form.

    ``kind`` says how it is asked and how what is typed becomes JSON: text, prose, document, photo, password, decimal, number,
    integer, boolean, date, moment, choice, choices, list, group, rows, or hidden where nobody is asked. ``options`` of a text
    are proposals. ``how`` says that a code was scanned or read by the camera, ``chosen`` are the choices made, ``rows`` the
    lines typed, ``least`` how many are shown, ``problem`` says what is wrong with it.
    """

    key: str
    kind: str
    label: str
    unit: str = ""
    hint: str = ""
    required: bool = True
    nullable: bool = False
    value: str = ""
    how: str = ""
    options: tuple[Option, ...] = ()
    fields: tuple["Field", ...] = ()
    chosen: frozenset[str] = frozenset()
    rows: tuple[tuple["Field", ...], ...] = ()
    least: int = EMPTY_ROWS
    problem: str = ""

    @property
    def marked(self) -> bool:
        """Whether something in it says what is wrong."""
        inner = (*self.fields, *(one for row in self.rows for one in row))
        return bool(self.problem) or any(field.marked for field in inner)

    @property
    def begun(self) -> bool:
        """Whether something stands in it, or is said of it."""
        return self.marked or bool(self.value or self.chosen) or any(field.begun for field in self.fields)

    @property
    def scanned(self) -> bool:
        """Whether a scanner fills this field."""
        return self.key in _SCANNED

    @property
    def read_whole(self) -> bool:
        """Whether all that the symbol says is asked for, as where a label is read back, and not only the code in it."""
        return self.key == "read"

    @property
    def lines(self) -> tuple[tuple["Field", ...], ...]:
        """The rows as they are shown: what was typed, and empty ones to go on with."""
        return (*self.rows, *(self.fields,) * max(self.least - len(self.rows), 0))

    @property
    def more(self) -> int:
        """How many lines there are once more are asked for; 0 where each line is about something known."""
        known = any(field.kind == "hidden" for row in self.rows for field in row)
        return 0 if known else len(self.lines) + EMPTY_ROWS


def fields_of(body: Schema, components: Schema) -> tuple[Field, ...]:
    """The fields of a route's body, in the order of its schema. ``components`` are the schemas it refers to."""
    schema, _ = _resolved(body, components)
    required = frozenset(schema.get("required", ()))
    found = [_field(key, part, key in required, components) for key, part in schema.get("properties", {}).items()]
    return tuple(sorted(found, key=lambda field: _TOLD_LAST.index(field.key) + 1 if field.key in _TOLD_LAST else 0))


def filled(fields: tuple[Field, ...], values: Mapping[str, str]) -> tuple[Field, ...]:
    """The same fields with ``values`` already in them."""
    return tuple(replace(field, value=values[field.key]) if field.key in values else field for field in fields)


def replaced(fields: tuple[Field, ...], others: Mapping[str, Field]) -> tuple[Field, ...]:
    """The same fields, some of them asked in another way."""
    return tuple(others.get(field.key, field) for field in fields)


def _field(key: str, part: Schema, required: bool, components: Schema) -> Field:
    schema, nullable = _resolved(part, components)
    kind = _kind(key, schema, components)
    name, hint = name_of(key), hint_of(key)
    return Field(
        key=key,
        kind=kind,
        label=name.label,
        unit="UTC" if kind == "moment" else name.unit,
        hint=_bounds(schema) if hint is None else hint,
        required=required and not nullable,
        nullable=nullable and required,
        options=tuple(_options(schema, kind, components)),
        fields=tuple(_inner(schema, kind, components)),
    )


def _resolved(part: Schema, components: Schema) -> tuple[Schema, bool]:
    """The schema itself, without references and without null, and whether null is allowed."""
    if "$ref" in part:
        return _resolved(components[part["$ref"].rpartition("/")[2]], components)
    several = part.get("anyOf") or part.get("allOf") or ()
    others = [one for one in several if one.get("type") != "null"]
    if len(others) == 1:
        inner, nullable = _resolved(others[0], components)
        return inner, nullable or len(others) < len(several)
    if others:
        return {**part, "anyOf": others}, len(others) < len(several)
    return part, False


def _kind(key: str, schema: Schema, components: Schema) -> str:
    if "anyOf" in schema:
        return "decimal" if any(one.get("type") == "number" for one in schema["anyOf"]) else "text"
    if "enum" in schema or "const" in schema:
        return "choice"
    match schema.get("type"):
        case "array":
            return _kind_of_array(schema, components)
        case "object":
            return "group"
        case "boolean" | "integer" as plain:
            return str(plain)
        case "number":
            return "decimal"
    if key in _DOCUMENTS:
        return "document"
    by_format = {"password": "password", "date": "date", "date-time": "moment", "base64": "photo"}
    return by_format.get(schema.get("format", ""), "prose" if key in _PROSE else "text")


def _kind_of_array(schema: Schema, components: Schema) -> str:
    items, _ = _resolved(schema.get("items", {}), components)
    if "enum" in items:
        return "choices"
    return "rows" if items.get("type") == "object" else "list"


def _options(schema: Schema, kind: str, components: Schema) -> Iterator[Option]:
    if kind == "boolean":
        yield from (Option("true", word("true")), Option("false", word("false")))
    if kind == "choices":
        schema, _ = _resolved(schema["items"], components)
    if kind in ("choice", "choices"):
        for value in schema.get("enum", [schema.get("const")]):
            yield Option(str(value), word(str(value)))


def _inner(schema: Schema, kind: str, components: Schema) -> tuple[Field, ...]:
    if kind == "rows":
        return fields_of(schema["items"], components)
    return fields_of(schema, components) if kind == "group" else ()


def _bounds(schema: Schema) -> str:
    """The plausible bounds of a number, in words."""
    for one in (schema, *schema.get("anyOf", ())):
        least, most = one.get("minimum"), one.get("maximum")
        if most is not None and least is not None and most <= 100_000:
            return f"{_short(least)} to {_short(most)}"
    return ""


def _short(number: float) -> str:
    return f"{number:g}".replace("-", "−")
