"""The words on labels, one message file for each language."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "nb", "de", "sv")


@dataclass(frozen=True)
class Catalogue:
    """What one language says: whole statements by key, and the captions of fields by their names."""

    statements: dict[str, str]
    captions: dict[str, str]


@cache
def catalogue(language: str) -> Catalogue:
    """The words of one language. Raises KeyError for a language without a message file."""
    if language not in LANGUAGES:
        raise KeyError(language)
    text = files("labels").joinpath(f"messages/{language}.toml").read_text(encoding="utf-8")
    return Catalogue(**tomllib.loads(text))
