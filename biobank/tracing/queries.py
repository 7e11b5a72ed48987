"""What a code stands for: one statement for each kind of thing and side, so that a scan is answered at once.

The bedside's statements read nothing of the facility; its login would not be let, either, nor see a kit before it is handed
over. For a person, a thing of a place that is not theirs does not exist.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from sqlalchemy import Connection

from biobank.act.people import Person, Side
from biobank.custody.rules import NoSuchMaterial
from biobank.tracing import rules
from biobank.tracing.rules import ThingKind

OF_PARTICIPANT = """
  JOIN site s ON s.id = p.site_id JOIN study y ON y.id = s.study_id JOIN facility f ON f.id = s.facility_id
"""
PLACES = "y.code || '/' || s.code AS site, f.code AS facility"
_HELD = "EXISTS (SELECT FROM hold h WHERE h.lifted_at IS NULL AND h.root_id = {root} AND h.material_id IN ({held})) AS held"
_NOT_TOLD = "NULL::boolean AS held"
_NEVER = "false AS held"

_PARTICIPANT = f"""
SELECT p.code AS key, p.id, p.state, {{held}}, {PLACES} FROM participant p {OF_PARTICIPANT} WHERE p.code = ANY(%(keys)s)
"""
_DONATION = f"""
SELECT d.din AS key, d.id, d.state, {{held}}, {PLACES}, 'donation' AS kind
  FROM donation d JOIN participant p ON p.id = d.participant_id {OF_PARTICIPANT} WHERE d.din = ANY(%(keys)s)
 UNION ALL
SELECT m.code, m.id, t.state, {_NOT_TOLD}, {PLACES}, 'label_set'
  FROM material m JOIN label_set t ON t.id = m.id JOIN participant p ON p.id = t.participant_id {OF_PARTICIPANT}
 WHERE m.code = ANY(%(keys)s) AND t.state <> 'used'
"""
"""Before marrow is taken, labels alone carry the number that it shall have."""
_KIT = f"""
SELECT k.number AS key, k.id, k.state, {{held}}, {PLACES}
  FROM kit k JOIN participant p ON p.id = k.participant_id {OF_PARTICIPANT} WHERE k.number = ANY(%(keys)s)
"""
KIT_CONTENTS = """
SELECT x.id FROM preparation r JOIN thaw t ON t.preparation_id = r.id JOIN unit u ON u.id = t.unit_id,
       LATERAL (VALUES (u.id), (u.batch_id), (u.root_id)) AS x (id) WHERE r.kit_id = {kit}
 UNION ALL SELECT l.lot_id FROM preparation r JOIN fill l ON l.preparation_id = r.id WHERE r.kit_id = {kit}
"""
"""A kit is held by what is held of it, of the units thawed for it, of their batches and donations, and of its saline."""
_KIT_HELD = f"""EXISTS (SELECT FROM hold h WHERE h.lifted_at IS NULL
        AND (h.material_id = k.id OR h.material_id IN ({KIT_CONTENTS.format(kit="k.id")}))) AS held"""
_IN_BATCH = """
SELECT x.code AS key, x.id, x.state, {held}, NULL AS site, f.code AS facility
  FROM {table} x JOIN batch b ON b.id = x.{batch} JOIN facility f ON f.id = b.facility_id WHERE x.code = ANY(%(keys)s)
"""
_LOT = f"""
SELECT l.code AS key, l.id, 'in_date' AS state, l.expires_at,
       {_HELD.format(root="l.id", held="l.id")}, NULL AS site, NULL AS facility
  FROM lot l WHERE l.code = ANY(%(keys)s)
"""
_POSITION = f"""
SELECT x.code AS key, x.id, CASE WHEN EXISTS (SELECT FROM placement n WHERE n.position_id = x.id AND n.removed_at IS NULL)
                  THEN 'taken' ELSE 'free' END AS state, {_NEVER}, NULL AS site, z.facility_code AS facility
  FROM storage_position x JOIN freezer z ON z.id = x.freezer_id WHERE x.code = ANY(%(keys)s)
"""
_STORAGE_PLACE = f"""
SELECT m.code AS key, m.id, CASE WHEN EXISTS (
           SELECT FROM placement n JOIN storage_position x ON x.id = n.position_id
            WHERE n.removed_at IS NULL AND x.freezer_id = s.freezer_id AND x.rack = s.rack AND x.box = COALESCE(s.box, x.box))
                  THEN 'in_use' ELSE 'empty' END AS state, {_NEVER}, NULL AS site, z.facility_code AS facility
  FROM material m JOIN storage_place s ON s.id = m.id JOIN freezer z ON z.id = s.freezer_id WHERE m.code = ANY(%(keys)s)
"""
_FREEZER = f"""
SELECT z.code AS key, z.id, CASE WHEN EXISTS (SELECT FROM excursion e
                          WHERE e.freezer_id = z.id AND e.ended_at IS NULL AND e.withdrawn_at IS NULL)
                  THEN 'too_warm'
                  WHEN EXISTS (SELECT FROM alarm a WHERE a.freezer_id = z.id AND a.closed_at IS NULL AND a.state <> 'normal')
                  THEN 'alarm' ELSE 'in_order' END AS state, {_NEVER}, NULL AS site, z.facility_code AS facility
  FROM freezer z WHERE z.code = ANY(%(keys)s)
"""
_DEVIATION = f"""
SELECT v.code AS key, v.id, v.state, {_NEVER}, NULL AS site, f.code AS facility
  FROM deviation v LEFT JOIN donation d ON d.id = v.root_id LEFT JOIN kit k ON k.id = v.root_id
  LEFT JOIN participant p ON p.id = COALESCE(d.participant_id, k.participant_id)
  LEFT JOIN site s ON s.id = p.site_id LEFT JOIN facility f ON f.id = s.facility_id
 WHERE v.code = ANY(%(keys)s)
"""
_BEDSIDE = {
    ThingKind.PARTICIPANT: _PARTICIPANT.format(held=_NOT_TOLD),
    ThingKind.DONATION: _DONATION.format(held=_NOT_TOLD),
    ThingKind.KIT: _KIT.format(held=_NOT_TOLD),
}
_FACILITY = {
    ThingKind.PARTICIPANT: _PARTICIPANT.format(held=_NEVER),
    ThingKind.DONATION: _DONATION.format(held=_HELD.format(root="d.id", held="d.id")),
    ThingKind.KIT: _KIT.format(held=_KIT_HELD),
    ThingKind.BATCH: _IN_BATCH.format(table="batch", batch="id", held=_HELD.format(root="x.root_id", held="x.id, x.root_id")),
    ThingKind.CULTURE: _IN_BATCH.format(
        table="culture", batch="batch_id", held=_HELD.format(root="x.root_id", held="x.id, x.batch_id, x.root_id")
    ),
    ThingKind.UNIT: _IN_BATCH.format(
        table="unit", batch="batch_id", held=_HELD.format(root="x.root_id", held="x.id, x.batch_id, x.root_id")
    ),
    ThingKind.LOT: _LOT,
    ThingKind.RACK: _STORAGE_PLACE,
    ThingKind.BOX: _STORAGE_PLACE,
    ThingKind.POSITION: _POSITION,
    ThingKind.FREEZER: _FREEZER,
    ThingKind.DEVIATION: _DEVIATION,
}
_STATEMENTS = {Side.BEDSIDE: _BEDSIDE, Side.FACILITY: _FACILITY}


@dataclass(frozen=True)
class Question:
    """What the database is asked about a scanned code."""

    kind: ThingKind
    code: str
    statement: LiteralString


@dataclass(frozen=True)
class Thing:
    """What a code stands for, as a person's side sees it now. The bedside is not told of holds: ``held`` is None for it."""

    id: UUID
    kind: ThingKind
    code: str
    state: str
    held: bool | None
    place: str | None


def question(side: Side, scanned: str) -> Question:
    """What to ask about a scanned or typed code. Raises CodeMisread; NoSuchMaterial for what does not exist for this side."""
    kind, code = rules.read(scanned)
    statement = _STATEMENTS.get(side, {}).get(kind)
    if statement is None:
        raise NoSuchMaterial(read=code)
    return Question(kind, code, statement)


def answer(asked: Question, row: Any, person: Person, now: datetime) -> Thing:
    """The thing that was found, if it is of a place where this person works. Raises NoSuchMaterial."""
    place = None if row is None else row.site if person.side is Side.BEDSIDE else row.facility
    if row is None or (place is not None and not person.works_at(place)):
        raise NoSuchMaterial(read=asked.code)
    kind = ThingKind(row.kind) if asked.kind is ThingKind.DONATION else asked.kind
    return Thing(row.id, kind, asked.code, _state(kind, row, now), row.held, place)


def thing(db: Connection, person: Person, scanned: str, now: datetime) -> Thing:
    """The thing that carries a scanned or typed code. Raises CodeMisread, NoSuchMaterial."""
    asked = question(person.side, scanned)
    return answer(asked, db.exec_driver_sql(asked.statement, {"keys": [asked.code]}).first(), person, now)


def _state(kind: ThingKind, row: Any, now: datetime) -> str:
    if kind is ThingKind.LOT and row.expires_at <= now:
        return "expired"
    return str(row.state)
