"""Templates into pages."""

import secrets
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from biobank.pages import acts, plot, words
from biobank.pages.showing import days_before, is_long, shown

_MOODS = {
    "good": frozenset(
        {"accepted", "eligible", "allocated", "released", "stored", "ready", "available", "completed", "in_order", "in_date"}
    ),
    "bad": frozenset(
        {"rejected", "not_eligible", "too_warm", "alarm", "destroyed", "discarded", "expired", "failed", "void", "withdrawn",
         "blocked", "unacknowledged"}
    ),
    "waiting": frozenset(
        {"open", "collected", "consented", "planned", "frozen", "harvested", "retrieved", "printed", "due",
         "returned_unacknowledged"}
    ),
}


@cache
def _templates() -> Environment:
    made = Environment(
        loader=PackageLoader("biobank.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(
        shown=shown, name_of=words.name_of, kind_of=words.kind_of, step_of=words.step_of, degrees=plot.degrees, static=static
    )
    made.globals.update(plot_size=plot, measured=plot.measured, days_before=days_before, is_long=is_long)
    made.globals.update(fresh_key=fresh_key, may=acts.may, none_of=words.none_of)
    made.filters.update(word=words.word, mood=mood)
    return made


def mood(state: str | None) -> str:
    """How a state is coloured; the word itself always stands beside it."""
    return next((name for name, states in _MOODS.items() if state in states), "plain")


def fresh_key() -> str:
    """A key for one form, so that a second click does nothing a second time."""
    return secrets.token_urlsafe(16)


@cache
def static(name: str) -> str:
    """The address of a static file; it changes with its content, so that no browser keeps an old one."""
    content = files("biobank.pages").joinpath(f"static/{name}").read_bytes()
    return f"/static/{name}?{sha256(content).hexdigest()[:12]}"


def page(template: str, status: int = 200, **told: Any) -> HTMLResponse:
    """A page."""
    return HTMLResponse(_templates().get_template(template).render(told), status)
