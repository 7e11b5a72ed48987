"""What was typed into a form: as the JSON that a route takes, and back in the form where it was refused."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from biobank.pages.forms import MOST_ROWS, Field
from biobank.pages.scans import HOW, as_printed, is_measured

Typed = Mapping[str, Sequence[str]]
"""Everything a form sent, by the name of its input: the keys on the way to the field, joined by dots."""

KNOWN = ".known"
"""How the name of an input ends that nobody fills in: what stands there begins no line."""
_NOTHING = object()
_LARGEST_EXPONENT = 18
_COMMA = re.compile(r"(-?\d+),(\d{1,2}|\d{4,})")
_MINUTE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?")


def body_of(fields: tuple[Field, ...], typed: Typed, before: str = "") -> dict[str, Any]:
    """The body to send. What was left empty is left out, or null where a field must be there and may be null."""
    found = {field.key: _read(field, typed, f"{before}{field.key}") for field in fields}
    return {key: value for key, value in found.items() if value is not _NOTHING}


def kept(fields: tuple[Field, ...], typed: Typed, problems: Mapping[str, str], before: str = "") -> tuple[Field, ...]:
    """The fields with what was typed, but no passwords, and what is wrong with it. ``problems`` are by name."""
    return tuple(_kept(field, typed, problems, f"{before}{field.key}") for field in fields)


def typed_codes(fields: tuple[Field, ...], typed: Typed, before: str = "") -> list[str]:
    """The names of the fields whose code was typed in where a scan was expected; what nobody measured counts as typed."""
    found = []
    for field in fields:
        name = f"{before}{field.key}"
        if field.kind == "rows":
            for sent, line in enumerate(_lines(field, typed, name)):
                inner = typed_codes(field.fields, typed, f"{name}.{line}.")
                found += [f"{name}.{sent}." + one.removeprefix(f"{name}.{line}.") for one in inner]
        elif field.fields:
            found += typed_codes(field.fields, typed, f"{name}.")
        elif field.scanned and _last(typed, name).strip() and not is_measured(_last(typed, f"{name}.{HOW}")):
            found.append(name)
    return found


def number_of(text: str) -> str:
    """A number as people write it, in digits and a dot: `19,5`, `12 000 000`, `34e6` and `−196` are understood.

    A comma before three digits stays, and the number is refused: it may mean a thousand or a thousandth.
    """
    plain = re.sub(r"[\s\u00a0\u2009\u202f]", "", text).replace("−", "-")
    plain = _COMMA.sub(r"\1.\2", plain) if _COMMA.fullmatch(plain) else plain
    if "e" not in plain.lower():
        return plain
    try:
        exact = Decimal(plain)
    except InvalidOperation:
        return plain
    return f"{exact:f}" if exact.is_finite() and abs(exact.adjusted()) <= _LARGEST_EXPONENT else plain


def same_minute(typed: str, at: str) -> bool:
    """Whether a time typed without seconds names the minute of ``at``, a time of the interface."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\dZ", typed) or not at:
        return False
    return f"{datetime.fromisoformat(at).astimezone(UTC):%Y-%m-%dT%H:%M}Z" == typed


def wanted_rows(typed: Typed, name: str) -> int:
    """How many lines somebody wants to see, who asked for more; 0 where nobody did."""
    wanted = _last(typed, name)
    return min(int(wanted), MOST_ROWS) if re.fullmatch(r"\d{1,4}", wanted) else 0


def _read(field: Field, typed: Typed, name: str) -> Any:
    match field.kind:
        case "group":
            inner = body_of(field.fields, typed, f"{name}.")
            return inner if inner or field.required else _NOTHING
        case "rows":
            return [body_of(field.fields, typed, f"{name}.{line}.") for line in _lines(field, typed, name)]
        case "choices":
            return list(typed.get(name, ()))
        case "list":
            return [part for part in re.split(r"[\s,;]+", _last(typed, name)) if part]
    text = _entered(typed, name)
    if field.nullable and bool(text.strip()) is _none_said(typed, name):
        return _NOTHING  # null is said, never meant by an empty field; and not together with a value
    text = text if field.kind in ("password", "document") else text.strip()
    if not text:
        return None if field.nullable else _NOTHING
    if field.scanned:
        return as_printed(text, _last(typed, f"{name}.{HOW}"), whole=field.read_whole)
    return _value(field.kind, text)


def _value(kind: str, text: str) -> Any:
    match kind:
        case "boolean":
            return {"true": True, "false": False}.get(text, text)
        case "decimal":
            return number_of(text)
        case "integer":
            return _whole(number_of(text), text)
        case "number":
            return _json_number(number_of(text), text.lower())
        case "moment":
            return f"{text}Z" if _MINUTE.fullmatch(text) else text
        case _:
            return text


def _whole(number: str, text: str) -> int | str:
    return int(number) if re.fullmatch(r"-?\d{1,30}", number) else text


def _json_number(number: str, text: str) -> int | float | str:
    if re.fullmatch(r"-?\d{1,30}", number):
        return int(number)
    return float(number) if re.fullmatch(r"-?\d{1,15}\.\d{1,15}", number) else text


def _kept(field: Field, typed: Typed, problems: Mapping[str, str], name: str) -> Field:
    problem = problems.get(name, "")
    match field.kind:
        case "group":
            return replace(field, fields=kept(field.fields, typed, problems, f"{name}."), problem=problem)
        case "rows":
            lines = enumerate(_lines(field, typed, name))
            rows = tuple(_renamed(field, typed, problems, f"{name}.{line}.", f"{name}.{sent}.") for sent, line in lines)
            return replace(field, rows=rows, least=max(field.least, wanted_rows(typed, name)), problem=problem)
        case "choices":
            return replace(field, chosen=frozenset(typed.get(name, ())), problem=problem)
        case "password" | "photo":
            return replace(field, problem=problem)
    deeper = next((words for path, words in problems.items() if path.startswith(f"{name}.")), "")
    said = frozenset({"none"}) if field.nullable and _none_said(typed, name) else field.chosen
    how = _last(typed, f"{name}.{HOW}")
    value, how = _entered(typed, name), how if is_measured(how) else ""
    return replace(field, value=value, chosen=said, problem=problem or deeper, how=how)


def _renamed(field: Field, typed: Typed, problems: Mapping[str, str], typed_as: str, sent_as: str) -> tuple[Field, ...]:
    """One row: typed on one line, sent as another, since empty lines before it were left out."""
    own = {typed_as + path.removeprefix(sent_as): words for path, words in problems.items() if path.startswith(sent_as)}
    return kept(field.fields, typed, own, typed_as)


def _lines(field: Field, typed: Typed, name: str) -> list[int]:
    """The lines in which something was typed."""
    shape = re.compile(rf"{re.escape(name)}\.(\d{{1,4}})\.")
    begun = (key for key, values in typed.items() if not key.endswith(KNOWN) and any(map(str.strip, values)))
    return sorted({int(found[1]) for key in begun if (found := shape.match(key))})


def _none_said(typed: Typed, name: str) -> bool:
    return _last(typed, f"{name}.none") == "true"


def _entered(typed: Typed, name: str) -> str:
    return _last(typed, name) or _last(typed, name + KNOWN)


def _last(typed: Typed, name: str) -> str:
    values = typed.get(name, ())
    return values[-1] if values else ""
