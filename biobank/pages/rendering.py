"""Templates into pages."""

from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from biobank.pages import plot, words
from biobank.pages.showing import shown


@cache
def _templates() -> Environment:
    made = Environment(
        loader=PackageLoader("biobank.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(shown=shown, name_of=words.name_of, kind_of=words.kind_of, degrees=plot.degrees, static=static)
    made.globals.update(plot_size=plot)
    made.filters["word"] = words.word
    return made


@cache
def static(name: str) -> str:
    """The address of a static file; it changes with its content, so that no browser keeps an old one."""
    content = files("biobank.pages").joinpath(f"static/{name}").read_bytes()
    return f"/static/{name}?{sha256(content).hexdigest()[:12]}"


def page(template: str, status: int = 200, **told: Any) -> HTMLResponse:
    """A page."""
    return HTMLResponse(_templates().get_template(template).render(told), status)
