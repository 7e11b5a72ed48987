"""A form whose session ended meanwhile: what was typed waits on the page of signing in, and comes back to the same person."""

import re
from collections.abc import Iterator, Mapping, Sequence

from fastapi import FastAPI

from biobank.pages import acts
from biobank.pages.forms import Field

Carried = Sequence[tuple[str, str]]
"""Names and values of hidden inputs."""

_ABOUT = frozenset({"route", "origin", "once", "who"})
"""What a form of an act sends beside its fields and its place."""
_KEPT, _FIELD, _SIGNATURE = "kept.", "f.", "f.signature."
_MOST = 200_000
"""Letters that are carried at most; the definition of a study is longer than any other form."""


def carried(app: FastAPI, everything: Mapping[str, Sequence[str]]) -> Carried:
    """What the page of signing in keeps of a form: never a password or a photo, never half a signature."""
    route = "".join(everything.get("route", ()))
    if "who" not in everything or not acts.is_act(app, route):
        return ()
    secret = frozenset(_secrets(acts.act_on(app, route).fields, _FIELD))
    names = [name for name in everything if _is_of_form(name) and re.sub(r"\.\d+\.", ".", name) not in secret]
    found = [(f"{_KEPT}{name}", value) for name in names for value in everything[name]]
    return found if sum(len(value) for _, value in found) <= _MOST else ()


def still_carried(everything: Mapping[str, Sequence[str]]) -> Carried:
    """What the page of signing in sent back of it."""
    return [(name, value) for name, values in everything.items() if name.startswith(_KEPT) for value in values]


def brought_back(carried: Carried) -> dict[str, list[str]]:
    """The form as it was sent first; empty where nothing was carried."""
    found: dict[str, list[str]] = {}
    for name, value in carried:
        found.setdefault(name.removeprefix(_KEPT), []).append(value)
    return found


def _is_of_form(name: str) -> bool:
    return name in _ABOUT or (name.startswith((_FIELD, "at.")) and not name.startswith(_SIGNATURE))


def _secrets(fields: tuple[Field, ...], before: str) -> Iterator[str]:
    for field in fields:
        if field.kind in ("password", "photo"):
            yield f"{before}{field.key}"
        yield from _secrets(field.fields, f"{before}{field.key}.")
