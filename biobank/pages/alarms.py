"""The alarms that stand, as the pages show them: those of one kind together, with what follows from them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from biobank.monitoring.alarm_rules import WAITING, AlarmKind, AlarmState
from biobank.pages import acts
from biobank.pages.acts import ActForm
from biobank.pages.asking import Interface, Visitor
from biobank.pages.forms import Field, Option, replaced
from biobank.pages.words import name_of, word

ACKNOWLEDGE, OF_FREEZER = "POST /api/alarms/acknowledgement", "GET /api/freezers/{code}/alarms"
_COLUMNS = ("number", "words", "freezer", "state", "began_at", "acknowledged_by", "cause")
_ORDER = tuple(AlarmKind)
_FIRST = (AlarmState.UNACKNOWLEDGED, AlarmState.RETURNED)

Alarm = Mapping[str, Any]
"""An alarm as the interface tells it."""


@dataclass(frozen=True)
class Group:
    """Alarms of one kind, each with those that it causes behind it: first those of which nobody knows yet, whom ``acknowledge``
    names.
    """

    kind: str
    columns: tuple[str, ...]
    rows: tuple[Alarm, ...]
    states: tuple[tuple[str, int], ...]
    acknowledge: ActForm | None


def groups(interface: Interface, visitor: Visitor, alarms: Sequence[Alarm]) -> tuple[Group, ...]:
    """All alarms that stand, by the kind of what caused them; kinds of which somebody must know come first."""
    numbered = {one["number"]: one for one in alarms}
    found: dict[str, list[tuple[Alarm, Alarm]]] = {}
    for one in alarms:
        cause = numbered.get(one["cause"], one)
        found.setdefault(cause["kind"], []).append((cause, one))
    made = [_group(interface, visitor, kind, together) for kind, together in found.items()]
    return tuple(sorted(made, key=lambda group: (min(map(_turn, group.rows)), _ORDER.index(AlarmKind(group.kind)))))


async def of_freezer(interface: Interface, visitor: Visitor, code: str) -> tuple[Group, ...]:
    """The alarms that stand of one freezer, and their causes."""
    if not acts.offered(interface.app, visitor, OF_FREEZER):
        return ()
    path = OF_FREEZER.partition(" ")[2].format(code=quote(code, safe=""))
    return groups(interface, visitor, (await interface.read(path))["alarms"])


def acknowledging(shown: Iterable[Group]) -> Iterator[ActForm]:
    """The forms that acknowledge alarms on a page."""
    return (group.acknowledge for group in shown if group.acknowledge)


def numbers(waiting: Iterable[Alarm] = ()) -> Field:
    """The field of the form that names alarms; these are all chosen."""
    options = tuple(Option(str(one["number"]), f"{one['number']}: {one['words']}") for one in waiting)
    chosen = frozenset(one.value for one in options)
    return Field("numbers", "choices", name_of("alarms").label, options=options, chosen=chosen)


def alarmed(alarms: Iterable[Alarm]) -> dict[str, tuple[str, ...]]:
    """The kinds of the alarms that stand, by freezer, in the order of their numbers."""
    found: dict[str, dict[str, None]] = {}
    for one in alarms:
        if one["freezer"]:
            found.setdefault(one["freezer"], {})[one["kind"]] = None
    return {freezer: tuple(kinds) for freezer, kinds in found.items()}


def _group(interface: Interface, visitor: Visitor, kind: str, together: list[tuple[Alarm, Alarm]]) -> Group:
    together.sort(key=lambda pair: (_turn(pair[0]), pair[0]["number"], pair[0] is not pair[1]))
    rows = tuple(one for _, one in together)
    return Group(
        kind=kind,
        columns=tuple(name for name in _COLUMNS if any(row[name] for row in rows)),
        rows=rows,
        states=tuple(Counter(str(row["state"]) for row in rows).items()),
        acknowledge=_acknowledge(interface, visitor, kind, _waiting(rows)),
    )


def _turn(alarm: Alarm) -> int:
    """What is so and known to nobody comes before what was so, and both before what somebody looks after."""
    return _FIRST.index(alarm["state"]) if alarm["state"] in _FIRST else len(_FIRST)


def _waiting(rows: Iterable[Alarm]) -> list[Alarm]:
    return [row for row in rows if row["state"] in WAITING]


def _acknowledge(interface: Interface, visitor: Visitor, kind: str, waiting: Sequence[Alarm]) -> ActForm | None:
    """The form that acknowledges these, all of which are chosen."""
    if not waiting or not acts.offered(interface.app, visitor, ACKNOWLEDGE):
        return None
    form = acts.act_on(interface.app, ACKNOWLEDGE, group=kind)
    title = f"{form.title}: {word(kind)}"
    return replace(form, title=title, fields=replaced(form.fields, {"numbers": numbers(waiting)}))
