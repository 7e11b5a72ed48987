"""The words of refusals, from message catalogues; a code and facts go in, a sentence comes out."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def catalogue(language: str = "en") -> dict[str, str]:
    """The sentences of one language by refusal code."""
    text = files("biobank.web").joinpath(f"messages/{language}.toml").read_text(encoding="utf-8")
    return dict(tomllib.loads(text))


def say(code: str, facts: dict[str, Any], language: str = "en") -> str:
    """The sentence for ``code``, filled with ``facts``. Raises KeyError for a code that no catalogue knows."""
    return catalogue(language)[code].format_map(facts)


def say_problem(kind: str, limits: dict[str, Any], otherwise: str) -> str:
    """What is wrong with a field, by pydantic's kind of error and its limits; ``otherwise`` where no catalogue knows the kind."""
    words = catalogue().get(f"input_{kind}")
    return otherwise if words is None else words.format_map(limits)
