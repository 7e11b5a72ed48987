"""What a page says after an act: that it was recorded, and its answer where no page shows it later."""

from dataclasses import dataclass
from typing import Any

from biobank.pages.acts import ActForm
from biobank.pages.showing import Section, section
from biobank.pages.words import catalogue

_SENSORS = "POST /api/freezers/{code}/sensors"
"""Where acts about sensors begin, which have no page of their own."""


@dataclass(frozen=True)
class Told:
    """The title of an act that was just recorded, and its answer."""

    title: str
    sections: tuple[Section, ...] = ()
    note: str = ""


def recorded(route: str) -> Told | None:
    """After a redirect; None where no act has this name."""
    title = catalogue()["acts"].get(route)
    return Told(title) if title else None


def answered(form: ActForm, answer: Any) -> Told:
    """With the answer, on the spot."""
    return Told(form.title, (section("", answer),), catalogue()["notes"].get(form.route, ""))


def next_code(form: ActForm, answer: Any, origin: str) -> str:
    """The code of the page to go to: what the act made, else where it was asked for."""
    for key in ("code", "kit"):
        made = answer.get(key) if isinstance(answer, dict) else None
        if isinstance(made, str) and not form.route.startswith(_SENSORS):
            return made
    return origin
