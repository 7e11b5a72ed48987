"""The first page: what this person's side has to look after, and what they may begin."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from biobank.pages import acts, questions
from biobank.pages.asking import Interface, Visitor

SHOWN = 50
"""Lines of a list; whoever looks for another thing scans it."""


@dataclass(frozen=True)
class Listed:
    """A list on the first page: its title, where it comes from, the columns that are shown, and what stands first."""

    title: str
    route: str
    columns: tuple[str, ...]
    first: frozenset[str] = frozenset()


LISTS = (
    Listed("Participants", "GET /api/participants", ("code", "study", "site", "state", "baseline_on")),
    Listed("Kits", "GET /api/kits", ("code", "participant", "period", "visit", "state", "available_at", "expires_at")),
    Listed(
        "Donations",
        "GET /api/donations",
        ("code", "participant", "period", "visit", "state", "collected_at"),
        frozenset({"collected"}),
    ),
    Listed("Deviations", "GET /api/deviations", ("code", "title", "material", "state", "opened_at"), frozenset({"open"})),
    Listed("Batches", "GET /api/batches", ("code", "participant", "purpose", "state", "passage", "opened_at")),
    Listed("Units", "GET /api/units", ("code", "batch", "participant", "purpose", "state", "position"), frozenset({"frozen"})),
    Listed("Lots", "GET /api/lots", ("code", "kind", "name", "supplier_lot", "expires_at")),
    Listed("Studies", "GET /api/studies", ("code", "title", "versions", "sites")),
    Listed("People", "GET /api/people", ("username", "name", "side", "roles", "places")),
)


@dataclass(frozen=True)
class Found:
    """A list with what is in it, and how many there are of each state."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]
    states: tuple[tuple[str, int], ...]
    total: int


@dataclass(frozen=True)
class Overview:
    """Everything on the first page."""

    freezers: tuple[dict[str, Any], ...]
    lists: tuple[Found, ...]
    acts: tuple[acts.ActForm, ...]


async def overview(interface: Interface, visitor: Visitor) -> Overview:
    """What this person sees first. Raises NoVisitor, Refused."""
    lists = [await _found(interface, one) for one in LISTS if acts.offered(interface.app, visitor, one.route)]
    watches = acts.offered(interface.app, visitor, "GET /api/freezers")
    freezers = await interface.read("/api/freezers") if watches else []
    proposals = await questions.proposals(interface, ())
    forms = [await questions.completed(interface, form, proposals) for form in acts.acts_anywhere(interface.app, visitor)]
    return Overview(tuple(freezers), tuple(lists), tuple(forms))


async def _found(interface: Interface, wanted: Listed) -> Found:
    rows: list[dict[str, Any]] = await interface.read(wanted.route.partition(" ")[2])
    states = Counter(str(row["state"]) for row in rows if "state" in row)
    rows.sort(key=lambda row: row.get("state") not in wanted.first)
    columns = tuple(column for column in wanted.columns if not rows or column in rows[0])
    shown = tuple(_short(row) for row in rows[:SHOWN])
    return Found(wanted.title, columns, shown, tuple(states.items()), len(rows))


def _short(row: dict[str, Any]) -> dict[str, Any]:
    """Versions and sites of a study by their names alone."""
    return {
        key: [one.get("label") or one.get("code") for one in value]
        if isinstance(value, list) and value and isinstance(value[0], dict)
        else value
        for key, value in row.items()
    }
