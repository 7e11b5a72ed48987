"""The family of a thing, read both ways: from the participant over donation, batch, culture and unit to the kit, and back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, Row, TextClause, text

from biobank.act.people import Person, Side
from biobank.tracing.queries import OF_PARTICIPANT, PLACES, Thing
from biobank.tracing.rules import ThingKind

_BEDSIDE_EDGES = """
    SELECT participant_id AS parent, id AS child FROM donation
    UNION ALL SELECT participant_id, id FROM kit
    UNION ALL SELECT participant_id, id FROM label_set WHERE state <> 'used'
"""
_FACILITY_EDGES = f"""{_BEDSIDE_EDGES}
    UNION ALL SELECT parent_id, child_id FROM material_parent
    UNION ALL SELECT lot_id, culture_id FROM feed
    UNION ALL SELECT t.unit_id, r.kit_id FROM thaw t JOIN preparation r ON r.id = t.preparation_id
    UNION ALL SELECT l.lot_id, r.kit_id FROM fill l JOIN preparation r ON r.id = l.preparation_id
"""
_BEDSIDE_THINGS = f"""
    SELECT p.id, 'participant' AS kind, p.code, p.state, {PLACES} FROM participant p {OF_PARTICIPANT}
    UNION ALL SELECT d.id, 'donation', d.din, d.state, {PLACES} FROM donation d
      JOIN participant p ON p.id = d.participant_id {OF_PARTICIPANT}
    UNION ALL SELECT k.id, 'kit', k.number, k.state, {PLACES} FROM kit k
      JOIN participant p ON p.id = k.participant_id {OF_PARTICIPANT}
    UNION ALL SELECT t.id, 'label_set', m.code, t.state, {PLACES} FROM label_set t JOIN material m ON m.id = t.id
      JOIN participant p ON p.id = t.participant_id {OF_PARTICIPANT} WHERE t.state <> 'used'
"""
_IN_FACILITY = "JOIN facility f ON f.id = b.facility_id"
_FACILITY_THINGS = f"""{_BEDSIDE_THINGS}
    UNION ALL SELECT b.id, 'batch', b.code, b.state, NULL, f.code FROM batch b {_IN_FACILITY}
    UNION ALL SELECT c.id, 'culture', c.code, c.state, NULL, f.code FROM culture c
      JOIN batch b ON b.id = c.batch_id {_IN_FACILITY}
    UNION ALL SELECT u.id, 'unit', u.code, u.state, NULL, f.code FROM unit u
      JOIN batch b ON b.id = u.batch_id {_IN_FACILITY}
    UNION ALL SELECT l.id, 'lot', l.code, CASE WHEN l.expires_at <= :now THEN 'expired' ELSE 'in_date' END, NULL, NULL
      FROM lot l
"""
_ORDER = ("participant", "label_set", "lot", "donation", "batch", "culture", "unit", "kit")


def _walk(edges: str, things: str, up: bool) -> TextClause:
    near, far = ("child", "parent") if up else ("parent", "child")
    return text(f"""
        WITH RECURSIVE edge AS ({edges}),
        kin (id, generation) AS (
            SELECT {far}, 1 FROM edge WHERE {near} = :id
            UNION SELECT e.{far}, k.generation + 1 FROM kin k JOIN edge e ON e.{near} = k.id)
        SELECT t.kind, t.code, t.state, t.site, t.facility, min(k.generation) AS generation
          FROM kin k JOIN ({things}) t ON t.id = k.id
         GROUP BY 1, 2, 3, 4, 5
    """)


_STATEMENTS = {
    Side.BEDSIDE: (_walk(_BEDSIDE_EDGES, _BEDSIDE_THINGS, True), _walk(_BEDSIDE_EDGES, _BEDSIDE_THINGS, False)),
    Side.FACILITY: (_walk(_FACILITY_EDGES, _FACILITY_THINGS, True), _walk(_FACILITY_EDGES, _FACILITY_THINGS, False)),
}


@dataclass(frozen=True)
class Kin:
    """A thing of the family, and how many generations away."""

    code: str
    kind: ThingKind
    state: str
    generation: int


def ancestors(db: Connection, person: Person, about: Thing, now: datetime) -> list[Kin]:
    """What a thing was made from, and whose it is, the nearest first."""
    return _kin(db, person, _STATEMENTS[person.side][0], about.id, now)


def descendants(db: Connection, person: Person, about: Thing, now: datetime) -> list[Kin]:
    """What was made from a thing, the nearest first, as far as it is of a place where this person works."""
    return _kin(db, person, _STATEMENTS[person.side][1], about.id, now)


def _kin(db: Connection, person: Person, statement: TextClause, about: UUID, now: datetime) -> list[Kin]:
    found = db.execute(statement, {"id": about, "now": now} if person.side is Side.FACILITY else {"id": about})
    kin = [Kin(row.code, ThingKind(row.kind), row.state, row.generation) for row in found if _exists_for(person, row)]
    return sorted(kin, key=lambda one: (one.generation, _ORDER.index(one.kind), one.code))


def _exists_for(person: Person, row: Row[tuple[object, ...]]) -> bool:
    place = row.site if person.side is Side.BEDSIDE else row.facility
    return place is None or person.works_at(place)
