"""The first page: what this person's side has to look after, and what they may begin."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from biobank.pages import acts, alarms, questions, waiting
from biobank.pages.acts import ActForm
from biobank.pages.alarms import Group
from biobank.pages.asking import Interface, Visitor
from biobank.pages.forms import filled

AT_ONCE, AT_MOST = 6, 60
"""Lines of a list: what is seen at once, and what may be unfolded. Whoever looks for another thing scans it."""
_NAMES = frozenset({"label", "code"})


@dataclass(frozen=True)
class Listed:
    """A list on the first page: its title, where it comes from, the columns that are shown, and the states with work to do."""

    title: str
    route: str
    columns: tuple[str, ...]
    first: frozenset[str] = frozenset()


def _listed(title: str, columns: str, *first: str) -> Listed:
    return Listed(title, f"GET /api/{title.lower()}", tuple(columns.split()), frozenset(first))


LISTS = (
    Listed("Who is told of alarms", "GET /api/contacts", ("name", "facility", "ways", "duties")),
    Listed("What was told of alarms", "GET /api/notices", ("contact", "alarms", "state", "made_at", "sent_at", "troubles")),
    Listed("Refused messages", "GET /api/refused-messages", ("topic", "reason", "detail", "times", "first_at", "last_at")),
    _listed("Deviations", "code title material state opened_at", "open"),
    _listed("Participants", "code study site state baseline_on", "consented", "eligible"),
    _listed("Kits", "code participant visit state available_at expires_at", "planned", "ready", "retrieved", "administered"),
    _listed("Donations", "code participant visit state collected_at", "collected"),
    Listed(
        "Labels printed ahead",
        "GET /api/label-sets",
        ("code", "participant", "visit", "state", "latest", "unaccounted"),
        frozenset({"prepared"}),
    ),
    _listed("Batches", "code participant purpose state passage opened_at", "open", "isolated", "growing", "harvested"),
    _listed("Units", "code batch participant purpose state position", "frozen"),
    _listed("Lots", "code kind name supplier_lot expires_at"),
    Listed("Descriptions of data loggers", "GET /api/logger-formats", ("logger", "version", "recorded_at", "name")),
    _listed("Studies", "study title versions sites"),
    _listed("Pads", "number place issued_at closed_at"),
    Listed("Drills of restoring a backup", "GET /api/drills", ("at", "good", "seconds", "rows", "lost")),
    _listed("Printers", "name place way layouts says waiting unknown seen_at in_use"),
    _listed("People", "username name side roles places"),
)


@dataclass(frozen=True)
class Found:
    """A list with what is in it: what is seen at once, what is folded, how many there are of each state, and in all."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]
    rest: tuple[Mapping[str, Any], ...]
    states: tuple[tuple[str, int], ...]
    total: int


@dataclass(frozen=True)
class Overview:
    """Everything on the first page, with the alarms that stand, those that somebody ``disabled``, and the kinds of those of each
    freezer that is ``alarmed``; nothing ``waits`` for whom no work reaches in this way. ``own`` acts are of one's account.
    """

    waits: list[waiting.Waits] | None
    freezers: tuple[dict[str, Any], ...]
    disabled: tuple[dict[str, Any], ...]
    alarms: tuple[Group, ...]
    alarmed: dict[str, tuple[str, ...]]
    lists: tuple[Found, ...]
    acts: tuple[ActForm, ...]
    own: tuple[ActForm, ...]


async def overview(interface: Interface, visitor: Visitor) -> Overview:
    """What this person sees first. Raises NoVisitor, Refused."""
    lists = [await _found(interface, one) for one in LISTS if acts.offered(interface.app, visitor, one.route)]
    watches = acts.offered(interface.app, visitor, "GET /api/freezers")
    freezers = await interface.read("/api/freezers") if watches else []
    disabled = await interface.read("/api/disabled-alarms") if watches else []
    standing = await interface.read("/api/alarms") if watches else []
    proposals = await questions.proposals(interface, ())
    begun = [form for form in acts.acts_anywhere(interface.app, visitor) if form.route != alarms.ACKNOWLEDGE]
    forms = [await questions.completed(interface, form, proposals) for form in begun]
    forms = [replace(form, fields=filled(form.fields, _workplace(visitor))) for form in forms]
    work, own = tuple(one for one in forms if not one.own), tuple(one for one in forms if one.own)
    return Overview(
        waits=await waiting.waiting(interface, visitor),
        freezers=tuple(freezers),
        disabled=tuple(disabled),
        alarms=alarms.groups(interface, visitor, standing),
        alarmed=alarms.alarmed(standing),
        lists=tuple(lists),
        acts=work,
        own=own,
    )


def _workplace(visitor: Visitor) -> dict[str, str]:
    """Study and site of whoever works at only one."""
    study, of_study, site = visitor.places[0].partition("/") if len(visitor.places) == 1 else ("", "", "")
    return {"study": study, "site": site} if of_study else {}


async def _found(interface: Interface, wanted: Listed) -> Found:
    rows: list[dict[str, Any]] = await interface.read(wanted.route.partition(" ")[2])
    states = Counter(str(row["state"]) for row in rows if "state" in row)
    newest_first = sorted(reversed(rows), key=lambda row: row.get("state") not in wanted.first)
    shown = tuple(_short(row) for row in newest_first[:AT_MOST])
    columns = tuple(column for column in wanted.columns if not shown or column in shown[0])
    return Found(wanted.title, columns, shown[:AT_ONCE], shown[AT_ONCE:], tuple(states.items()), len(rows))


def _short(row: dict[str, Any]) -> dict[str, Any]:
    """Versions and sites of a study by their names alone, and the study by its name."""
    if "sites" in row:
        row = {**row, "study": row["code"]}
    return {
        key: [one.get("label") or one.get("code") for one in value]
        if isinstance(value, list) and value and isinstance(value[0], dict) and _NAMES & value[0].keys()
        else value
        for key, value in row.items()
    }
