"""The page of one thing: what it is, its state, what holds it back, where it comes from, and what this person may do with it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from biobank.custody.rules import LIFTED_BY_HAND, HoldKind
from biobank.pages import acts
from biobank.pages.acts import COLLECTIONS, MATERIALS, ActForm
from biobank.pages.asking import Interface, Visitor
from biobank.pages.forms import filled
from biobank.pages.plot import Plot, plot_of
from biobank.pages.showing import Section, section, without
from biobank.pages.words import section_of
from biobank.web.matrix import RIGHTS

_LIFT = "POST /api/materials/{code}/holds/{number}/lifting"
_DEVIATE = "POST /api/deviations"
_LABELS = "GET /api/materials/{code}/labels"
_APART = frozenset({"GET /api/freezers/{code}/temperatures", _LABELS})
"""Read for a part of the page that has a form of its own."""


@dataclass(frozen=True)
class Held:
    """An open hold, and how this person lifts it, if they may."""

    hold: dict[str, Any]
    lift: ActForm | None


@dataclass(frozen=True)
class Labelled:
    """A printed label with what this person may do with it."""

    label: dict[str, Any]
    acts: tuple[ActForm, ...]
    pdf: str | None


@dataclass(frozen=True)
class Thing:
    """Everything on the page."""

    story: dict[str, Any]
    holds: tuple[Held, ...]
    sections: tuple[Section, ...]
    labels: tuple[Labelled, ...]
    plot: Plot | None
    acts: tuple[ActForm, ...]


async def thing(interface: Interface, visitor: Visitor, code: str) -> Thing:
    """The thing that carries ``code``, as far as this person sees it. Raises NoVisitor, Refused."""
    story = await interface.read(f"/api/story/{quote(code)}")
    kind, code = story["kind"], story["code"]
    temperature = story["temperature"]
    return Thing(
        story=story,
        holds=tuple(_held(interface, visitor, code, hold) for hold in story["holds"]),
        sections=tuple([part async for part in _sections(interface, visitor, story)]),
        labels=await _labels(interface, visitor, kind, code),
        plot=plot_of(temperature) if temperature else None,
        acts=tuple(_acts(interface, visitor, kind, code)),
    )


def _acts(interface: Interface, visitor: Visitor, kind: str, code: str) -> list[ActForm]:
    found = acts.acts_on(interface.app, visitor, kind, code)
    if kind in MATERIALS and acts.offered(interface.app, visitor, _DEVIATE):
        form = acts.act_on(interface.app, _DEVIATE)
        found.append(ActForm(form.route, form.path, form.title, form.text, filled(form.fields, {"material": code})))
    return found


def _held(interface: Interface, visitor: Visitor, code: str, hold: dict[str, Any]) -> Held:
    by_hand = HoldKind(hold["kind"]) in LIFTED_BY_HAND
    if not by_hand or "number" not in hold or not acts.offered(interface.app, visitor, _LIFT):
        return Held(hold, None)
    return Held(hold, acts.act_on(interface.app, _LIFT, code=hold.get("material", code), number=hold["number"]))


async def _sections(interface: Interface, visitor: Visitor, story: dict[str, Any]) -> Any:
    """What the routes of this kind answer beside the story."""
    kind, code = story["kind"], story["code"]
    begins = f"GET /api/{COLLECTIONS.get(kind, kind)}/{{code}}"
    known = frozenset(story["facts"]) | {"code", "kind", "state", "place"}
    for route in RIGHTS:
        if not (route == begins or route.startswith(f"{begins}/")) or route in _APART:
            continue
        if not acts.offered(interface.app, visitor, route):
            continue
        answer = await interface.read(_path(route, code))
        found = section(section_of(route) if route != begins else "", answer)
        found = without(found, known)
        if found.facts or found.tables:
            yield found


async def _labels(interface: Interface, visitor: Visitor, kind: str, code: str) -> tuple[Labelled, ...]:
    if kind not in MATERIALS or not acts.offered(interface.app, visitor, _LABELS):
        return ()
    found = await interface.read(_path(_LABELS, code))
    return tuple(_labelled(interface, visitor, label) for label in found)


def _labelled(interface: Interface, visitor: Visitor, label: dict[str, Any]) -> Labelled:
    number = label["number"]
    routes = ("POST /api/labels/{number}/account", "POST /api/labels/{number}/reprint")
    forms = tuple(
        acts.act_on(interface.app, route, number=number) for route in routes if acts.offered(interface.app, visitor, route)
    )
    printable = acts.offered(interface.app, visitor, "GET /api/labels/{number}/pdf")
    return Labelled(label, forms, f"/api/labels/{number}/pdf" if printable else None)


def _path(route: str, code: str) -> str:
    return route.partition(" ")[2].format(code=quote(code))
