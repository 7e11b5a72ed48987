"""The alarms that stand, as the pages show them."""

from collections.abc import Iterable, Mapping
from typing import Any


def alarmed(alarms: Iterable[Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """The kinds of the alarms that stand, by freezer, in the order of their numbers."""
    found: dict[str, dict[str, None]] = {}
    for one in alarms:
        if one["freezer"]:
            found.setdefault(one["freezer"], {})[one["kind"]] = None
    return {freezer: tuple(kinds) for freezer, kinds in found.items()}
