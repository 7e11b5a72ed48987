"""What waits for a person: the things on which one of their acts comes next. Only what the interface tells them decides."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from biobank.pages import acts
from biobank.pages.asking import Interface, Visitor
from biobank.pages.words import catalogue

Row = Mapping[str, Any]
AHEAD = timedelta(days=14)
"""How long before it opens a window is told."""
FILES = 12
"""How many batches, the newest first, are looked into for what they lack."""


@dataclass(frozen=True)
class Waits:
    """One line of work: its title, the columns that are shown, and the things that wait."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class _InState:
    """Things of one list that wait in a state for an act."""

    name: str
    act: str
    path: str
    state: str
    columns: str


_IN_STATE = (
    _InState("screening", "POST /api/participants/{code}/screening", "/api/participants", "consented", "code consented_at"),
    _InState("allocation", "POST /api/participants/{code}/allocation", "/api/participants", "eligible", "code consented_at"),
    _InState("receipt", "POST /api/donations/{code}/receipt", "/api/donations", "collected", "code participant collected_at"),
    _InState("isolation", "POST /api/batches/{code}/isolation", "/api/batches", "open", "code participant purpose opened_at"),
    _InState("culture", "POST /api/cultures/{code}/feeds", "/api/batches", "growing", "code participant passage"),
    _InState("seeding", "POST /api/batches/{code}/cultures", "/api/batches", "isolated", "code participant purpose"),
    _InState("freezing", "POST /api/batches/{code}/freezing-runs", "/api/batches", "harvested", "code participant passage"),
    _InState("placement", "POST /api/units/{code}/placement", "/api/units", "frozen", "code batch viable_cells"),
    _InState("preparation", "POST /api/kits/{code}/preparation", "/api/kits", "planned", "code participant visit available_at"),
    _InState("retrieval", "POST /api/kits/{code}/retrieval", "/api/kits", "ready", "code participant visit expires_at"),
    _InState("giving", "POST /api/kits/{code}/administration", "/api/kits", "retrieved", "code participant visit expires_at"),
    _InState("remains", "POST /api/kits/{code}/remains", "/api/kits", "administered", "code participant visit"),
    _InState("reading", "POST /api/freezers/{code}/log", "/api/freezer-room", "due", "code name read_at filled_at"),
    _InState("closure", "POST /api/deviations/{code}/closure", "/api/deviations", "open", "code title material opened_at"),
)
_STAGES = {
    "disposition": "POST /api/batches/{code}/disposition",
    "certification": "POST /api/batches/{code}/certification",
    "sponsor_release": "POST /api/batches/{code}/sponsor-release",
}


async def waiting(interface: Interface, visitor: Visitor) -> list[Waits] | None:
    """What waits for this person; None for somebody whom no work reaches in this way. Raises NoVisitor, Refused."""
    asked = _Once(interface)
    mine = _mine(interface, visitor)
    found = [await _in_state(asked, one) for one in _IN_STATE if mine(one.act)]
    computed = (
        ("POST /api/donations/{code}/routing", _to_route),
        ("POST /api/cultures/{code}/harvest/verification", _to_verify),
        ("POST /api/batches/{code}/results", _results),
        ("POST /api/participants/{code}/dose-plans", _doses),
        ("POST /api/participants/{code}/weights", _weights),
        ("POST /api/participants/{code}/weights", _visits),
        ("POST /api/participants/{code}/label-sets", _labels),
        ("POST /api/freezers/{code}/sensors/approval", _arrived),
    )
    today = date.fromisoformat(visitor.now[:10])
    found += [await gather(asked, today) for act, gather in computed if mine(act)]
    found += [await _decisions(asked, stage) for stage, act in _STAGES.items() if mine(act)]
    return [one for one in found if one.rows] if found else None


class _Once:
    """Asks each route once for one page."""

    def __init__(self, interface: Interface) -> None:
        self._interface = interface
        self._told: dict[str, Any] = {}

    async def read(self, path: str) -> Any:
        """What a route answers. Raises NoVisitor, Refused."""
        if path not in self._told:
            self._told[path] = await self._interface.read(path)
        return self._told[path]


def _mine(interface: Interface, visitor: Visitor) -> Callable[[str], bool]:
    return lambda route: acts.offered(interface.app, visitor, route)


def _waits(name: str, columns: str, rows: Iterable[Row]) -> Waits:
    return Waits(catalogue()["waiting"][name], tuple(columns.split()), tuple(rows))


async def _in_state(asked: _Once, one: _InState) -> Waits:
    return _waits(one.name, one.columns, (row for row in await asked.read(one.path) if row["state"] == one.state))


async def _to_route(asked: _Once, _today: date) -> Waits:
    routed = {batch["donation"] for batch in await asked.read("/api/batches")}
    rows = (row for row in await asked.read("/api/donations") if row["state"] == "accepted" and row["code"] not in routed)
    return _waits("routing", "code participant collected_at", rows)


async def _labels(asked: _Once, today: date) -> Waits:
    """Of a set that waits for its day nothing is asked."""
    sets = (row for row in await asked.read("/api/label-sets") if row["unaccounted"])
    rows = (row for row in sets if row["state"] != "prepared" or date.fromisoformat(row["latest"]) < today)
    return _waits("labels", "code participant visit state latest unaccounted", rows)


async def _arrived(asked: _Once, _today: date) -> Waits:
    return _waits("approval", "sensor device site first_at last_at", await asked.read("/api/waiting-sensors"))


async def _to_verify(asked: _Once, _today: date) -> Waits:
    batches = [row["code"] for row in await asked.read("/api/batches") if row["state"] in ("growing", "harvested")]
    counts = [count for code in batches[-FILES:] for count in (await asked.read(f"/api/batches/{code}"))["counts"]]
    unseen = (one for one in counts if one["culture"] and not one["verified"])
    return _waits("verification", "culture batch total_cells viability_percent", unseen)


async def _results(asked: _Once, _today: date) -> Waits:
    lacking = [file for file in await _files(asked) if file["missing"] and not file["decisions"]]
    return _waits("results", "batch missing", lacking)


async def _decisions(asked: _Once, stage: str) -> Waits:
    """Batches of which nothing is missing, on which this very decision comes next."""
    stages, found = list(_STAGES), []
    for file in await _files(asked):
        approved = [one["stage"] for one in file["decisions"] if one["verdict"] == "approved"]
        decided = len(approved) == len(file["decisions"])
        if decided and not file["missing"] and approved == stages[: stages.index(stage)]:
            found.append(file)
    return _waits(stage, "batch donation", found)


async def _files(asked: _Once) -> list[Any]:
    stored = [row for row in await asked.read("/api/batches") if row["state"] == "stored" and row["purpose"] == "drug"]
    return [await asked.read(f"/api/batches/{row['code']}/release-file") for row in stored[-FILES:]]


async def _doses(asked: _Once, today: date) -> Waits:
    planned = {(kit["participant"], kit["period"]) for kit in await asked.read("/api/kits")}
    near = [visit for visit in await _near(asked, today) if visit["purpose"] == "dose"]
    return _waits("dose", "code title due", (one for one in near if (one["code"], one["period"]) not in planned))


async def _weights(asked: _Once, today: date) -> Waits:
    lacking = []
    for visit in await _near(asked, today):
        if visit["purpose"] == "dose":
            known = await asked.read(f"/api/participants/{visit['code']}/weights")
            lacking += [] if visit["period"] in {one["period"] for one in known} else [visit]
    return _waits("weight", "code title due", lacking)


async def _visits(asked: _Once, today: date) -> Waits:
    """The next visit of each participant; one whose marrow is taken, or whose kit is given, is over."""
    over = {(one["participant"], one["visit"]) for one in await asked.read("/api/donations") if one["state"] != "rejected"}
    given = ("administered", "accounted")
    over |= {(one["participant"], one["visit"]) for one in await asked.read("/api/kits") if one["state"] in given}
    coming: dict[str, Row] = {}
    for visit in await _near(asked, today):
        if (visit["code"], visit["visit"]) not in over and visit["purpose"] != "screening":
            coming.setdefault(visit["code"], visit)
    return _waits("visit", "code title earliest due latest", sorted(coming.values(), key=lambda one: str(one["latest"])))


async def _near(asked: _Once, today: date) -> list[Row]:
    """Visits whose window is open, or opens soon, of everybody who takes part."""
    until = (today + AHEAD).isoformat()
    found: list[Row] = []
    for participant in await asked.read("/api/participants"):
        if participant["state"] == "allocated":
            for visit in participant["visits"]:
                if visit["earliest"] <= until and visit["latest"] >= today.isoformat():
                    found.append({**visit, "visit": visit["code"], "code": participant["code"]})
    return found
