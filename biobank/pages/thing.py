"""The page of one thing: what it is, its state, what holds it back, where it comes from, and what this person may do with it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any
from urllib.parse import quote

from biobank.custody.rules import LIFTED_BY_HAND, HoldKind
from biobank.labelling.rules import OF_EQUIPMENT
from biobank.pages import acts, alarms, questions
from biobank.pages.acts import COLLECTIONS, LABELLED, MATERIALS, ActForm
from biobank.pages.alarms import Group
from biobank.pages.asking import Interface, Refused, Visitor
from biobank.pages.forms import Field, filled
from biobank.pages.over import over
from biobank.pages.plot import Plot, measured, plot_of
from biobank.pages.showing import Section, section, without
from biobank.pages.words import section_of, word
from biobank.web.matrix import RIGHTS

_LIFT = "POST /api/materials/{code}/holds/{number}/lifting"
_DEVIATE = "POST /api/deviations"
_PARTICIPANT = "GET /api/participants/{code}"
_LABELS = "GET /api/materials/{code}/labels"
_UNREAD = "GET /api/materials/{code}/labels/open"
_READ_BACK = "POST /api/labels/read-backs"
_WRISTBANDS = "GET /api/participants/{code}/labels"
_POSITIONS = "GET /api/freezers/{code}/positions"
_DISABLED = "GET /api/disabled-alarms"
_APART = frozenset(
    {
        _POSITIONS,
        _WRISTBANDS,
        "GET /api/freezers/{code}/temperatures",
        "GET /api/freezers/{code}/readings",
        "GET /api/participants/{code}/screening",
        "GET /api/batches/{code}/results",
        "GET /api/batches/{code}/specification",
        "GET /api/batches/{code}/release-file/pdf",
        "GET /api/batches/{code}/record",
        "GET /api/batches/{code}/record/pdf",
        "GET /api/donations/{code}/donor-testing",
        "GET /api/units/{code}/identifications/{number}/photo",
    }
)
"""What the page shows in another form: boxes, labels, the plot of the story, questions and choices of forms, the release file."""

_NO_STORY: dict[str, Any] = dict.fromkeys(("state", "held", "place", "temperature")) | {
    "holds": [],
    "parents": [],
    "children": [],
    "events": [],
}


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
    picture: str | None


@dataclass(frozen=True)
class Box:
    """The positions of one box in its rack, in rows of slots that begin with the same letters."""

    name: str
    rows: tuple[tuple[dict[str, Any], ...], ...]


@dataclass(frozen=True)
class Tier:
    """Things of one generation, from the participant down; ``own`` is that of the thing itself."""

    things: tuple[dict[str, Any], ...]
    own: bool = False


@dataclass(frozen=True)
class Thing:
    """Everything on the page."""

    story: dict[str, Any]
    holds: tuple[Held, ...]
    sections: tuple[Section, ...]
    tree: tuple[Tier, ...]
    labels: tuple[Labelled, ...]
    unread: tuple[dict[str, Any], ...]
    """Labels that this person can read back where they sit: of the thing, and of whatever was made in a batch."""
    read_back: ActForm | None
    plot: Plot | None
    alarms: tuple[Group, ...]
    disabled: tuple[dict[str, Any], ...]
    """The alarms that somebody disabled of the freezer that this is, or lies in."""
    boxes: tuple[Box, ...]
    acts: tuple[ActForm, ...]
    others: tuple[ActForm, ...]
    """Acts that the rules leave no room for in the present state; they can be asked for all the same."""


async def thing(interface: Interface, visitor: Visitor, code: str) -> Thing:
    """The thing that carries ``code``, as far as this person sees it. Raises NoVisitor, Refused."""
    story, answers = await _story(interface, visitor, code)
    kind, code = story["kind"], story["code"]
    temperature = story["temperature"]
    known = frozenset(story["facts"]) | {"code", "kind", "state", "place", "label"}
    sections = (without(section(title, answer), known, code) for title, answer in answers)
    schedule = await _schedule(interface, visitor, story)
    proposals = await questions.proposals(interface, [schedule, *(answer for _, answer in answers)])
    forms = [await questions.completed(interface, form, proposals) for form in _acts(interface, visitor, kind, code)]
    steps = [event["step"] for event in story["events"]]
    unread = await _unread(interface, visitor, kind, code)
    done = over(story, [answer for _, answer in answers], unread)
    underway = steps.count("hand_over") > steps.count("take_over")
    return Thing(
        story=story,
        holds=tuple(_held(interface, visitor, hold) for hold in story["holds"]),
        sections=tuple(one for one in sections if one.facts or one.tables),
        tree=_tree(story),
        labels=await _labels(interface, visitor, kind, code),
        unread=unread,
        read_back=_read_back(interface, unread) if unread else None,
        plot=plot_of(temperature) if temperature else None,
        alarms=await alarms.of_freezer(interface, visitor, code) if kind == "freezer" else (),
        disabled=await _disabled(interface, visitor, story),
        boxes=await _boxes(interface, visitor, kind, code),
        acts=tuple(form for form in forms if acts.fits(form, story["state"], underway, done)),
        others=tuple(form for form in forms if not acts.fits(form, story["state"], underway, done)),
    )


async def _story(interface: Interface, visitor: Visitor, code: str) -> tuple[dict[str, Any], list[tuple[str, Any]]]:
    """The story of a thing, and what the routes of its kind answer beside it, with titles."""
    try:
        story: dict[str, Any] = await interface.read(f"/api/story/{quote(code, safe='')}")
    except Refused:
        study, person = await _study(interface, code), await _person(interface, visitor, code)
        if person is not None:
            return {**_NO_STORY, "kind": "person", "code": person["username"], "facts": {"name": person["name"]}}, [("", person)]
        if study is None:
            raise
        return {**_NO_STORY, "kind": "study", "code": study["code"], "facts": {"title": study["title"]}}, [("", study)]
    return story, [answer async for answer in _answers(interface, visitor, story["kind"], story["code"])]


async def _schedule(interface: Interface, visitor: Visitor, story: dict[str, Any]) -> Any:
    """The participant of a kit, whose visits a form may name; which one it is stays a question to who holds the kit."""
    if story["kind"] != "kit" or not acts.offered(interface.app, visitor, _PARTICIPANT):
        return None
    return await interface.read(_path(_PARTICIPANT, story["facts"]["participant"]))


async def _study(interface: Interface, code: str) -> dict[str, Any] | None:
    """A study by its name; studies carry no printed code and have no story."""
    found: list[dict[str, Any]] = await interface.read("/api/studies")
    return next((one for one in found if one["code"] == code.lower()), None)


async def _person(interface: Interface, visitor: Visitor, code: str) -> dict[str, Any] | None:
    """Somebody by their user name, for whoever looks after people."""
    if not acts.offered(interface.app, visitor, "GET /api/people"):
        return None
    found: list[dict[str, Any]] = await interface.read("/api/people")
    return next((one for one in found if one["username"] == code.lower()), None)


async def _answers(interface: Interface, visitor: Visitor, kind: str, code: str) -> AsyncIterator[tuple[str, Any]]:
    if kind == "freezer":
        yield "", _measuring(next(one for one in await interface.read("/api/freezers") if one["code"] == code))
    begins = f"GET /api/{COLLECTIONS.get(kind, kind)}/{{code}}"
    for route in RIGHTS:
        if (route == begins or route.startswith(f"{begins}/")) and route not in _APART:
            if not acts.offered(interface.app, visitor, route):
                continue
            answer = await interface.read(_path(route, code))
            yield "" if route == begins else section_of(route), answer["rule"] if route == alarms.OF_FREEZER else answer


def _measuring(freezer: Mapping[str, Any]) -> dict[str, Any]:
    """What measures in a freezer, and since when it is too warm; a sensor has no page of its own."""
    shown = ("kind", "probe_position", "state", "heard_at", "calibration_due_on", "retired_at")
    sensors = [{"sensor": one["code"], "said": measured(one)} | {key: one[key] for key in shown} for one in freezer["probes"]]
    return {"sensors": sensors, "excursions": freezer["excursions"]}


def _tree(story: dict[str, Any]) -> tuple[Tier, ...]:
    tiers = [_generation(story["parents"], far) for far in sorted({one["generation"] for one in story["parents"]}, reverse=True)]
    tiers.append(Tier(({"kind": story["kind"], "code": story["code"], "state": story["state"]},), own=True))
    tiers += [_generation(story["children"], far) for far in sorted({one["generation"] for one in story["children"]})]
    return tuple(tiers)


def _generation(kin: list[dict[str, Any]], generation: int) -> Tier:
    return Tier(tuple(one for one in kin if one["generation"] == generation))


def _acts(interface: Interface, visitor: Visitor, kind: str, code: str) -> list[ActForm]:
    found = acts.acts_on(interface.app, visitor, kind, code)
    if kind in MATERIALS and acts.offered(interface.app, visitor, _DEVIATE):
        form = acts.act_on(interface.app, _DEVIATE)
        found.append(replace(form, fields=filled(form.fields, {"material": code})))
    return found


def _held(interface: Interface, visitor: Visitor, hold: dict[str, Any]) -> Held:
    by_hand = HoldKind(hold["kind"]) in LIFTED_BY_HAND
    if not by_hand or not acts.offered(interface.app, visitor, _LIFT):
        return Held(hold, None)
    return Held(hold, acts.act_on(interface.app, _LIFT, code=hold["material"], number=hold["number"]))


async def _disabled(interface: Interface, visitor: Visitor, story: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    freezer = story["code"] if story["kind"] == "freezer" else story["facts"].get("freezer")
    if freezer is None or not acts.offered(interface.app, visitor, _DISABLED):
        return ()
    return tuple(one for one in await interface.read(_path(_DISABLED, "")) if one["freezer"] == freezer)


async def _boxes(interface: Interface, visitor: Visitor, kind: str, code: str) -> tuple[Box, ...]:
    if kind != "freezer" or not acts.offered(interface.app, visitor, _POSITIONS):
        return ()
    found: dict[str, list[dict[str, Any]]] = {}
    for position in (await interface.read(_path(_POSITIONS, code)))["positions"]:
        found.setdefault(f"Rack {position['rack']}, box {position['box']}", []).append(position)
    return tuple(Box(name, tuple(tuple(row) for _, row in groupby(box, _row))) for name, box in found.items())


def _row(position: dict[str, Any]) -> str:
    return str(position["slot"]).rstrip("0123456789")


async def _labels(interface: Interface, visitor: Visitor, kind: str, code: str) -> tuple[Labelled, ...]:
    route = _WRISTBANDS if kind == "participant" else _LABELS
    if kind not in LABELLED | {"participant"} or not acts.offered(interface.app, visitor, route):
        return ()
    found = await interface.read(_path(route, code))
    return tuple(_labelled(interface, visitor, label) for label in found)


def _labelled(interface: Interface, visitor: Visitor, label: dict[str, Any]) -> Labelled:
    number, scope = label["number"], label["scope"]
    known = ("POST /api/labels/{number}/account", "POST /api/labels/{number}/reprint")
    routes = ("POST /api/labels/{number}/outcome", *known) if label["job"] == "unknown" else known
    offered = (route for route in routes if acts.offered(interface.app, visitor, route))
    forms = tuple(_with_second(acts.act_on(interface.app, one, number=number, scope=scope), label["layout"]) for one in offered)
    printable = acts.offered(interface.app, visitor, "GET /api/labels/{number}/pdf")
    pdf, picture = (f"/api/labels/{number}/{form}?scope={scope}" if printable else None for form in ("pdf", "png"))
    return Labelled(label, forms, pdf, picture)


def _with_second(form: ActForm, layout: str) -> ActForm:
    """Whoever prints again asks for a second person where one is needed, and nowhere else."""
    asked = (replace(field, required=True) if field.key == "second" else field for field in form.fields)
    return replace(form, fields=tuple(one for one in asked if one.key != "second" or layout not in OF_EQUIPMENT))


async def _unread(interface: Interface, visitor: Visitor, kind: str, code: str) -> tuple[dict[str, Any], ...]:
    if kind not in LABELLED or not acts.offered(interface.app, visitor, _READ_BACK):
        return ()
    found = await interface.read(_path(_UNREAD, code))
    return tuple(label for label in found if kind == "batch" or label["material"] == code)


def _read_back(interface: Interface, unread: Sequence[dict[str, Any]]) -> ActForm:
    """One line for each label, in which only the scan is missing."""
    form = acts.act_on(interface.app, _READ_BACK)
    return replace(form, fields=tuple(_lines(field, unread) if field.key == "labels" else field for field in form.fields))


def _lines(field: Field, unread: Sequence[dict[str, Any]]) -> Field:
    return replace(field, rows=tuple(_line(field.fields, one) for one in unread), least=len(unread))


def _line(fields: tuple[Field, ...], label: Mapping[str, Any]) -> tuple[Field, ...]:
    number, read = fields
    said = f"Number {label['number']}, {word(label['layout'])} {label['material']}"
    return replace(number, kind="hidden", value=str(label["number"])), replace(read, label=said)


def _path(route: str, code: str) -> str:
    return route.partition(" ")[2].format(code=quote(code, safe=""))
