"""Ids in the trail as what they stand for: user names, printed codes, names of studies, sites and facilities."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, text

_ID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")
_NAMES = text("""
    SELECT x.id::text, x.name FROM (
        SELECT id, username AS name FROM person
        UNION ALL SELECT id, code FROM material
        UNION ALL SELECT id, code FROM participant
        UNION ALL SELECT id, code FROM storage_position
        UNION ALL SELECT id, code FROM sensor
        UNION ALL SELECT id, code FROM deviation
        UNION ALL SELECT id, code FROM study
        UNION ALL SELECT id, code FROM site
        UNION ALL SELECT id, code FROM facility
        UNION ALL SELECT id, label FROM study_version) x
     WHERE x.id = ANY (CAST(:ids AS uuid[]))
""")


def names(db: Connection, bodies: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """What the ids in entries of the trail stand for; ids of rows that carry no code stay what they are."""
    ids = {one for body in bodies for one in _ids(body)}
    if not ids:
        return {}
    return {identity: name for identity, name in db.execute(_NAMES, {"ids": sorted(ids)})}


def named(value: Any, known: Mapping[str, str]) -> Any:
    """A value with its ids told by name."""
    if isinstance(value, str):
        return known.get(value, value)
    if isinstance(value, list):
        return [named(one, known) for one in value]
    if isinstance(value, dict):
        return {key: named(one, known) for key, one in value.items()}
    return value


def _ids(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if _ID.fullmatch(value):
            yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _ids(one)
    elif isinstance(value, list):
        for one in value:
            yield from _ids(one)
