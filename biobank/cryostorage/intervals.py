"""What the records tell of a unit's warmth: every interval that bears on it, found by the stays that it meets."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import text
from sqlmodel import Session

from biobank.cryostorage import transport
from biobank.cryostorage.rules import UnitState
from biobank.cryostorage.tables import Unit
from biobank.cryostorage.warming import Opened, Pulled, Span, Stay, Told, Travelled, WarmTime

_OF_UNIT = """
  FROM placement l JOIN storage_position p ON p.id = l.position_id
"""
_STAYS = text(f"SELECT p.freezer_id, p.rack, p.box, l.placed_at, l.removed_at {_OF_UNIT} WHERE l.unit_id = :unit ORDER BY 4")
WARM = text(
    f"SELECT p.freezer_id, w.threshold_c, w.started_at, w.ended_at {_OF_UNIT}"
    "   JOIN sensor s ON s.freezer_id = p.freezer_id JOIN warm_interval w ON w.sensor_id = s.id"
    "    AND tstzrange(w.started_at, w.ended_at) && tstzrange(l.placed_at, l.removed_at)"
    "  WHERE l.unit_id = :unit"
)
"""What goes on counts until now: nobody told that it ended."""
OPENINGS = text(
    f"SELECT o.freezer_id, array_agg(o.opened_at), array_agg(o.closed_at) {_OF_UNIT}"
    "   JOIN lid_opening o ON o.freezer_id = p.freezer_id"
    "    AND tstzrange(o.opened_at, o.closed_at) && tstzrange(l.placed_at, l.removed_at)"
    "  WHERE l.unit_id = :unit GROUP BY 1"
)
"""One that meets two stays is there twice; the ledger counts it once."""
PULLS = text(
    f"SELECT r.freezer_id, r.rack, r.box, false, array_agg(r.pulled_at), array_agg(r.returned_at) {_OF_UNIT}"
    "   JOIN rack_pull r ON r.freezer_id = p.freezer_id AND r.rack = p.rack"
    "    AND tstzrange(r.pulled_at, r.returned_at) && tstzrange(l.placed_at, l.removed_at)"
    "  WHERE l.unit_id = :unit AND r.unit_id <> :unit GROUP BY 1, 2, 3"
    " UNION ALL SELECT freezer_id, rack, box, true, array_agg(pulled_at), array_agg(returned_at)"
    "   FROM rack_pull WHERE unit_id = :unit GROUP BY 1, 2, 3"
)
"""Those of the racks in which the unit lay, and those for its own sake."""
_LOGS = text(
    "SELECT t.file, t.gap_s, t.ended_at FROM transport_log t JOIN transported_material m ON m.log_id = t.id"
    " WHERE m.material_id = :unit"
)


def told(session: Session, unit: Unit, now: datetime, thresholds_c: Collection[Decimal]) -> Told:
    """Everything that bears on a unit until its thaw, or until ``now``."""
    db, of_unit = session.connection(), {"unit": unit.id}
    lay = db.execute(_STAYS, of_unit).all()
    gone = unit.state in (UnitState.THAWED, UnitState.DESTROYED)
    until = max((one.removed_at for one in lay), default=now) if gone else now
    return Told(
        until=until,
        stays=[Stay(freezer, rack, box, (placed, removed or until)) for freezer, rack, box, placed, removed in lay],
        warm=[WarmTime(freezer, c, (start, end or until)) for freezer, c, start, end in db.execute(WARM, of_unit)],
        opened=[Opened(freezer, _spans(start, end)) for freezer, start, end in db.execute(OPENINGS, of_unit)],
        pulled=[
            Pulled(freezer, rack, box, own, _spans(start, end))
            for freezer, rack, box, own, start, end in db.execute(PULLS, of_unit)
        ],
        transports=[_travelled(file, gap_s, end, thresholds_c) for file, gap_s, end in db.execute(_LOGS, of_unit)],
    )


def _spans(starts: Sequence[datetime], ends: Sequence[datetime]) -> list[Span]:
    return list(zip(starts, ends, strict=True))


def _travelled(file: bytes, gap_s: int, ended_at: datetime, thresholds_c: Collection[Decimal]) -> Travelled:
    """What a logger told, read again from its file."""
    return transport.read(file.decode(), timedelta(seconds=gap_s), ended_at).travelled(thresholds_c)
