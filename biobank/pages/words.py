"""The lab's words for the names of the interface, and values as a person reads them."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any

_UNITS = {
    "per_ml": "",
    "ml": "ml",
    "kg": "kg",
    "c": "°C",
    "s": "s",
    "percent": "%",
    "cm2": "cm²",
    "h": "h",
}
"""Endings of names that are units; design: the unit stands in the name."""

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)")
_THOUSANDS = re.compile(r"(?<![\w,.])\d{1,3}(,\d{3})+(?![\w,])")
_UNIT = re.compile(r"_(per_ml|ml|kg|c|s|percent|cm2|h)$")


@dataclass(frozen=True)
class Name:
    """What a field is called, and the unit of its value ("" where it has none)."""

    label: str
    unit: str = ""


@cache
def _read(language: str) -> dict[str, Any]:
    text = files("biobank.pages").joinpath(f"words/{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def catalogue(language: str = "en") -> Mapping[str, Mapping[str, str]]:
    """The words of one language, by table and name."""
    return _read(language)


def in_words(problem: str, language: str = "en") -> str:
    """What is wrong with a field as the lab says it; left as it is where the catalogue has no words for it."""
    for known in _read(language)["problems"]:
        if found := re.fullmatch(known["says"], problem):
            return str(found.expand(known["words"]))
    return problem


def as_written_here(message: str) -> str:
    """A sentence of the interface with its times as the pages write them, to the second where they are not of a full minute,
    and thin spaces between the thousands of its numbers.
    """
    spaced = _THOUSANDS.sub(lambda found: found[0].replace(",", "\u202f"), message)
    return _TIME.sub(lambda found: _written_time(found[0]), spaced)


def time_of(text: str) -> datetime | None:
    """The time that a text is, without a zone one of UTC; None where it only looks like one."""
    try:
        at = datetime.fromisoformat(text)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _written_time(text: str) -> str:
    at = time_of(text)
    if at is None:
        return text
    return f"{at:%Y-%m-%d %H:%M:%S} UTC" if at.second else f"{at:%Y-%m-%d %H:%M} UTC"


def name_of(field: str) -> Name:
    """The label and unit of a field: ``volume_ml`` is *Volume* in ml."""
    ending = _UNIT.search(field)
    unit = _UNITS[ending[1]] if ending else ""
    label = catalogue()["fields"].get(field)
    if label is None:
        label = written_out(field.removesuffix(f"_{ending[1]}") if ending and unit else field)
    return Name(label, unit)


def hint_of(field: str) -> str | None:
    """What is said under the field of a form; None where the catalogue says nothing."""
    return catalogue()["hints"].get(field)


def none_of(field: str) -> str:
    """What is chosen where a field that must be answered is answered with nothing."""
    return catalogue()["nones"].get(field, "none")


def empty_of(field: str) -> str:
    """What is shown where a field names nothing."""
    return catalogue()["empty"].get(field, "none")


def title_of(route: str) -> str:
    """What an act is called. Raises KeyError for an act that has no words."""
    return catalogue()["acts"][route]


def section_of(route: str) -> str:
    """What a part of a thing's page is called."""
    known = catalogue()["sections"].get(route)
    return known or written_out(route.rpartition("/")[2].replace("-", "_"))


def kind_of(kind: str) -> str:
    """What a kind of thing is called."""
    return catalogue()["kinds"].get(kind) or written_out(kind)


def word(value: str) -> str:
    """A coded value, such as a state, in words."""
    return catalogue()["states"].get(value) or value.replace("_", " ")


def step_of(step: str) -> str:
    """What a custody event says happened."""
    return catalogue()["steps"].get(step) or written_out(step)


def written_out(name: str) -> str:
    """A name as words: ``handed_at`` is *Handed*, ``open_holds`` is *Open holds*."""
    for ending in ("_at", "_on"):
        name = name.removesuffix(ending)
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]
